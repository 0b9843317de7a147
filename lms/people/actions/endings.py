"""End the affiliations of a person on a day, and put back how long they lasted."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lms.kit.errors import Refused
from lms.kit.locks import Lock, hold_shared
from lms.people.models import Affiliation, Hotline, Person, User
from lms.people.periods import holds
from lms.people.rules import may_enter_staff


@dataclass(frozen=True)
class Lasting:
    """An affiliation by its number, and its last day: as it was (None is open), and as it is."""

    affiliation: int
    organisation: str
    was: dt.date | None
    now: dt.date | None


@transaction.atomic
def end_affiliations(
    *, person: Person, last_on: dt.date, hotline: Hotline | None = None, by: User
) -> list[Lasting]:
    """``last_on`` becomes the last day of what holds on it: with one hotline, or of everything.

    Facts recorded already keep the organisation of their day. Raises Refused for who may not, where nothing
    holds on the day, and where all that does ends on it already.
    """
    _hold(person, by)
    ties = person.affiliations.select_related("hotline", "agency").order_by("pk")
    on_the_day = [tie for tie in ties if holds(tie, last_on) and (hotline is None or tie.hotline == hotline)]
    if not on_the_day:
        raise Refused(_("They do not belong there on this day."), field="last_on")
    longer = [tie for tie in on_the_day if tie.until_on != last_on]
    if not longer:
        raise Refused(_("It ends on this day already."), field="last_on")
    ended = [Lasting(tie.pk, _name(tie), tie.until_on, last_on) for tie in longer]
    Affiliation.objects.filter(pk__in=[tie.pk for tie in longer]).update(until_on=last_on)
    return ended


@transaction.atomic
def put_back(*, person: Person, ended: Iterable[Lasting], by: User) -> None:
    """Have affiliations last as they did before. Raises Refused for who may not, and where one was changed
    since, or another one has begun that it would overlap.
    """
    _hold(person, by)
    for one in ended:
        until = {"until_on__isnull": True} if one.now is None else {"until_on": one.now}
        try:
            with transaction.atomic():
                same = Affiliation.objects.filter(pk=one.affiliation, person=person, **until)
                changed = same.update(until_on=one.was)
        except IntegrityError as error:
            raise Refused(_("They belong to the same organisation again by now.")) from error
        if not changed:
            raise Refused(_("Their affiliation was changed since."))


def _hold(person: Person, by: User) -> None:
    if not may_enter_staff(by):
        raise Refused(_("Only INHOPE staff may change where people belong."))
    # A register replaces affiliations by what it has read of them before.
    hold_shared(Lock.IMPORTS)
    Person.objects.select_for_update().get(pk=person.pk)


def _name(tie: Affiliation) -> str:
    organisation = tie.hotline or tie.agency
    return organisation.name if organisation else str(tie.get_audience_display())
