"""What of the training facts somebody may read, as rows: staff the network, managers the own hotline.

What somebody keeps to themselves is in none of it, as on the pages. Every list takes a constant number of
queries.
"""

import datetime as dt

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from courses.models import ActivityVersion, Entry, Participation
from courses.models.ledger import EntryQuerySet
from courses.queries.facts import seen
from lms.people.models import Affiliation, Hotline, Person, User
from lms.people.queries.hotlines import with_membership
from lms.people.queries.merges import in_force
from lms.people.rules import managed_hotline_ids, may_enter_staff

VERSION_JOINS = ("activity", "kind", "host", "country", "funder")
ENTRY_JOINS = ("activity", "person", "hotline", "agency", "reversal")
TAKING_JOINS = ("activity", "person__pseudonym")


def own_hotlines(user: User) -> set[int] | None:
    """The hotlines that bound what the user reads; None where nothing does."""
    return None if may_enter_staff(user) else managed_hotline_ids(user)


def hotlines(user: User) -> QuerySet[Hotline]:
    own = own_hotlines(user)
    return with_membership() if own is None else with_membership().filter(pk__in=own)


def persons(user: User) -> QuerySet[Person]:
    """With ``affiliations`` and ``merged_into``: a manager reads people who ever were of the own hotline, and
    of them no tie to another one and no merge.
    """
    own = own_hotlines(user)
    ties = Affiliation.objects.select_related("hotline", "agency")
    merges = in_force().select_related("survivor")
    found = Person.objects.select_related("pseudonym")
    if own is not None:
        ties, merges = ties.filter(hotline__in=own), merges.none()
        found = found.filter(Exists(ties.filter(person=OuterRef("pk"))))
    return found.prefetch_related(Prefetch("affiliations", ties), Prefetch("merged_into", merges))


def versions(user: User) -> QuerySet[ActivityVersion]:
    """The version in force of each activity; a manager's are those that the own hotline hosts or was at."""
    found = ActivityVersion.objects.in_force().select_related(*VERSION_JOINS)
    own = own_hotlines(user)
    if own is None:
        return found
    was_there = entries(user).filter(activity=OuterRef("activity"))
    return found.filter(Q(host__in=own) | Exists(was_there))


def entries(user: User, moment: dt.datetime | None = None) -> EntryQuerySet:
    """Entries recorded before ``moment`` (UTC; None is now), those taken back included."""
    found = seen(Entry.objects.all())
    if (own := own_hotlines(user)) is not None:
        found = found.filter(hotline__in=own)
    return found if moment is None else found.filter(recorded_at__lt=moment)


def participations(user: User) -> QuerySet[Participation]:
    """Those of which something stands, with what stands as ``facts``."""
    standing = entries(user).standing()
    known = ActivityVersion.objects.in_force().filter(activity=OuterRef("activity"))
    found = Participation.objects.filter(Exists(standing.filter(participation=OuterRef("pk"))), Exists(known))
    facts = Prefetch("entries", standing.select_related("hotline", "agency"), to_attr="facts")
    return found.select_related(*TAKING_JOINS).prefetch_related(facts)
