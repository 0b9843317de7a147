"""When a course is completed: a pure function of facts, whatever their order."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class CompletionRule:
    """What a course version asks for; everything is off until its authors turn it on."""

    lessons: frozenset[int] | None = None
    pass_mark: int | None = None
    attendance: bool = False
    sign_off: bool = False


@dataclass(frozen=True)
class CompletionFacts:
    """What somebody has done, each with its day. ``scores`` are (per cent, day) of marked attempts."""

    lessons_done: Mapping[int, dt.date] = field(default_factory=dict)
    scores: frozenset[tuple[float, dt.date]] = frozenset()
    attended_on: dt.date | None = None
    signed_off_on: dt.date | None = None


def completed_on(rule: CompletionRule, facts: CompletionFacts) -> dt.date | None:
    """The day on which the last thing asked for was there, or None.

    A version that asks for nothing is never completed by itself. More facts never undo a completion, and
    a later one never moves its day.
    """
    days = [*lesson_days(rule, facts), *pass_days(rule, facts)]
    if rule.attendance:
        days.append(facts.attended_on)
    if rule.sign_off:
        days.append(facts.signed_off_on)
    known = [day for day in days if day is not None]
    return max(known) if days and len(known) == len(days) else None


def lesson_days(rule: CompletionRule, facts: CompletionFacts) -> list[dt.date | None]:
    return [facts.lessons_done.get(lesson) for lesson in rule.lessons or ()]


def pass_days(rule: CompletionRule, facts: CompletionFacts) -> list[dt.date | None]:
    """The day of the first attempt that reached the mark, as a list of one; empty where none is asked."""
    if rule.pass_mark is None:
        return []
    return [min((day for score, day in facts.scores if score >= rule.pass_mark), default=None)]


@dataclass(frozen=True)
class StillMissing:
    """What a rule asks for that is not there yet, the sign-off aside. ``best`` is the best score so far."""

    lessons: int = 0
    pass_mark: int | None = None
    best: float | None = None
    attendance: bool = False

    def __bool__(self) -> bool:
        return bool(self.lessons or self.pass_mark is not None or self.attendance)


def still_missing(rule: CompletionRule, facts: CompletionFacts) -> StillMissing:
    """What hinders a sign-off: nothing is missing exactly where the rule without sign-off would be met."""
    not_passed = pass_days(rule, facts) == [None]
    return StillMissing(
        lessons=lesson_days(rule, facts).count(None),
        pass_mark=rule.pass_mark if not_passed else None,
        best=max((score for score, _day in facts.scores), default=None) if not_passed else None,
        attendance=rule.attendance and facts.attended_on is None,
    )
