"""Countries, hotlines with their dated memberships, and agencies."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.people.enums import Confidence, MembershipStatus, Region
from lms.people.models.periods import days, same


class Country(models.Model):
    """ISO 3166-1 alpha-2 codes with the network's region (shipped in lms/people/data/countries.csv)."""

    # Migrations bring them; a region that changed would change what old counts say.
    granted_to_application = ("SELECT",)

    code = models.CharField(primary_key=True, max_length=2)
    name = models.CharField(max_length=80)
    region = models.CharField(max_length=20, choices=Region, blank=True)

    class Meta:
        ordering = ["name"]


class Hotline(models.Model):
    """A national reporting organisation; several per country are possible."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    organisation = models.CharField(_("organisation behind it"), max_length=200, blank=True)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="hotlines")
    joined_year = models.PositiveSmallIntegerField(_("joined in"), null=True, blank=True)
    confidence = models.CharField(max_length=20, choices=Confidence, default=Confidence.UNVERIFIED)
    source = models.CharField(_("source"), max_length=500, blank=True)

    class Meta:
        ordering = ["name"]


class HotlineMembership(models.Model):
    """The standing of a hotline in the network from one day to another (inclusive; null is open)."""

    hotline = models.ForeignKey(Hotline, on_delete=models.CASCADE, related_name="memberships")
    status = models.CharField(max_length=12, choices=MembershipStatus)
    from_on = models.DateField(_("from"), null=True, blank=True)
    until_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = [F("from_on").asc(nulls_first=True)]
        constraints = [
            models.CheckConstraint(
                name="membership_ends_after_start", condition=Q(until_on__gte=F("from_on"))
            ),
            ExclusionConstraint(
                name="membership_one_at_a_time",
                expressions=[
                    (same("hotline_id"), RangeOperators.OVERLAPS),
                    (days("from_on", "until_on"), RangeOperators.OVERLAPS),
                ],
            ),
        ]


class Agency(models.Model):
    """An agency or company whose people train beside analysts; made as registers name it."""

    name = models.CharField(_("name"), max_length=200)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["name", "country_id"]
        constraints = [
            models.UniqueConstraint(
                name="agency_once_per_country", fields=["name", "country"], nulls_distinct=False
            ),
        ]
