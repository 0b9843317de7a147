"""Whose person somebody is on a day."""

import datetime as dt

from django.db.models import F, Q

from lms.people.models import Affiliation, Person


def affiliation_on(person: Person, day: dt.date) -> Affiliation | None:
    """The affiliation in force on a day; of several the one that began last."""
    in_force = Affiliation.objects.filter(
        Q(from_on__isnull=True) | Q(from_on__lte=day),
        Q(until_on__isnull=True) | Q(until_on__gte=day),
        person=person,
    )
    return in_force.order_by(F("from_on").desc(nulls_last=True), "pk").first()
