"""What others see of somebody in exchanges: who travels, who said a hotline's word."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from courses.models import Exchange, Visit
from courses.queries.exchanges.own import described
from lms.people.enums import Role
from lms.people.models import Person
from lms.people.queries.merges import records_of
from lms.web.as_seen import Look, Said


def seen_of(person: Person) -> Iterator[Look | Said]:
    """The pages of exchanges that somebody is on, and the list they are chosen from; constant queries."""
    records = records_of(person.pk)
    named = dict(
        Visit.objects.filter(left_at=None, travellers__person__in=records)
        .order_by("pk")
        .values_list("exchange", "pk")
    )
    visits = Visit.objects.select_related("hotline").in_bulk(list(named.values()))
    for exchange in _with(records):
        title = _("The page of the exchange %(title)s") % {"title": exchange.title}
        visit = visits.get(named.get(exchange.pk, 0))
        hotline = visit.hotline if visit else exchange.host
        yield Look(Role.HOTLINE_MANAGER, "exchange", title, exchange.pk, hotline)
        yield Look(Role.STAFF, "exchange", title, exchange.pk)
    yield from _in_words()


def _with(records: set[int]) -> Iterator[Any]:
    theirs = (
        Q(travellers__person__in=records)
        | Q(moves__recorded_by__person__in=records)
        | Q(yeses__recorded_by__person__in=records)
        | Q(visits__reports__recorded_by__person__in=records)
    )
    found = Exchange.objects.filter(pk__in=Exchange.objects.filter(theirs).values("pk"))
    yield from described(found).order_by("pk")


def _in_words() -> Iterator[Said]:
    text = _(
        "When a hotline says who travels to an exchange, its manager and staff choose from the names of the"
        " hotline's people. Before both sides confirm what is to count, they see who came."
    )
    for role in (Role.HOTLINE_MANAGER, Role.STAFF):
        yield Said(role, text, ("exchange-visit", "exchange-yes"))
    text = _("Where a grant pays for somebody alone, staff say so beside the names of those who travel.")
    yield Said(Role.STAFF, text, ("exchange-grants",))
