"""What a visiting hotline reports, what the network may read of it, and what the visit cost."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from courses import rules
from courses.actions.exchanges.moving import advance, held
from courses.actions.exchanges.planning import changed
from courses.enums import ExchangeState
from courses.models import Cost, CostStruck, Funder, Visit, VisitReport
from lms.kit.errors import Refused
from lms.people.models import User


@dataclass(frozen=True)
class Report:
    """``share`` is written for all hotlines; ``published`` puts it into the library of lessons learnt."""

    done: str
    lessons: str
    share: str = ""
    published: bool = False


@transaction.atomic
def report_visit(*, visit: Visit, report: Report, by: User) -> VisitReport:
    """Append what the visiting hotline reports; with the last one both sides are asked to confirm.

    Another one while they confirm asks them anew, if it says otherwise what was done or learnt. Raises
    Refused for who does not speak for the hotline, before it was held, and where nothing is to be published.
    """
    current, situated = held(visit.exchange_id)
    if not rules.may_speak_for(by, visit.hotline_id) or visit.left_at is not None:
        raise Refused(_("The report is the visiting hotline's to write."))
    if situated.state not in (ExchangeState.HELD, ExchangeState.REPORTED, ExchangeState.COUNTED):
        raise Refused(_("There is nothing to report before it was held."))
    if report.published and not report.share.strip():
        raise Refused(_("Write what all hotlines may read, or leave it out of the library."), field="share")
    said = {name: _stripped(value) for name, value in vars(report).items()}
    last = visit.reports.order_by("-number").first()
    if last is not None and all(getattr(last, name) == value for name, value in said.items()):
        return last
    number = (visit.reports.aggregate(last=Max("number"))["last"] or 0) + 1
    made = VisitReport.objects.create(visit=visit, number=number, recorded_by=by, **said)
    if last is not None and (last.done, last.lessons) != (made.done, made.lessons):
        changed(exchange=current, situated=situated, by=by)
    advance(exchange=current, by=by)
    return made


def _stripped(value: str | bool) -> str | bool:
    return value.strip() if isinstance(value, str) else value


@dataclass(frozen=True)
class Spent:
    """``currency`` is an ISO 4217 code; without a funder it is the visit's."""

    category: str
    amount: Decimal
    currency: str
    funder: str = ""
    note: str = ""


@transaction.atomic
def add_cost(*, visit: Visit, spent: Spent, by: User) -> Cost:
    """Append what was spent for a visit. Raises Refused for who may not see its costs, and for no amount."""
    if not rules.may_see_costs(by, visit):
        raise Refused(_("The costs of a visit are its hotline's and staff's."))
    if spent.amount <= 0:
        raise Refused(_("Give an amount above zero."), field="amount")
    funder = (
        Funder.objects.get_or_create(name=spent.funder.strip())[0] if spent.funder.strip() else visit.funder
    )
    return Cost.objects.create(
        visit=visit,
        funder=funder,
        category=spent.category,
        amount=spent.amount,
        currency=spent.currency.upper(),
        note=spent.note.strip(),
        recorded_by=by,
    )


@transaction.atomic
def strike_cost(*, cost: Cost, by: User) -> CostStruck:
    """Take a cost back; a second call returns the first. Raises Refused for who may not see it."""
    if not rules.may_see_costs(by, cost.visit):
        raise Refused(_("The costs of a visit are its hotline's and staff's."))
    return CostStruck.objects.get_or_create(cost=cost, defaults={"recorded_by": by})[0]
