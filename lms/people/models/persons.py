"""Persons, their dated affiliations, and merges of persons known twice."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lms.kit.folding import Folded, spaced
from lms.kit.moment import DatabaseClock, RecordingMoment, stamps_itself
from lms.people.enums import Audience, PersonChangeKind
from lms.people.models.organisations import Agency, Country, Hotline
from lms.people.models.periods import days, same


class Person(models.Model):
    """Somebody known to the network, with or without a login.

    ``register_id`` is the person_id of the training registers and the only thing that identifies a
    person there; e-mail and name never do.
    """

    register_id = models.CharField(_("register id"), max_length=200, unique=True, null=True, blank=True)
    given_name = models.CharField(_("given name"), max_length=200, blank=True)
    family_name = models.CharField(_("family name"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    # Kept by the database itself: names, e-mail and register id as people look for them.
    searched = models.GeneratedField(
        expression=Folded(spaced("given_name", "family_name", "email", "register_id")),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["family_name", "given_name", "id"]
        indexes = [models.Index(fields=["family_name", "given_name", "id"], name="person_by_name")]

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip() or (self.register_id or f"#{self.pk}")


class Affiliation(models.Model):
    """A dated tie of a person to a hotline or an agency; ``until_on`` is its last day, null is open."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="affiliations")
    audience = models.CharField(_("audience"), max_length=16, choices=Audience)
    hotline = models.ForeignKey(
        Hotline, on_delete=models.PROTECT, null=True, blank=True, related_name="affiliations"
    )
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="affiliations"
    )
    country = models.ForeignKey(Country, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    from_on = models.DateField(_("from"), null=True, blank=True)
    until_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = [F("from_on").asc(nulls_first=True), "id"]
        constraints = [
            models.CheckConstraint(
                name="affiliation_ends_after_start", condition=Q(until_on__gte=F("from_on"))
            ),
            models.CheckConstraint(
                name="affiliation_hotline_iff_audience",
                condition=Q(audience=Audience.HOTLINE, hotline__isnull=False, agency__isnull=True)
                | (~Q(audience=Audience.HOTLINE) & Q(hotline__isnull=True)),
            ),
            *(
                ExclusionConstraint(
                    name=f"affiliation_{organisation}_no_overlap",
                    expressions=[
                        (same("person_id"), RangeOperators.OVERLAPS),
                        (same(f"{organisation}_id"), RangeOperators.OVERLAPS),
                        (days("from_on", "until_on"), RangeOperators.OVERLAPS),
                    ],
                    condition=Q(**{f"{organisation}__isnull": False}),
                )
                for organisation in ("hotline", "agency")
            ),
        ]

    @property
    def place(self) -> str:
        """The name of the organisation; without one, as whose people they count."""
        organisation = self.hotline or self.agency
        return organisation.name if organisation else str(self.get_audience_display())


class PersonChange(models.Model):
    """What somebody changed by hand of what is known of a person, so that it can be explained and taken back.

    ``before`` and ``after`` are names, e-mail and affiliations as lms/people/queries/changes.py writes them.
    They hold names, so that the rows go with the person they are about: they are no facts of a ledger.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=12, choices=PersonChangeKind)
    before = models.JSONField()
    after = models.JSONField()
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    undoes = models.OneToOneField("self", on_delete=models.CASCADE, null=True, related_name="undoing")
    recorded_at = models.DateTimeField(db_default=DatabaseClock(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["-recorded_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="person_change_says_why",
                condition=Q(kind=PersonChangeKind.CREATED) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="person_change_kind_is_known", condition=Q(kind__in=PersonChangeKind.values)
            ),
            models.CheckConstraint(
                name="person_change_undoes_one",
                condition=Q(kind=PersonChangeKind.UNDONE, undoes__isnull=False)
                | (~Q(kind=PersonChangeKind.UNDONE) & Q(undoes__isnull=True)),
            ),
        ]


# What was known of a merge is never known otherwise afterwards: it is undone once, now, and nothing else.
GUARD_UNDOING = """
IF TG_OP = 'INSERT' AND NEW.undone_at IS NOT NULL
   OR TG_OP = 'UPDATE' AND (
       OLD.undone_at IS NOT NULL OR NEW.undone_at IS DISTINCT FROM recording_moment()
       OR (NEW.id, NEW.duplicate_id, NEW.survivor_id, NEW.recorded_at, NEW.recorded_by_id)
          IS DISTINCT FROM (OLD.id, OLD.duplicate_id, OLD.survivor_id, OLD.recorded_at, OLD.recorded_by_id))
THEN
    RAISE EXCEPTION 'A merge is undone once, now, and is never changed otherwise.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'merge_undone_once';
END IF;
RETURN NEW;
"""


class PersonMerge(models.Model):
    """Two records of one person: the duplicate is read as the survivor while the merge is in force.

    Nothing is moved. Facts stay where they were written, and counts read them through the merges that
    were in force at the moment asked for.
    """

    granted_to_application = ("SELECT", "INSERT", "UPDATE (undone_at, undone_by_id)")

    duplicate = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merged_into")
    survivor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merged_from")
    recorded_at = models.DateTimeField(db_default=RecordingMoment(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    undone_at = models.DateTimeField(null=True, editable=False)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        triggers = [
            stamps_itself(),
            pgtrigger.Trigger(
                name="undone_once",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=GUARD_UNDOING,
            ),
            pgtrigger.Protect(name="stays", operation=pgtrigger.Delete),
        ]
        constraints = [
            models.CheckConstraint(name="merge_of_two_persons", condition=~Q(duplicate=F("survivor"))),
            models.UniqueConstraint(
                name="merge_once_in_force", fields=["duplicate"], condition=Q(undone_at__isnull=True)
            ),
        ]
