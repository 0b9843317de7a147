"""The pages of grants, the downloads of one, and the command."""

import csv
import io
import json
import re

import pytest
from django.urls import reverse

from courses.actions.exchanges.funding import fund_visits
from courses.actions.funding import funding_mark
from courses.enums import ExchangeState
from courses.models import Activity, ActivityVersion, Funding, Grant, Traveller, WorkPackage
from courses.queries.grants import funding_in_force
from lms.people.enums import Role
from tests import cast
from tests.courses import ledger
from tests.courses.cohorts import made as cohorts
from tests.courses.exchanges import made as exchanges
from tests.courses.grants import made
from tests.courses.registers import command
from tests.moments import next_moment
from tests.screens import Screen

pytestmark = pytest.mark.django_db
GRANT = {"funder": "ISF", "number": "2023/117", "title": "T", "first": "2023-01-01", "last": "2024-06-30"}


@pytest.fixture
def staff():
    return cast.signed_in(cast.user(Role.STAFF))


@pytest.fixture
def room():
    at = ledger.activity()
    ledger.fact(cast.person(), at)
    next_moment()
    return at


def test_a_grant_is_entered_changed_and_removed(staff):
    assert "There is no grant yet" in staff.get("/staff/grants/").text
    answer = staff.post("/staff/grants/new/", GRANT)
    grant = Grant.objects.get()
    assert answer.url == f"/staff/grants/{grant.pk}/"
    assert "ISF 2023/117" in staff.get("/staff/grants/").text
    change = f"{answer.url}change/"
    assert 'value="2023-01-01"' in staff.get(change).text
    staff.post(change, {**GRANT, "number": "2023/118"})
    assert "number: 2023/117 → 2023/118" in staff.get(answer.url).text
    staff.post(f"{answer.url}delete/")
    assert not Grant.objects.exists()


def test_nothing_typed_is_lost_where_it_is_refused(staff):
    made.grant()
    page = staff.post("/staff/grants/new/", {**GRANT, "title": "Kept title"}).text
    assert "There is a grant that is written like this already." in page
    assert "Kept title" in page
    page = staff.post("/staff/grants/new/", {**GRANT, "number": "2", "last": "2020-01-01"}).text
    assert "It ends before it begins." in page
    assert Grant.objects.count() == 1


def test_work_packages_are_added_changed_and_removed(staff):
    grant = made.grant()
    at = f"/staff/grants/{grant.pk}/"
    staff.post(f"{at}packages/", {"code": "WP1", "title": "Meetings"})
    package = WorkPackage.objects.get()
    one = f"/staff/grants/packages/{package.pk}/"
    staff.post(one, {"code": "WP7", "title": "Meetings"})
    assert "WP7" in staff.get(at).text
    made.paid(ledger.activity(), package)
    page = staff.post(f"{one}delete/").text
    assert "It is named by what it paid for, so it stays." in page
    assert WorkPackage.objects.count() == 1


def test_which_grants_paid_is_said_on_the_activity_and_read_as_of(staff, room):
    package = made.package(made.grant())
    other = made.grant("9", "CERV")
    form = f"/staff/activities/{room.pk}/grants/"
    assert form in staff.get(f"/staff/activities/{room.pk}/").text
    looked = cast.seen(staff.get(form))
    staff.post(form, {"payers": [f"w{package.pk}", f"g{other.pk}"], **looked})
    (said,) = Funding.objects.all()
    assert (said.grants, said.work_packages) == (sorted([package.grant_id, other.pk]), [package.pk])
    page = staff.get(f"/staff/activities/{room.pk}/").text
    assert "CERV 9, ISF 2023/117 · WP2" in page
    assert "CERV 9" not in staff.get(f"/staff/activities/{room.pk}/?as_of=2024-01-01").text
    late = staff.post(form, {"payers": [], **looked})
    assert "Somebody else said who pays meanwhile." in late.text
    assert "<dd>CERV 9, ISF 2023/117 · WP2</dd>" in late.text
    assert Funding.objects.count() == 1
    staff.post(form, {"payers": [], **cast.seen(late)})
    assert Funding.objects.order_by("-number").first().grants == []


def test_an_unknown_choice_is_refused_and_kept_back(staff, room):
    page = staff.post(f"/staff/activities/{room.pk}/grants/", {"payers": ["g1"], "seen": ""})
    assert page.status_code == 200
    assert not Funding.objects.exists()


def test_the_grants_of_visits_are_said_on_the_exchange(staff):

    one = exchanges.exchange(ExchangeState.COUNTED)
    package = made.package(made.grant())
    first, second = Traveller.objects.order_by("pk")
    form = f"/exchanges/{one.exchange.pk}/grants/"
    assert "This exchange counts already" in staff.get(form).text
    looked = cast.seen(staff.get(form))
    sent = {
        f"visit_{one.visit.pk}": f"w{package.pk}",
        f"traveller_{second.pk}": f"g{package.grant_id}",
    } | looked
    page = staff.post(form, sent).text
    assert f'value="w{package.pk}" selected' in page
    assert not Funding.objects.exists()
    staff.post(form, sent | {"note": "It was agreed in May."})
    assert (one.visit.work_package, Traveller.objects.get(pk=second.pk).grant_id) == (
        package,
        package.grant_id,
    )
    assert Funding.objects.count() == 3
    late = staff.post(form, {f"visit_{one.visit.pk}": "", "note": "Typed with care."} | looked)
    assert "Somebody else said who pays meanwhile." in late.text
    assert "Typed with care." in late.text
    assert (one.visit.work_package, Funding.objects.count()) == (package, 3)
    assert cast.signed_in(one.visiting).get(form).status_code == 403
    assert f'value="w{package.pk}" selected' in staff.get(form).text
    assert first.grant_id is None


def test_a_grants_page_counts_its_own_period(staff, room):
    grant = made.grant(last=made.FIRST.replace(month=3))
    made.paid(room, grant)
    url = f"/staff/grants/{grant.pk}/"
    page = staff.get(url).text
    assert "Nothing that counts was paid by it in these days." in page
    assert "Basic A" in page
    staff.post(f"{url}change/", GRANT)
    page = staff.get(url).text
    assert "Nothing that counts" not in page
    (link,) = [part for part in page.split('"') if part.startswith("/staff/counts/download/csv/")]
    rows = list(csv.reader(io.StringIO(b"".join(staff.get(link.replace("&amp;", "&"))).decode("utf-8-sig"))))
    assert ["basic", "attended", "people", "1"] in rows


def test_pages_cost_the_same_with_one_and_with_three(staff, room):
    grant = made.grant()
    made.paid(room, made.package(grant))
    one = exchanges.exchange()
    paths = [
        "/staff/grants/",
        f"/staff/grants/{grant.pk}/",
        f"/staff/activities/{room.pk}/grants/",
        f"/staff/activities/{room.pk}/",
        "/staff/counts/?first=2023-01-01&last=2023-12-31&by=grant",
        f"/exchanges/{one.exchange.pk}/grants/",
    ]

    fund_visits(exchange=one.exchange, payers={one.visit: made.payers(grant)}, by=one.staff)
    before = [cast.queries_of(staff, path) for path in paths]
    for number in range(3):
        other = made.grant(f"more {number}")
        made.package(grant, f"more {number}")
        made.paid(room, grant, other, made.package(other))
        at = ledger.activity(f"More {number}")
        entry = ledger.fact(cast.person(), at)
        made.paid(at, grant)
        made.paid(entry.participation, grant)
    assert [cast.queries_of(staff, path) for path in paths] == before


def test_the_counts_page_says_that_grants_do_not_add_up(staff, room):
    made.paid(room, made.grant())
    page = staff.get(reverse("staff-counts"), {"year": 2023, "by": "grant", "unit": "participations"}).text
    assert "Grants do not add up" in page
    assert "ISF 2023/117" in page


class TestTheCommand:
    @pytest.fixture
    def told(self, tmp_path):
        def run(*arguments: object) -> dict:
            done = command("export_training_counts", *arguments, "--out", tmp_path / "counts.json")
            assert done.status == 0, done.errors
            return json.loads((tmp_path / "counts.json").read_text())

        return run

    def test_without_a_span_it_is_the_grants_own(self, room, told):
        made.paid(room, made.package(made.grant()))
        rows = told("--grant", "ISF 2023/117", "--by", "work_package")
        assert (rows["year"], rows["from"], rows["to"]) == (None, "2023-01-01", "2024-06-30")
        assert rows["where"] == [{"dimension": "grant", "value": "ISF 2023/117"}]
        row = {"code": "basic.attended.people", "work_package": "ISF 2023/117 · WP2", "value": 1}
        assert row in rows["counts"]
        assert "grant" in rows["definitions"]

    def test_with_a_span_it_is_only_a_filter(self, room, told):
        made.paid(room, made.grant())
        assert told("--grant", "ISF 2023/117", "--year", "2024")["counts"] == []
        rows = told("--grant", "ISF 2023/117", "--from", "2023-05-01", "--to", "2023-05-31")
        assert {row["code"]: row["value"] for row in rows["counts"]}["basic.held.events"] == 1

    @pytest.mark.parametrize(
        "arguments", [["--grant", "ISF 9"], ["--grant", "ISF 2023/117", "--from", "2023-01-01"]]
    )
    def test_one_that_is_none_and_half_a_span_are_usage_errors(self, arguments):
        made.grant()
        done = command("export_training_counts", *arguments)
        assert (done.status, done.text) == (2, "")
        assert done.errors.strip()


class TestWhereAnActivityIsPlanned:
    NEW = "/staff/activities/new/?kind=webinar"

    def said(self, **more):
        times = {"starts_at": "2023-05-10T09:00", "ends_at": "2023-05-10T11:00"}
        known = {"title": "Tracing", "timezone": "Europe/Amsterdam", "mode": "online", **times}
        return known | more

    def planned(self, staff, **more):
        answer = staff.post(self.NEW, self.said(**more))
        assert answer.status_code == 302, answer.text
        return Activity.objects.get()

    def test_who_pays_is_said_in_the_same_press(self, staff):
        grant, other = made.grant(), made.grant("9", "CERV")
        package = made.package(other)
        page = staff.get(self.NEW).text
        assert "CERV 9 · WP2: Training" in page
        at = self.planned(staff, payers=[f"g{grant.pk}", f"w{package.pk}"])
        funding = Funding.objects.get()
        assert (funding.activity, sorted(funding.grants)) == (at, sorted([grant.pk, other.pk]))
        assert funding.work_packages == [package.pk]

    def test_it_is_said_otherwise_with_the_rest(self, staff):
        grant = made.grant()
        at = self.planned(staff)
        assert not Funding.objects.exists()
        change = f"/gatherings/{at.pk}/change/"
        staff.post(change, self.said(payers=[f"g{grant.pk}"], paid_seen=funding_mark(at)))
        assert funding_in_force(at).grants == [grant.pk]
        page, seen = staff.get(change).text, funding_mark(at)
        assert re.search(rf'value="g{grant.pk}"[^>]*checked', page)
        assert f'name="paid_seen" value="{seen}"' in page
        staff.post(change, self.said(title="Renamed", payers=[f"g{grant.pk}"], paid_seen=seen))
        assert Funding.objects.count() == 1
        staff.post(change, self.said(title="Renamed", paid_seen=seen))
        assert funding_in_force(at).grants == []

    def test_what_somebody_said_meanwhile_is_told_and_the_next_press_goes_over_it(self, staff):
        grant = made.grant()
        at = self.planned(staff)
        change, seen = f"/gatherings/{at.pk}/change/", funding_mark(at)
        made.paid(at, grant)
        before = list(ActivityVersion.objects.values()), list(Funding.objects.values())
        page = staff.post(change, self.said(title="Renamed", paid_seen=seen)).text
        assert "Somebody else said meanwhile who pays: ISF 2023/117." in page
        assert 'value="Renamed"' in page
        assert (list(ActivityVersion.objects.values()), list(Funding.objects.values())) == before
        (now,) = re.findall(r'name="paid_seen" value="(\w+)"', page)
        assert staff.post(change, self.said(title="Renamed", paid_seen=now)).status_code == 302
        assert funding_in_force(at).grants == []

    def test_a_form_from_before_there_was_a_grant_says_nothing_of_who_pays(self, staff):
        at = self.planned(staff)
        made.paid(at, made.grant())
        assert staff.post(f"/gatherings/{at.pk}/change/", self.said(title="Renamed")).status_code == 302
        assert Funding.objects.count() == 1

    def test_a_grant_that_is_gone_plans_nothing(self, staff):
        grant = made.grant()
        made.grant("9", "CERV")
        key = f"g{grant.pk}"
        grant.delete()
        page = staff.post(self.NEW, self.said(payers=[key])).text
        assert 'id="mistakes"' in page
        assert 'value="Tracing"' in page
        assert not Activity.objects.exists()

    def test_trainers_are_not_asked_and_not_heard(self, staff):
        grant, trainer = made.grant(), cast.user(Role.TRAINER)
        client = cast.signed_in(trainer)
        new = "/teach/law-enforcement/new/"
        assert "Paid by" not in client.get(new).text
        told = self.said(country="NL", trainers=[trainer.pk], payers=[f"g{grant.pk}"])
        assert client.post(new, told).status_code == 302
        assert Activity.objects.exists()
        assert not Funding.objects.exists()

    def test_where_there_are_no_grants_nothing_is_asked(self, staff):
        assert "Paid by" not in staff.get(self.NEW).text


def test_a_cohort_is_planned_and_changed_with_who_pays(staff):
    cohort = cohorts.cohort()
    trainer = cohorts.trainer(cohort)
    grant = made.grant()
    page = Screen(staff).open(f"/teach/cohorts/{cohort.pk}/settings/")
    assert "Paid by" in page.page
    page.press("Save", payers=[f"g{grant.pk}"])
    assert funding_in_force(cohort.activity).grants == [grant.pk]
    url = f"/teach/cohorts/{cohort.pk}/settings/"
    assert "Paid by" not in Screen(cast.signed_in(trainer)).open(url).page
    assert Screen(cast.signed_in(trainer)).open(url).press("Save").page
    assert funding_in_force(cohort.activity).grants == [grant.pk]
