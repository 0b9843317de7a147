"""Demo data of grants: two of them, what they paid for, and a visit with one of its own; all invented."""

import datetime as dt

from courses.actions.exchanges.funding import fund_visits
from courses.actions.funding import Payers, fund_activity
from courses.actions.grants import Terms, add_work_package, make_grant
from courses.enums import ExchangeState
from courses.models import ActivityVersion, Exchange, Grant, Traveller, Visit
from lms.kit.clock import today
from lms.people.models import User


def populate() -> None:
    """Once; the exchanges of the demo are there before."""
    staff = User.objects.filter(email="staff@demo.example").first()
    if staff is None or Grant.objects.exists():
        return
    terms = Terms("2023/117", dt.date(2023, 1, 1), dt.date(2024, 6, 30), "Stronger together")
    first = make_grant(funder="ISF", terms=terms, by=staff)
    begun = dt.date(today().year - 1, 7, 1)
    terms = Terms("D-26", begun, begun.replace(year=begun.year + 3), "Learning from each other")
    second = make_grant(funder="Demo Foundation", terms=terms, by=staff)
    training = add_work_package(grant=first, code="WP2", title="Training of analysts", by=staff)
    meetings = add_work_package(grant=first, code="WP3", title="Meetings", by=staff)
    visits = add_work_package(grant=second, code="WP1", title="Exchanges", by=staff)
    paid_for = {"basic": Payers.of([], [training]), "htm": Payers.of([], [meetings])}
    paid_for["advanced"] = Payers.of([second], [training])
    known = ActivityVersion.objects.in_force().filter(kind__in=paid_for, starts_at__year=2023)
    for version in known.select_related("activity").order_by("pk")[:12]:
        fund_activity(activity=version.activity, payers=paid_for[version.kind_id], by=staff)
    counted = Exchange.objects.filter(state=ExchangeState.COUNTED).order_by("pk").first()
    if counted is not None:
        payers: dict[Visit | Traveller, Payers] = {
            visit: Payers.of([], [visits]) for visit in counted.visits.filter(left_at=None)
        }
        fund_visits(exchange=counted, payers=payers, by=staff, note="The grant was known later.")
