"""Grants: who pays, by which grant and work package; and what each of them paid for, as append-only facts."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from courses.models.activities import Activity, Funder
from courses.models.ledger import Participation
from lms.kit.models import AppendOnly
from lms.kit.moment import RecordingMoment, stamps_itself

# The name that counts know a grant by is the funder's and the number: only the database sees both at once.
NAME_GRANT = """
NEW.name := (SELECT name FROM courses_funder WHERE id = NEW.funder_id) || ' ' || NEW.number;
RETURN NEW;
"""
# What paid for something is held while it is named, so that it cannot be removed at the same moment.
GUARD_FUNDING = """
PERFORM FROM courses_grant WHERE id = ANY (NEW.grants) ORDER BY id FOR KEY SHARE;
PERFORM FROM courses_workpackage WHERE id = ANY (NEW.work_packages) ORDER BY id FOR KEY SHARE;
IF (SELECT count(*) FROM courses_grant WHERE id = ANY (NEW.grants)) <> cardinality(NEW.grants)
   OR (SELECT count(*) FROM courses_workpackage
       WHERE id = ANY (NEW.work_packages) AND grant_id = ANY (NEW.grants))
      <> cardinality(NEW.work_packages) THEN
    RAISE EXCEPTION 'A funding names a grant or a work package that is not there, or one twice.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'funding_names_what_is_there';
END IF;
IF NEW.activity_id IS DISTINCT FROM coalesce(
    (SELECT activity_id FROM courses_participation WHERE id = NEW.participation_id), NEW.activity_id) THEN
    RAISE EXCEPTION 'A funding names another activity than its participation.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'funding_names_its_activity';
END IF;
RETURN NEW;
"""
# A fact goes on naming what it named: also a funding that was corrected since.
GUARD_NAMED = """
IF EXISTS (SELECT FROM courses_funding WHERE OLD.id = ANY ({column})) THEN
    RAISE EXCEPTION 'This is named by what it paid for, so it stays.'
        USING ERRCODE = 'foreign_key_violation', CONSTRAINT = '{table}_is_named';
END IF;
RETURN OLD;
"""
# A work package of another grant than the one beside it.
GUARD_PAYER = """
IF NEW.work_package_id IS NOT NULL AND NEW.grant_id IS DISTINCT FROM (
    SELECT grant_id FROM courses_workpackage WHERE id = NEW.work_package_id) THEN
    RAISE EXCEPTION 'The work package is of another grant.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'work_package_of_its_grant';
END IF;
RETURN NEW;
"""


def _stays_while_named(table: str, column: str) -> pgtrigger.Trigger:
    func = GUARD_NAMED.format(table=table, column=column)
    return pgtrigger.Trigger(
        name="stays_while_named", when=pgtrigger.Before, operation=pgtrigger.Delete, func=func
    )


def work_package_of_its_grant() -> pgtrigger.Trigger:
    """For a table with ``grant`` and ``work_package``."""
    return pgtrigger.Trigger(
        name="work_package_of_its_grant",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=GUARD_PAYER,
    )


class Grant(models.Model):
    """Money of a funder for a time. ``first`` and ``last`` are days of the reporting zone, both included.

    ``name`` is how counts write it, as in "ISF 2023/117"; the database makes it.
    """

    # Another funder is another grant.
    granted_to_application = ("SELECT", "INSERT", "UPDATE (first, last, number, title)", "DELETE")

    funder = models.ForeignKey(
        Funder, on_delete=models.PROTECT, related_name="grants", verbose_name=_("funder")
    )
    number = models.CharField(_("number"), max_length=100)
    title = models.CharField(_("title"), max_length=200, blank=True)
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    name = models.CharField(max_length=301, editable=False, unique=True, default="")

    class Meta:
        ordering = ["name"]
        triggers = [
            pgtrigger.Trigger(
                name="writes_its_name",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=NAME_GRANT,
            ),
            _stays_while_named("grant", "grants"),
        ]
        constraints = [
            models.UniqueConstraint(name="funders_grant_once", fields=["funder", "number"]),
            models.CheckConstraint(name="funders_grant_has_number", condition=~Q(number="")),
            models.CheckConstraint(name="funders_grant_ends_after_start", condition=Q(last__gte=F("first"))),
        ]


class WorkPackageQuerySet(models.QuerySet["WorkPackage"]):
    def named(self) -> models.QuerySet[Any]:
        """With ``name``, which is how counts write it, as in "ISF 2023/117 · WP2"."""
        return self.annotate(name=Concat("grant__name", Value(" · "), "code")).order_by("name")


class WorkPackage(models.Model):
    """A part of a grant. Its code has no dot in the middle of the line, which parts it from the grant."""

    # A work package never moves to another grant: what it paid for would be the wrong one's.
    granted_to_application = ("SELECT", "INSERT", "UPDATE (code, title)", "DELETE")

    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, db_index=False, related_name="work_packages")
    code = models.CharField(_("code"), max_length=40)
    title = models.CharField(_("title"), max_length=200, blank=True)

    objects = WorkPackageQuerySet.as_manager()

    class Meta:
        ordering = ["grant", "code"]
        triggers = [_stays_while_named("work_package", "work_packages")]
        constraints = [
            models.UniqueConstraint(name="work_package_once", fields=["grant", "code"]),
            models.CheckConstraint(
                name="work_package_code_is_plain", condition=~Q(code="") & ~Q(code__contains="·")
            ),
        ]


class GrantChange(AppendOnly):
    """A grant's number or period as it was and as it is from then on; it outlives the grant."""

    grant = models.ForeignKey(Grant, on_delete=models.DO_NOTHING, db_constraint=False, related_name="changes")
    number_before = models.CharField(max_length=100)
    number = models.CharField(max_length=100)
    first_before = models.DateField()
    first = models.DateField()
    last_before = models.DateField()
    last = models.DateField()
    recorded_at = models.DateTimeField(db_default=RecordingMoment(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta(AppendOnly.Meta):
        ordering = ["-recorded_at", "-id"]
        triggers = [*AppendOnly.Meta.triggers, stamps_itself()]


class Funding(AppendOnly):
    """Which grants paid for an activity, or for one participation of it; the highest ``number`` is in force.

    ``grants`` and ``work_packages`` are their ids, without order; each work package is of one of the grants.
    A participation's empty one says nothing: its activity's holds. Activities and participations are facts
    of registers and of hand alike, so this stands beside their versions: importing or undoing leaves it.
    """

    # No index of its own: the unique constraint begins with it.
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, db_index=False, related_name="fundings")
    participation = models.ForeignKey(
        Participation, on_delete=models.PROTECT, null=True, db_index=False, related_name="fundings"
    )
    number = models.PositiveIntegerField()
    grants = ArrayField(models.BigIntegerField(), default=list)
    work_packages = ArrayField(models.BigIntegerField(), default=list)
    recorded_at = models.DateTimeField(db_default=RecordingMoment(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta(AppendOnly.Meta):
        ordering = ["id"]
        triggers = [
            *AppendOnly.Meta.triggers,
            stamps_itself(),
            pgtrigger.Trigger(
                name="guard_funding",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=GUARD_FUNDING,
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="funding_once", fields=["activity", "participation", "number"], nulls_distinct=False
            )
        ]
