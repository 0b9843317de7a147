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
from lms.kit.moment import RecordingMoment, stamps_itself
from lms.people.enums import Audience
from lms.people.models import Agency, Country, Hotline, Person

# What SQL alone can hold, once for each statement: an entry says the same as its participation; a second
# entry for the same stage is a correction and needs its predecessor reversed; nobody sets the clock.
GUARD_APPEND = """
IF EXISTS (SELECT FROM new_rows WHERE recorded_at <> (SELECT recording_moment())) THEN
    RAISE EXCEPTION 'The ledger stamps its entries itself: recorded_at cannot be given.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_stamps_itself';
END IF;
IF EXISTS (
    SELECT FROM new_rows n LEFT JOIN courses_participation p ON p.id = n.participation_id
    WHERE p.id IS NULL OR (p.activity_id, p.person_id) IS DISTINCT FROM (n.activity_id, n.person_id)
       OR (p.person_id IS NULL AND (p.audience, p.hotline_id, p.agency_id, p.country_id)
           IS DISTINCT FROM (n.audience, n.hotline_id, n.agency_id, n.country_id))
) THEN
    RAISE EXCEPTION 'An entry names another activity or person than its participation.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entry_fits_participation';
END IF;
IF EXISTS (
    SELECT FROM new_rows n WHERE n.ordinal > 1 AND NOT EXISTS (
        SELECT FROM courses_entry e JOIN courses_reversal r ON r.entry_id = e.id
        WHERE e.participation_id = n.participation_id AND e.stage = n.stage AND e.ordinal = n.ordinal - 1
    )
) THEN
    RAISE EXCEPTION 'A fact that stands cannot be recorded again: reverse it first.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_correction_needs_reversal';
END IF;
RETURN NULL;
"""


class Participation(AppendOnly):
    """That there is something to say of a person, or of a head count, at an activity; entries say what.

    One for each (activity, person); without a person one for each (activity, audience, organisation,
    country), which are left blank where a person is named: those may change from stage to stage.
    """

    # No index of its own: the unique constraint begins with it.
    activity = models.ForeignKey(
        Activity, on_delete=models.PROTECT, db_index=False, related_name="participations"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="participations")
    audience = models.CharField(max_length=16, choices=Audience, blank=True)
    hotline = models.ForeignKey(
        Hotline, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    country = models.ForeignKey(
        Country, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )

    class Meta(AppendOnly.Meta):
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="participation_once",
                fields=["activity", "person", "audience", "hotline", "agency", "country"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="participation_person_or_head_count",
                condition=Q(
                    person__isnull=False,
                    audience="",
                    hotline__isnull=True,
                    agency__isnull=True,
                    country__isnull=True,
                )
                | (Q(person__isnull=True) & ~Q(audience="")),
            ),
        ]


class EntryQuerySet(models.QuerySet["Entry"]):
    def standing(self, moment: dt.datetime | None = None) -> Self:
        """Entries that stand: recorded before ``moment`` (UTC; None is now) and not reversed before it."""
        if moment is None:
            return self.filter(reversal__isnull=True)
        reversed_by_then = Reversal.objects.filter(entry=OuterRef("pk"), recorded_at__lt=moment)
        return self.filter(~Exists(reversed_by_then), recorded_at__lt=moment)


class Entry(AppendOnly):
    """One fact: a person, or a head count without names, reached a stage of an activity.

    ``happened_on`` is the date of the enrolment or completion; it is null for an attendance, which
    happened when the activity did. Audience, hotline, agency and country are those of that day.
    ``absent`` marks an attendance register's "no": a fact that is never counted. ``ordinal`` counts the
    entries made for the same participation and stage; all but the last are reversed. Activity and person
    repeat the participation's, so that a fact can be read, counted and digested by itself.
    """

    participation = models.ForeignKey(
        Participation, on_delete=models.PROTECT, db_index=False, related_name="entries"
    )
    # The guard proves that activity and person are those of a participation that is there, whose own keys
    # the database checks: a second check of the same keys was a tenth of an import.
    activity = models.ForeignKey(
        Activity, on_delete=models.PROTECT, db_constraint=False, related_name="entries"
    )
    stage = models.CharField(max_length=10, choices=Stage)
    absent = models.BooleanField(default=False)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, db_constraint=False, related_name="entries"
    )
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
            models.UniqueConstraint(name="entry_once", fields=["participation", "stage", "ordinal"]),
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
            models.CheckConstraint(name="entry_stage_is_known", condition=Q(stage__in=Stage.values)),
            models.CheckConstraint(name="entry_audience_is_known", condition=Q(audience__in=Audience.values)),
        ]
        triggers = [
            *AppendOnly.Meta.triggers,
            pgtrigger.Trigger(
                name="guard_append",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="new_rows"),  # type: ignore[no-untyped-call]  # untyped there
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
        triggers = [*AppendOnly.Meta.triggers, stamps_itself()]
