"""Whose person somebody is on a day."""

import datetime as dt
from collections.abc import Collection

from django.db.models import F, Q, QuerySet

from lms.people.models import Affiliation, Person


def affiliation_on(person: Person, day: dt.date) -> Affiliation | None:
    """The affiliation in force on a day; of several the one that began last."""
    of_person = in_force(day).filter(person=person)
    return of_person.order_by(F("from_on").desc(nulls_last=True), "pk").first()


def in_force(day: dt.date) -> QuerySet[Affiliation]:
    return Affiliation.objects.filter(
        Q(from_on__isnull=True) | Q(from_on__lte=day),
        Q(until_on__isnull=True) | Q(until_on__gte=day),
    )


def hotlines_of_logins(user_ids: Collection[int], day: dt.date) -> dict[int, tuple[int, str]]:
    """The hotline, by number and country, that each login works for on a day; others are left out.

    The affiliation counts that ``affiliation_on`` would name.
    """
    rows = in_force(day).filter(person__user__in=user_ids)
    # The one that counts comes last and stays.
    in_order = rows.order_by(F("from_on").asc(nulls_first=True), "-pk")
    found = {row[0]: row[1:] for row in in_order.values_list("person__user", "hotline", "hotline__country")}
    return {user: (hotline, country) for user, (hotline, country) in found.items() if hotline}
