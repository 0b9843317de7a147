"""Erase for good: what an analyst removed does not come back with a backup that was made before.

Each erasure leaves a line in a list outside the database. Whoever adds a table that an analyst can empty
registers how, and calls ``erase``; replaying then covers it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import structlog
from django.conf import settings

from lms.kit.keyring import keyring
from lms.people.models import User
from welfare.kinds import erasures
from welfare.models import Erasures
from welfare.models.wall import as_engine, as_user
from welfare.queries.erasures import known

Eraser = Callable[[int], bool]
"""Removes one kind of thing of a login, inside that login's transaction; whether there was any."""
PartEraser = Callable[[int, str], bool]
"""The same for one part of it by its key, such as a week."""
PartsOf = Callable[[int], Iterable[str]]

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Replayed:
    """``lines`` that were new to the database, of which ``unknown`` fit no login and kind of it."""

    lines: int
    unknown: int


class OtherList(Exception):
    """The list ends before what the database knows: it is another one, or was lost."""


@dataclass(frozen=True)
class Kind:
    """A kind of thing that can be erased; ``parts`` lists the keys of what can go alone, "" for the whole."""

    remove: PartEraser
    parts: PartsOf


_kinds: dict[str, Kind] = {}


def eraser(kind: str) -> Callable[[Eraser], Eraser]:
    """Register how things of a kind are erased. The name goes into the list's marks: it must never change."""

    def registered(function: Eraser) -> Eraser:
        _kinds[kind] = Kind(lambda user_id, _whole: function(user_id), lambda _user_id: [""])
        return function

    return registered


def eraser_of_parts(kind: str, parts: PartsOf) -> Callable[[PartEraser], PartEraser]:
    """The same for a kind of which a part can go alone; ``parts`` tells of a login all keys there can be."""

    def registered(function: PartEraser) -> PartEraser:
        _kinds[kind] = Kind(function, parts)
        return function

    return registered


def erase(kind: str, *, by: User, part: str = "") -> None:
    """Erase what ``by`` has of a kind, and have it stay erased; where there is nothing, nothing is noted."""
    with as_user(by.pk):
        row, _made = Erasures.objects.select_for_update().get_or_create(pk=1)
        if _kinds[kind].remove(by.pk, part):
            # Before the commit: a crash between the two has the line replayed, which does it once more.
            number = note(keyring().newest.mark(*about(kind, by.pk, part)).hex(), after=row.known)
            noted(row, number)


def about(kind: str, user_id: int, part: str) -> tuple[object, ...]:
    return ("erased", kind, user_id, part) if part else ("erased", kind, user_id)


def note(mark: str, *, after: int) -> int:
    """The number of the line; 0 where the list cannot be written."""
    try:
        return erasures.add(settings.ERASURE_LIST, mark, after=after)
    except OSError as error:
        # The wish comes first; `doctor` says that the list cannot be written.
        log.error("erasure not noted", error=type(error).__name__)
        return 0


def noted(row: Erasures, number: int) -> None:
    """Where lines before this one are not known yet, they are replayed first, and this one once more."""
    if number == row.known + 1:
        Erasures.objects.filter(pk=row.pk).update(known=number)


def replay() -> Replayed:
    """Erase again what is in the list and not known to this database, as after an old backup was restored.

    May be ended at any moment and run again. Raises OtherList, and OSError for a list that cannot be read.
    """
    before = known()
    found = erasures.lines(settings.ERASURE_LIST)
    last = max((line.number for line in found), default=0)
    if last < before:
        raise OtherList
    marks = {line.mark for line in found if line.number > before}
    done = replay_marks(marks) if marks else set()
    if last > before:
        settle(last)
    return Replayed(last - before, len(marks - done))


def replay_marks(marks: set[str]) -> set[str]:
    """Erase what the marks stand for; those of them that fitted."""
    done = set()
    for user_id in User.objects.order_by("pk").values_list("pk", flat=True):
        for name, kind in _kinds.items():
            for part in kind.parts(user_id):
                if fitting := marks & {mark.hex() for mark in keyring().marks(*about(name, user_id, part))}:
                    with as_user(user_id):
                        kind.remove(user_id, part)
                    done |= fitting
    return done


def settle(last: int) -> None:
    """This database knows the list up to here; another process may have come further meanwhile."""
    with as_engine():
        row, _made = Erasures.objects.select_for_update().get_or_create(pk=1)
        Erasures.objects.filter(pk=row.pk, known__lt=last).update(known=last)


def begin_new_list() -> int:
    """Where the list is lost, go on from what the database knows; nobody knows what the lost lines said."""
    return erasures.add(settings.ERASURE_LIST, "-", after=known() - 1) if known() else 0


def replay_or_begin() -> None:
    """For a demo, whose database and list may each be thrown away: bring both together without asking."""
    try:
        replay()
    except OtherList:
        begin_new_list()
