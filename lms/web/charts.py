"""Charts as geometry: from figures to the marks of an SVG, without a browser and without a style attribute.

Every chart carries its figures as a table as well, so nobody has to read a picture. Lengths are in units
of the drawing (360 wide) or per cent; the stylesheet gives size and colour.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.text import slugify
from django.utils.translation import gettext as _

from lms.kit.text import Text
from lms.web.tables import Cell, Header, Table

WIDTH, HEIGHT, LEFT, TOP, FLOOR = 360, 170, 34, 8, 148
TONES = 6
# A column of one or two years must not look like a wall.
WIDEST = 36


@dataclass(frozen=True)
class Point:
    """One figure; `url` opens its facts."""

    label: Text
    value: int
    url: str = ""


@dataclass(frozen=True)
class Series:
    """One figure for each name along the axis; None where nothing is known, which is not zero."""

    label: Text
    values: Sequence[int | None]


@dataclass(frozen=True)
class Mark:
    """A bar, a part or a dot; tones count from 1, and 0 is what is left over."""

    x: float
    y: float
    width: float
    height: float
    label: Text
    value: int
    tone: int = 1
    url: str = ""


@dataclass(frozen=True)
class Label:
    at: float
    label: Text


@dataclass(frozen=True)
class Line:
    tone: int
    points: str


@dataclass(frozen=True)
class Key:
    tone: int
    label: Text


@dataclass(frozen=True)
class Chart:
    """What all charts have: `key` is unique on a page, `spoken` stands in for the picture."""

    title: Text
    summary: Text
    spoken: str
    table: Table
    template = ""

    @property
    def key(self) -> str:
        return "chart-" + (slugify(str(self.title), allow_unicode=True) or "figure")


@dataclass(frozen=True)
class Plot(Chart):
    """Columns or lines over an axis of names, most often months."""

    ticks: Sequence[Label]
    names: Sequence[Label]
    columns: Sequence[Mark]
    lines: Sequence[Line]
    dots: Sequence[Mark]
    legend: Sequence[Key]
    template = "components/chart_plot.html"
    width, height, left, floor = WIDTH, HEIGHT, LEFT, FLOOR


@dataclass(frozen=True)
class Bars(Chart):
    """A list with a bar beside each name; widths in per cent of the longest."""

    bars: Sequence[Mark]
    template = "components/chart_bars.html"


@dataclass(frozen=True)
class Stack(Chart):
    """One statement in its parts; places and widths in per cent of the whole."""

    parts: Sequence[Mark]
    template = "components/chart_stack.html"


def columns(title: Text, names: Sequence[Text], series: Sequence[Series], *, summary: Text = "") -> Plot:
    """Upright columns by name; several series stand side by side, at most six."""
    top = _top(series)
    slot = (WIDTH - LEFT) / max(len(names), 1)
    width = min(slot * 0.72 / max(len(series), 1), WIDEST)
    indent = (slot - width * len(series)) / 2
    marks = []
    for nth, one in enumerate(series):
        for place, (name, value) in enumerate(zip(names, one.values, strict=True)):
            x = LEFT + slot * place + indent + width * nth
            if value:
                marks.append(_column(x, width, top, value, _called(one, name, series), nth + 1))
    return _plot(title, summary, names, series, top, columns=marks)


def lines(title: Text, names: Sequence[Text], series: Sequence[Series], *, summary: Text = "") -> Plot:
    """One line a series, for a year against a year; a line breaks where nothing is known."""
    top = _top(series)
    dots = [_dots(one, nth + 1, names, top, series) for nth, one in enumerate(series)]
    drawn = [
        Line(nth + 1, " ".join(f"{dot.x},{dot.y}" for dot in run))
        for nth, places in enumerate(dots)
        for run in _runs(places)
    ]
    known = [dot for places in dots for dot in places if dot]
    return _plot(title, summary, names, series, top, lines=drawn, dots=known)


def bars(
    title: Text,
    points: Sequence[Point],
    *,
    summary: Text = "",
    name: Text = "",
    unit: Text = "",
    whole: int = 0,
) -> Bars:
    """A bar for each point, in the order given; `name` and `unit` head the table's two columns.

    A full bar is `whole`, which shares say is 100, or else the highest value.
    """
    longest = whole or max((point.value for point in points), default=0)
    marks = [Mark(0, 0, _percent(p.value, longest), 10, p.label, p.value, url=p.url) for p in points]
    return Bars(title, summary, _spoken(title, points), _two_columns(title, points, name, unit), marks)


def stack(
    title: Text, points: Sequence[Point], *, total: int | None = None, rest: Text = "", summary: Text = ""
) -> Stack:
    """One bar in its parts; what is missing from `total` is shown as `rest`, never spread over the parts."""
    given = sum(point.value for point in points)
    missing = max((total or 0) - given, 0)
    shown = [*points, Point(rest or _("Not itemised"), missing)] if missing else list(points)
    parts, at = [], 0.0
    for nth, point in enumerate(shown):
        width = _percent(point.value, given + missing)
        tone = 0 if missing and nth == len(points) else nth % TONES + 1
        parts.append(Mark(round(at, 2), 0, width, 10, point.label, point.value, tone, point.url))
        at += width
    return Stack(title, summary, _spoken(title, shown), _two_columns(title, shown, "", ""), parts)


def nice_step(highest: int, steps: int = 5) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50 ... that reaches `highest` in at most so many steps."""
    rough = max(highest / steps, 1)
    power = 10 ** math.floor(math.log10(rough))
    return next(int(n * power) for n in (1, 2, 5, 10) if n * power >= rough)


def _top(series: Sequence[Series]) -> int:
    highest = max((value or 0 for one in series for value in one.values), default=0)
    step = nice_step(highest)
    return step * max(math.ceil(highest / step), 1)


def _height(value: int, top: int) -> float:
    return round((FLOOR - TOP) * value / top, 2)


def _column(x: float, width: float, top: int, value: int, label: Text, tone: int) -> Mark:
    height = _height(value, top)
    return Mark(round(x, 2), round(FLOOR - height, 2), round(width * 0.94, 2), height, label, value, tone)


def _called(one: Series, name: Text, series: Sequence[Series]) -> Text:
    return f"{one.label}, {name}" if len(series) > 1 else name


def _dots(
    one: Series, tone: int, names: Sequence[Text], top: int, series: Sequence[Series]
) -> list[Mark | None]:
    slot = (WIDTH - LEFT) / max(len(names), 1)
    made: list[Mark | None] = []
    for place, (name, value) in enumerate(zip(names, one.values, strict=True)):
        x, label = round(LEFT + slot * (place + 0.5), 2), _called(one, name, series)
        y = round(FLOOR - _height(value or 0, top), 2)
        made.append(None if value is None else Mark(x, y, 0, 0, label, value, tone))
    return made


def _runs(places: Sequence[Mark | None]) -> list[list[Mark]]:
    runs: list[list[Mark]] = [[]]
    for place in places:
        if place is None:
            runs.append([])
        else:
            runs[-1].append(place)
    return [run for run in runs if len(run) > 1]


def _plot(
    title: Text,
    summary: Text,
    names: Sequence[Text],
    series: Sequence[Series],
    top: int,
    *,
    columns: Sequence[Mark] = (),
    lines: Sequence[Line] = (),
    dots: Sequence[Mark] = (),
) -> Plot:
    step, slot = nice_step(top), (WIDTH - LEFT) / max(len(names), 1)
    ticks = [Label(round(FLOOR - _height(value, top), 2), f"{value:,}") for value in range(0, top + 1, step)]
    along = [Label(round(LEFT + slot * (place + 0.5), 2), name) for place, name in enumerate(names)]
    legend = [Key(nth + 1, one.label) for nth, one in enumerate(series)] if len(series) > 1 else []
    spoken = "; ".join(f"{one.label}: {sum(value or 0 for value in one.values):,}" for one in series)
    table = _series_table(title, names, series)
    return Plot(title, summary, f"{title}. {spoken}", table, ticks, along, columns, lines, dots, legend)


def _series_table(title: Text, names: Sequence[Text], series: Sequence[Series]) -> Table:
    headers = [Header(""), *(Header(one.label, numeric=True) for one in series)]
    rows = [
        [Cell(name), *(Cell(one.values[place], "", True) for one in series)]
        for place, name in enumerate(names)
    ]
    return Table(_caption(title), headers, rows)


def _two_columns(title: Text, points: Sequence[Point], name: Text, unit: Text) -> Table:
    headers = [Header(name or _("Name")), Header(unit or _("Number"), numeric=True)]
    return Table(_caption(title), headers, [[Cell(p.label), Cell(p.value, p.url, True)] for p in points])


def _caption(title: Text) -> str:
    return _("%(title)s, in figures") % {"title": title}


def _spoken(title: Text, points: Sequence[Point]) -> str:
    return f"{title}. " + "; ".join(f"{point.label}: {point.value:,}" for point in points)


def _percent(value: int, whole: int) -> float:
    return round(100 * value / whole, 2) if whole else 0
