"""The tables of sheets and their sources."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from courses.models import Sheet, SheetSource
from courses.web import words
from courses.web.imports import tables as problem_tables
from courses.web.imports.tables import headers
from courses.web.sheets.words import ROLES, role_label
from lms.web.tables import Cell, Table, simple

# Of a line as much as fits beside its neighbours.
MOST_CELLS, LONGEST_CELL = 12, 40


def sheets(rows: Sequence[Sheet]) -> Table:
    heads = headers(_("File"), _("From"), _("Brought in"), _("State"))
    return simple(
        _("Sheets, the newest first"),
        heads,
        [
            [
                Cell(one.name, reverse("staff-sheet", args=[one.pk])),
                one.source.name if one.source else "–",
                words.when_and_who(one.uploaded_at, one.uploaded_by),
                one.get_state_display(),
            ]
            for one in rows
        ],
    )


def problems_of(found: Mapping[str, Any]) -> Table | None:
    """What made it unusable, if anything did."""
    kept = found.get("problems")
    return problem_tables.problems(kept, caption=_("What is wrong with it")) if kept else None


def sources(rows: Sequence[SheetSource]) -> Table:
    numbers = [_("Sheets"), _("People remembered")]
    heads = headers(_("Where sheets are from"), *numbers, numeric=numbers)
    made = [
        [Cell(one.name, reverse("staff-sheet-source", args=[one.pk])), one.brought, one.known]  # type: ignore[attr-defined]  # annotated
        for one in rows
    ]
    return simple(_("Where sheets are from, by name"), heads, made)


def columns(plan: Mapping[str, str], caption: Any) -> Table:
    """What is read first, in the order of what it is; the database keeps columns in an order of its own."""
    order = list(ROLES)
    known = sorted(plan.items(), key=lambda one: (order.index(one[1]) if one[1] else len(order), one[0]))
    rows = [[label, role_label(role)] for label, role in known]
    return simple(caption, headers(_("Column"), _("Read as")), rows)


def lines(rows: Sequence[tuple[int, Sequence[str]]], header: int) -> Table:
    """The first lines as they are read, each with its number; the one of the header says so."""
    width = min(max((len(cells) for _number, cells in rows), default=1), MOST_CELLS)
    heads = headers(_("Line"), *(_("Cell %(n)s") % {"n": place} for place in range(1, width + 1)))
    made = [
        [_("%(n)s, the header") % {"n": number} if number == header else str(number), *cut(cells, width)]
        for number, cells in rows
    ]
    return simple(_("The first lines, as they are read now"), heads, made)


def cut(cells: Sequence[str], width: int) -> list[str]:
    whole = [*cells, *[""] * width][:width]
    return [cell if len(cell) <= LONGEST_CELL else f"{cell[:LONGEST_CELL]}…" for cell in whole]
