"""The tables of registers: tallies, what is wrong, and what would change."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from courses.actions.uploads.accounts import problem_of
from courses.models import Import, RegisterUpload
from courses.queries.register_uploads import totals
from courses.queries.sheets import Origins
from courses.web import words
from lms.web.tables import Cell, Header, Table, simple

NUMBERS = ("lines", "repeated", "created", "changed", "unchanged", "rejected")


def headers(*labels: str, numeric: Sequence[str] = ()) -> list[Header]:
    return [Header(label, numeric=label in numeric) for label in labels]


def imports(records: Sequence[Import]) -> Table:
    numbers = [_("Created"), _("Changed"), _("Rejected")]
    heads = headers(_("Import"), _("File"), _("Applied"), *numbers, _("Undone"), numeric=numbers)
    return simple(_("Imports, the newest first"), heads, [_import(one) for one in records])


def _import(one: Import) -> list[Any]:
    all_of_it = totals(one.summary)
    return [
        Cell(str(one.pk), reverse("staff-import", args=[one.pk])),
        one.name,
        words.when_and_who(one.applied_at, one.applied_by),
        all_of_it.created,
        all_of_it.changed,
        all_of_it.rejected,
        words.when_and_who(one.undone_at, one.undone_by) or None,
    ]


def uploads(rows: Sequence[RegisterUpload]) -> Table:
    heads = headers(_("File"), _("Brought in"), _("State"))
    return simple(_("Not applied, the newest first"), heads, [_upload(one) for one in rows])


def _upload(one: RegisterUpload) -> list[Any]:
    return [
        Cell(one.name, reverse("staff-upload", args=[one.pk])),
        words.when_and_who(one.uploaded_at, one.uploaded_by),
        one.get_state_display(),
    ]


def tallies(found: Mapping[str, Mapping[str, int]], *, caption: str) -> Table:
    """What comes of each file; files without lines are left out."""
    labels = [_("Lines"), _("Repeated"), _("Created"), _("Changed"), _("Unchanged"), _("Rejected")]
    rows = [[name, *(tally[number] for number in NUMBERS)] for name, tally in found.items() if tally["lines"]]
    return simple(caption, headers(_("File"), *labels, numeric=labels), rows)


def problems(records: Sequence[Mapping[str, Any]], *, caption: str, origins: Origins | None = None) -> Table:
    """With ``origins`` each says where in the sheet it stands that the register came of."""
    labels = [_("File"), _("Line"), _("Column"), _("Value"), _("What to do")]
    rows = [_problem(record) for record in records]
    if origins is not None:
        labels.insert(0, _("In the sheet"))
        rows = [[_origin(record, origins), *row] for record, row in zip(records, rows, strict=True)]
    return simple(caption, headers(*labels), rows)


def _origin(record: Mapping[str, Any], origins: Origins) -> str | None:
    if record["line"] is None or record["file"] not in origins.begins:
        return None
    lines = ", ".join(map(str, origins.lines(record["file"], record["line"])))
    column = origins.column(record["column"])
    if not column:
        return _("line %(lines)s") % {"lines": lines}
    return _("line %(lines)s, column %(column)s") % {"lines": lines, "column": column}


def _problem(record: Mapping[str, Any]) -> list[Any]:
    problem = problem_of(dict(record))
    return [problem.file, problem.line, problem.column or None, problem.value or None, problem.reason]


def changes(records: Sequence[Mapping[str, Any]], *, caption: str) -> Table:
    """Side by side: what there is, and what it becomes."""
    heads = headers(_("Line"), _("Record"), _("Before"), _("After"))
    return simple(caption, heads, [_change(record) for record in records])


def _change(record: Mapping[str, Any]) -> list[Any]:
    kept = _("kept to themselves")
    before, after = (kept if record["kept"] else cells(record[side]) for side in ("before", "after"))
    if record["change"] == "created" and not record["kept"]:
        before = _("new")
    return [record["line"], record["record"], before, after]


def cells(said: Mapping[str, str]) -> SafeString | None:
    """A line for each cell; a blank one is shown as that."""
    pairs = [(name, value or "–") for name, value in said.items()]
    return format_html_join("", "<div>{}: {}</div>", pairs) if pairs else None
