"""What a merge would change is shown first, and it is just what it then does; undoing it puts every count back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.actions.by_hand.merging import Effect, look_at_merge, look_at_undoing
from courses.enums import Dimension
from courses.models import Entry
from courses.queries.counts import Question, count
from courses.queries.snapshots.behind import counted as counted_of
from courses.queries.snapshots.behind import read_counts
from courses.queries.snapshots.listed import definition_of
from lms.kit.clock import Span
from lms.kit.errors import Refused
from lms.people.actions.merges import merge_persons, undo_merge
from lms.people.enums import Role
from lms.people.models import Person, PersonMerge
from tests import cast
from tests.courses import ledger
from tests.courses.figures import made as figures
from tests.courses.random_registers import registers
from tests.courses.test_counts_property import end_of_recording, fewer, take, taken_back
from tests.moments import next_moment
from tests.threads import at_once

pytestmark = pytest.mark.django_db


def everything() -> dict[tuple[object, ...], int]:
    """Every count of every year there is, of the network and by hotline."""
    found: dict[tuple[object, ...], int] = {}
    for year in range(2021, 2026):
        for by in (None, Dimension.HOTLINE):
            for row in count(Question(Span.of_year(year), by=by)):
                found[year, str(row.code), by and (row.value or "none"), ""] = row.number
    return found


def difference(before: dict, after: dict) -> dict:
    return {
        key: (before.get(key, 0), after.get(key, 0))
        for key in {*before, *after}
        if before.get(key, 0) != after.get(key, 0)
    }


def said(effect: Effect) -> dict:
    """The same keys as ``everything`` has."""
    return {
        (year, str(one.code), None if one.hotline == "" else one.hotline or "none", ""): (
            one.before,
            one.after,
        )
        for year, moved in effect.years.items()
        for one in moved
    }


@pytest.fixture
def two():
    """Two records in one room, and one of them in another room as well."""
    one, other = cast.person("Ek"), cast.person("Eck")
    room, alone = (
        ledger.activity("Basic in May"),
        ledger.activity("Basic in June", on="2023-06-10T09:00+02:00"),
    )
    ledger.fact(one, room)
    ledger.fact(other, room, at=cast.hotline("Other", "SE"))
    ledger.fact(other, alone)
    return one, other


def test_each_count_that_moves_is_said_of_the_network_and_of_its_hotlines(two):
    one, other = two
    effect = look_at_merge(duplicate=one, survivor=other, by=None)
    assert list(effect.years) == [2023]
    assert said(effect) == {
        (2023, "basic.attended.participations", None, ""): (3, 2),
        (2023, "basic.attended.people", None, ""): (2, 1),
        (2023, "basic.attended.participations", "Linea", ""): (2, 1),
        (2023, "basic.attended.people", "Linea", ""): (2, 1),
    }
    assert not PersonMerge.objects.exists()


def test_nothing_moves_where_they_never_met_nor_did_the_same(two):
    one, _other = two
    effect = look_at_merge(duplicate=cast.person("Nobody"), survivor=one, by=None)
    assert not effect
    assert effect.years == {2023: []}


def test_a_published_figure_differs_by_so_much_more(two):
    one, other = two
    next_moment()
    figure = figures.figure()
    ledger.fact(cast.person("Late"), ledger.activity("Late"))
    effect = look_at_merge(duplicate=one, survivor=other, by=None)
    assert {(m.key.code, m.frozen, m.before, m.after) for m in effect.figures} == {
        ("basic.attended.participations", 3, 4, 3),
        ("basic.attended.people", 2, 3, 2),
    }
    merge_persons(duplicate=one, survivor=other, by=None)
    now = counted_of(definition_of(figure))
    assert {key: number for key, number in now.items() if number != read_counts(figure.counts).get(key)} == {
        m.key: m.after for m in effect.figures if m.after != m.frozen
    } | {key: 3 for key in now if key.code == "basic.held.events"}


def test_a_figure_of_another_year_is_not_asked(two):
    one, other = two
    ledger.fact(cast.person("Early"), ledger.activity("Early", on="2022-05-10T09:00+02:00"))
    next_moment()
    figures.figure()
    assert {m.figure.first.year for m in look_at_merge(duplicate=one, survivor=other, by=None).figures} == {
        2023
    }


def test_it_is_refused_as_the_merge_is(two):
    one, other = two
    for duplicate, survivor, by in ((one, one, None), (one, other, cast.user(Role.TRAINER))):
        with pytest.raises(Refused):
            look_at_merge(duplicate=duplicate, survivor=survivor, by=by)
    assert not PersonMerge.objects.exists()


@pytest.mark.usefixtures("hotlines")
class TestAnyRegister:
    @fewer
    @given(registers(most_activities=4, most_people=4, kinds=["basic", "exchange"]), st.booleans())
    def test_the_preview_is_what_merging_does_and_undoing_restores_every_count(self, drawn, chained):
        with taken_back():
            take(drawn)
            people = list(Person.objects.order_by("register_id"))
            if len(people) < 2:
                return
            if chained and len(people) > 2:
                merge_persons(duplicate=people[2], survivor=people[0], by=None)
                end_of_recording()
            before = everything()
            effect = look_at_merge(duplicate=people[0], survivor=people[1], by=None)
            assert everything() == before
            merge = merge_persons(duplicate=people[0], survivor=people[1], by=None)
            end_of_recording()
            merged = everything()
            assert said(effect) == difference(before, merged)
            backwards = look_at_undoing(merge=merge, by=None)
            assert said(backwards) == difference(merged, before)
            undo_merge(merge=merge, by=None)
            end_of_recording()
            assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_of_two_who_merge_the_same_pair_one_wins_and_the_other_is_told():
    one, other, staff = cast.person("Ek"), cast.person("Eck"), cast.user(Role.STAFF)
    ledger.fact(one, ledger.activity())
    turns = iter([(one, other), (other, one)])

    def act():
        duplicate, survivor = next(turns)
        return merge_persons(duplicate=duplicate, survivor=survivor, by=staff)

    outcomes = at_once(2, act)
    assert sorted(isinstance(outcome, Refused) for outcome in outcomes) == [False, True]
    assert PersonMerge.objects.filter(undone_at=None).count() == 1
    merge = PersonMerge.objects.get()
    undone = at_once(2, lambda: undo_merge(merge=merge, by=staff))
    assert [o.sentence for o in undone if isinstance(o, Refused)] == ["This merge is already undone."]
    assert Entry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_previews_at_once_neither_wait_for_ever_nor_leave_anything():
    one, other, staff = cast.person("Ek"), cast.person("Eck"), cast.user(Role.STAFF)
    room = ledger.activity()
    ledger.fact(one, room)
    ledger.fact(other, room)
    effects = at_once(3, lambda: look_at_merge(duplicate=one, survivor=other, by=staff))
    assert [said(effect) for effect in effects] == [said(effects[0])] * 3
    assert said(effects[0])[2023, "basic.attended.people", None, ""] == (2, 1)
    assert not PersonMerge.objects.exists()
