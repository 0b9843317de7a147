"""What staff mended with one press on the page of data quality, so that it can be taken back."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.enums import Finding
from courses.models.activities import ActivityVersion
from courses.models.by_hand import FactChange
from lms.kit.moment import DatabaseClock
from lms.people.models import Hotline, Person, PersonChange

# What each mend stands on, and nothing else.
STANDS_ON = {
    Finding.AFFILIATION: ("person_change",),
    Finding.ZONE: ("version",),
    Finding.DUPLICATES: ("person", "other"),
    Finding.DATES: ("fact_change",),
    Finding.PAST: ("version",),
    Finding.UNTRAINED: ("hotline", "year"),
}
FACTS = ("person_change", "fact_change", "version", "person", "other", "hotline", "year")


def stands_on(finding: Finding) -> Q:
    """A mend stands on the facts of its kind and on no other."""
    return Q(finding=finding, **{f"{fact}__isnull": fact not in STANDS_ON[finding] for fact in FACTS})


class Mend(models.Model):
    """One mend, by whom and when; ``undone_at`` says that it was taken back. Rows are never deleted.

    ``person_change`` gave an affiliation, ``fact_change`` dated an enrolment anew, and ``version`` is what an
    activity was changed to; ``person`` was told apart from ``other``, the record with the higher key; the
    managers of ``hotline`` were asked about ``year``.
    """

    granted_to_application = ("SELECT", "INSERT", "UPDATE (undone_at, undone_by_id)")

    finding = models.CharField(max_length=20, choices=Finding)
    person_change = models.ForeignKey(PersonChange, on_delete=models.PROTECT, null=True, related_name="+")
    fact_change = models.ForeignKey(FactChange, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.ForeignKey(ActivityVersion, on_delete=models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    other = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    hotline = models.ForeignKey(Hotline, on_delete=models.PROTECT, null=True, related_name="+")
    year = models.PositiveSmallIntegerField(_("year"), null=True)
    made_at = models.DateTimeField(db_default=DatabaseClock(), editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    undone_at = models.DateTimeField(null=True, editable=False)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="mend_stands_on_its_facts",
                condition=Q(*(stands_on(finding) for finding in Finding), _connector=Q.OR),
            ),
            models.CheckConstraint(
                name="mend_of_two_records", condition=Q(other=None) | Q(person__lt=F("other"))
            ),
            models.CheckConstraint(
                name="mend_undone_by_somebody",
                condition=Q(undone_at=None, undone_by=None)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
            models.UniqueConstraint(
                name="mend_apart_once",
                fields=["person", "other"],
                condition=Q(undone_at=None, other__isnull=False),
            ),
            models.UniqueConstraint(
                name="mend_asked_once",
                fields=["hotline", "year"],
                condition=Q(undone_at=None, year__isnull=False),
            ),
        ]
