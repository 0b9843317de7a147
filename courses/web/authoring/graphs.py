"""A scenario drawn: its steps in the order in which one comes to them, and where their choices lead."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from courses.kinds.blocks import Scenario
from lms.web.tables import Header, Table, simple

# Units of the drawing: a box, and the room around it.
WIDTH, HEIGHT, GAP, LEVEL = 120, 36, 16, 76
LONGEST = 14


@dataclass(frozen=True)
class Box:
    """``state`` is first, ending, lost or empty."""

    label: str
    x: float
    y: float
    state: str

    @property
    def middle(self) -> float:
        return self.x + WIDTH / 2

    @property
    def base(self) -> float:
        """Where the label stands."""
        return self.y + HEIGHT / 2 + 5


@dataclass(frozen=True)
class Graph:
    """``lines`` are the paths from step to step; the table says the same in words."""

    boxes: list[Box]
    lines: list[str]
    width: int
    height: int
    table: Table

    @property
    def box(self) -> tuple[int, int]:
        return WIDTH, HEIGHT


def graph(data: Mapping[str, Any]) -> Graph | None:
    """The drawing of a case; None where it has no step yet. Steps that nobody comes to stand at the end."""
    case = Scenario()
    steps = case.steps(data)
    if not steps:
        return None
    levels = levels_of(data, steps)
    widest = max(map(len, levels))
    boxes = {
        key: Box(short(key), *place(at, depth, len(level), widest), state_of(key, data))
        for depth, level in enumerate(levels)
        for at, key in enumerate(level)
    }
    return Graph(
        list(boxes.values()),
        [line(boxes[one], boxes[other]) for one, other in ways(steps)],
        widest * (WIDTH + GAP) + GAP,
        len(levels) * LEVEL,
        table_of(data, steps),
    )


def levels_of(data: Mapping[str, Any], steps: Mapping[str, Any]) -> list[list[str]]:
    """The steps by the least number of choices that lead to them, then those that nothing leads to."""
    levels: list[list[str]] = []
    found: set[str] = set()
    ahead = [data["start"]] if data.get("start") in steps else []
    while ahead:
        levels.append(ahead)
        found |= set(ahead)
        leads = (choice.get("next") for key in ahead for choice in steps[key].get("choice", []))
        ahead = [key for key in dict.fromkeys(leads) if key in steps and key not in found]
    lost = [key for key in steps if key not in found]
    return [*levels, lost] if lost else levels


def place(at: int, depth: int, beside: int, widest: int) -> tuple[float, float]:
    """Left and top of a box; a level with fewer boxes stands in the middle."""
    return GAP + (at + (widest - beside) / 2) * (WIDTH + GAP), depth * LEVEL + 4


def short(key: str) -> str:
    return key if len(key) <= LONGEST else f"{key[: LONGEST - 1]}…"


def state_of(key: str, data: Mapping[str, Any]) -> str:
    case = Scenario()
    step = case.steps(data)[key]
    if data.get("start") in case.steps(data) and key in case.unreachable(data):
        return "lost"
    if key == data.get("start"):
        return "first"
    return "way" if step.get("choice") else "ending"


def ways(steps: Mapping[str, Any]) -> list[tuple[str, str]]:
    """From which step to which one can come, each once."""
    found = ((key, choice.get("next")) for key, step in steps.items() for choice in step.get("choice", []))
    return [way for way in dict.fromkeys(found) if way[1] in steps]


def line(one: Box, other: Box) -> str:
    """Down from box to box; back up, or to the side, around the outside."""
    start, end = f"{one.middle:g} {one.y + HEIGHT:g}", f"{other.middle:g} {other.y:g}"
    if other.y > one.y:
        half = (one.y + HEIGHT + other.y) / 2
        return f"M{start} C{one.middle:g} {half:g} {other.middle:g} {half:g} {end}"
    side = max(one.x, other.x) + WIDTH + GAP * 0.8
    right = f"{other.x + WIDTH:g} {other.y + HEIGHT / 2:g}"
    return f"M{one.x + WIDTH:g} {one.y + HEIGHT / 2:g} C{side:g} {one.y:g} {side:g} {other.y:g} {right}"


def table_of(data: Mapping[str, Any], steps: Mapping[str, Any]) -> Table:
    rows = [[key, leads_to(step, steps), in_words(key, data)] for key, step in steps.items()]
    return simple(
        _("Where each step leads"), [Header(_("Step")), Header(_("Leads to")), Header(_("Is"))], rows
    )


def leads_to(step: Mapping[str, Any], steps: Mapping[str, Any]) -> str:
    choices = [choice.get("next") for choice in step.get("choice", [])]
    return ", ".join(name if name in steps else _("nowhere") for name in choices) or "–"


def in_words(key: str, data: Mapping[str, Any]) -> str:
    if key in Scenario().endless(data):
        return _("a circle: no ending can be reached")
    states = {"lost": _("never reached"), "first": _("the beginning"), "ending": _("an ending")}
    return states.get(state_of(key, data), _("on the way"))
