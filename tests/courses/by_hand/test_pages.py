"""The pages by hand: looked at first, nothing typed is lost, a way back in the message and in the history."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.actions.by_hand.facts import Said, add_head_count, add_person
from courses.actions.taking_part import Place
from courses.models import ActivityVersion, Entry, FactChange
from courses.web.by_hand import tables
from lms.kit import clock
from lms.people.enums import Audience, Role
from lms.people.models import Affiliation, Agency, Person, PersonChange, PersonMerge
from tests import cast
from tests.courses import ledger
from tests.courses.cohorts import made as cohorts
from tests.moments import next_moment

pytestmark = pytest.mark.django_db
WHY = "A list came by mail."


@pytest.fixture
def staff():
    return cast.user(Role.STAFF)


@pytest.fixture
def page(staff):
    return cast.signed_in(staff)


@pytest.fixture
def room():
    made = ledger.activity("Basic A")
    next_moment()
    return made


def looked(answer) -> dict[str, str]:
    found = re.search(r'name="looked" value="(\w+)"', answer.text)
    assert found, answer.text
    return {"looked": found[1], "apply": "1"}


def undo_link(answer) -> str:
    return re.search(r'<a href="([^"]+)">Undo</a>', answer.text)[1]


def as_it_is(**more: str) -> dict[str, str]:
    return {
        "kind": "basic", "title": "Basic A", "starts_at": "2023-05-10T09:00", "ends_at": "", "mode": "",
        "timezone": "Europe/Amsterdam", "status": "held", "topics": "", "reason": WHY,
    } | more  # fmt: skip


class TestActivity:
    def test_old_and_new_stand_side_by_side_before_anything_is_written(self, page, room):
        url = f"/staff/activities/{room.pk}/edit/"
        said = as_it_is(title="Basic B", starts_at="2023-05-10T10:00", timezone="Europe/Lisbon")
        shown = page.post(url, said)
        assert re.search(r"Basic A.*Basic B", shown.text, re.DOTALL)
        assert "starts, your time" in shown.text
        assert room.versions.count() == 1
        done = page.post(url, said | looked(shown), follow=True)
        assert ActivityVersion.objects.in_force().get(activity=room).title == "Basic B"
        assert WHY in done.text
        back = undo_link(done)
        assert "Old and new" in page.get(back).text
        page.post(back, {"reason": "It was right."})
        assert ActivityVersion.objects.in_force().get(activity=room).title == "Basic A"

    def test_what_was_typed_or_recorded_since_is_looked_at_first(self, page, room):
        url = f"/staff/activities/{room.pk}/edit/"
        shown = page.post(url, as_it_is(title="Basic B"))
        again = page.post(url, as_it_is(title="Basic C") | looked(shown))
        assert room.versions.count() == 1
        ledger.version(room, title="Meanwhile")
        page.post(url, as_it_is(title="Basic C") | looked(again))
        assert room.versions.count() == 2

    def test_a_refusal_keeps_what_was_typed(self, page, room):
        answer = page.post(f"/staff/activities/{room.pk}/edit/", as_it_is(title="Typed with care", reason=""))
        assert "Typed with care" in answer.text
        assert room.versions.count() == 1

    def test_where_a_cohort_is_behind_it_the_page_leads_there(self, page):
        cohort = cohorts.cohort(on=cohorts.DAY)
        answer = page.get(f"/staff/activities/{cohort.activity_id}/edit/", follow=True)
        assert answer.redirect_chain == [(f"/staff/activities/{cohort.activity_id}/", 302)]
        assert f'href="/teach/cohorts/{cohort.pk}/"' in answer.text
        assert "Correct the record" not in answer.text

    @pytest.mark.parametrize("kind", ["basic", "online", "exchange"])
    def test_any_kind_is_written_down(self, page, kind):
        said = as_it_is(starts_at="2023-05-10T09:00", ends_at="2023-05-10T10:00", mode="online")
        if kind == "online":
            said |= {"starts_at": "", "ends_at": ""}
        assert page.post(f"/staff/activities/new/?kind={kind}", said).status_code == 302
        version = ActivityVersion.objects.get()
        assert (version.kind_id, version.starts_at is None) == (kind, kind == "online")


class TestPeopleOfAnActivity:
    def test_somebody_is_looked_up_added_and_the_addition_taken_back(self, page, room):
        person = cast.person("Lind", register_id="P7")
        url = f"/staff/activities/{room.pk}/people/add/"
        assert f"person={person.pk}" in page.get(url, {"q": "P7"}).text
        said = {"way": "known", "known-enrolled_on": "2023-05-01", "known-reason": WHY}
        done = page.post(f"{url}?person={person.pk}", said, follow=True)
        assert Entry.objects.standing().get().person == person
        back = undo_link(done)
        assert "Ada Lind" in page.get(back).text
        page.post(back, {"reason": "Another room."})
        assert not Entry.objects.standing().exists()
        history = page.get(f"/staff/activities/{room.pk}/").text
        assert WHY in history
        assert "taken back" in history
        assert WHY in page.get(f"/staff/people/{person.pk}/").text

    def test_somebody_new_and_a_head_count(self, page, room):
        cast.hotline()
        url = f"/staff/activities/{room.pk}/people/add/"
        new = {
            "family_name": "Ny",
            "attended": "yes",
            "audience": "hotline",
            "organisation": "linea",
            "reason": WHY,
        }
        page.post(url, {"way": "new"} | {f"new-{name}": value for name, value in new.items()})
        heads = {"audience": "industry", "organisation": "Hoster", "came": "12", "reason": WHY}
        page.post(url, {"way": "heads"} | {f"heads-{name}": value for name, value in heads.items()})
        standing = Entry.objects.standing()
        assert sorted(standing.values_list("headcount", "person__family_name")) == [(1, "Ny"), (12, None)]
        wrong = page.post(url, {"way": "new", "new-family_name": "Typed", "new-reason": WHY})
        assert "Typed" in wrong.text
        assert "how far they came" in wrong.text

    def test_several_are_looked_at_and_then_recorded_at_once(self, page, staff, room):
        for name in ("Ek", "Lind"):
            said = Said(enrolled_on=clock.today().replace(year=2023))
            add_person(activity=room, person=cast.person(name), said=said, reason=WHY, by=staff)
        url, chosen = (
            f"/staff/activities/{room.pk}/people/",
            list(room.participations.values_list("pk", flat=True)),
        )
        said = {"chosen": chosen, "step": "came", "reason": "The register on paper."}
        shown = page.post(url, said)
        assert shown.text.count("was there") >= 2
        assert not Entry.objects.filter(stage="attended").exists()
        done = page.post(url, said | looked(shown), follow=True)
        assert Entry.objects.standing().filter(stage="attended").count() == 2
        page.post(undo_link(done), {"reason": "Another day."})
        assert not Entry.objects.standing().filter(stage="attended").exists()
        assert "Say on which day" in page.post(url, said | {"step": "completed"}).text
        assert "Choose who" in page.post(url, said | {"chosen": []}).text

    def test_one_is_put_right(self, page, staff, room):
        add_person(activity=room, person=cast.person("Ek"), said=Said(attended=True), reason=WHY, by=staff)
        one = room.participations.get()
        url = f"/staff/activities/{room.pk}/people/{one.pk}/"
        shown = page.get(url)
        seen = cast.seen(shown)
        assert 'value="yes" selected' in shown.text
        answer = page.post(
            url, {"enrolled_on": "2023-05-02", "completed_on": "2023-05-01", "reason": "Slip."} | seen
        )
        assert "before they enrol" in answer.text
        done = page.post(url, {"attended": "no", "reason": "Slip."} | seen, follow=True)
        assert "<s>" in done.text
        assert "Slip." in done.text
        assert Entry.objects.standing().get().absent

    def test_the_organisation_of_a_head_count_is_put_right_and_taken_back(self, page, staff, room):
        industry, other = (Place(audience) for audience in (Audience.INDUSTRY, Audience.OTHER))
        for place, came in ((industry, 12), (other, 3)):
            said = Said(attended=True, came=came, place=place)
            add_head_count(activity=room, said=said, reason=WHY, by=staff)
        one = room.participations.get(audience="industry")
        url = f"/staff/activities/{room.pk}/people/{one.pk}/"
        said = {"came": "12", "audience": "industry", "organisation": "Hoster", "reason": "Slip."}
        looked = cast.seen(page.get(url))
        taken = page.post(url, said | looked | {"audience": "other", "organisation": ""})
        assert "3 of them are counted already" in taken.text
        nobody = page.post(url, said | looked | {"audience": "", "organisation": "Hoster"})
        assert "Say as what they took part" in nobody.text
        standing = Entry.objects.standing()
        assert sorted(standing.values_list("headcount", "agency__name")) == [(3, None), (12, None)]
        done = page.post(url, said | looked, follow=True)
        assert sorted(standing.values_list("headcount", "agency__name")) == [(3, None), (12, "Hoster")]
        page.post(undo_link(done), {"reason": "It was right."})
        assert sorted(standing.values_list("headcount", "agency__name")) == [(3, None), (12, None)]

    def test_many_changes_are_paged(self, page, staff, room, monkeypatch):
        monkeypatch.setattr(tables, "PAGE_SIZE", 2)
        for number in range(3):
            said = Said(enrolled_on=clock.today())
            reason = f"List {number}."
            add_person(activity=room, person=cast.person("Ek"), said=said, reason=reason, by=staff)
        for url in (f"/staff/activities/{room.pk}/", f"/staff/activities/{room.pk}/people/"):
            first, second = page.get(url).text, page.get(url, {"changed": "2"}).text
            assert [f"List {number}." in first for number in range(3)] == [False, True, True]
            assert [f"List {number}." in second for number in range(3)] == [True, False, False]
            assert "changed=2" in first

    def test_whether_a_cohort_or_an_exchange_is_behind_it_is_asked_once(self, page, room):
        with CaptureQueriesContext(connection) as queries:
            page.get(f"/staff/activities/{room.pk}/")
        for table in ("courses_cohort", "courses_exchange"):
            assert len([one for one in queries if f'JOIN "{table}"' in one["sql"]]) == 1
            assert not [one for one in queries if f'FROM "{table}"' in one["sql"]]

    def test_the_list_costs_the_same_at_one_and_at_three(self, page, staff, room):
        def costs(path: str) -> int:
            return cast.queries_of(page, path)

        paths = [f"/staff/activities/{room.pk}/people/", f"/staff/activities/{room.pk}/"]
        before: list[int] = []
        for number in range(3):
            person = cast.person(f"P{number}")
            cast.affiliate(person, cast.hotline(f"H{number}"))
            add_person(activity=room, person=person, said=Said(attended=True), reason=WHY, by=staff)
            before = before or [costs(path) for path in paths]
        assert [costs(path) for path in paths] == before


class TestPeople:
    def test_somebody_alike_is_told_before_another_is_made_known(self, page):
        cast.person("Ek", register_id="P1")
        said = {"given_name": "Ada", "family_name": "ek", "audience": "other"}
        assert "Ada Ek (P1)" in page.post("/staff/people/new/", said).text
        assert Person.objects.filter(family_name__iexact="ek").count() == 1
        assert page.post("/staff/people/new/", said | {"fresh": "on"}).status_code == 302
        assert Person.objects.filter(family_name__iexact="ek").count() == 2

    def test_a_move_is_looked_at_done_and_taken_back(self, page):
        ada = cast.person("Ek", register_id="P1")
        tie, to = cast.affiliate(ada, cast.hotline()), cast.hotline("Other", "SE")
        agency = Agency.objects.create(name="Polis")
        Affiliation.objects.create(person=ada, audience=Audience.GOVERNMENT, agency=agency, country_id="SE")
        ledger.fact(ada, ledger.activity())
        url = f"/staff/people/{ada.pk}/move/"
        said = {"leaves": tie.pk, "hotline": to.pk, "from_on": "2023-05-01", "reason": WHY}
        shown = page.post(url, said)
        rows = re.findall(r"<t[hd][^>]*>\s*([^<]*on any day)\s*</t[hd]>", shown.text)
        assert rows == ["Linea (FR), on any day", *2 * ["Polis, government (SE), on any day"]]
        for words in (
            "1 fact in the ledger keeps",
            "of the first day there or later",
            "until a register that says otherwise",
            "Linea (FR), on any day",
            "Linea (FR), until 30 Apr 2023",
            "Other (SE), from 1 May 2023 on",
        ):
            assert words in shown.text.replace("\N{NO-BREAK SPACE}", " ")
        assert not PersonChange.objects.exists()
        done = page.post(url, said | looked(shown), follow=True)
        assert "moved to another hotline" in done.text
        page.post(undo_link(done), {"reason": "She stayed."})
        assert Affiliation.objects.get(agency=None).hotline == tie.hotline

    def test_names_and_affiliations_are_changed_with_a_way_back(self, page):
        ada = cast.person("Ek")
        url = f"/staff/people/{ada.pk}/edit/"
        done = page.post(
            url,
            {"given_name": "Ida", "family_name": "Ek", "reason": WHY} | cast.seen(page.get(url)),
            follow=True,
        )
        assert "Ida Ek" in done.text
        page.post(undo_link(done), {"reason": "No."})
        ada.refresh_from_db()
        assert ada.given_name == "Ada"
        cast.hotline()
        tie = {"audience": "hotline", "organisation": "Linea", "from_on": "2023-01-01", "reason": WHY}
        page.post(f"/staff/people/{ada.pk}/affiliations/new/", tie)
        made = Affiliation.objects.get()
        again = page.post(f"/staff/people/{ada.pk}/affiliations/new/", tie)
        assert "belong to this hotline already" in again.text
        url = f"/staff/affiliations/{made.pk}/"
        page.post(url, tie | {"until_on": "2023-12-31"} | cast.seen(page.get(url)))
        assert str(Affiliation.objects.get().until_on) == "2023-12-31"
        page.post(url, tie | {"remove": "on"} | cast.seen(page.get(url)))
        assert not Affiliation.objects.exists()

    def test_a_page_costs_the_same_at_one_and_at_three_changes(self, page):
        ada = cast.person("Ek")
        costs: list[int] = []
        for number in range(3):
            cast.hotline(f"H{number}")
            tie = {"audience": "hotline", "organisation": f"H{number}", "reason": WHY}
            page.post(f"/staff/people/{ada.pk}/affiliations/new/", tie)
            page.get(f"/staff/people/{ada.pk}/")
            costs.append(cast.queries_of(page, f"/staff/people/{ada.pk}/"))
        assert costs[0] == costs[2]


def test_a_merge_tells_what_would_change_and_leads_back(page):
    one, other = cast.person("Ek", register_id="P1"), cast.person("Eck", register_id="P2")
    room = ledger.activity()
    for person in (one, other):
        ledger.fact(person, room)
    shown = page.get(f"/staff/people/{one.pk}/merge/", {"other": "P2"}).text
    assert "Counts of 2023 that change" in shown
    assert "the whole network" in shown
    assert not PersonMerge.objects.exists()
    done = page.post(f"/staff/people/{one.pk}/merge/", {"other": "P2"}, follow=True)
    back = undo_link(done)
    assert "Counts of 2023 that change" in page.get(back).text
    page.post(back)
    assert PersonMerge.objects.get().undone_at is not None
    refused = page.get(f"/staff/people/{one.pk}/merge/", {"other": "P1"}).text
    assert "not two records but one" in refused
    assert "Read them as one person" not in refused
    assert not FactChange.objects.exists()
