"""Whose person somebody is on a day."""

import datetime as dt
from collections.abc import Collection, Iterable

from django.db.models import F, Q, QuerySet

from lms.people.models import Affiliation, Person, RoleGrant, User
from lms.people.periods import holding
from lms.people.rules import in_force_q


def affiliation_on(person: Person, day: dt.date) -> Affiliation | None:
    """The affiliation in force on a day; of several the one that began last."""
    of_person = in_force(day).filter(person=person)
    return of_person.order_by(F("from_on").desc(nulls_last=True), "pk").first()


def latest_on(ties: Iterable[Affiliation], day: dt.date) -> Affiliation | None:
    """The same rule for affiliations of one person that are loaded."""
    in_order = sorted(holding(ties, day), key=lambda tie: (tie.from_on or dt.date.min, -tie.pk))
    return in_order[-1] if in_order else None


def in_force(day: dt.date) -> QuerySet[Affiliation]:
    return Affiliation.objects.filter(
        Q(from_on__isnull=True) | Q(from_on__lte=day),
        Q(until_on__isnull=True) | Q(until_on__gte=day),
    )


def ties_on(day: dt.date, users: Iterable[User]) -> dict[int, set[int]]:
    """Login to the hotlines it is tied to on a day, by an affiliation or by a role there. Two queries."""
    by_person = {user.person_id: user.pk for user in users if user.person_id}
    found: dict[int, set[int]] = {user.pk: set() for user in users}
    affiliated = in_force(day).filter(person__in=by_person, hotline__isnull=False)
    for person, hotline in affiliated.values_list("person", "hotline"):
        found[by_person[person]].add(hotline)
    grants = RoleGrant.objects.filter(in_force_q(day), user__in=found, hotline__isnull=False)
    for user, hotline in grants.values_list("user", "hotline"):
        found[user].add(hotline)
    return found


def hotlines_of_logins(user_ids: Collection[int], day: dt.date) -> dict[int, tuple[int, str]]:
    """The hotline, by number and country, that each login works for on a day; others are left out.

    The affiliation counts that ``affiliation_on`` would name.
    """
    rows = in_force(day).filter(person__user__in=user_ids)
    # The one that counts comes last and stays.
    in_order = rows.order_by(F("from_on").asc(nulls_first=True), "-pk")
    found = {row[0]: row[1:] for row in in_order.values_list("person__user", "hotline", "hotline__country")}
    return {user: (hotline, country) for user, (hotline, country) in found.items() if hotline}
