"""The rows of a bulk action, as they are and as they would be."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
        case BulkAct.MOVE:
            ties = [lasting(tie["organisation"], tie["from_on"], tie["until_on"]) for tie in said["ties"]]
            return " ".join(["; ".join(ties) + ".", *staying(said.get("stays", {}))])
        case _:
            return "; ".join(lasting(tie["organisation"], None, tie["until"]) for tie in said["ties"])


def lasting(name: str, first: str | None, last: str | None) -> str:
    """Where somebody belongs, from a first day (None is not known) to a last one (None is open)."""
    days = {"name": name, "first": day_of(first), "day": day_of(last)}
    if last is None:
        said = _("%(name)s, without an end") if first is None else _("%(name)s from %(first)s on")
    else:
        said = _("%(name)s until %(day)s") if first is None else _("%(name)s from %(first)s to %(day)s")
    return said % days


def day_of(value: str | None) -> str:
    return words.day(dt.date.fromisoformat(value)) if value else ""


def staying(stays: Mapping[str, Any]) -> list[str]:
    """What a move leaves with the former hotline."""
    told = []
    if number := stays.get("facts"):
        said = ngettext(
            "%(number)s fact keeps the former hotline.", "%(number)s facts keep the former hotline.", number
        )
        told.append(said % {"number": number})
    if number := stays.get("later"):
        said = ngettext(
            "%(number)s of them is of the first day there or later.",
            "%(number)s of them are of the first day there or later.",
            number,
        )
        told.append(said % {"number": number})
    if stays.get("role"):
        told.append(_("A role of theirs at the former hotline stays: an administrator takes it back."))
    return told


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
        case BulkAct.MOVE:
            line = moving(said)
        case _:
            line = ending(said)
    return _("Undo: %(line)s") % {"line": line} if action.undoes_id else line


def moving(said: Mapping[str, Any]) -> str:
    hotline = Hotline.objects.get(pk=said["hotline"])
    return _("Move to %(name)s from %(day)s on") % {"name": hotline.name, "day": day_of(said["from_on"])}


def ending(said: Mapping[str, Any]) -> str:
    day = day_of(said["last_on"])
    hotline = Hotline.objects.filter(pk=said["hotline"]).first() if said["hotline"] else None
    if hotline:
        return _("The affiliation with %(name)s ends on %(day)s") % {"name": hotline.name, "day": day}
    return _("Affiliations end on %(day)s") % {"day": day}
