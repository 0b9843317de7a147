"""What is known of a person before and after a change, as tables."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.actions.by_hand.people import Ahead
from courses.web import fact_tables, words
from lms.people.enums import Audience
from lms.people.models import Agency, Hotline, Person, PersonChange
from lms.people.queries.changes import changes_of
from lms.web.tables import Cell, Header, Table, simple


def affiliations(ahead: Ahead) -> Table:
    headers = [Header(label) for label in (_("Now"), _("Then"))]
    before, after = ([state_words(tie, ahead) for tie in side] for side in (ahead.before, ahead.after))
    longest = max(len(before), len(after))
    rows = [[(side[row] if row < len(side) else None) for side in (before, after)] for row in range(longest)]
    return simple(_("Where they belong"), headers, rows)


def state_words(tie: dict[str, Any], ahead: Ahead) -> str:
    place = ahead.names.get(tie["hotline_id"] or 0) or Audience(tie["audience"]).label
    return f"{place} ({tie['from_on'] or '…'} – {tie['until_on'] or '…'})"


def kept(ahead: Ahead) -> list[str]:
    told = [
        ngettext(
            "%(number)s fact in the ledger keeps the former hotline, which it was recorded with.",
            "%(number)s facts in the ledger keep the former hotline, which they were recorded with.",
            ahead.facts,
        )
        % {"number": ahead.facts}
    ]
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
    names = organisations_of(changes)
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


def organisations_of(changes: Sequence[PersonChange]) -> dict[tuple[str, int], str]:
    ties = [
        tie for one in changes for side in (one.before, one.after) for tie in side.get("affiliations", [])
    ]
    found: dict[tuple[str, int], str] = {}
    for name, made in (("hotline_id", Hotline), ("agency_id", Agency)):
        numbers = {tie[name] for tie in ties if tie[name]}
        found |= {
            (name, pk): said for pk, said in made.objects.filter(pk__in=numbers).values_list("pk", "name")
        }
    return found


def difference(change: PersonChange, names: dict[tuple[str, int], str]) -> tuple[str, str]:
    """Of both sides only what the other has not."""
    was, now = (said_of(side, names) for side in (change.before, change.after))
    return _without(was, now), _without(now, was)


def _without(lines: list[str], others: list[str]) -> str:
    return "; ".join(line for line in lines if line not in others)


def said_of(state: dict[str, Any], names: dict[tuple[str, int], str]) -> list[str]:
    if not state:
        return []
    lines = [f"{state['given_name']} {state['family_name']}".strip(), state["email"]]
    for tie in state["affiliations"]:
        place = next((names.get((key, tie[key])) for key in ("hotline_id", "agency_id") if tie[key]), None)
        place = place or str(Audience(tie["audience"]).label)
        lines.append(f"{place} ({tie['from_on'] or '…'} – {tie['until_on'] or '…'})")
    return [line for line in lines if line]
