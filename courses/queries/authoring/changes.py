"""What changed between two versions of a course."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from courses.models import CourseVersion
from courses.queries.authoring.texts import Part, parts

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
# Unchanged lines shown around a change.
AROUND = 2


@dataclass(frozen=True)
class Line:
    """A line of a comparison; ``mark`` is + for a new one, - for one that is gone, else a space.

    A line of ``…`` stands for unchanged ones that are left out.
    """

    mark: str
    text: str


@dataclass(frozen=True)
class Change:
    name: str
    what: str
    lines: list[Line]


def changes(before: CourseVersion, after: CourseVersion) -> list[Change]:
    """Parts added, removed and changed, in the order of the later version, then those that are gone."""
    old = {part.key: part for part in parts(before)}
    new = {part.key: part for part in parts(after)}
    kept = [compare(old.get(key), part) for key, part in new.items()]
    gone = [Change(part.name, REMOVED, lines(part.text, "-")) for key, part in old.items() if key not in new]
    return [change for change in kept if change] + gone


def compare(old: Part | None, new: Part) -> Change | None:
    if old is None:
        return Change(new.name, ADDED, lines(new.text, "+"))
    return None if old.text == new.text else Change(new.name, CHANGED, list(difference(old.text, new.text)))


def lines(text: str, mark: str) -> list[Line]:
    return [Line(mark, line) for line in text.splitlines()]


def difference(before: str, after: str) -> Iterator[Line]:
    """The lines that differ, with a few around them."""
    old, new = before.splitlines(), after.splitlines()
    groups = SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(AROUND)
    for number, group in enumerate(groups):
        if number:
            yield Line(" ", "…")
        for tag, old_from, old_to, new_from, new_to in group:
            if tag == "equal":
                yield from (Line(" ", line) for line in old[old_from:old_to])
                continue
            yield from (Line("-", line) for line in old[old_from:old_to])
            yield from (Line("+", line) for line in new[new_from:new_to])
