"""Whose person somebody is on a day."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import F, Q

from lms.people.models import Affiliation, Person, RoleGrant, User
from lms.people.rules import in_force_q


def affiliation_on(person: Person, day: dt.date) -> Affiliation | None:
    """The affiliation in force on a day; of several the one that began last."""
    in_force = Affiliation.objects.filter(
        Q(from_on__isnull=True) | Q(from_on__lte=day),
        Q(until_on__isnull=True) | Q(until_on__gte=day),
        person=person,
    )
    return in_force.order_by(F("from_on").desc(nulls_last=True), "pk").first()


def ties_on(day: dt.date, users: Iterable[User]) -> dict[int, set[int]]:
    """Login to the hotlines it is tied to on a day, by an affiliation or by a role there. Two queries."""
    by_person = {user.person_id: user.pk for user in users if user.person_id}
    found: dict[int, set[int]] = {user.pk: set() for user in users}
    affiliated = Affiliation.objects.filter(
        Q(from_on__isnull=True) | Q(from_on__lte=day),
        Q(until_on__isnull=True) | Q(until_on__gte=day),
        person__in=by_person,
        hotline__isnull=False,
    )
    for person, hotline in affiliated.values_list("person", "hotline"):
        found[by_person[person]].add(hotline)
    grants = RoleGrant.objects.filter(in_force_q(day), user__in=found, hotline__isnull=False)
    for user, hotline in grants.values_list("user", "hotline"):
        found[user].add(hotline)
    return found
