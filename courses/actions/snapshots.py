"""Freeze a figure with its facts, and say where it was published."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from courses import rules
from courses.kinds.figures import Definition
from courses.kinds.figures.proof import Content
from courses.models import Snapshot, SnapshotPlace
from courses.queries.snapshots.behind import content, counted, read_counts
from courses.queries.snapshots.definitions import span_of
from lms.kit.errors import Refused
from lms.kit.moment import hold_recording
from lms.people.models import User


class Disagreement(RuntimeError):
    """The two ways to count gave different numbers: a fault of the program, and nothing is frozen."""


@transaction.atomic
def freeze(
    *,
    definition: Definition,
    title: str,
    by: User | None,
    note: str = "",
    place: str = "",
    seen: str | None = None,
) -> Snapshot:
    """Keep the definition's numbers as they are now, with the facts behind them.

    It waits for whoever is recording, and what is recorded later is later than the figure. ``seen`` is the
    digest of what the person looked at (``Content.digest(None)``), None where nobody looks. Refused where
    that is no longer so, for who is no staff, without a title, where nothing stands behind the figure, and
    for one that is kept. ``by`` is None for the operator. Raises UnknownValue as the counts do.
    """
    if by is not None and not rules.may_freeze_figures(by):
        raise Refused(_("Only INHOPE staff may freeze figures."))
    if not title.strip():
        raise Refused(_("Give the figure a title, so that it is found again."), field="title")
    moment = hold_recording()
    made = counted_twice(definition, moment)
    if seen is not None and seen != made.digest(None):
        raise Refused(
            _("Something was recorded since you looked. Look at the numbers again, then freeze them.")
        )
    if not made.counts:
        raise Refused(_("Nothing stands behind this figure, so there is nothing to freeze."))
    if is_kept(made, title.strip()):
        raise Refused(_("It is frozen already, under this title and with the same facts."))
    span = span_of(definition)
    snapshot = Snapshot.objects.create(
        title=title.strip(),
        note=note.strip(),
        first=span.first,
        last=span.last,
        definition=definition.as_json(),
        moment=moment,
        counts=made.counts,
        entries=made.entries,
        facts=made.facts,
        digest=made.digest(moment),
        facts_digest=made.facts_digest,
        recorded_by=by,
    )
    if place.strip():
        SnapshotPlace.objects.create(snapshot=snapshot, text=place.strip(), recorded_by=by)
    return snapshot


def is_kept(made: Content, title: str) -> bool:
    """Whether this very figure is there: of two presses at once the second finds what the first did."""
    definition = made.definition.as_json()
    same = Snapshot.objects.filter(title=title, definition=definition, facts_digest=made.facts_digest)
    return same.exists()


def counted_twice(definition: Definition, moment: dt.datetime) -> Content:
    """By the counts that everybody reads and one by one from the facts. Raises Disagreement."""
    made = content(definition, moment)
    if read_counts(made.counts) != counted(definition, moment):
        raise Disagreement("Counted one by one the facts give other numbers than the counts do.")
    return made


@transaction.atomic
def add_place(*, snapshot: Snapshot, text: str, by: User) -> SnapshotPlace:
    """Say where the figure was published; several places may be said. Refused for an empty text."""
    if not rules.may_freeze_figures(by):
        raise Refused(_("Only INHOPE staff may say where a figure was published."))
    if not text.strip():
        raise Refused(_("Say where it was published."), field="text")
    return SnapshotPlace.objects.create(snapshot=snapshot, text=text.strip(), recorded_by=by)
