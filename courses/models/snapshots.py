"""Published figures: frozen with their facts, and never changed; and the years that hotlines confirm.

Counts, entry ids and facts are JSON as courses/kinds/figures writes and proves it, so what was frozen reads
the same whatever becomes of the tables it was counted from.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.enums import CorrectionState
from lms.kit.models import AppendOnly
from lms.kit.moment import RecordingMoment, stamps_itself
from lms.people.models import Hotline

DIGEST = r"^[0-9a-f]{64}$"


class Snapshot(AppendOnly):
    """One published figure: what it counts, the moment it was true, its numbers and the facts behind them.

    ``moment`` (UTC) is that of the freeze, stamped by the database under the recording lock: what was
    recorded before it is in the figure, and nothing older can appear afterwards. ``first`` and ``last`` are
    the span's days, both included. ``digest`` covers definition, moment, counts and entries,
    ``facts_digest`` the facts; neither covers title and note, which are free text and name nobody.
    """

    title = models.CharField(_("title"), max_length=200)
    note = models.CharField(_("note"), max_length=2_000, blank=True)
    first = models.DateField()
    last = models.DateField()
    definition = models.JSONField()
    moment = models.DateTimeField(db_default=RecordingMoment(), editable=False)
    counts = models.JSONField()
    entries = models.JSONField()
    facts = models.JSONField()
    digest = models.CharField(max_length=64, unique=True)
    facts_digest = models.CharField(max_length=64)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta(AppendOnly.Meta):
        ordering = ["-moment", "-id"]
        triggers = [*AppendOnly.Meta.triggers, stamps_itself("moment")]
        constraints = [
            models.CheckConstraint(name="snapshot_has_title", condition=~Q(title="")),
            models.CheckConstraint(name="snapshot_ends_after_start", condition=Q(last__gte=F("first"))),
            models.CheckConstraint(
                name="snapshot_has_digests",
                condition=Q(digest__regex=DIGEST, facts_digest__regex=DIGEST),
            ),
        ]


class SnapshotPlace(AppendOnly):
    """Where a figure was published: a report and its page, an address, whatever finds it again."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="places")
    text = models.CharField(_("where it was published"), max_length=500)
    recorded_at = models.DateTimeField(db_default=RecordingMoment(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta(AppendOnly.Meta):
        ordering = ["recorded_at", "id"]
        triggers = [*AppendOnly.Meta.triggers, stamps_itself()]
        constraints = [models.CheckConstraint(name="snapshot_place_says_where", condition=~Q(text=""))]


class YearWord(AppendOnly):
    """What was said of a hotline's year: confirmed as it stood at ``moment`` (UTC), or open again and why.

    ``number`` counts the words about one hotline and year; the last one holds. A confirmation keeps the
    counts it was about and their digest: a later look can say whether the year is still what was confirmed.
    """

    hotline = models.ForeignKey(Hotline, on_delete=models.PROTECT, db_index=False, related_name="+")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    confirms = models.BooleanField()
    digest = models.CharField(max_length=64, blank=True)
    counts = models.JSONField(default=list)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    moment = models.DateTimeField(db_default=RecordingMoment(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta(AppendOnly.Meta):
        ordering = ["hotline", "year", "-number"]
        triggers = [*AppendOnly.Meta.triggers, stamps_itself("moment")]
        constraints = [
            models.UniqueConstraint(name="year_word_once", fields=["hotline", "year", "number"]),
            models.CheckConstraint(
                name="year_word_says_what",
                condition=Q(confirms=True, digest__regex=DIGEST)
                | (Q(confirms=False, digest="") & ~Q(reason="")),
            ),
        ]


class CorrectionAsked(AppendOnly):
    """A hotline's manager says what is not right about the hotline's year. Free text without case details."""

    hotline = models.ForeignKey(Hotline, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    text = models.CharField(_("what is not right"), max_length=2_000)
    recorded_at = models.DateTimeField(db_default=RecordingMoment(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta(AppendOnly.Meta):
        ordering = ["-recorded_at", "-id"]
        triggers = [*AppendOnly.Meta.triggers, stamps_itself()]
        constraints = [models.CheckConstraint(name="correction_says_what", condition=~Q(text=""))]


class CorrectionAnswer(AppendOnly):
    """What staff answered; the answer of the highest ``number`` says how a request stands."""

    asked = models.ForeignKey(
        CorrectionAsked, on_delete=models.PROTECT, db_index=False, related_name="answers"
    )
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=CorrectionState)
    text = models.CharField(_("answer"), max_length=2_000)
    recorded_at = models.DateTimeField(db_default=RecordingMoment(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta(AppendOnly.Meta):
        ordering = ["asked", "-number"]
        triggers = [*AppendOnly.Meta.triggers, stamps_itself()]
        constraints = [
            models.UniqueConstraint(name="correction_answer_once", fields=["asked", "number"]),
            models.CheckConstraint(name="correction_answer_says_something", condition=~Q(text="")),
            models.CheckConstraint(
                name="correction_answer_state_is_known", condition=Q(state__in=CorrectionState.values)
            ),
        ]
