"""What should have happened, computed anew from the pure calendar, held against what did.

Reads neither the engine nor its columns (watermark, next look): only the wishes somebody had at a moment,
the days away, and the functions of welfare/kinds.
"""

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from welfare.enums import Cadence
from welfare.kinds.calendar import Quiet, Rhythm, Slot, humane, planned_through, slots, slots_due
from welfare.queries.days import UsableDays

# Between the engine's look at the clock and its commit a process may have been held up for so long.
HELD_UP = dt.timedelta(minutes=1)
TOLD = {"open", "closed", "ended"}
WHEN = ("cadence", "day", "at", "zone")


@dataclass(frozen=True)
class Event:
    """One line of the audit; `schedule` is None where it concerns everybody."""

    number: int
    schedule: int | None
    kind: str
    at: dt.datetime
    about: dict[str, Any]


@dataclass
class Verdict:
    """What a run came to: periods accounted for, and every breach by its kind, with whose it is."""

    accounted: int = 0
    told: int = 0
    breaches: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def holds(self) -> bool:
        return not any(self.breaches.values())

    def numbers(self) -> Counter[str]:
        return Counter({kind: len(found) for kind, found in self.breaches.items()})


class Person:
    """One schedule from its beginning to its end, as it should have gone."""

    def __init__(self, number: int, verdict: Verdict) -> None:
        self.number, self.verdict = number, verdict
        self.wishes: dict[str, Any] = {}
        self.away: list[tuple[dt.date, dt.date]] = []
        self.after = dt.date.min
        self.waiting: Slot | None = None
        # To when the one that waits may have been put off by what somebody wished earlier.
        self.put_off = dt.datetime.min.replace(tzinfo=dt.UTC)
        # Waited for when a newer one came, since the last moment at which all was done: told or left out.
        self.replaced: list[Slot] = []
        # Come and left out since that moment.
        self.left_out: set[str] = set()
        self.told: dict[str, dt.datetime] = {}
        self.skipped: dict[str, str] = {}
        self.rows: dict[str, tuple[str, str]] = {}
        self.latest = dt.datetime.min.replace(tzinfo=dt.UTC)
        self.before_shift: dt.datetime | None = None
        self.went_back = False
        self.unsettled: set[str] = set()

    def read(self, event: Event) -> None:
        self.went_back = self.went_back or event.at < self.latest
        self.latest = max(self.latest, event.at)
        getattr(self, f"on_{event.kind}")(event)

    # --- what the calendar says
    @property
    def rhythm(self) -> Rhythm:
        when = {name: self.wishes[name] for name in WHEN}
        at = dt.time.fromisoformat(when["at"])
        return Rhythm(Cadence(when["cadence"]), when["day"], at, when["zone"])

    @property
    def quiet(self) -> Quiet:
        start, end = (dt.time.fromisoformat(self.wishes[name]) for name in ("quiet_from", "quiet_until"))
        return Quiet(start, end)

    @property
    def usable(self) -> UsableDays:
        paused = self.wishes["paused_until"]
        pause = [(dt.date.min, dt.date.fromisoformat(paused))] if paused else []
        return UsableDays(frozenset(self.wishes["working_days"]), tuple(self.away + pause))

    def come(self, now: dt.datetime) -> None:
        """Account for the periods that have come by an instant."""
        usable = self.usable
        due = slots_due(self.rhythm, after=self.after, now=now, usable=usable)
        newest = next((slot for slot in reversed(due) if slot.due_at), None)
        for slot in due:
            if slot is not newest and slot.period.key not in self.told:
                self.left_out.add(slot.period.key)
                self.skip(slot, "coalesced" if slot.due_at else usable.why_none_in(slot.period).value)
        if newest and newest.period.key not in self.told:
            self.wait_for(newest)
        if due:
            self.after = due[-1].period.last

    def wait_for(self, newest: Slot) -> None:
        if self.waiting and self.waiting.period.key != newest.period.key:
            self.replaced.append(self.waiting)
        if not self.is_waiting(newest.period.key):
            self.put_off = dt.datetime.min.replace(tzinfo=dt.UTC)
        self.waiting = newest
        self.unsettled.add(newest.period.key)

    def skip(self, slot: Slot, why: str) -> None:
        self.skipped.setdefault(slot.period.key, why)
        self.unsettled.add(slot.period.key)

    # --- what happened
    def on_begun(self, event: Event) -> None:
        self.wishes = event.about
        self.after = planned_through(self.rhythm, now=event.at, usable=self.usable)

    def on_changed(self, event: Event) -> None:
        self.before_edit(event.at)
        before, self.wishes = self.wishes, event.about
        self.settle_wishes(event.at, anew=any(before[name] != self.wishes[name] for name in WHEN))

    def on_leave(self, event: Event) -> None:
        self.before_edit(event.at)
        self.away.append(_span(event))
        self.settle_wishes(event.at)

    def on_back(self, event: Event) -> None:
        self.before_edit(event.at)
        # Gone with its schedule, it may be named after it.
        if _span(event) in self.away:
            self.away.remove(_span(event))
            self.settle_wishes(event.at)

    def before_edit(self, now: dt.datetime) -> None:
        """What came before a change is told by the wishes before it, and put off by them."""
        self.come(now)
        if self.waiting:
            self.put_off = max(self.put_off, self.humane(now))

    def settle_wishes(self, now: dt.datetime, *, anew: bool = False) -> None:
        """Nobody is reminded at once for changing a setting, or twice in a period."""
        if anew:
            self.after = planned_through(self.rhythm, now=now, usable=self.usable)
        ahead = next(slots(self.rhythm, after=self.after, usable=self.usable))
        key = ahead.period.key
        if key in self.told or (key in self.skipped and not self.is_waiting(key)):
            self.after = ahead.period.last
        elif ahead.due_at and ahead.due_at <= now:
            if not self.is_waiting(key):
                self.skip(ahead, "leave")
            self.after = ahead.period.last

    def is_waiting(self, key: str) -> bool:
        return self.waiting is not None and self.waiting.period.key == key

    def on_row(self, event: Event) -> None:
        about = event.about
        self.rows[about["key"]] = (about["state"], about["why"])

    def on_told(self, event: Event) -> None:
        key = event.about["key"]
        self.come(self.latest)
        if key in self.told:
            self.breach("doubled", key)
            return
        allowed = [*self.replaced, *([self.waiting] if self.waiting else [])]
        slot = next((slot for slot in allowed if slot.period.key == key), None)
        if slot is None and self.went_back and key in self.left_out:
            # By the clock that was put back it was the newest.
            del self.skipped[key]
        elif slot is None:
            self.breach("early" if key not in self.skipped else "told though left out", key)
        elif not self.may_be_disturbed(event.at):
            self.breach("in quiet hours", key)
        self.tell(key, event.at)

    def tell(self, key: str, at: dt.datetime) -> None:
        self.told[key] = at
        self.verdict.told += 1
        self.unsettled.add(key)
        self.replaced = [slot for slot in self.replaced if slot.period.key != key]
        if self.is_waiting(key):
            self.waiting = None

    def may_be_disturbed(self, at: dt.datetime) -> bool:
        """At this moment, or at one when the engine may have looked at the clock."""
        looked = [at, at - HELD_UP, *([self.before_shift] if self.before_shift else [])]
        return any(self.humane(moment) <= moment for moment in looked)

    def humane(self, moment: dt.datetime) -> dt.datetime:
        return humane(self.quiet, moment, self.wishes["zone"], self.usable)

    def on_shift(self, event: Event) -> None:
        if self.wishes:
            # The engine may have planned until now what it tells by the clock after it.
            self.come(event.at)
        self.before_shift = event.at

    def on_stopped(self, event: Event) -> None:
        self.wishes = {}

    def on_settled(self, event: Event) -> None:
        """Everything that had come by now must be accounted for, and what could be told must be told."""
        if not self.wishes:
            return
        self.come(event.at)
        for slot in self.replaced:
            self.skip(slot, "coalesced")
        self.replaced, self.left_out = [], set()
        self.before_shift, self.went_back = None, False
        if self.waiting:
            self.hold_against_clock(event.at)
        for key in sorted(self.unsettled):
            self.hold_against_rows(key)
        self.unsettled = {self.waiting.period.key} if self.waiting else set()

    def hold_against_clock(self, now: dt.datetime) -> None:
        """Whoever may be disturbed now, and was not put off to a later moment, must have been told."""
        if self.waiting and self.put_off <= now and self.humane(now) <= now:
            self.breach("lost", self.waiting.period.key)
            self.unsettled.discard(self.waiting.period.key)
            self.waiting = None

    def hold_against_rows(self, key: str) -> None:
        state, why = self.rows.get(key, ("", ""))
        if not state:
            self.breach("lost", key)
        elif key in self.told:
            self.verdict.accounted += 1
            if state not in TOLD:
                self.breach("row differs", f"{key} is {state}")
        elif self.is_waiting(key):
            if state != "planned":
                self.breach("row differs", f"{key} waits and is {state}")
        else:
            self.verdict.accounted += 1
            if (state, why) != ("skipped", self.skipped.get(key)):
                self.breach("row differs", f"{key} is {state} {why}, not {self.skipped.get(key)}")

    def breach(self, kind: str, key: str) -> None:
        self.verdict.breaches[kind].append(f"schedule {self.number} {key}")


def _span(event: Event) -> tuple[dt.date, dt.date]:
    about = event.about
    return dt.date.fromisoformat(about["first"]), dt.date.fromisoformat(about["last"])


def judge(rows: Iterable[tuple[Any, ...]]) -> Verdict:
    """The whole audit, in its order: the rows of tests.chaos.audit.EVENTS."""
    events = (
        Event(number, schedule, kind, at, json.loads(about or "{}"))
        for number, schedule, kind, at, about in rows
    )
    verdict = Verdict()
    people: dict[int, Person] = {}
    for event in events:
        if event.schedule is not None:
            person = people.setdefault(event.schedule, Person(event.schedule, verdict))
            person.read(event)
            continue
        for person in people.values():
            person.read(event)
    return verdict
