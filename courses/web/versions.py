"""How an activity came to be known: its versions, and what each of them changed."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from courses.models import ActivityVersion
from courses.web import words
from lms.web.tables import Cell, Header, Table, simple


def table(versions: Sequence[ActivityVersion], *, linked: bool) -> Table:
    """Versions newest first; each says what differs from the one before it, and why.

    With ``linked`` the last change by hand leads to where it is taken back.
    """
    headers = [
        Header(_("Version"), numeric=True),
        *(Header(label) for label in (_("Recorded"), _("Source"), _("What changed"), _("Why"), _("Change"))),
    ]
    newest = versions[0].recorded_at if versions else None
    rows = [
        [
            version.number,
            words.reader_time(version.recorded_at),
            words.source(version),
            changes(version, before),
            reason(version),
            undo_link(version, before, version.recorded_at == newest) if linked else Cell(None),
        ]
        for version, before in zip_longest(versions, versions[1:])
    ]
    return simple(_("Versions, the latest first"), headers, rows)


def reason(version: ActivityVersion) -> str | None:
    """Why it was changed by hand; one query where the note was not fetched along."""
    note = getattr(version, "note", None)
    return note.reason if note else None


def undo_link(version: ActivityVersion, before: ActivityVersion | None, is_newest: bool) -> Cell:
    if not is_newest or version.source_id is not None or before is None or before.withdrawn:
        return Cell(None)
    return Cell(_("Undo"), reverse("staff-undo-version", args=[version.activity_id, version.number]))


def changes(version: ActivityVersion, before: ActivityVersion | None) -> str:
    """What a version changed, as `field: old → new` in words."""
    if before is None:
        return _("recorded first")
    if version.withdrawn != before.withdrawn:
        return _("withdrawn") if version.withdrawn else _("recorded again")
    new, old = facts(version), facts(before)
    different = [f"{label}: {old[label]} → {new[label]}" for label in new if new[label] != old[label]]
    return "; ".join(different) or _("nothing that is shown here")


def facts(version: ActivityVersion) -> dict[str, Any]:
    """What a version says, as label and words."""
    return {
        _("title"): version.title or "–",
        _("kind"): version.kind.name,
        _("starts"): words.time_in(version.starts_at, version.timezone),
        _("ends"): words.time_in(version.ends_at, version.timezone),
        _("status"): version.get_status_display(),
        _("how"): version.get_mode_display() or "–",
        _("place"): version.place or "–",
        _("country"): version.country.name if version.country else "–",
        _("host"): version.host.name if version.host else "–",
        _("funder"): version.funder.name if version.funder else "–",
        _("topics"): ", ".join(version.topics) or "–",
    }
