"""What officers propose: it moves everybody who follows it, reminds nobody for that, and tells of nobody."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, connections
from django.test.utils import CaptureQueriesContext

from lms.people.enums import Role
from tests import cast
from tests.welfare.conftest import DAY
from tests.welfare.test_engine import told
from tests.welfare.test_pages import everything_behind_the_wall, make_due
from welfare.actions import engine
from welfare.actions.defaults import set_default
from welfare.actions.schedules import set_reminders
from welfare.enums import Cadence, Group
from welfare.models import Notice, Occurrence, ReminderDefault, Schedule
from welfare.models.wall import as_engine, as_officer, as_user, database_now
from welfare.queries.defaults import UNSAID
from welfare.queries.proposals import preview, proposal_for

pytestmark = pytest.mark.django_db(transaction=True)

WEEKLY = {"cadence": Cadence.WEEKLY, "day": 3}
NETWORK = "/support/reminders/0/"
PAGE = {
    "cadence": "weekly",
    "weekday": "3",
    "day": "",
    "at": "",
    "quiet_from": "",
    "quiet_until": "",
    "holidays": "",
    "region": "",
}


@pytest.fixture
def officer():
    return cast.user(Role.WELFARE_OFFICER)


@pytest.fixture
def analyst():
    user = cast.user(email="analyst@test.example")
    cast.affiliate(user.person, cast.hotline())
    return user


def schedule_of(user) -> Schedule:
    with as_user(user.pk):
        return Schedule.objects.get()


def proposed(user) -> dict:
    with as_user(user.pk):
        return proposal_for(user.pk)


def followers(number: int, at=None) -> list[int]:
    """Logins whose reminders follow everything that is proposed."""
    users = [cast.user(email=f"{number}-{count}@test.example") for count in range(number)]
    for user in users:
        if at:
            cast.affiliate(user.person, at)
        set_reminders(by=user, zone="UTC")
    return [user.pk for user in users]


class TestWhatIsProposed:
    def test_without_a_word_what_is_built_in_with_the_holidays_of_the_hotlines_country(self, analyst):
        assert proposed(analyst) == {
            "cadence": "monthly",
            "day": 1,
            "at": dt.time(10),
            "working_days": [1, 2, 3, 4, 5],
            "quiet_from": dt.time(18),
            "quiet_until": dt.time(8),
            "holidays": "FR",
        }

    def test_each_part_by_the_hotline_else_by_the_network_else_as_built_in(self, analyst, officer):
        set_default(hotline=None, by=officer, **WEEKLY, at=dt.time(9))
        set_default(hotline=cast.hotline().pk, by=officer, at=dt.time(11), holidays="none")
        found = proposed(analyst)
        assert (found["cadence"], found["day"], found["at"]) == ("weekly", 3, dt.time(11))
        assert (found["holidays"], found["quiet_from"]) == ("", dt.time(18))

    def test_nothing_of_another_hotline(self, analyst, officer):
        set_default(hotline=cast.hotline("Other", "DE").pk, by=officer, **WEEKLY)
        assert proposed(analyst)["cadence"] == "monthly"

    def test_without_a_hotline_no_holidays_of_any_country(self):
        assert proposed(cast.user())["holidays"] == ""


class TestOnesOwnChoice:
    def test_all_of_it_follows_where_nothing_is_chosen(self, analyst):
        set_reminders(by=analyst, zone="UTC")
        made = schedule_of(analyst)
        assert (made.follows, made.holidays) == (Group.values, "FR")

    def test_what_is_chosen_beats_both_defaults(self, analyst, officer):
        set_reminders(by=analyst, zone="UTC", cadence="quarterly", day=10)
        set_default(hotline=None, by=officer, **WEEKLY, at=dt.time(9))
        engine.run_once()
        made = schedule_of(analyst)
        assert (made.cadence, made.day, made.at) == ("quarterly", 10, dt.time(9))
        assert Group.RHYTHM not in made.follows

    def test_what_is_ticked_is_as_proposed_whatever_was_typed_for_it(self, analyst, officer):
        set_default(hotline=None, by=officer, at=dt.time(9))
        set_reminders(by=analyst, zone="UTC", at=dt.time(15), day=4, cadence="monthly", follows=["hour"])
        made = schedule_of(analyst)
        assert (made.at, made.day, made.follows) == (dt.time(9), 4, ["hour"])

    def test_the_page_offers_it_and_takes_it(self, analyst):
        browser = cast.signed_in(analyst)
        page = browser.get("/checkins/reminders/").text
        assert "How often, and the day: every month, on day 1" in page
        assert "Public holidays: France" in page
        sent = {
            "follows": ["rhythm", "days"],
            "cadence": "monthly",
            "weekday": "2",
            "day": "1",
            "at": "11:00",
            "zone": "Europe/Paris",
            "working_days": ["1", "2", "3", "4", "5"],
            "quiet_from": "19:00",
            "quiet_until": "07:00",
            "holidays": "DE",
            "region": "by",
            "paused_until": "",
        }
        browser.post("/checkins/reminders/", sent)
        made = schedule_of(analyst)
        assert (made.cadence, made.day, made.working_days) == ("monthly", 1, [1, 2, 3, 4, 5])
        assert (made.at, made.holidays, made.follows) == (dt.time(11), "DE-BY", ["rhythm", "days"])
        assert "No holidays are known" in browser.post("/checkins/reminders/", sent | {"region": "ZZZ"}).text
        assert schedule_of(analyst).holidays == "DE-BY"


class TestAChange:
    @pytest.mark.parametrize("number", [3, pytest.param(300, id="300")])
    def test_moves_everybody_who_follows_it_when_the_engine_runs(self, schedule, officer, number):
        ahead = {
            "planned_until": database_now().date() + 40 * DAY,
            "next_at": database_now() + 50 * DAY,
        }
        own = schedule(1000, **ahead)
        fields = {field.attname: getattr(own, field.attname) for field in Schedule._meta.fields}
        del fields["id"]
        with as_engine():
            Schedule.objects.bulk_create(
                Schedule(**fields | {"user_id": user_id, "follows": ["rhythm"]})
                for user_id in range(1, number + 1)
            )
        set_default(hotline=None, by=officer, cadence="monthly", day=5)
        engine.run_once()
        with as_engine():
            followed = Schedule.objects.filter(cadence="monthly", day=5)
            assert sorted(followed.values_list("user_id", flat=True)) == list(range(1, number + 1))
            assert {one.next_at.day for one in followed} <= {5}
            assert Schedule.objects.get(user_id=1000).cadence == "weekly"
        assert told() == []
        assert engine.run_once() == 0

    def test_never_reminds_at_once_nor_twice_in_a_period(self, analyst, officer):
        make_due(analyst)
        with as_user(analyst.pk):
            Schedule.objects.update(follows=Group.values)
        assert len(told()) == 1
        for day in range(1, 8):
            for at in (dt.time(0), dt.time(23, 59)):
                set_default(hotline=None, by=officer, cadence="weekly", day=day, at=at)
                engine.run_once()
        assert len(told()) == 1

    def test_loses_nothing_that_came_due_a_moment_before_it(self, schedule, officer):
        schedule(follows=["rhythm"])
        set_default(hotline=None, by=officer, cadence="monthly", day=28)
        engine.run_once()
        assert len(told()) == 1

    def test_another_hotline_is_noticed_when_the_next_one_is_planned(self, analyst, officer):
        other = cast.hotline("Other", "DE")
        set_default(hotline=other.pk, by=officer, at=dt.time(7))
        set_reminders(by=analyst, zone="UTC")
        engine.run_once()
        assert schedule_of(analyst).at == dt.time(10)
        analyst.person.affiliations.all().delete()
        cast.affiliate(analyst.person, other)
        with as_user(analyst.pk):
            Schedule.objects.update(next_at=database_now())
        engine.run_once()
        assert (schedule_of(analyst).at, schedule_of(analyst).holidays) == (dt.time(7), "DE")

    def test_one_that_fails_holds_up_nobody_and_is_not_tried_without_end(self, schedule, officer):
        later = {"next_at": database_now() + DAY, "follows": ["hour"]}
        schedule(1, zone="Nowhere/Never", **later)
        schedule(2, **later)
        set_default(hotline=None, by=officer, at=dt.time(9))
        engine.run_once()
        with as_engine():
            assert list(Schedule.objects.order_by("user_id").values_list("at", flat=True)) == [
                dt.time(0),
                dt.time(9),
            ]


class TestPreview:
    def test_tells_totals_in_tens_and_writes_nothing(self):
        followers(23)
        before = everything_behind_the_wall()
        seen = preview(hotline=None, fields=UNSAID | {"cadence": "quarterly", "day": 28})
        assert (seen.earlier, seen.later) in [(0, 20), (20, 0)]
        assert everything_behind_the_wall() == before

    @pytest.mark.parametrize("number", [0, 1, 9])
    def test_is_the_same_for_none_and_for_fewer_than_ten(self, officer, number):
        at = cast.hotline()
        followers(number, at)
        browser = cast.signed_in(officer)
        texts = []
        for address in (NETWORK, f"/support/reminders/{at.pk}/"):
            page = browser.post(address, PAGE).text
            assert page.count("Fewer than 10 of the next dates, or none,") == 2
            texts.append(page)
        assert not any("@test.example" in page.replace(officer.email, "") for page in texts)

    def test_counts_those_of_the_hotline_alone(self):
        followers(12, cast.hotline())
        followers(11, cast.hotline("Other", "DE"))
        fields = UNSAID | {"cadence": "quarterly", "day": 28}
        here = preview(hotline=cast.hotline().pk, fields=fields)
        everywhere = preview(hotline=None, fields=fields)
        assert here.earlier + here.later == 10
        assert everywhere.earlier + everywhere.later == 20

    def test_foretells_where_the_dates_are_after_saving(self, officer):
        users = followers(10)
        with as_engine():
            before = dict(Schedule.objects.values_list("user_id", "next_at"))
        seen = preview(hotline=None, fields=UNSAID | {"at": dt.time(9)})
        assert (seen.earlier, seen.later) == (10, 0)
        set_default(hotline=None, by=officer, at=dt.time(9))
        engine.run_once()
        with as_engine():
            after = dict(Schedule.objects.values_list("user_id", "next_at"))
        assert all(after[user] < before[user] for user in users)


class TestTheOfficersPages:
    def test_look_first_then_save(self, officer):
        browser = cast.signed_in(officer)
        page = browser.post(NETWORK, PAGE).text
        assert "every week, on Wednesday" in page
        with as_user(officer.pk):
            assert not ReminderDefault.objects.exists()
        browser.post(NETWORK, PAGE | {"save": "1"})
        with as_user(officer.pk):
            saved = ReminderDefault.objects.get()
        assert (saved.hotline_id, saved.cadence, saved.day, saved.at) == (None, "weekly", 3, None)
        assert "How often, and the day: every week, on Wednesday" in browser.get("/support/reminders/").text

    def test_what_was_looked_at_is_what_the_button_sends(self, officer):
        page = (
            cast.signed_in(officer).post(NETWORK, PAGE | {"working_days": ["2", "4"], "holidays": "NL"}).text
        )
        for sent in ('name="working_days" value="2"', 'name="working_days" value="4"', 'value="NL"'):
            assert sent in page

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"cadence": "monthly"}, "Say the day of the month."),
            ({"quiet_from": "18:00"}, "Say both ends, or neither."),
            ({"holidays": "DE", "region": "ZZZ"}, "No holidays are known for this region"),
            ({"holidays": "own", "region": "BY"}, "No holidays are known for this region"),
        ],
    )
    def test_what_cannot_be_is_said(self, officer, wrong, sentence):
        for button in ({}, {"save": "1"}):
            assert sentence in cast.signed_in(officer).post(NETWORK, PAGE | wrong | button).text
        with as_user(officer.pk):
            assert not ReminderDefault.objects.exists()

    def test_an_officer_of_one_hotline_keeps_that_one_alone(self):
        own, other = cast.hotline(), cast.hotline("Other", "DE")
        browser = cast.signed_in(cast.user(Role.WELFARE_OFFICER, own))
        assert browser.get(f"/support/reminders/{own.pk}/").status_code == 200
        for closed in (NETWORK, f"/support/reminders/{other.pk}/"):
            assert browser.post(closed, PAGE | {"save": "1"}).status_code == 404
        assert browser.get("/support/reminders/holidays/").status_code == 403
        page = browser.get("/support/reminders/").text
        assert "Linea" in page
        assert "Other" not in page
        with as_engine():
            assert not ReminderDefault.objects.exists()

    def test_the_list_takes_as_many_queries_for_three_hotlines_as_for_one(self, officer):
        browser = cast.signed_in(officer)

        def queries() -> int:
            with CaptureQueriesContext(connections["welfare"]) as behind:
                return cast.queries_of(browser, "/support/reminders/") + len(behind)

        cast.hotline()
        first = queries()
        for name in ("Other", "Third"):
            set_default(hotline=cast.hotline(name, "DE").pk, by=officer, **WEEKLY)
        assert queries() == first

    def test_they_look_the_same_whoever_has_reminders(self, officer, analyst):
        browser = cast.signed_in(officer)
        pages = ["/support/reminders/", NETWORK, "/support/reminders/holidays/?country=FR&year=2030"]
        before = [without_noise(browser.get(page).text) for page in pages]
        make_due(analyst)
        set_reminders(by=analyst, follows=Group.values)
        engine.run_once()
        assert [without_noise(browser.get(page).text) for page in pages] == before


def without_noise(page: str) -> str:
    from tests.wall.walk import NOISE

    return NOISE.sub("", page)


class TestTheDatabaseRefuses:
    def test_a_default_or_a_holiday_of_somebody_who_is_no_officer(self, analyst):
        with pytest.raises(DatabaseError, match="row-level security"), as_user(analyst.pk):
            ReminderDefault.objects.create(hotline_id=None, revision=1)
        with as_user(analyst.pk):
            assert not ReminderDefault.objects.exists()

    @pytest.mark.parametrize(
        ("fields", "named"),
        [
            ({"cadence": "weekly"}, "default_day_goes_with_cadence"),
            ({"quiet_from": dt.time(1)}, "default_quiet_has_both_ends"),
            ({"working_days": [0]}, "default_working_days"),
        ],
    )
    def test_half_a_group(self, officer, fields, named):
        with pytest.raises(IntegrityError, match=named), as_officer(officer.pk):
            ReminderDefault.objects.create(revision=1, **fields)

    def test_two_defaults_of_the_network(self, officer):
        set_default(hotline=None, by=officer, **WEEKLY)
        with pytest.raises(IntegrityError, match="one_default_a_hotline"), as_officer(officer.pk):
            ReminderDefault.objects.create(hotline_id=None, revision=2)

    def test_officers_see_no_schedule(self, analyst, officer):
        make_due(analyst)
        with as_officer(officer.pk):
            assert not Schedule.objects.exists()
            assert not Occurrence.objects.exists()
            assert not Notice.objects.exists()
