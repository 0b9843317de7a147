"""Several people moved to another hotline at once: as each by hand, looked at first, and back."""

import datetime as dt

import pytest

from courses.actions.bulk.choosing import undo
from courses.actions.bulk.deciding import apply
from courses.actions.bulk.working import work_now
from courses.actions.by_hand.people import undo_change
from courses.models import BulkAct, BulkAction, BulkState
from courses.web import words
from lms.kit.errors import Refused
from lms.people.actions.persons import move_person
from lms.people.enums import PersonChangeKind, Role
from lms.people.models import Hotline, Person, PersonChange, User
from tests import cast
from tests.courses import ledger
from tests.courses.find import made
from tests.screens import Screen

pytestmark = pytest.mark.django_db
FIRST_DAY = dt.date(2024, 6, 30)
LAST_DAY = FIRST_DAY - dt.timedelta(days=1)


@pytest.fixture
def staff() -> User:
    return cast.user(Role.STAFF)


@pytest.fixture
def linea() -> Hotline:
    return cast.hotline("Linea")


@pytest.fixture
def meldpunt() -> Hotline:
    return cast.hotline("Meldpunt")


def somebody(name: str, *at: Hotline) -> Person:
    one = cast.person(name)
    for hotline in at:
        cast.affiliate(one, hotline)
    return one


def looked_at(by: User, people: list[Person], to: Hotline, leaves: Hotline | None = None) -> BulkAction:
    return made.looked_at(by, people, BulkAct.MOVE, made.moves(to, FIRST_DAY, leaves))


def put_back(action: BulkAction, by: User, *, without: bool = False) -> BulkAction:
    undoing = undo(action=action, reason="It was another one.", by=by)
    work_now(undoing)
    return made.done(made.again(undoing), by, without=without)


def why_not(action: BulkAction) -> list[str]:
    return list(action.rows.order_by("place").values_list("why_not", flat=True))


def places(of: Person) -> set[tuple[int | None, dt.date | None, dt.date | None]]:
    return {tie[1:] for tie in made.ties(of)}


def test_each_is_moved_as_by_hand_and_back(staff, linea, meldpunt):
    people = [somebody("Ada", linea), somebody("Eve", linea)]
    before = [places(one) for one in people]
    action = looked_at(staff, people, meldpunt)
    assert (action.state, why_not(action)) == (BulkState.PREVIEWED, ["", ""])
    assert [places(one) for one in people] == before
    assert not PersonChange.objects.exists()
    made.done(action, staff)
    for one in people:
        assert places(one) == {(linea.pk, None, LAST_DAY), (meldpunt.pk, FIRST_DAY, None)}
        (change,) = PersonChange.objects.filter(person=one)
        assert (change.kind, change.reason) == (PersonChangeKind.MOVED, "Tidying up.")
        assert change.recorded_by == staff
    undoing = put_back(made.again(action), staff)
    assert [places(one) for one in people] == before
    assert made.again(undoing).state == BulkState.APPLIED
    # An undoing is undone like anything else.
    put_back(made.again(undoing), staff)
    assert places(people[0]) == {(linea.pk, None, LAST_DAY), (meldpunt.pk, FIRST_DAY, None)}


def test_each_row_says_why_it_cannot(staff, linea, meldpunt):
    other = cast.hotline("Other")
    people = [
        somebody("Both", linea, other),
        somebody("There", meldpunt),
        somebody("Nowhere"),
        ended := somebody("Ended", linea),
        came := somebody("Came"),
        somebody("Twice", linea, meldpunt),
        somebody("Ada", linea),
    ]
    ended.affiliations.update(until_on=LAST_DAY - dt.timedelta(days=1))
    cast.affiliate(came, linea, from_on=FIRST_DAY)
    action = looked_at(staff, people, meldpunt)
    nowhere = "On the day before they do not belong to a hotline that they could leave."
    assert why_not(action) == [
        "On the day before they belong to several hotlines: say which one they leave.",
        "They belong to this hotline already.",
        nowhere,
        nowhere,
        nowhere,
        "On some of these days they belong to this hotline already.",
        "",
    ]
    with pytest.raises(Refused, match="Some of these rows cannot be done"):
        apply(action=action, digest=action.digest, without_refused=False, by=staff)
    before = [made.ties(one) for one in people[:-1]]
    made.done(action, staff, without=True)
    assert [made.ties(one) for one in people[:-1]] == before
    assert len(places(people[-1])) == 2


def test_of_several_hotlines_the_one_said_is_left(staff, linea, meldpunt):
    other = cast.hotline("Other")
    both = somebody("Both", linea, other)
    made.done(looked_at(staff, [both], meldpunt, leaves=other), staff)
    assert places(both) == {
        (linea.pk, None, None),
        (other.pk, None, LAST_DAY),
        (meldpunt.pk, FIRST_DAY, None),
    }


def test_what_stays_is_said_before_and_stays(staff, linea, meldpunt):
    ada = cast.user(Role.HOTLINE_MANAGER, linea).person
    cast.affiliate(ada, linea)
    ledger.fact(ada, ledger.activity(), at=linea)
    ledger.fact(ada, ledger.activity("Basic B", "2024-07-10T09:00+02:00"), at=linea)
    numbers = made.counts()
    action = looked_at(staff, [ada], meldpunt)
    assert action.rows.get().after["stays"] == {"facts": 2, "later": 1, "role": True}
    page = Screen(cast.signed_in(staff)).open(f"/staff/bulk/{action.pk}/").page.replace("\xa0", " ")
    assert "Linea, without an end." in page
    days = {"last": words.day(LAST_DAY), "first": words.day(FIRST_DAY)}
    assert "Linea until {last}; Meldpunt from {first} on.".format(**days).replace("\xa0", " ") in page
    assert "2 facts keep the former hotline. 1 of them is of the first day there or later." in page
    assert "A role of theirs at the former hotline stays" in page
    made.done(action, staff)
    assert made.counts() == numbers


def test_a_fact_that_came_meanwhile_is_looked_at_first(staff, linea, meldpunt):
    ada = somebody("Ada", linea)
    action = looked_at(staff, [ada], meldpunt)
    ledger.fact(ada, ledger.activity(), at=linea)
    now = made.done(action, staff)
    assert (now.state, now.changed_since) == (BulkState.PREVIEWED, True)
    assert len(places(ada)) == 1


def test_what_something_later_stands_on_is_named_and_stays(staff, linea, meldpunt):
    ada, eve = somebody("Ada", linea), somebody("Eve", linea)
    action = made.done(looked_at(staff, [ada, eve], meldpunt), staff)
    ledger.fact(ada, ledger.activity("Basic B", "2024-07-10T09:00+02:00"), at=meldpunt)
    there = eve.affiliations.get(hotline=meldpunt)
    later = FIRST_DAY + dt.timedelta(days=9)
    move_person(affiliation=there, hotline=cast.hotline("Other"), from_on=later, reason="On.", by=staff)
    before = [places(ada), places(eve)]
    undoing = undo(action=action, reason="x", by=staff)
    work_now(undoing)
    assert why_not(undoing) == [
        "1 fact was recorded with it since. Correct it at its activity first.",
        "Something was changed since. Change it as it should be instead.",
    ]
    assert [places(ada), places(eve)] == before


def test_nothing_is_put_back_twice(staff, linea, meldpunt):
    action = made.done(looked_at(staff, [somebody("Ada", linea)], meldpunt), staff)
    put_back(action, staff)
    twice = undo(action=made.again(action), reason="x", by=staff)
    work_now(twice)
    assert why_not(twice) == ["This change is taken back already."]


def test_the_same_move_that_somebody_made_by_hand_since_is_theirs(staff, linea, meldpunt):
    ada = somebody("Ada", linea)
    action = made.done(looked_at(staff, [ada], meldpunt), staff)
    undo_change(person_change=PersonChange.objects.latest("pk"), reason="Not so.", by=staff)
    back = ada.affiliations.get()
    move_person(affiliation=back, hotline=meldpunt, from_on=FIRST_DAY, reason="By her word.", by=staff)
    before = places(ada)
    undoing = undo(action=made.again(action), reason="x", by=staff)
    work_now(undoing)
    assert why_not(undoing) == ["This change is taken back already."]
    assert places(ada) == before


class TestThePage:
    @pytest.fixture
    def screen(self, staff):
        return Screen(cast.signed_in(staff))

    def test_from_the_list_to_the_undoing(self, screen, staff, linea, meldpunt):
        ada = somebody("Ada", linea)
        action = made.chosen(staff, [ada], made.ListName.PEOPLE)
        screen.open(f"/staff/bulk/{action.pk}/?act=move")
        screen.press(
            "Show me what would change", hotline=str(meldpunt.pk), from_on="2024-06-30", reason="A merger."
        )
        assert "Move to Meldpunt from" in screen.page
        screen.press("Do it")
        assert len(places(ada)) == 2
        screen.press("Show me what would be put back", reason="A mistake.")
        screen.press("Do it")
        assert places(ada) == {(linea.pk, None, None)}

    def test_what_is_wrong_is_said_and_nothing_typed_is_lost(self, staff, linea):
        action = made.chosen(staff, [somebody("Ada", linea)], made.ListName.PEOPLE)
        said = {"say": "1", "act": "move", "hotline": linea.pk, "leaves": linea.pk, "from_on": "2024-06-30"}
        page = cast.signed_in(staff).post(f"/staff/bulk/{action.pk}/", {**said, "reason": "A merger."}).text
        assert "This is the hotline that they leave: choose another one." in page
        assert 'value="A merger."' in page
        assert 'value="2024-06-30"' in page
        assert made.again(action).state == BulkState.CHOSEN
