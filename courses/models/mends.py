"""What staff mended with one press on the page of data quality, so that it can be taken back."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.enums import Finding
from courses.models.activities import ActivityVersion
from courses.models.gatherings import Amendment
from lms.kit.moment import DatabaseClock
from lms.people.models import Hotline, Person

# What each mend stands on, and nothing else.
STANDS_ON = {
    Finding.AFFILIATION: ("person",),
    Finding.ZONE: ("version",),
    Finding.DUPLICATES: ("person", "other"),
    Finding.DATES: ("amendment",),
    Finding.PAST: ("version",),
    Finding.UNTRAINED: ("hotline", "year"),
}
FACTS = ("person", "other", "version", "amendment", "hotline", "year")


def stands_on(finding: Finding) -> Q:
    """A mend stands on the facts of its kind and on no other."""
    return Q(finding=finding, **{f"{fact}__isnull": fact not in STANDS_ON[finding] for fact in FACTS})


class Mend(models.Model):
    """One mend, by whom and when; ``undone_at`` says that it was taken back. Rows are never deleted.

    ``person`` was given the affiliation with the key ``affiliation`` (null once that is gone), or told apart
    from ``other``, the record with the higher key; ``version`` is what an activity was changed to;
    ``amendment`` dates an enrolment anew; the managers of ``hotline`` were asked about ``year``.
    """

    granted_to_application = ("SELECT", "INSERT", "UPDATE (undone_at, undone_by_id)")

    finding = models.CharField(max_length=20, choices=Finding)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    other = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    # A number and no relation: the affiliation may be ended and deleted by other ways, and this row stays.
    affiliation = models.BigIntegerField(null=True)
    version = models.ForeignKey(ActivityVersion, on_delete=models.PROTECT, null=True, related_name="+")
    amendment = models.ForeignKey(Amendment, on_delete=models.PROTECT, null=True, related_name="+")
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
                name="mend_affiliates_a_person",
                condition=Q(finding=Finding.AFFILIATION, affiliation__isnull=False)
                | (~Q(finding=Finding.AFFILIATION) & Q(affiliation=None)),
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
