"""End the affiliations of a person on a day, and put back how long they lasted."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lms.kit.errors import Refused
from lms.people.actions.persons import change
from lms.people.enums import PersonChangeKind
from lms.people.models import Affiliation, Hotline, Person, User
from lms.people.periods import holds


@dataclass(frozen=True)
class Lasting:
    """An affiliation by its number, and its last day: as it was (None is open), and as it is."""

    affiliation: int
    organisation: str
    was: dt.date | None
    now: dt.date | None


def end_affiliations(
    *, person: Person, last_on: dt.date, hotline: Hotline | None = None, reason: str, by: User
) -> list[Lasting]:
    """``last_on`` becomes the last day of what holds on it: with one hotline, or of everything.

    Facts recorded already keep the organisation of their day. Raises Refused as ``change`` does, where
    nothing holds on the day, and where all that does ends on it already.
    """
    ended: list[Lasting] = []

    def end() -> None:
        ties = person.affiliations.select_related("hotline", "agency").order_by("pk")
        on_the_day = [
            tie for tie in ties if holds(tie, last_on) and (hotline is None or tie.hotline == hotline)
        ]
        if not on_the_day:
            raise Refused(_("They do not belong there on this day."), field="last_on")
        longer = [tie for tie in on_the_day if tie.until_on != last_on]
        if not longer:
            raise Refused(_("It ends on this day already."), field="last_on")
        ended.extend(Lasting(tie.pk, tie.place, tie.until_on, last_on) for tie in longer)
        Affiliation.objects.filter(pk__in=[tie.pk for tie in longer]).update(until_on=last_on)

    change(person=person, kind=PersonChangeKind.AFFILIATION, make=end, reason=reason, by=by)
    return ended


def put_back(*, person: Person, ended: Iterable[Lasting], reason: str, by: User) -> None:
    """Have affiliations last as they did before. Raises Refused as ``change`` does, where one was changed
    since, and where another one has begun that it would overlap.
    """

    def last_again() -> None:
        for one in ended:
            until = {"until_on__isnull": True} if one.now is None else {"until_on": one.now}
            same = Affiliation.objects.filter(pk=one.affiliation, person=person, **until)
            if not same.update(until_on=one.was):
                raise Refused(_("Their affiliation was changed since."))

    change(person=person, kind=PersonChangeKind.AFFILIATION, make=last_again, reason=reason, by=by)
