"""Answers in words over time, as a picture without numbers: a band for each question, one above the other.

A place within a band is one of the question's own words. Nothing is added up, and all bands have one tone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lms.kit.text import Text
from lms.web.charts import Chart
from lms.web.tables import Cell, Header, Table

WIDTH, HEIGHT, EDGE = 360, 64, 8
# Names that a picture has room for; the table beneath it holds all of them.
SHOWN = 52


@dataclass(frozen=True)
class Question:
    """What was asked, its words from the lowest place to the highest, and the place at each name.

    None is where nothing was answered, which breaks the line.
    """

    label: Text
    words: Sequence[Text]
    places: Sequence[int | None]


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    label: str


@dataclass(frozen=True)
class Band:
    """One question drawn; ``rules`` are the heights of its places."""

    label: Text
    spoken: str
    highest: Text
    lowest: Text
    rules: Sequence[float]
    lines: Sequence[str]
    dots: Sequence[Dot]
    width, height = WIDTH, HEIGHT


@dataclass(frozen=True)
class Bands(Chart):
    """``first`` and ``last`` name the ends of what is drawn."""

    bands: Sequence[Band]
    first: Text
    last: Text
    template = "components/chart_bands.html"


def bands(
    title: Text, name: Text, names: Sequence[Text], questions: Sequence[Question], *, summary: Text = ""
) -> Bands:
    """Names, one at least, from the earliest to the latest, of which the last SHOWN are drawn.

    In the table, whose first column ``name`` heads, the latest comes first, and names without any answer are
    left out.
    """
    drawn = [_band(one, names) for one in questions]
    ends = names[-SHOWN:]
    table = _table(title, name, names, questions)
    return Bands(title, summary, str(title), table, drawn, ends[0], ends[-1])


def _band(question: Question, names: Sequence[Text]) -> Band:
    dots = _dots(question, names[-SHOWN:], question.places[-SHOWN:])
    lines = [" ".join(f"{dot.x},{dot.y}" for dot in run) for run in _runs(dots)]
    heights = [_height(place, question) for place in range(len(question.words))]
    known = [dot for dot in dots if dot]
    spoken = _("%(question)s. Every answer is in the table.") % {"question": question.label}
    highest, lowest = question.words[-1], question.words[0]
    return Band(question.label, spoken, highest, lowest, heights, lines, known)


def _dots(question: Question, names: Sequence[Text], places: Sequence[int | None]) -> list[Dot | None]:
    slot = WIDTH / max(len(names), 1)
    return [
        None
        if place is None
        else Dot(round(slot * (nth + 0.5), 2), _height(place, question), f"{name}: {question.words[place]}")
        for nth, (name, place) in enumerate(zip(names, places, strict=True))
    ]


def _height(place: int, question: Question) -> float:
    return round(HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * place / max(len(question.words) - 1, 1), 2)


def _runs(dots: Sequence[Dot | None]) -> list[list[Dot]]:
    runs: list[list[Dot]] = [[]]
    for dot in dots:
        if dot is None:
            runs.append([])
        else:
            runs[-1].append(dot)
    return [run for run in runs if len(run) > 1]


def _table(title: Text, name: Text, names: Sequence[Text], questions: Sequence[Question]) -> Table:
    answered = [nth for nth in range(len(names)) if any(one.places[nth] is not None for one in questions)]
    rows = [[Cell(names[nth]), *(Cell(_word(one, nth)) for one in questions)] for nth in reversed(answered)]
    headers = [Header(name), *(Header(one.label) for one in questions)]
    return Table(_("%(title)s, in words") % {"title": title}, headers, rows)


def _word(question: Question, nth: int) -> Text | None:
    place = question.places[nth]
    return None if place is None else question.words[place]
