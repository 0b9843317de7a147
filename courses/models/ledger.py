"""The training ledger: who took part in what, by which stage, as it was known and when.

Facts are appended. A mistake is corrected by a reversal, never by an edit: an entry stands at a moment
when it was recorded by then and no reversal of it was. Entries hold ids, no name and no free text.
"""

import datetime as dt
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from courses.enums import Stage
from courses.models.activities import Activity
from courses.models.imports import Import
from lms.kit.models import AppendOnly
from lms.kit.moment import RecordingMoment
from lms.people.enums import Audience
from lms.people.models import Agency, Country, Hotline, Person

# The only door into the table that SQL alone can hold: a second entry for the same participation and
# stage is a correction, and a correction needs its predecessor reversed. And nobody sets the clock.
GUARD_APPEND = """
IF EXISTS (SELECT FROM new_rows WHERE recorded_at <> recording_moment()) THEN
    RAISE EXCEPTION 'The ledger stamps its entries itself: recorded_at cannot be given.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_stamps_itself';
END IF;
IF EXISTS (
    SELECT FROM new_rows n
    WHERE n.ordinal > 1 AND NOT EXISTS (
        SELECT FROM courses_entry e JOIN courses_reversal r ON r.entry_id = e.id
        WHERE e.activity_id = n.activity_id AND e.stage = n.stage AND e.ordinal = n.ordinal - 1
          AND e.person_id IS NOT DISTINCT FROM n.person_id
          AND (n.person_id IS NOT NULL OR (e.audience = n.audience
               AND e.hotline_id IS NOT DISTINCT FROM n.hotline_id
               AND e.agency_id IS NOT DISTINCT FROM n.agency_id
               AND e.country_id IS NOT DISTINCT FROM n.country_id))
    )
) THEN
    RAISE EXCEPTION 'A fact that stands cannot be recorded again: reverse it first.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_correction_needs_reversal';
END IF;
RETURN NULL;
"""


class EntryQuerySet(models.QuerySet["Entry"]):
    def standing(self, moment: dt.datetime | None = None) -> Self:
        """Entries that stand: recorded by ``moment`` (UTC; None is now) and not reversed by then."""
        if moment is None:
            return self.filter(reversal__isnull=True)
        reversed_by_then = Reversal.objects.filter(entry=OuterRef("pk"), recorded_at__lte=moment)
        return self.filter(~Exists(reversed_by_then), recorded_at__lte=moment)


class Entry(AppendOnly):
    """One fact: a person, or a head count without names, reached a stage of an activity.

    ``happened_on`` is the date of the enrolment or completion; it is null for an attendance, which
    happened when the activity did. Audience, hotline, agency and country are those of that day.
    ``absent`` marks an attendance register's "no": a fact that is never counted. ``ordinal`` counts the
    entries made for the same participation and stage; all but the last are reversed.
    """

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="entries")
    stage = models.CharField(max_length=10, choices=Stage)
    absent = models.BooleanField(default=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="entries")
    headcount = models.PositiveIntegerField(default=1)
    happened_on = models.DateField(null=True)
    audience = models.CharField(max_length=16, choices=Audience)
    hotline = models.ForeignKey(Hotline, on_delete=models.PROTECT, null=True, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    country = models.ForeignKey(
        Country, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    ordinal = models.PositiveSmallIntegerField(default=1)
    recorded_at = models.DateTimeField(db_default=RecordingMoment(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        editable=False,
    )
    source = models.ForeignKey(Import, on_delete=models.PROTECT, null=True, related_name="entries")
    source_line = models.PositiveIntegerField(null=True)

    objects = EntryQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="entry_once_per_person",
                fields=["activity", "stage", "person", "ordinal"],
                condition=Q(person__isnull=False),
            ),
            models.UniqueConstraint(
                name="entry_once_per_head_count",
                fields=["activity", "stage", "audience", "hotline", "agency", "country", "ordinal"],
                condition=Q(person__isnull=True),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="entry_person_counts_one", condition=Q(person__isnull=True) | Q(headcount=1)
            ),
            models.CheckConstraint(name="entry_head_count_positive", condition=Q(headcount__gte=1)),
            models.CheckConstraint(
                name="entry_dated_unless_attended",
                condition=Q(stage=Stage.ATTENDED, happened_on__isnull=True)
                | (~Q(stage=Stage.ATTENDED) & Q(happened_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="entry_absent_is_attendance", condition=Q(absent=False) | Q(stage=Stage.ATTENDED)
            ),
            models.CheckConstraint(
                name="entry_hotline_iff_audience",
                condition=Q(audience=Audience.HOTLINE, hotline__isnull=False, agency__isnull=True)
                | (~Q(audience=Audience.HOTLINE) & Q(hotline__isnull=True)),
            ),
            models.CheckConstraint(name="entry_ordinal_from_one", condition=Q(ordinal__gte=1)),
        ]
        triggers = [
            *AppendOnly.Meta.triggers,
            pgtrigger.Trigger(
                name="guard_append",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="new_rows"),
                func=GUARD_APPEND,
            ),
        ]


class Reversal(AppendOnly):
    """Takes one entry back, once and for good. A correction is a reversal and a new entry."""

    entry = models.OneToOneField(Entry, primary_key=True, on_delete=models.PROTECT, related_name="reversal")
    recorded_at = models.DateTimeField(db_default=RecordingMoment(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        editable=False,
    )
    source = models.ForeignKey(Import, on_delete=models.PROTECT, null=True, related_name="reversals")

    class Meta(AppendOnly.Meta):
        ordering = [F("recorded_at"), "entry"]
