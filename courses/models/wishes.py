"""Offers to host and requests to visit, on the board that all hotlines read."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from courses.enums import WishKind
from courses.models.exchanges import Exchange
from lms.people.models import Hotline, User


class ExchangeWish(models.Model):
    """What a hotline offers or asks for. It is over after ``last_on``, when withdrawn, or when it became
    an exchange (``exchange``). ``languages`` are ISO 639-1 codes; both days are dates at the host's place.
    """

    granted_to_application = ("SELECT", "INSERT", "UPDATE (exchange_id, withdrawn_at, withdrawn_by_id)")

    kind = models.CharField(max_length=10, choices=WishKind)
    hotline = models.ForeignKey(Hotline, on_delete=models.PROTECT, related_name="wishes")
    topics = ArrayField(models.CharField(max_length=200), verbose_name=_("topics"))
    languages = ArrayField(models.CharField(max_length=12), verbose_name=_("languages"))
    first_on = models.DateField(_("from"))
    last_on = models.DateField(_("until"))
    people = models.PositiveSmallIntegerField(_("how many people"))
    notes = models.TextField(_("notes"), max_length=2000, blank=True)
    exchange = models.ForeignKey(Exchange, on_delete=models.PROTECT, null=True, related_name="wishes")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawn_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["last_on", "id"]
        constraints = [
            models.CheckConstraint(name="wish_kind_is_known", condition=Q(kind__in=WishKind.values)),
            models.CheckConstraint(name="wish_ends_after_start", condition=Q(last_on__gte=F("first_on"))),
            models.CheckConstraint(name="wish_of_some_people", condition=Q(people__gte=1, people__lte=500)),
            models.CheckConstraint(
                name="wish_withdrawn_by_somebody",
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
            ),
            models.CheckConstraint(
                name="wish_is_met_or_withdrawn",
                condition=Q(withdrawn_at__isnull=True) | Q(exchange__isnull=True),
            ),
        ]
