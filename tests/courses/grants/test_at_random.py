"""Whatever is imported, funded, merged and undone in any order: counts by grant equal a recount, then and now."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.actions.snapshots import freeze
from courses.models import Activity, Participation
from courses.queries.counts import Question
from courses.queries.snapshots import definitions
from courses.queries.snapshots.behind import read_counts
from courses.queries.snapshots.since import apart, since
from tests.courses.figures.test_since_property import World, proved, recounted, sums
from tests.courses.grants import made
from tests.courses.random_registers import changed, registers
from tests.courses.recount import Recount
from tests.courses.test_counts_property import YEAR, counted, end_of_recording, few, now, taken_back

pytestmark = pytest.mark.usefixtures("hotlines")
NAMES = ("A 1", "A 1 · WP1", "A 1 · WP2", "B 2", "B 2 · WP1")
DIMENSIONS = ("grant", "work_package")
STEPS = ["fund", "fund", "own", "own", "changed", "merge", "undo", "part", "look"]
payers = st.sets(st.sampled_from(NAMES), max_size=3)


class Funded(World):
    """The same world with grants, which no import and no merge touches."""

    def __init__(self, register) -> None:
        super().__init__(register)
        grants = {"A 1": made.grant("1", "A"), "B 2": made.grant("2", "B")}
        packages = {name: name.split(" · ") for name in NAMES if " · " in name}
        self.known = grants | {name: made.package(grants[of], code) for name, (of, code) in packages.items()}

    def undone(self) -> None:
        paid, own = self.book.paid, self.book.own
        super().undone()
        self.book.paid, self.book.own = paid, own

    def fund(self, data) -> None:
        at = data.draw(st.sampled_from(list(Activity.objects.order_by("register_id"))))
        said = data.draw(payers)
        made.paid(at, *(self.known[name] for name in said))
        end_of_recording()
        self.book.paid[at.register_id] = frozenset(said)

    def own(self, data) -> None:
        rows = Participation.objects.select_related("activity", "person", "hotline", "agency").order_by("pk")
        if not rows:
            return
        one, said = data.draw(st.sampled_from(list(rows))), data.draw(payers)
        made.paid(one, *(self.known[name] for name in said))
        end_of_recording()
        self.book.own[key_of(one)] = frozenset(said)

    def step(self, step: str, data) -> None:
        match step:
            case "changed":
                self.register = data.draw(changed(self.register))
                self.imported(self.register)
            case "merge":
                self.merged(data.draw(st.integers(0, 3)), data.draw(st.integers(0, 3)))
            case "undo" if len(self.books) > 1:
                self.undone()
            case "part":
                self.parted()
            case "fund":
                self.fund(data)
            case "own":
                self.own(data)


def key_of(one: Participation) -> tuple[str, ...]:
    if one.person:
        return (one.activity.register_id, one.person.register_id)
    place = one.hotline or one.agency
    return (one.activity.register_id, one.audience, place.name if place else "", one.country_id or "")


@few
@given(st.data(), st.lists(st.sampled_from(STEPS), min_size=2, max_size=7))
def test_counts_by_grant_equal_the_recount_as_of_every_moment(data, steps):
    known = []
    with taken_back():
        world = Funded(data.draw(registers(most_activities=3, most_people=4)))
        for step in [*steps, "look"]:
            world.step(step, data)
            known.append((now(), copy.deepcopy(world.book)))
        where = {data.draw(st.sampled_from(DIMENSIONS)): data.draw(st.sampled_from(["", *NAMES]))}
        for instant, book in known:
            for by in DIMENSIONS:
                assert counted(by=by, instant=instant) == recount(book, by)
        assert counted(by="grant", where=where) == recount(world.book, "grant", where)
        assert counted(where=where) == recount(world.book, "", where)


def recount(book, by, where=None):
    return Recount(book, YEAR.first, YEAR.last, by, where).counts()


@few
@given(st.data(), st.sampled_from([{}, {"grant": "A 1"}, {"grant": ""}, {"work_package": "A 1 · WP2"}]))
def test_a_figure_by_grant_is_proved_and_its_changes_add_up(data, where):
    by = data.draw(st.sampled_from([None, *DIMENSIONS]))
    definition = definitions.of_question(Question(YEAR, where=tuple(where.items()), by=by))
    steps = st.lists(st.sampled_from(STEPS), min_size=1, max_size=4)
    with taken_back():
        world = Funded(data.draw(registers(most_activities=3, most_people=4)))
        for step in data.draw(steps):
            world.step(step, data)
        then = recounted(world.book, where, by)
        if not then:
            return
        snapshot = freeze(definition=definition, title="By grant", by=None)
        end_of_recording()
        for step in data.draw(steps):
            world.step(step, data)
        told = since(definition, snapshot.moment, now())
        assert read_counts(snapshot.counts) == then
        assert (told.before, told.now, told.rest) == (then, recounted(world.book, where, by), {})
        assert sums(told) == apart(told.before, told.now)
        assert proved(snapshot)
