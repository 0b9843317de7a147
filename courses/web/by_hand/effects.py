"""What a merge would change, as tables: year by year, and figure by figure."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from courses.actions.by_hand.merging import NETWORK, Effect, FigureMoved, Moved
from courses.enums import CountStage, Unit
from courses.web.counts.tables import column, kind_names
from courses.web.figures.words import Labels, Signed, signed
from lms.web.tables import Cell, Header, Table, simple


def tables(effect: Effect) -> list[tuple[str, Table | None]]:
    """For each year what to call it and its table; None where no number of it moves."""
    kinds = kind_names()
    return [
        (str(year), _of_year(year, moved, kinds) if moved else None) for year, moved in effect.years.items()
    ]


def _of_year(year: int, moved: list[Moved], kinds: dict[str, str]) -> Table:
    headers = [
        Header(_("Count")),
        Header(_("Of")),
        *(Header(label, numeric=True) for label in (_("Now"), _("Then"), _("Change"))),
    ]
    rows = [[_count(one, kinds), _whose(one), *_numbers(one.before, one.after)] for one in moved]
    return simple(_("Counts of %(year)s that change") % {"year": year}, headers, rows)


def _count(moved: Moved, kinds: dict[str, str]) -> str:
    code = moved.code
    said = column(CountStage(code.stage), Unit(code.unit))
    return f"{kinds.get(code.kind, code.kind)}, {said.lower()}"


def _whose(moved: Moved) -> str:
    if moved.hotline == NETWORK:
        return _("the whole network")
    return moved.hotline or _("no hotline")


def _numbers(before: int, after: int) -> list[Any]:
    return [before, after, Cell(Signed(signed(after - before)), "", True)]


def figures(moved: list[FigureMoved]) -> Table:
    """By how much today differs from each published number, before and after."""
    headers = [
        Header(_("Published figure")),
        Header(_("Number")),
        Header(_("Frozen"), numeric=True),
        Header(_("Differs now by"), numeric=True),
        Header(_("Then by"), numeric=True),
    ]
    # The labels of a figure ask for names once.
    labels = {
        one.figure.pk: Labels(one.definition, [m.key for m in moved if m.figure.pk == one.figure.pk])
        for one in moved
    }
    rows = [
        [
            Cell(one.figure.title, reverse("staff-figure", args=[one.figure.pk])),
            labels[one.figure.pk].of(one.key),
            one.frozen,
            Cell(Signed(signed(one.before - one.frozen)), "", True),
            Cell(Signed(signed(one.after - one.frozen)), "", True),
        ]
        for one in moved
    ]
    return simple(_("Differences of published figures"), headers, rows)


def context(effect: Effect) -> dict[str, Any]:
    """What templates/courses/by_hand/effect.html shows."""
    return {
        "effect_years": tables(effect),
        "effect_figures": figures(effect.figures) if effect.figures else None,
        "effect_is_none": not effect,
    }
