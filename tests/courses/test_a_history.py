"""Any history of imports, edits, corrections, merges, undoing and freezing, held against plain Python.

After each step the counts are what the book says; afterwards every earlier moment, every figure and every
difference is; and no row of the ledger that was there is gone or another one.
"""

import copy
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.actions.by_hand.activities import AsItWas, correct_activity, undo_version
from courses.actions.by_hand.facts import Said, set_facts
from courses.actions.by_hand.undoing import undo_facts
from courses.actions.imports.undo import undo_import
from courses.actions.snapshots import freeze
from courses.actions.taking_part import place_for
from courses.models import Activity, ActivityVersion, Entry, Participation, Reversal, Snapshot
from courses.queries.counts import Question
from courses.queries.snapshots import definitions
from courses.queries.snapshots.since import apart, since
from lms.kit.errors import Refused
from lms.people.enums import Audience, Role
from lms.people.models import Country, Hotline
from tests import cast
from tests.courses import ledger
from tests.courses.figures.test_since_property import World, proved, recounted, sums
from tests.courses.naive import Book, Part
from tests.courses.random_registers import COLOMBIA, DAYS, PLACES, changed, registers
from tests.courses.registers import FRANCE, SWEDEN
from tests.courses.test_counts_property import (
    YEAR,
    agree,
    end_of_recording,
    few,
    fewer,
    now,
    taken_back,
)

pytestmark = pytest.mark.usefixtures("hotlines")
STEPS = ["changed", "edit", "correct", "correct", "merge", "part", "undo", "undo", "freeze"]
HOSTS = ["", SWEDEN, COLOMBIA, FRANCE]
WHY = "As the list on paper says."


@dataclass
class Done:
    """One step that can be undone, and the book before it."""

    undo: Callable[[], object]
    before: Book


class ByHand(Part):
    """What a person wrote down: a register that is silent about the stage leaves it standing."""


def said_by(line: dict[str, str]) -> set[str]:
    """The stages that a register's line says anything of."""
    cells = {"enrolled": "enrolled_on", "attended": "attended", "completed": "completed_on"}
    return {stage for stage, cell in cells.items() if line[cell]}


def kept(parts: list[Part], among: list[Part]) -> list[Part]:
    """These parts; where one says what stands already, the one that stands."""
    standing = {tuple(vars(one).values()): one for one in among}
    return [standing.get(tuple(vars(one).values()), one) for one in parts]


class History(World):
    """The world with what is written by hand; only the latest of what was done is undone, as a stack."""

    def __init__(self, register) -> None:
        self.done: list[Done] = []
        self.by = cast.user(Role.STAFF)
        self.known: list[tuple[dt.datetime, Book]] = []
        self.rows: set[tuple] = set()
        super().__init__(register)
        self.looked()

    def imported(self, register) -> None:
        was = dict(self.book.parts)
        super().imported(register)
        for line in register["participations"]:
            key = (line["activity_id"], line["person_id"])
            if line["person_id"] and key in was:
                silent = [p for p in was[key] if isinstance(p, ByHand) and p.stage not in said_by(line)]
                said = [p for p in self.book.parts[key] if p not in silent]
                self.book.parts[key] = [*kept(said, was[key]), *silent]
        number, before = self.books.pop()
        if number:
            self.done.append(Done(lambda: undo_import(number=number, by=None), before))

    def editable(self) -> list[str]:
        """What is planned by hand needs an end, and these registers give none."""
        return sorted(key for key, one in self.book.activities.items() if one.status != "planned")

    def edited(self, key: str, **known: object) -> None:
        """Host, funder and topics of an activity, as somebody on the staff knows better."""
        activity = Activity.objects.get(register_id=key)
        was = AsItWas.of(ledger.newest(activity))
        host = Hotline.objects.filter(name=known["host"]).first()
        right = replace(
            was,
            known={**was.known, "topics": list(known["topics"]), "host": host},
            funder=known["funder"],
        )
        made = self.made(lambda: correct_activity(activity=activity, right=right, reason=WHY, by=self.by))
        if made:
            before = copy.deepcopy(self.book)
            self.book.activities[key] = replace(self.book.activities[key], **known)
            self.done.append(Done(lambda: undo_version(version=made, reason=WHY, by=self.by), before))

    def corrected(self, pk: int, place: tuple[str, str, str], days: tuple[str, str], attended: bool) -> None:
        """How far somebody came, and as what."""
        participation = Participation.objects.select_related("activity", "person").get(pk=pk)
        key = (participation.activity.register_id, participation.person.register_id)
        enrolled, completed = sorted(days)
        there = None if ledger.newest(participation.activity).starts_at is None else attended
        audience, organisation, country = place
        said = Said(
            enrolled_on=dt.date.fromisoformat(enrolled),
            attended=there,
            completed_on=dt.date.fromisoformat(completed),
            place=place_for(
                audience=Audience(audience),
                organisation=organisation,
                country=Country.objects.filter(pk=country).first(),
            ),
        )
        made = self.made(lambda: set_facts(participation=participation, said=said, reason=WHY, by=self.by))
        if made:
            before = copy.deepcopy(self.book)
            stages = {"enrolled": said.enrolled_on, "completed": said.completed_on}
            if there:
                stages["attended"] = None
            self.book.parts[key] = kept(
                [
                    ByHand(key[0], stage, key[1], 1, day, audience, organisation, country)
                    for stage, day in stages.items()
                ],
                before.parts.get(key, []),
            )
            self.done.append(Done(lambda: undo_facts(change=made, reason=WHY, by=self.by), before))

    def made(self, act: Callable[[], object]) -> object:
        """What the action made; None where it says that nothing would be otherwise, and changes nothing."""
        try:
            with transaction.atomic():
                made = act()
        except Refused as refusal:
            if refusal.sentence != "That is what is recorded already.":
                raise
            return None
        end_of_recording()
        return made

    def undone(self) -> None:
        """The latest step; merges are no part of it and stay. What somebody wrote on top of an import refuses
        undoing it, even where that was taken back; then nothing is otherwise."""
        if not self.done:
            return
        last = self.done.pop()
        try:
            with transaction.atomic():
                last.undo()
        except Refused as refusal:
            if not refusal.sentence.startswith("Later facts stand on import"):
                raise
            self.done.clear()
            return
        end_of_recording()
        last.before.merged = self.book.merged
        self.book = last.before

    def looked(self) -> None:
        """Remember what is known by now, and see that nothing of what was there is gone or another."""
        self.known.append((now(), copy.deepcopy(self.book)))
        rows = {
            (model.__name__, *row)
            for model in (Entry, Reversal, ActivityVersion)
            for row in map(_hashable, model.objects.values_list())
        }
        assert self.rows <= rows
        self.rows = rows


def _hashable(row: tuple) -> tuple:
    return tuple(tuple(cell) if isinstance(cell, list) else cell for cell in row)


def step(data, world: History, frozen: Callable[[], None]) -> None:
    match data.draw(st.sampled_from(STEPS)):
        case "changed":
            world.register = data.draw(changed(world.register))
            world.imported(world.register)
        case "edit" if world.editable():
            world.edited(
                data.draw(st.sampled_from(world.editable())),
                host=data.draw(st.sampled_from(HOSTS)),
                funder=data.draw(st.sampled_from(["", "CERV", "ISF"])),
                topics=data.draw(st.sampled_from([(), ("welfare",), ("tracing", "welfare")])),
            )
        case "correct":
            going_on = ActivityVersion.objects.in_force().exclude(status="cancelled")
            there = Participation.objects.filter(activity__in=going_on.values("activity"))
            named = list(there.exclude(person=None).order_by("pk").values_list("pk", flat=True))
            if named:
                days = data.draw(st.tuples(*[st.sampled_from(DAYS)] * 2))
                place = data.draw(st.sampled_from(PLACES))
                world.corrected(data.draw(st.sampled_from(named)), place, days, data.draw(st.booleans()))
        case "merge":
            world.merged(data.draw(st.integers(0, 3)), data.draw(st.integers(0, 3)))
        case "part":
            world.parted()
        case "undo":
            world.undone()
        case "freeze":
            frozen()
    world.looked()


def agrees_after_any_history(data) -> None:
    by = data.draw(st.sampled_from([None, "hotline", "topic"]))
    definition = definitions.of_question(Question(YEAR, by=by))
    kept: list[tuple[Snapshot, dict]] = []
    with taken_back():
        world = History(data.draw(registers(most_activities=3, most_people=4)))

        def frozen() -> None:
            counts = recounted(world.book, {}, by)
            if counts:
                kept.append((freeze(definition=definition, title=f"{len(kept)}", by=None), counts))
                end_of_recording()

        for _ in range(data.draw(st.integers(3, 9))):
            step(data, world, frozen)
        frozen()
        for instant, book in world.known:
            agree(book, spans=[YEAR], instant=instant)
        today = recounted(world.book, {}, by)
        for snapshot, counts in kept:
            told = since(definition, snapshot.moment, now())
            assert (told.before, told.now, told.rest) == (counts, today, {})
            assert sums(told) == apart(told.before, told.now)
            assert proved(snapshot)


@fewer
@given(st.data())
def test_counts_moments_figures_and_differences_agree_after_any_history(data):
    agrees_after_any_history(data)


@pytest.mark.long
@settings(few, max_examples=300)
@given(st.data())
def test_the_same_of_many_more(data):
    agrees_after_any_history(data)
