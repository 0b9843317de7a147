"""What should have happened, computed anew from the pure calendar, held against what did.

Reads neither the engine nor its columns (watermark, next look, revision): only the wishes somebody had at a
moment, the days away, what officers said, and the functions of welfare/kinds.
"""

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from lms.kit.clock import instant
from tests.chaos.events import Event, Verdict
from tests.chaos.network import Network
from welfare.enums import Cadence
from welfare.kinds.calendar import (
    FreeFor,
    Quiet,
    Rhythm,
    Slot,
    end_of,
    humane,
    planned_through,
    slot_of,
    slots,
    slots_due,
)
from welfare.kinds.periods import EVENT, ONE_DAY, Period
from welfare.queries.days import UsableDays

# Between the engine's look at the clock and its commit a process may have been held up for so long.
HELD_UP = dt.timedelta(minutes=1)
# The clock may be put back by so much between two looks.
CLOCK = dt.timedelta(hours=1)
LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)
TOLD = {"open", "closed", "ended"}
WHEN = ("cadence", "day", "at", "zone")


class Person:
    """One schedule from its beginning to its end, as it should have gone."""

    def __init__(self, number: int, verdict: Verdict, network: Network) -> None:
        self.number, self.verdict, self.network = number, verdict, network
        self.wishes: dict[str, Any] = {}
        self.away: list[tuple[dt.date, dt.date]] = []
        self.after = dt.date.min
        # Nothing comes before it; forgotten with whatever it was computed from.
        self.idle_until = LONG_AGO
        # A period whose day was left behind by a change, and when its later one comes.
        self.later: tuple[str, dt.datetime] | None = None
        self.waiting: Slot | None = None
        # Dates asked for that were not told yet, and when they come.
        self.asked: dict[str, dt.datetime] = {}
        # To when one that waits may have been put off by what somebody wished earlier.
        self.put_off: dict[str, dt.datetime] = {}
        # The date asked for that was told last, which has a day to itself while it is open.
        self.own_day: tuple[str, dt.datetime] = ("", LONG_AGO)
        # Waited for when a newer one came, since the last moment at which all was done: told or left out.
        self.replaced: list[Slot] = []
        # Come and left out since that moment.
        self.left_out: set[str] = set()
        self.told: dict[str, dt.datetime] = {}
        self.skipped: dict[str, str] = {}
        self.rows: dict[str, tuple[str, str, str]] = {}
        self.latest = LONG_AGO
        self.before_shift: dt.datetime | None = None
        self.shift_in = ""
        self.went_back = False
        self.unsettled: set[str] = set()
        self.begun_in = ""
        # Whether a period was planned since it was seen that this one does not follow.
        self.lags, self.planned_since = False, False

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
        free = self.network.holidays(self.wishes["holidays"])
        return UsableDays(frozenset(self.wishes["working_days"]), tuple(self.away + pause), free)

    def come(self, now: dt.datetime) -> None:
        """Account for the periods that have come by an instant."""
        if now < self.idle_until:
            return
        usable = self.usable
        due = slots_due(self.rhythm, after=self.after, now=now, usable=usable)
        if due and self.later and self.later[0] == due[0].period.key and now < self.later[1]:
            self.idle_until = self.later[1]
            return
        newest = next((slot for slot in reversed(due) if slot.due_at), None)
        for slot in due:
            if slot is not newest and slot.period.key not in self.told:
                self.left_out.add(slot.period.key)
                self.skip(slot.period.key, "coalesced" if slot.due_at else usable.why_none_in(slot.period))
        if newest and newest.period.key not in self.told:
            self.wait_for(newest)
        if due:
            self.after = due[-1].period.last
        ahead = next(slots(self.rhythm, after=self.after, usable=usable))
        self.idle_until = ahead.due_at or end_of(ahead.period, self.wishes["zone"])

    def wait_for(self, newest: Slot) -> None:
        key = newest.period.key
        if self.waiting and self.waiting.period.key != key:
            self.replaced.append(self.waiting)
        if not self.is_waiting(key):
            self.put_off.pop(key, None)
        self.waiting = newest
        self.unsettled.add(key)

    def skip(self, key: str, why: str) -> None:
        self.skipped.setdefault(key, str(why))
        self.unsettled.add(key)

    # --- what happened
    def on_begun(self, event: Event) -> None:
        self.wishes, self.begun_in = event.about, event.tx
        self.after = planned_through(self.rhythm, now=event.at, usable=self.usable)

    def on_changed(self, event: Event) -> None:
        now = self.looked_at(event)
        self.before_edit(now)
        before, self.wishes = self.wishes, event.about
        anew = event.tx == self.begun_in or any(before[name] != self.wishes[name] for name in WHEN)
        self.settle_wishes(now, anew=anew)

    def looked_at(self, event: Event) -> dt.datetime:
        """When whoever changed it looked at the clock: before it was moved, where the transaction is older
        than that and has planned nothing.
        """
        older = self.before_shift and int(event.tx) < int(self.shift_in)
        planned = older and any(tx == event.tx for _state, _why, tx in self.rows.values())
        return self.before_shift if older and not planned and self.before_shift else event.at

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

    def on_asked(self, event: Event) -> None:
        self.asked[event.about["key"]] = dt.datetime.fromisoformat(event.about["due"])
        self.verdict.asked_for += 1

    def on_withdrawn(self, event: Event) -> None:
        self.asked.pop(event.about["key"], None)

    def before_edit(self, now: dt.datetime) -> None:
        """What came before a change is told by the wishes before it, and put off by them."""
        self.come(now)
        # By a clock that was put back since, somebody may have looked later than now.
        latest = max(now, self.before_shift or now)
        from_then = max(latest, self.own_day[1] + ONE_DAY) if self.own_day[0] else latest
        if self.waiting:
            key = self.waiting.period.key
            self.put_off[key] = max(self.put_off.get(key, LONG_AGO), self.humane(from_then, self.usable))
        for key, due in self.asked.items():
            if due <= now:
                until = self.humane(from_then, self.usable.is_there)
                self.put_off[key] = max(self.put_off.get(key, LONG_AGO), until)

    def settle_wishes(self, now: dt.datetime, *, anew: bool = False) -> None:
        """Nobody is reminded at once for changing a setting, or twice in a period."""
        usable, self.idle_until, self.later = self.usable, LONG_AGO, None
        if anew:
            self.after = planned_through(self.rhythm, now=now, usable=usable)
        ahead = next(slots(self.rhythm, after=self.after, usable=usable))
        key = ahead.period.key
        if key in self.told or (key in self.skipped and not self.is_waiting(key)) or self.gave_way(key):
            self.after = ahead.period.last
        elif ahead.due_at and ahead.due_at <= now:
            self.leave_behind(ahead.period, now, usable)

    def leave_behind(self, period: Period, now: dt.datetime, usable: UsableDays) -> None:
        """The day it would have been is over: a later one serves, else the period passes, for what is left of it."""
        rhythm = self.rhythm

        def lies_ahead(day: dt.date) -> bool:
            return usable(day) and instant(dt.datetime.combine(day, rhythm.at), rhythm.zone) > now

        later = slot_of(rhythm, period, lies_ahead).due_at
        if later:
            self.later = (period.key, later)
            return
        today = now.astimezone(rhythm.place).date()
        left = Period(period.key, max(period.first, today + ONE_DAY), period.last)
        if not self.is_waiting(period.key):
            self.skip(period.key, usable.why_none_in(left))
        self.after = period.last

    def gave_way(self, key: str) -> bool:
        """A newer one came, and this one's row says so already."""
        replaced = any(slot.period.key == key for slot in self.replaced)
        return replaced and self.rows.get(key, ("", ""))[0] == "skipped"

    def is_waiting(self, key: str) -> bool:
        return self.waiting is not None and self.waiting.period.key == key

    def on_row(self, event: Event) -> None:
        about, key = event.about, event.about["key"]
        # Whoever plans takes up what is proposed.
        self.planned_since |= key not in self.rows and not key.startswith(EVENT)
        self.rows[key] = (about["state"], about["why"], event.tx)

    def on_told(self, event: Event) -> None:
        key = event.about["key"]
        self.come(self.latest)
        if key in self.told:
            self.breach("doubled", key)
            return
        days: FreeFor = self.usable
        if key.startswith(EVENT):
            days = self.usable.is_there
            self.hold_asked_for(key, event.at)
        else:
            self.hold_period(key)
        if not self.may_be_disturbed(event.at, days):
            self.breach("in quiet hours", key)
        if self.is_in_anothers_day(event):
            self.breach("in the day of another", key)
        self.tell(key, event.at)

    def hold_period(self, key: str) -> None:
        allowed = [*self.replaced, *([self.waiting] if self.waiting else [])]
        if any(slot.period.key == key for slot in allowed):
            return
        if self.went_back and key in self.left_out:
            # By the clock that was put back it was the newest.
            del self.skipped[key]
        else:
            self.breach("early" if key not in self.skipped else "told though left out", key)

    def hold_asked_for(self, key: str, at: dt.datetime) -> None:
        due = self.asked.pop(key, None)
        if due is None:
            self.breach("told though nobody asked", key)
        elif max(self.looked(at)) < due:
            self.breach("early", key)

    def is_in_anothers_day(self, event: Event) -> bool:
        """A date asked for that is open has a day to itself; answered, it is over."""
        key, since = self.own_day
        if not key or event.at >= since + ONE_DAY - HELD_UP - CLOCK:
            return False
        state, _why, tx = self.rows.get(key, ("", "", ""))
        # Whoever tells the next one ends it in the same transaction.
        return state == "open" or tx == event.tx

    def tell(self, key: str, at: dt.datetime) -> None:
        self.told[key] = at
        self.own_day = (key, at) if key.startswith(EVENT) else self.own_day
        self.verdict.told += 1
        self.unsettled.add(key)
        self.put_off.pop(key, None)
        self.replaced = [slot for slot in self.replaced if slot.period.key != key]
        if self.is_waiting(key):
            self.waiting = None

    def looked(self, at: dt.datetime) -> list[dt.datetime]:
        """This moment, and those at which the engine may have looked at the clock."""
        return [at, at - HELD_UP, *([self.before_shift] if self.before_shift else [])]

    def may_be_disturbed(self, at: dt.datetime, days: FreeFor) -> bool:
        return any(self.humane(moment, days) <= moment for moment in self.looked(at))

    def humane(self, moment: dt.datetime, days: FreeFor) -> dt.datetime:
        return humane(self.quiet, moment, self.wishes["zone"], days)

    def on_shift(self, event: Event) -> None:
        if self.wishes:
            # The engine may have planned until now what it tells by the clock after it.
            self.come(event.at)
        self.before_shift, self.shift_in = event.at, event.tx

    def on_stopped(self, event: Event) -> None:
        self.wishes = {}

    def on_settled(self, event: Event) -> None:
        """Everything that had come by now must be accounted for, and what could be told must be told."""
        if not self.wishes:
            return
        self.come(event.at)
        for slot in self.replaced:
            self.skip(slot.period.key, "coalesced")
        self.replaced, self.left_out = [], set()
        self.before_shift, self.went_back = None, False
        if self.waiting:
            self.hold_against_clock(self.waiting.period.key, event.at, self.usable)
        for key in [key for key, due in self.asked.items() if due + HELD_UP <= event.at]:
            self.hold_against_clock(key, event.at, self.usable.is_there)
        for key in sorted(self.unsettled):
            self.hold_against_rows(key)
        self.unsettled = {self.waiting.period.key} if self.waiting else set()
        self.hold_against_proposal()

    def hold_against_clock(self, key: str, now: dt.datetime, days: FreeFor) -> None:
        """Whoever may be disturbed now, and was not put off to a later moment, must have been told."""
        over = now - HELD_UP
        until = self.put_off.get(key, LONG_AGO)
        if self.own_day[0]:
            until = max(until, self.humane(self.own_day[1] + ONE_DAY, days))
        if until <= over and self.humane(over, days) <= over:
            self.breach("lost", key)
            self.unsettled.discard(key)
            self.asked.pop(key, None)
            self.waiting = None if self.is_waiting(key) else self.waiting

    def hold_against_rows(self, key: str) -> None:
        state, why, _tx = self.rows.get(key, ("", "", ""))
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

    def hold_against_proposal(self) -> None:
        """What is followed holds; one that was set aside while taking it up does so when it is planned next."""
        wanted = self.network.proposal(self.wishes["user_id"], self.wishes["follows"])
        lags = any(self.wishes[name] != value for name, value in wanted.items())
        if lags and self.lags and self.planned_since:
            self.breach("does not follow", "what is proposed")
        self.verdict.lagging += lags and not self.lags
        if not (lags and self.lags):
            self.planned_since = False
        self.lags = lags

    def breach(self, kind: str, key: str) -> None:
        self.verdict.breaches[kind].append(f"schedule {self.number} {key}")


def _span(event: Event) -> tuple[dt.date, dt.date]:
    about = event.about
    return dt.date.fromisoformat(about["first"]), dt.date.fromisoformat(about["last"])


def judge(rows: Iterable[tuple[Any, ...]], places: Iterable[tuple[int, int, str]] = ()) -> Verdict:
    """The whole audit, in its order: the rows of tests.chaos.audit.EVENTS, and of tests.chaos.network.PLACES."""
    verdict, network = Verdict(), Network(places)
    people: dict[int, Person] = {}
    for number, schedule, kind, at, about, tx in rows:
        event = Event(number, schedule, kind, at, json.loads(about or "{}"), tx)
        if event.schedule is not None:
            if event.schedule not in people:
                people[event.schedule] = Person(event.schedule, verdict, network)
            people[event.schedule].read(event)
        elif event.kind == "default":
            network.say(event.about)
        elif event.kind == "holiday":
            edit_calendar(network, list(people.values()), event)
        else:
            for person in people.values():
                person.read(event)
    return verdict


def edit_calendar(network: Network, people: list[Person], event: Event) -> None:
    """Nothing is due when officers edit holidays (tests/chaos/world.py), so that all may take it up at once."""
    concerned = [one for one in people if one.wishes and one.wishes["holidays"] == event.about["code"]]
    for person in concerned:
        person.before_edit(event.at)
    network.edit(event.about)
    for person in concerned:
        person.settle_wishes(event.at)
