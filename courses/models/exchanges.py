"""Peer-to-peer exchanges: one host, one or more visiting hotlines, and what became of the visit."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from courses.enums import CostCategory, ExchangeState, YesTo
from courses.kinds.exchanges import MOVES, RECORDED
from courses.models.activities import Activity, Funder
from courses.models.grants import Grant, WorkPackage, work_package_of_its_grant
from lms.kit.models import AppendOnly
from lms.kit.moment import RecordingMoment, stamps_itself
from lms.kit.moves import only_these_moves
from lms.people.models import Hotline, Person, User

# A row may only repeat what the row it hangs on says: a check of one row cannot look at another.
GUARD_VISIT = """
IF NEW.host_id <> (SELECT host_id FROM courses_exchange WHERE id = NEW.exchange_id) THEN
    RAISE EXCEPTION 'A visit names another host than its exchange.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'visit_names_its_host';
END IF;
RETURN NEW;
"""
GUARD_TRAVELLER = """
IF NEW.exchange_id <> (SELECT exchange_id FROM courses_visit WHERE id = NEW.visit_id) THEN
    RAISE EXCEPTION 'A traveller names another exchange than the visit.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'traveller_names_its_exchange';
END IF;
RETURN NEW;
"""


def _guard(name: str, func: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name, when=pgtrigger.Before, operation=pgtrigger.Insert | pgtrigger.Update, func=func
    )


class Exchange(models.Model):
    """An exchange and how far it has come; title, dates, place and status are its activity's versions.

    ``round`` counts how often what both sides say yes to was changed: a yes to an earlier one is worth
    nothing. The host never changes: another host is another exchange.
    """

    granted_to_application = ("SELECT", "INSERT", "UPDATE (programme, round, state)")

    activity = models.OneToOneField(Activity, on_delete=models.PROTECT, related_name="exchange")
    host = models.ForeignKey(Hotline, on_delete=models.PROTECT, related_name="hosted_exchanges")
    state = models.CharField(max_length=10, choices=ExchangeState, default=ExchangeState.REQUESTED)
    round = models.PositiveIntegerField(default=1)
    programme = models.TextField(_("programme"), blank=True, max_length=20_000)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["-id"]
        triggers = [
            only_these_moves("state", MOVES, starts=[ExchangeState.REQUESTED]),
        ]
        constraints = [
            models.CheckConstraint(
                name="exchange_state_is_known", condition=Q(state__in=ExchangeState.values)
            ),
            models.CheckConstraint(name="exchange_round_from_one", condition=Q(round__gte=1)),
        ]
        indexes = [models.Index(fields=["state"], name="exchange_by_state")]


class PaidFor(models.Model):
    """What a grant may pay for before it counts; counting it makes a fact of it (Funding)."""

    grant = models.ForeignKey(
        Grant, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("grant")
    )
    work_package = models.ForeignKey(WorkPackage, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True


class Visit(PaidFor):
    """One visiting hotline of an exchange, who pays for it, and how many come without a name.

    ``heads`` are people beside those named as travellers. ``host`` repeats the exchange's, so that the
    database can refuse a visit to oneself. Who drops out before it was held has ``left_at``.
    """

    granted_to_application = (
        "SELECT",
        "INSERT",
        "UPDATE (funder_id, grant_id, grant_number, heads, left_at, left_by_id, work_package_id)",
    )

    exchange = models.ForeignKey(Exchange, on_delete=models.PROTECT, related_name="visits")
    hotline = models.ForeignKey(Hotline, on_delete=models.PROTECT, related_name="visits")
    host = models.ForeignKey(Hotline, on_delete=models.PROTECT, related_name="+", db_index=False)
    funder = models.ForeignKey(
        Funder, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("funder")
    )
    grant_number = models.CharField(_("grant number"), max_length=100, blank=True)
    heads = models.PositiveSmallIntegerField(_("people without a name"), default=0)
    left_at = models.DateTimeField(null=True, editable=False)
    left_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)

    class Meta:
        ordering = ["id"]
        triggers = [_guard("names_its_host", GUARD_VISIT), work_package_of_its_grant()]
        constraints = [
            models.CheckConstraint(name="host_differs_from_visitor", condition=~Q(hotline=F("host"))),
            models.UniqueConstraint(
                name="visit_once", fields=["exchange", "hotline"], condition=Q(left_at__isnull=True)
            ),
            models.CheckConstraint(name="visit_heads_in_bounds", condition=Q(heads__lte=500)),
            models.CheckConstraint(
                name="visit_left_by_somebody",
                condition=Q(left_at__isnull=True, left_by__isnull=True)
                | Q(left_at__isnull=False, left_by__isnull=False),
            ),
        ]


class Traveller(PaidFor):
    """A person who comes with a visit. Before it counts this is a plan; then the ledger says who came.

    A grant is named where it differs from the visit's.
    """

    exchange = models.ForeignKey(
        Exchange, on_delete=models.PROTECT, related_name="travellers", db_index=False
    )
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="travellers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="travels")

    class Meta:
        ordering = ["id"]
        triggers = [_guard("names_its_exchange", GUARD_TRAVELLER), work_package_of_its_grant()]
        constraints = [
            models.UniqueConstraint(name="traveller_once_an_exchange", fields=["exchange", "person"])
        ]


class ExchangeYes(AppendOnly):
    """A hotline's yes, to the plan or to what is to count, in one round of the exchange.

    ``note`` says why staff spoke for a hotline: how its word reached them.
    """

    exchange = models.ForeignKey(Exchange, on_delete=models.PROTECT, related_name="yeses", db_index=False)
    hotline = models.ForeignKey(Hotline, on_delete=models.PROTECT, related_name="+")
    to = models.CharField(max_length=10, choices=YesTo)
    round = models.PositiveIntegerField()
    note = models.CharField(_("note"), max_length=500, blank=True)
    recorded_at = models.DateTimeField(db_default=RecordingMoment(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta(AppendOnly.Meta):
        ordering = ["id"]
        triggers = [*AppendOnly.Meta.triggers, stamps_itself()]
        constraints = [
            models.UniqueConstraint(name="exchange_yes_once", fields=["exchange", "hotline", "to", "round"]),
            models.CheckConstraint(name="exchange_yes_is_known", condition=Q(to__in=YesTo.values)),
        ]


class ExchangeMove(AppendOnly):
    """One line of an exchange's history: from which state to which, by whom, when, and why.

    ``number`` counts from 1. A change with a reason, as a correction of what
    was counted, is a line from a state to the same.
    """

    exchange = models.ForeignKey(Exchange, on_delete=models.PROTECT, related_name="moves", db_index=False)
    number = models.PositiveIntegerField()
    before = models.CharField(max_length=10, choices=ExchangeState, blank=True)
    after = models.CharField(max_length=10, choices=ExchangeState)
    note = models.CharField(_("note"), max_length=500, blank=True)
    recorded_at = models.DateTimeField(db_default=RecordingMoment(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta(AppendOnly.Meta):
        ordering = ["exchange", "number"]
        triggers = [*AppendOnly.Meta.triggers, stamps_itself()]
        constraints = [
            models.UniqueConstraint(name="exchange_move_number", fields=["exchange", "number"]),
            models.CheckConstraint(
                name="exchange_move_is_one",
                condition=Q(number=1, before="", after=ExchangeState.REQUESTED)
                | models.Q(
                    *(Q(before=before, after=after) for before, after in sorted(RECORDED)), _connector="OR"
                ),
            ),
        ]


class VisitReport(AppendOnly):
    """What a visiting hotline reports; the highest number is in force.

    ``share`` is what the network may read, and ``published`` whether it stands in the library.
    """

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="reports", db_index=False)
    number = models.PositiveIntegerField()
    done = models.TextField(_("what was done"), max_length=20_000)
    lessons = models.TextField(_("lessons learnt"), max_length=20_000)
    share = models.TextField(_("to share with the network"), max_length=20_000, blank=True)
    published = models.BooleanField(default=False)
    recorded_at = models.DateTimeField(db_default=RecordingMoment(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta(AppendOnly.Meta):
        ordering = ["visit", "-number"]
        triggers = [*AppendOnly.Meta.triggers, stamps_itself()]
        constraints = [
            models.UniqueConstraint(name="visit_report_number", fields=["visit", "number"]),
            models.CheckConstraint(
                name="visit_report_publishes_something", condition=Q(published=False) | ~Q(share="")
            ),
        ]


class Cost(AppendOnly):
    """What a visit cost, and who pays; ``currency`` is ISO 4217. A mistake is struck and entered anew."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="costs")
    funder = models.ForeignKey(
        Funder, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("funder")
    )
    category = models.CharField(_("for"), max_length=12, choices=CostCategory)
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    note = models.CharField(_("note"), max_length=200, blank=True)
    recorded_at = models.DateTimeField(db_default=RecordingMoment(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta(AppendOnly.Meta):
        ordering = ["id"]
        triggers = [*AppendOnly.Meta.triggers, stamps_itself()]
        constraints = [
            models.CheckConstraint(name="cost_is_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="cost_category_is_known", condition=Q(category__in=CostCategory.values)
            ),
            models.CheckConstraint(
                name="cost_currency_is_a_code", condition=Q(currency__regex=r"^[A-Z]{3}$")
            ),
        ]


class CostStruck(AppendOnly):
    """Takes one cost back, once and for good."""

    cost = models.OneToOneField(Cost, primary_key=True, on_delete=models.PROTECT, related_name="struck")
    recorded_at = models.DateTimeField(db_default=RecordingMoment(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta(AppendOnly.Meta):
        ordering = ["cost"]
        triggers = [*AppendOnly.Meta.triggers, stamps_itself()]
