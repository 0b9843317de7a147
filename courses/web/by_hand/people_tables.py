"""What is known of a person before and after a change, as tables."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.actions.by_hand.people import Ahead
from courses.web import fact_tables, ties, words
from lms.people.models import Person, PersonChange
from lms.people.queries.changes import changes_of
from lms.web.tables import Cell, Header, Table, simple


def affiliations(ahead: Ahead) -> Table:
    """What stays stands beside itself, below what goes and comes."""
    headers = [Header(label) for label in (_("Now"), _("Then"))]
    names = ties.names_of([*ahead.before, *ahead.after])
    stays = [tie for tie in ahead.before if tie in ahead.after]
    sides = (
        sorted((tie for tie in side if tie not in stays), key=lambda tie: tie["from_on"] or "")
        for side in (ahead.before, ahead.after)
    )
    rows = [*zip_longest(*sides), *zip(stays, stays, strict=True)]
    said = [[ties.said(tie, names) if tie else None for tie in row] for row in rows]
    return simple(_("Where they belong"), headers, said)


def kept(ahead: Ahead) -> list[str]:
    told = []
    if ahead.facts:
        said = ngettext(
            "%(number)s fact in the ledger keeps the former hotline, which it was recorded with.",
            "%(number)s facts in the ledger keep the former hotline, which they were recorded with.",
            ahead.facts,
        )
        told.append(said % {"number": ahead.facts})
    if ahead.later:
        said = ngettext(
            "%(number)s of them is of the first day there or later: look at it below.",
            "%(number)s of them are of the first day there or later: look at them below.",
            len(ahead.later),
        )
        told.append(said % {"number": len(ahead.later)})
    if ahead.has_roles:
        told.append(_("A role of theirs at the former hotline stays: an administrator takes it back."))
    return told


def facts(ahead: Ahead) -> Table | None:
    if not ahead.later:
        return None
    caption = _("Recorded with the former hotline for days after the move; correct them at the activity")
    return fact_tables.every_fact(ahead.later[:50], caption=caption, linked=True)


def changed_of(person: Person) -> Table | None:
    """What was changed by hand, for the person's page."""
    found = list(changes_of(person))
    return change_table(found, linked=True) if found else None


def change_table(changes: Sequence[PersonChange], *, linked: bool) -> Table:
    """One query for the names of hotlines and one for those of agencies, however many changes."""
    labels = [_("What"), _("Was"), _("Is"), _("Why"), _("Recorded"), _("Change")]
    states = [state for one in changes for state in (one.before, one.after)]
    names = ties.names_of(tie for state in states for tie in state.get("affiliations", []))
    rows = []
    for one in changes:
        was, now = difference(one, names)
        when = f"{words.reader_time(one.recorded_at)}, {words.who(one.recorded_by)}"
        back = way_back(one) if linked else Cell(None)
        rows.append([one.get_kind_display(), was, now, one.reason or None, when, back])
    return simple(_("Changed by hand, the newest first"), [Header(label) for label in labels], rows)


def way_back(change: PersonChange) -> Cell:
    if getattr(change, "undoing", None) is not None:
        return Cell(_("taken back"))
    if not change.before:
        return Cell(None)
    return Cell(_("Undo"), reverse("staff-undo-person-change", args=[change.pk]))


def difference(change: PersonChange, names: ties.Names) -> tuple[str, str]:
    """Of both sides only what the other has not."""
    was, now = (said_of(side, names) for side in (change.before, change.after))
    return _without(was, now), _without(now, was)


def _without(lines: list[str], others: list[str]) -> str:
    return "; ".join(line for line in lines if line not in others)


def said_of(state: dict[str, Any], names: ties.Names) -> list[str]:
    if not state:
        return []
    lines = [f"{state['given_name']} {state['family_name']}".strip(), state["email"]]
    lines += [ties.said(tie, names) for tie in state["affiliations"]]
    return [line for line in lines if line]
