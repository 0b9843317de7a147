"""Lists for other programs: what is in them, page by page, at a constant number of queries."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from courses.api import ledger as api_ledger
from courses.enums import Stage
from courses.models import Activity, Entry, Funder, Reversal
from lms.kit.clock import today
from lms.people.actions.merges import merge_persons
from lms.people.models import Agency, Person
from tests import cast
from tests.courses import ledger
from tests.courses.api import made
from tests.courses.api.made import API, problem, results
from tests.moments import next_moment

pytestmark = pytest.mark.django_db
LISTS = ["hotlines/", "people/", "activities/", "participations/", "ledger/", "snapshots/"]


def somebody(number: int) -> Person:
    """A person of a hotline of its own who enrolled, attended, and was put right once."""
    at = cast.hotline(f"Hotline {number}")
    who = cast.person(f"Family {number}", register_id=f"P{number}", email=f"p{number}@test.example")
    cast.affiliate(who, at)
    what = ledger.activity(f"Basic {number}", host_id=at.pk)
    ledger.fact(who, what, Stage.ENROLLED, at=at, on="2023-05-01")
    ledger.take_back(ledger.fact(who, what, at=at))
    ledger.fact(who, what, at=at)
    merge_persons(duplicate=cast.person(), survivor=who, by=None)
    return who


@pytest.mark.parametrize("path", LISTS)
def test_a_list_costs_the_same_at_one_and_at_three_rows(path):
    from tests.courses.figures.made import figure

    client = made.staff()
    somebody(1)
    figure()
    one = made.queries_of(client, path)
    for number in (2, 3):
        somebody(number)
        figure(title=f"Trained {number}")
    assert made.queries_of(client, path) == one
    assert len(client.get(f"{API}/{path}").json()["results"]) >= 3


@pytest.mark.parametrize("path", ["people/", "activities/", "participations/", "ledger/"])
def test_so_does_a_managers(path):
    who = somebody(1)
    at = who.affiliations.get().hotline
    client = made.manager(at)
    one = made.queries_of(client, path)
    for number in (2, 3):
        other = cast.person(f"Colleague {number}")
        cast.affiliate(other, at)
        ledger.fact(other, ledger.activity(), at=at)
    assert made.queries_of(client, path) == one
    assert len(client.get(f"{API}/{path}").json()["results"]) == 3 + (path == "ledger/") * 2


class TestWhatARecordSays:
    def test_a_hotline(self):
        cast.hotline("Linea", "FR")
        (found,) = [one for one in results(made.staff(), "hotlines/") if one["name"] == "Linea"]
        assert (found["country"], found["region"], found["memberships"]) == ("FR", "Europe", [])

    def test_a_person_with_both_ids_and_what_it_is_read_as(self):
        who = somebody(1)
        client = made.staff()
        found = {one["id"]: one for one in results(client, "people/")}
        assert found[who.pk]["register_id"] == "P1"
        assert (found[who.pk]["email"], found[who.pk]["read_as"]) == ("p1@test.example", None)
        hotline = cast.hotline("Hotline 1")
        assert found[who.pk]["affiliations"] == [
            {
                "audience": "hotline",
                "hotline": {"id": hotline.pk, "name": "Hotline 1"},
                "organisation": None,
                "country": "FR",
                "from_on": None,
                "until_on": None,
            }
        ]
        read_as = [one["read_as"] for one in found.values() if one["read_as"]]
        assert read_as == [{"id": who.pk, "register_id": "P1"}]
        assert client.get(f"{API}/people/{who.pk}/").json() == found[who.pk]

    def test_an_activity_in_utc_with_the_zone_of_its_place(self):
        what = ledger.activity("Basic", on="2023-05-10T09:00+02:00")
        (found,) = results(made.staff(), "activities/")
        assert (found["id"], found["register_id"]) == (what.pk, what.register_id)
        assert (found["starts_at"], found["timezone"]) == ("2023-05-10T07:00:00Z", "Europe/Amsterdam")
        assert (found["kind"], found["status"], found["version"], found["funder"]) == (
            "basic",
            "held",
            1,
            None,
        )

    def test_who_paid_is_not_a_managers_to_read(self):
        at = cast.hotline()
        ledger.activity(host_id=at.pk, funder_id=Funder.objects.create(name="ISF").pk)
        assert [one["funder"] for one in results(made.staff(), "activities/")] == ["ISF"]
        assert [one["funder"] for one in results(made.manager(at), "activities/")] == [None]

    def test_the_version_in_force_and_no_withdrawn_one(self):
        what = ledger.activity("Basic")
        ledger.version(what, title="Basic, moved")
        ledger.version(ledger.activity("Gone"), withdrawn=True)
        assert [(one["title"], one["version"]) for one in results(made.staff(), "activities/")] == [
            ("Basic, moved", 2)
        ]

    def test_a_participation_of_a_person(self):
        who = somebody(1)
        (found,) = results(made.staff(), "participations/")
        assert (found["person"]["id"], found["person"]["register_id"]) == (who.pk, "P1")
        assert (found["enrolled_on"], found["attended"], found["completed_on"]) == ("2023-05-01", True, None)
        assert found["counted_as"]["hotline"]["name"] == "Hotline 1"
        assert found["headcount"] == 1

    def test_a_head_count_of_an_agency(self):
        what = ledger.activity()
        agency = Agency.objects.create(name="Police", country_id="FR")
        said = {"audience": "law_enforcement", "hotline": None, "agency": agency, "country_id": "FR"}
        participation = what.participations.create(**said)
        Entry.objects.create(
            participation=participation, activity=what, stage=Stage.ATTENDED, headcount=12, **said
        )
        (found,) = results(made.staff(), "participations/")
        assert (found["person"], found["headcount"]) == (None, 12)
        assert found["counted_as"] == {
            "audience": "law_enforcement",
            "hotline": None,
            "organisation": "Police",
            "country": "FR",
        }

    def test_what_was_taken_back_altogether_is_no_participation(self):
        ledger.take_back(ledger.fact(cast.person(), ledger.activity()))
        client = made.staff()
        assert results(client, "participations/") == []
        assert [one["stands"] for one in results(client, "ledger/")] == [False]

    def test_an_entry_with_its_reversal(self):
        source = ledger.register()
        entry = ledger.fact(cast.person(register_id="P9"), ledger.activity(), source=source, source_line=7)
        ledger.take_back(entry, source)
        client = made.staff()
        (found,) = results(client, "ledger/")
        assert found == client.get(f"{API}/ledger/{entry.pk}/").json()
        assert (found["stage"], found["happened_on"], found["absent"]) == ("attended", None, False)
        assert (found["source_import"], found["source_line"]) == (source.pk, 7)
        assert found["reversal"]["source_import"] == source.pk
        assert found["recorded_at"].endswith("Z")


class TestFilters:
    def test_activities_by_kind_status_and_year_of_the_reporting_zone(self):
        ledger.activity("New year", on="2022-12-31T23:30+00:00")
        ledger.activity("Webinar", kind_id="webinar", status="planned")
        ledger.activity("Self-paced", on="", kind_id="online")
        client = made.staff()

        def titles(**query):
            return [one["title"] for one in results(client, "activities/", **query)]

        assert titles(year=2023) == ["New year", "Webinar"]
        assert titles(kind="webinar") == ["Webinar"]
        assert titles(status="planned") == ["Webinar"]
        assert titles(kind="online", year=2023) == []

    def test_entries_by_activity_person_and_stage(self):
        one, other = somebody(1), somebody(2)
        client = made.staff()
        assert len(results(client, "ledger/", person=one.pk)) == 3
        activity = Activity.objects.get(participations__person=other)
        assert {e["activity"]["id"] for e in results(client, "ledger/", activity=activity.pk)} == {
            activity.pk
        }
        assert {e["stage"] for e in results(client, "ledger/", stage="enrolled")} == {"enrolled"}
        assert len(results(client, "participations/", person=one.pk)) == 1
        assert results(client, "participations/", person=one.pk, activity=activity.pk) == []

    @pytest.mark.parametrize(
        ("path", "field"),
        [
            ("hotlines/?colour=blue", "colour"),
            ("hotlines/1/?limit=5", "limit"),
            ("activities/?year=later", "year"),
            ("activities/?kind=a&kind=b", "kind"),
            ("ledger/?as_of=2999-01-01", "as_of"),
            ("ledger/?as_of=0001-01-01", "as_of"),
            ("people/?limit=201", "limit"),
            ("people/?cursor=nonsense", "cursor"),
            ("people/?cursor=LTE=", "cursor"),
            ("counts/?year=2023&as-of=2024-01-01", "as-of"),
        ],
    )
    def test_a_parameter_that_cannot_be_taken_is_refused_with_a_sentence(self, path, field):
        told = problem(made.staff().get(f"{API}/{path}"), 400)
        assert [one["field"] for one in told["errors"]] == [field]
        assert told["errors"][0]["detail"].endswith((".", "date.", "YYYY-MM-DD."))


class TestPages:
    def test_every_record_comes_once_in_order_and_later_ones_follow(self):
        for _ in range(5):
            ledger.fact(cast.person(), ledger.activity())
        client = made.staff()
        url, seen = f"{API}/ledger/?limit=2&stage=attended", []
        while url:
            answer = client.get(url).json()
            assert len(answer["results"]) <= 2
            seen += [one["id"] for one in answer["results"]]
            url = answer["next"]
            if len(seen) == 4:
                ledger.fact(cast.person(), ledger.activity())
        assert seen == sorted(Entry.objects.values_list("pk", flat=True))
        assert len(seen) == 6

    def test_an_activity_that_changes_between_two_pages_comes_once(self):
        first, second = ledger.activity("First"), ledger.activity("Second")
        client = made.staff()
        answer = client.get(f"{API}/activities/?limit=1").json()
        ledger.version(first, title="First, changed")
        rest = client.get(answer["next"]).json()
        assert [one["id"] for one in answer["results"] + rest["results"]] == [first.pk, second.pk]
        assert rest["next"] is None

    def test_the_last_page_has_no_next_even_where_it_is_full(self):
        for _ in range(2):
            ledger.fact(cast.person(), ledger.activity())
        assert made.staff().get(f"{API}/ledger/?limit=2").json()["next"] is None


class TestAsOf:
    def test_the_ledger_as_it_was_known_then(self):
        entry = ledger.fact(cast.person(), ledger.activity())
        recorded = today()
        with time_machine.travel(timezone.now() + dt.timedelta(days=2), tick=False):
            client = made.staff()
            assert [one["id"] for one in results(client, "ledger/", as_of=recorded)] == [entry.pk]
            assert results(client, "ledger/", as_of=recorded - dt.timedelta(days=1)) == []

    def test_a_reversal_that_came_later_was_not_known(self, monkeypatch):
        entry = ledger.fact(cast.person(), ledger.activity())
        next_moment()
        known = Reversal.objects.get(pk=ledger.take_back(entry).pk).recorded_at
        monkeypatch.setattr(api_ledger, "known_by", lambda day: known)
        (found,) = results(made.staff(), "ledger/", as_of="2020-01-01")
        assert (found["stands"], found["reversal"]) == (True, None)

    def test_what_was_recorded_and_taken_back_since_is_not_in_it(self):
        entry = ledger.fact(cast.person(), ledger.activity())
        ledger.take_back(entry)
        client = made.staff()
        assert results(client, "ledger/", as_of="2020-01-01") == []
        assert client.get(f"{API}/ledger/{entry.pk}/?as_of=2020-01-01").status_code == 404
        next_moment()
        assert [one["stands"] for one in results(client, "ledger/")] == [False]


def test_a_detail_that_is_not_there_is_a_problem():
    client = made.staff()
    for path in (
        "hotlines/999999/",
        "people/999999/",
        "activities/999999/",
        "ledger/999999/",
        "snapshots/999999/",
    ):
        problem(client.get(f"{API}/{path}"), 404)
    assert client.get(f"{API}/hotlines/{cast.hotline().pk}/").status_code == 200
