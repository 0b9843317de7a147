"""Each kind of finding: found, mended with one press, taken back, and refused where it is no longer so."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.actions.activities import change_activity
from courses.actions.enrolments import enrol
from courses.actions.hotline_years import confirm_year
from courses.actions.mends import DATED_LATER, affiliate_as_recorded, say_held, set_zone, tell_apart, undo
from courses.enums import Finding, Stage
from courses.models import ActivityVersion, Entry, Mend, YearNotice
from courses.queries import quality
from courses.queries.snapshots.years import content_of_year
from lms.kit.clock import today
from lms.kit.errors import Refused
from lms.people.actions.merges import merge_persons
from lms.people.actions.persons import Names
from lms.people.enums import MembershipStatus, Role
from lms.people.models import Affiliation, HotlineMembership
from lms.people.narrowing import narrowed_to
from lms.people.queries.alike import MOST_ALIKE, alike
from lms.web import notices
from tests import cast
from tests.courses import ledger
from tests.courses.learn import school
from tests.moments import next_moment
from tests.threads import at_once

pytestmark = pytest.mark.django_db
PAGE = "/staff/quality/"


@pytest.fixture
def staff():
    return cast.user(Role.STAFF)


def press(by, page: str, key: object) -> str:
    """What the page says after its button was pressed."""
    return cast.signed_in(by).post(reverse(page), {"mend": key}, follow=True).text


def take_back(by) -> str:
    return cast.signed_in(by).post(PAGE, {"undo": Mend.objects.latest("pk").pk}, follow=True).text


def member(name: str):
    made = cast.hotline(name)
    HotlineMembership.objects.create(hotline=made, status=MembershipStatus.FULL)
    return made


class TestPeopleWithoutAnAffiliation:
    page = "staff-quality-affiliation"

    def test_one_press_affiliates_with_where_they_last_took_part(self, staff):
        ada = cast.person("Ek")
        ledger.fact(ada, ledger.activity(), at=cast.hotline("Former"))
        there = ledger.activity("Basic B", on="2023-06-01T09:00+02:00")
        ledger.fact(ada, there, at=cast.hotline("Linea"))
        ledger.fact(ada, there, Stage.COMPLETED, at=cast.hotline("Linea"), on="2023-06-03")
        assert "Affiliate with Linea" in cast.signed_in(staff).get(reverse(self.page)).text
        assert "is affiliated" in press(staff, self.page, ada.pk)
        made = ada.affiliations.get()
        assert (made.hotline.name, made.from_on, made.until_on) == ("Linea", dt.date(2023, 6, 1), None)
        assert not quality.without_affiliation().exists()
        assert "Taken back" in take_back(staff)
        assert list(quality.without_affiliation()) == [ada]

    def test_the_latest_fact_by_its_day_says_where_and_of_one_day_the_one_recorded_last(self, staff):
        ada, ida = cast.person("Ek"), cast.person("Lind")
        early, late = (
            ledger.activity(on="2022-05-10T09:00+02:00"),
            ledger.activity(on="2023-05-10T09:00+02:00"),
        )
        ledger.fact(ada, late, at=cast.hotline("Linea"))
        ledger.fact(ada, early, Stage.COMPLETED, at=cast.hotline("Before"), on="2022-06-01")
        ledger.fact(ida, late, Stage.ENROLLED, at=cast.hotline("Before"), on="2023-05-10")
        ledger.fact(ida, late, at=cast.hotline("Linea"))
        gone = ledger.activity(on="2024-05-10T09:00+02:00")
        ledger.fact(ida, gone, at=cast.hotline("Withdrawn"))
        ledger.version(gone, withdrawn=True)
        places = quality.known_places([ada.pk, ida.pk])
        assert {pk: entry.hotline.name for pk, entry in places.items()} == {ada.pk: "Linea", ida.pk: "Linea"}
        assert affiliate_as_recorded(person=ada, by=staff).person_change.after["affiliations"][0][
            "from_on"
        ] == ("2023-05-10")

    def test_not_those_who_took_no_part_nor_belong_through_a_merge_nor_keep_it_to_themselves(self, staff):
        cast.person("Lind")
        twice, once = cast.person("Ek"), cast.person("Ek")
        cast.affiliate(twice, cast.hotline())
        ledger.fact(once, ledger.activity())
        merge_persons(duplicate=twice, survivor=once, by=None)
        login = cast.user(Role.ANALYST)
        enrol(cohort=school.course("care", self_care=True), person=login.person, by=login, hidden=True)
        assert not quality.without_affiliation().exists()

    def test_without_an_organisation_in_any_fact_the_person_is_opened(self, staff):
        ada = cast.person("Ek")
        entry = ledger.fact(ada, ledger.activity())
        ledger.take_back(entry)
        Entry.objects.create(
            participation=entry.participation, activity=entry.activity, person=ada, stage="attended",
            ordinal=2, audience="other",
        )  # fmt: skip
        assert "Open the person" in cast.signed_in(staff).get(reverse(self.page)).text
        assert "No fact says" in press(staff, self.page, ada.pk)
        assert not Mend.objects.exists()

    def test_it_is_refused_where_there_is_one_by_now_and_kept_where_it_was_changed(self, staff):
        ada = cast.person("Ek")
        ledger.fact(ada, ledger.activity())
        mend = affiliate_as_recorded(person=ada, by=staff)
        with pytest.raises(Refused, match="already"):
            affiliate_as_recorded(person=ada, by=staff)
        Affiliation.objects.update(until_on=today())
        with pytest.raises(Refused, match="Something was changed since"):
            undo(mend=mend, by=staff)
        assert ada.affiliations.count() == 1
        mend.refresh_from_db()
        assert mend.undone_at is None


class TestActivitiesWithoutAZone:
    page = "staff-quality-zone"

    def test_one_press_reads_it_by_the_clock_of_its_country(self, staff):
        room = ledger.activity(timezone="", country_id="PT")
        before = room.versions.get()
        assert "Read it by Europe/Lisbon" in cast.signed_in(staff).get(reverse(self.page)).text
        press(staff, self.page, room.pk)
        now = ActivityVersion.objects.in_force().get()
        assert (now.timezone, now.starts_at, now.recorded_by) == ("Europe/Lisbon", before.starts_at, staff)
        take_back(staff)
        assert ActivityVersion.objects.in_force().get().timezone == ""

    def test_self_paced_ones_need_none(self):
        ledger.activity(on="", timezone="")
        assert not quality.without_zone().exists()

    @pytest.mark.parametrize("zone", ["", "Europe/Atlantis"])
    def test_what_is_no_zone_is_refused(self, staff, zone):
        room = ledger.activity(timezone="")
        with pytest.raises(Refused):
            set_zone(activity=room, zone=zone, by=staff)
        assert room.versions.count() == 1

    def test_it_is_not_taken_back_over_a_later_change(self, staff):
        room = ledger.activity(timezone="")
        mend = set_zone(activity=room, zone="Europe/Lisbon", by=staff)
        change_activity(activity=room, by=staff, title="Another title")
        with pytest.raises(Refused, match="changed since"):
            undo(mend=mend, by=staff)
        assert ActivityVersion.objects.in_force().get().timezone == "Europe/Lisbon"


class TestPossibleDuplicates:
    page = "staff-quality-duplicates"

    def test_the_same_address_or_name_whatever_the_case_the_likeliest_first(self):
        first = cast.person("Ek", "Ada", email="ada@x.example")
        by_name = cast.person("EK", "ada")
        by_mail = cast.person("Lind", "A", email="ADA@x.example")
        both = cast.person("ek", "Ada", email="Ada@x.example")
        found = [(one.first, one.second, one.same_mail, one.same_name) for one in quality.alike()]
        assert found[0] == (first.pk, both.pk, True, True)
        assert (first.pk, by_mail.pk, True, False) in found
        assert (first.pk, by_name.pk, False, True) in found
        assert len(found) == 5

    def test_a_name_is_the_same_in_either_order_and_without_accents_and_a_part_of_one_says_nothing(self):
        first, second = cast.person("Řezníčková", "Ana-Maria"), cast.person("Ana Maria", "Reznickova")
        for _ in range(2):
            cast.person("Madonna", "")
        assert [(one.first, one.second) for one in quality.alike()] == [(first.pk, second.pk)]
        assert alike(first, besides=first.pk) == [second]
        assert alike(Names("ANA MARIA", "Řezníčková")) == [second, first]
        assert alike(Names("", "Madonna")) == []

    def test_nobody_who_looks_at_themselves_is_shown_two_others(self):
        first, second, me = cast.person("Ek"), cast.person("Ek"), cast.person("Lind")
        assert len(quality.alike()) == 1
        with narrowed_to([me.pk]):
            assert quality.alike() == []
            assert alike(first, besides=first.pk) == []
        assert alike(first, besides=first.pk) == [second]

    def test_two_people_are_told_apart_and_shown_again_once_it_is_taken_back(self, staff):
        first, second = cast.person("Ek"), cast.person("Ek")
        page = cast.signed_in(staff).get(reverse(self.page)).text
        assert f"{reverse('staff-merge', args=[first.pk])}?other=%23{second.pk}" in page
        assert "not shown again" in press(staff, self.page, f"{first.pk} {second.pk}")
        assert quality.alike() == []
        take_back(staff)
        assert len(quality.alike()) == 1

    def test_merged_records_and_a_name_that_everybody_has_are_none(self):
        first, second = cast.person("Ek"), cast.person("Ek")
        merge_persons(duplicate=second, survivor=first, by=None)
        for _ in range(MOST_ALIKE + 1):
            cast.person("N", "N")
        assert quality.alike() == []

    @pytest.mark.parametrize("keys", ["", "1", "x y", "999999999999999999 1", "1 1"])
    def test_what_is_no_pair_changes_nothing(self, staff, keys):
        cast.signed_in(staff).post(reverse(self.page), {"mend": keys})
        assert not Mend.objects.exists()


class TestCompletedBeforeEnrolled:
    page = "staff-quality-dates"

    def test_one_press_dates_the_enrolment_and_keeps_both(self, staff):
        ada, room = cast.person("Ek"), ledger.activity()
        wrong = ledger.fact(ada, room, Stage.ENROLLED, on="2023-06-01")
        done = ledger.fact(ada, room, Stage.COMPLETED, on="2023-05-20")
        assert [one.pk for one in quality.completed_before_enrolled()] == [done.pk]
        press(staff, self.page, done.pk)
        now = Entry.objects.standing().get(stage=Stage.ENROLLED)
        assert (now.happened_on, now.recorded_by, now.ordinal) == (dt.date(2023, 5, 20), staff, 2)
        assert (wrong.reversal.amendment.successor, wrong.reversal.amendment.reason) == (now, DATED_LATER)
        assert not quality.completed_before_enrolled().exists()
        take_back(staff)
        assert Entry.objects.standing().get(stage=Stage.ENROLLED).happened_on == dt.date(2023, 6, 1)
        assert Entry.objects.filter(stage=Stage.ENROLLED).count() == 3

    def test_the_same_day_is_right_and_a_second_press_is_refused(self, staff):
        ada, room = cast.person("Ek"), ledger.activity()
        ledger.fact(ada, room, Stage.ENROLLED, on="2023-05-20")
        done = ledger.fact(ada, room, Stage.COMPLETED, on="2023-05-20")
        assert not quality.completed_before_enrolled().exists()
        assert "put right meanwhile" in press(staff, self.page, done.pk)
        assert Entry.objects.count() == 2


class TestStillPlanned:
    page = "staff-quality-past"

    def test_one_press_has_it_counted(self, staff):
        room = ledger.activity(status="planned", kind_id="webinar")
        assert [one.activity_id for one in quality.still_planned()] == [room.pk]
        press(staff, self.page, room.pk)
        assert ActivityVersion.objects.in_force().get().status == "held"
        take_back(staff)
        assert ActivityVersion.objects.in_force().get().status == "planned"

    def test_what_is_to_come_is_not_found_and_refused(self, staff):
        tomorrow = (timezone.now() + dt.timedelta(days=1)).isoformat()
        room = ledger.activity(on=tomorrow, status="planned", kind_id="webinar")
        assert not quality.still_planned().exists()
        with pytest.raises(Refused):
            say_held(activity=room, by=staff)
        assert not Mend.objects.exists()


class TestHotlinesWithoutTraining:
    def test_their_managers_are_asked_once_until_the_year_is_confirmed(self, staff):
        quiet, busy = member("Quiet"), member("Busy")
        ledger.fact(cast.person("Ek"), ledger.activity(), at=busy)
        manager = cast.user(Role.HOTLINE_MANAGER, quiet)
        assert quality.untrained(2023) == [quiet]
        client, path = cast.signed_in(staff), reverse("staff-untrained", args=[2023])
        assert "are asked" in client.post(path, {"mend": quiet.pk}, follow=True).text
        assert "asked already" in client.post(path, {"mend": quiet.pk}, follow=True).text
        assert "by now" in client.post(path, {"mend": busy.pk}, follow=True).text
        assert notices.unread(manager) == YearNotice.objects.count() == 1
        assert "Was nobody of Quiet trained in 2023?" in cast.signed_in(manager).get(reverse("notices")).text
        next_moment()
        seen = content_of_year(quiet, 2023).digest(None)
        confirm_year(hotline=quiet, year=2023, seen=seen, by=manager)
        assert notices.unread(manager) == 0

    def test_a_question_taken_back_is_told_no_more(self, staff):
        quiet = member("Quiet")
        manager = cast.user(Role.HOTLINE_MANAGER, quiet)
        cast.signed_in(staff).post(reverse("staff-untrained", args=[2023]), {"mend": quiet.pk})
        take_back(staff)
        assert notices.unread(manager) == 0


class TestThePage:
    def test_an_empty_network_has_nothing_wrong(self, staff):
        assert "Nothing looks wrong today." in cast.signed_in(staff).get(PAGE).text

    def test_as_many_queries_for_three_findings_as_for_one(self, staff):
        client = cast.signed_in(staff)
        year = today().year - 1
        paths = [PAGE, reverse("staff-untrained", args=[year])]
        paths += [reverse(f"staff-quality-{one.value}") for one in Finding if one != Finding.UNTRAINED]

        def one_more(number: int) -> None:
            pair = [cast.person(f"Ek{number}", email=f"x{number}@x.example") for _ in range(2)]
            room = ledger.activity(f"B{number}", timezone="", status="planned", country_id="PT")
            ledger.fact(pair[0], room, Stage.ENROLLED, on="2023-06-01")
            ledger.fact(pair[0], room, Stage.COMPLETED, on="2023-05-20")
            member(f"Quiet {number}")
            tell_apart(first=cast.person(f"O{number}"), second=cast.person(f"P{number}"), by=staff)

        one_more(0)
        few = [cast.queries_of(client, path) for path in paths]
        one_more(1)
        one_more(2)
        assert [cast.queries_of(client, path) for path in paths] == few

    def test_a_mend_is_taken_back_once(self, staff):
        mend = tell_apart(first=cast.person(), second=cast.person(), by=staff)
        undo(mend=mend, by=staff)
        with pytest.raises(Refused, match="already"):
            undo(mend=mend, by=staff)

    @pytest.mark.parametrize("role", [Role.TRAINER, Role.HOTLINE_MANAGER, Role.ADMINISTRATOR])
    def test_only_staff_mend(self, role):
        by = cast.user(role, cast.hotline() if role == Role.HOTLINE_MANAGER else None)
        with pytest.raises(Refused):
            tell_apart(first=cast.person(), second=cast.person(), by=by)
        assert not Mend.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    def test_one_tells_apart_and_the_other_is_told(self):
        staff, first, second = cast.user(Role.STAFF), cast.person(), cast.person()
        said = at_once(2, lambda: _refused(lambda: tell_apart(first=first, second=second, by=staff)))
        assert sorted(said) == ["", "Somebody said already that these are two people."]
        assert Mend.objects.count() == 1

    def test_one_affiliates_and_the_other_is_told(self):
        staff, ada = cast.user(Role.STAFF), cast.person("Ek")
        ledger.fact(ada, ledger.activity())
        said = at_once(2, lambda: _refused(lambda: affiliate_as_recorded(person=ada, by=staff)))
        assert sorted(said) == ["", "There is an affiliation already."]
        assert ada.affiliations.count() == 1


def _refused(act) -> str:
    try:
        act()
    except Refused as refusal:
        return refusal.sentence
    return ""
