"""The pages of published figures, and every kind of change that came after a freeze explained."""

import csv
import io
import json

import pytest
from django.urls import reverse

from courses.actions.by_hand.facts import Said, add_person, set_facts
from courses.models import ActivityNote, Snapshot
from lms.people.actions.merges import merge_persons, undo_merge
from lms.people.enums import Role
from tests import cast
from tests.courses import ledger
from tests.courses.figures import made
from tests.moments import next_moment

pytestmark = pytest.mark.django_db
FREEZE = "/staff/figures/freeze/?year=2023"


@pytest.fixture
def staff():
    return cast.signed_in(cast.user(Role.STAFF))


def hidden(page: str, name: str) -> str:
    return page.split(f'name="{name}" value="')[1].split('"')[0]


def test_a_list_without_figures_says_what_to_do(staff):
    assert "No figure is frozen yet" in staff.get("/staff/figures/").text


def test_what_would_be_frozen_is_shown_and_nothing_else_is_frozen(staff):
    ledger.fact(cast.person(), ledger.activity())
    next_moment()
    page = staff.get(FREEZE).text
    assert "Basic" in page
    assert "1 entry of the ledger, 1 activity." in page
    assert not Snapshot.objects.exists()
    answer = staff.post(FREEZE, {"title": "Trained", "place": "Report, p. 4", "seen": hidden(page, "seen")})
    figure = Snapshot.objects.get()
    assert answer.url == f"/staff/figures/{figure.pk}/"
    assert "Report, p. 4" in staff.get("/staff/figures/").text
    assert figure.recorded_by.email in (figure.recorded_by.email, "")


def test_a_look_that_is_no_longer_true_freezes_nothing_and_shows_the_numbers_anew(staff):
    ledger.fact(cast.person(), ledger.activity())
    seen = hidden(staff.get(FREEZE).text, "seen")
    ledger.fact(cast.person(), ledger.activity("B"))
    next_moment()
    page = staff.post(FREEZE, {"title": "Trained", "seen": seen}).text
    assert "Something was recorded since you looked" in page
    assert not Snapshot.objects.exists()
    assert staff.post(FREEZE, {"title": "Trained", "seen": hidden(page, "seen")}).status_code == 302


@pytest.mark.parametrize(
    ("asked", "status"),
    [("year=2023&as_of=2023-05-01", 400), ("hotline=Nowhere", 400), ("statement=99", 404), ("count=x", 404)],
)
def test_what_is_no_figure_is_refused(staff, asked, status):
    assert staff.get(f"/staff/figures/freeze/?{asked}").status_code == status


def test_the_pages_of_counts_lead_to_it(staff):
    ledger.fact(cast.person(), ledger.activity())
    assert "/staff/figures/freeze/?year=2023" in staff.get("/staff/counts/?year=2023").text
    facts = staff.get("/staff/counts/facts/?year=2023&count=basic.attended.people").text
    assert "/staff/figures/freeze/?year=2023&amp;count=basic.attended.people" in facts


def test_a_statement_is_frozen_with_its_lines(staff):
    ledger.fact(cast.person(), ledger.activity())
    next_moment()
    url = "/staff/figures/freeze/?statement=0"
    page = staff.get(url).text
    assert "Basic Training (following)" in page
    staff.post(url, {"title": "Annual report", "seen": hidden(page, "seen")})
    figure = Snapshot.objects.get()
    assert figure.definition["of"] == "statement"
    assert "Basic Training (following)" in staff.get(f"/staff/figures/{figure.pk}/").text


class TestSince:
    """Each kind of change, with who, when and from where, and its effect."""

    def told(self, staff, figure) -> str:
        return staff.get(reverse("staff-figure", args=[figure.pk])).text

    def test_nothing_came(self, staff):
        assert "Today's numbers are those of the figure." in self.told(staff, made.figure())

    def test_an_entry_recorded_late_with_its_import_and_line(self, staff):
        figure = made.figure()
        register = ledger.register("late-2024")
        ledger.fact(cast.person("Berg"), ledger.activity("Basic late"), source=register, source_line=7)
        page = self.told(staff, figure)
        for said in ("recorded late: attended", "Basic late", "Berg", "late-2024, line 7", "+1"):
            assert said in page

    def test_an_entry_taken_back(self, staff):
        entry = ledger.fact(cast.person(), ledger.activity())
        figure = made.figure()
        ledger.take_back(entry)
        page = self.told(staff, figure)
        assert "taken back: attended" in page
        assert "−1" in page

    def test_what_was_put_right_by_hand_with_the_reason_of_each_side(self, staff):
        by, room = cast.user(Role.STAFF), ledger.activity()
        ledger.fact(cast.person(), room)
        figure = made.figure()
        taking = room.participations.get()
        set_facts(participation=taking, said=Said(attended=False), reason="Struck on the list.", by=by)
        next_moment()
        add_person(
            activity=room, person=cast.person("Ny"), said=Said(attended=True), reason="Was forgotten.", by=by
        )
        next_moment()
        ActivityNote.objects.create(
            version=ledger.version(room, kind_id="advanced"), reason="It was another kind."
        )
        page = self.told(staff, figure)
        for reason in ("Struck on the list.", "Was forgotten.", "It was another kind."):
            assert page.count(reason) == 1

    def test_an_activity_that_was_changed(self, staff):
        room = ledger.activity()
        ledger.fact(cast.person(), room)
        figure = made.figure()
        ledger.version(room, kind_id="advanced")
        page = self.told(staff, figure)
        assert "kind: Basic" in page
        assert "Advanced" in page

    def test_a_merge_and_its_undoing(self, staff):
        one, other = cast.person("Ek"), cast.person("Lind")
        for who in (one, other):
            ledger.fact(who, ledger.activity())
        figure = made.figure("basic.attended.people")
        merge = merge_persons(duplicate=one, survivor=other, by=None)
        next_moment()
        page = self.told(staff, figure)
        assert "Ada Ek is read as Ada Lind" in page
        assert "−1" in page
        undo_merge(merge=merge, by=None)
        page = self.told(staff, figure)
        assert "read apart again" in page
        assert "Today's numbers are those of the figure." in page

    def test_the_list_says_by_how_much(self, staff):
        figure = made.figure("basic.attended.participations")
        ledger.fact(cast.person(), ledger.activity("B"))
        page = staff.get("/staff/figures/").text
        assert f'<a href="/staff/figures/{figure.pk}/#since">+1</a>' in page


def test_frozen_numbers_open_to_the_facts_of_then(staff):
    entry = ledger.fact(cast.person("Lind"), ledger.activity())
    figure = made.figure()
    ledger.take_back(entry)
    url = reverse("staff-figure-facts", args=[figure.pk])
    page = staff.get(f"{url}?line=1&count=basic.attended.people&value=").text
    assert "Lind" in page
    assert "Basic A" in staff.get(f"{url}?line=1&count=basic.held.events&value=").text
    assert staff.get(f"{url}?line=1&count=advanced.held.events").status_code == 404


def test_a_number_of_events_opens_to_them_and_to_no_visitor(staff):
    visit = ledger.activity("A visit", kind_id="exchange", host_id=cast.hotline().pk)
    ledger.fact(cast.person("Visitor"), visit, at=cast.hotline("Other"))
    url = reverse("staff-figure-facts", args=[made.figure().pk])
    page = staff.get(f"{url}?line=1&count=exchange.held.events&value=").text
    assert "A visit" in page
    assert "Visitor" not in page
    assert "Visitor" in staff.get(f"{url}?line=1&count=exchange.held.hotlines&value=").text


def test_a_breakdown_that_is_looked_at_is_what_is_frozen(staff):
    ledger.fact(cast.person(), ledger.activity())
    page = staff.get("/staff/counts/?year=2023&by=country").text
    assert "/staff/figures/freeze/?year=2023&amp;by=country" in page


def test_nothing_is_frozen_that_nobody_looked_at(staff):
    ledger.fact(cast.person(), ledger.activity())
    next_moment()
    assert "Something was recorded since you looked" in staff.post(FREEZE, {"title": "Trained"}).text
    assert not Snapshot.objects.exists()


def test_files_hold_the_numbers_and_no_text_is_a_formula(staff):
    figure = made.figure(title="=1+1")
    asked = {
        form: staff.get(reverse("staff-figure-download", args=[figure.pk, form])) for form in ("json", "csv")
    }
    told = json.loads(asked["json"].getvalue())
    assert (told["digest"], told["counts"]) == (figure.digest, figure.counts)
    rows = list(csv.DictReader(io.StringIO(asked["csv"].getvalue().decode())))
    assert [int(row["number"]) for row in rows] == [one["number"] for one in figure.counts]
    assert staff.get(reverse("staff-figure-download", args=[figure.pk, "xlsx"])).status_code == 200
    assert staff.get(reverse("staff-figure-download", args=[figure.pk, "pdf"])).status_code == 404


def test_where_it_was_published_is_added_and_nothing_is_edited(staff):
    figure = made.figure()
    url = reverse("staff-figure", args=[figure.pk])
    assert "This field is required" in staff.post(url, {"text": ""}).text
    staff.post(url, {"text": "Webinar of May, slide 3"})
    assert "Webinar of May, slide 3" in staff.get(url).text
    before = (figure.digest, figure.title)
    figure.refresh_from_db()
    assert (figure.digest, figure.title) == before


def test_pages_take_as_many_queries_for_three_as_for_one():
    client = cast.signed_in(cast.user(Role.STAFF))
    first = made.figure("basic.attended.people")
    paths = ["/staff/figures/", reverse("staff-figure", args=[first.pk])]
    ledger.fact(cast.person(), ledger.activity("B"))
    next_moment()
    one = [cast.queries_of(client, path) for path in paths]
    for number in range(2):
        made.figure(where=(("country", "FR"),), title=f"{number}")
        ledger.fact(cast.person(), ledger.activity(f"C{number}"))
        next_moment()
    assert [cast.queries_of(client, path) for path in paths] == one
