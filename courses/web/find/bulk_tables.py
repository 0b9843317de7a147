"""The rows of a bulk action, as they are and as they would be."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from courses.enums import ActivityStatus
from courses.models import BulkAct, BulkAction, BulkRow
from courses.queries.find.bulk import versions_of
from courses.web import words
from lms.people.models import Hotline
from lms.web.tables import Cell, Header, Table, simple


def chosen(rows: Sequence[BulkRow], *, caption: str) -> Table:
    return simple(caption, [Header(_("Row"))], [[cell] for cell in names(rows)])


def changes(act: str, rows: Sequence[BulkRow], *, caption: str) -> Table:
    headers = [Header(label) for label in (_("Row"), _("Before"), _("After"))]
    made = [
        [cell, side(act, row.before), side(act, row.after)]
        for cell, row in zip(names(rows), rows, strict=True)
    ]
    return simple(caption, headers, made)


def refused(rows: Sequence[BulkRow], *, caption: str) -> Table:
    headers = [Header(_("Row")), Header(_("Why not"))]
    made = [[cell, row.why_not] for cell, row in zip(names(rows), rows, strict=True)]
    return simple(caption, headers, made)


def names(rows: Sequence[BulkRow]) -> list[Cell]:
    """One query for activities, and none for people who came with their rows."""
    versions = versions_of([row.activity_id for row in rows if row.activity_id])
    return [name(row, versions) for row in rows]


def name(row: BulkRow, versions: Mapping[int, Any]) -> Cell:
    if row.person is not None:
        return Cell(words.named(row.person), reverse("staff-person", args=[row.person_id]))
    version = versions[row.activity_id or 0]
    title = f"{words.title(version)}, {words.starts(version)}"
    return Cell(title, reverse("staff-activity", args=[row.activity_id]))


def side(act: str, said: Mapping[str, Any] | None) -> str | None:
    """What one side of a row says, in words."""
    if said is None:
        return None
    match act:
        case BulkAct.TOPICS:
            return "; ".join(said["topics"]) or None
        case BulkAct.FUNDER:
            return said["funder"] or None
        case BulkAct.HELD:
            return str(ActivityStatus(said["status"]).label)
        case _:
            return "; ".join(lasting(tie) for tie in said["ties"])


def lasting(tie: Mapping[str, Any]) -> str:
    if tie["until"] is None:
        return _("%(name)s, without an end") % {"name": tie["organisation"]}
    until = words.day(dt.date.fromisoformat(tie["until"]))
    return _("%(name)s until %(day)s") % {"name": tie["organisation"], "day": until}


def what(action: BulkAction) -> str:
    """What is to be done, in one line; '' as long as nobody said. A query where it names a hotline."""
    if not action.act:
        return ""
    said = action.said
    match action.act:
        case BulkAct.TOPICS:
            parts = [f"+ {topic}" for topic in said["add"]] + [f"− {topic}" for topic in said["remove"]]
            line = _("Topics: %(topics)s") % {"topics": "; ".join(parts)}
        case BulkAct.FUNDER:
            line = _("Funder: %(name)s") % {"name": said["funder"] or "–"}
        case BulkAct.HELD:
            line = _("They took place")
        case _:
            line = ending(said)
    return _("Undo: %(line)s") % {"line": line} if action.undoes_id else line


def ending(said: Mapping[str, Any]) -> str:
    day = words.day(dt.date.fromisoformat(said["last_on"]))
    hotline = Hotline.objects.filter(pk=said["hotline"]).first() if said["hotline"] else None
    if hotline:
        return _("The affiliation with %(name)s ends on %(day)s") % {"name": hotline.name, "day": day}
    return _("Affiliations end on %(day)s") % {"day": day}
