"""Say who took part in an activity: by name, by the code that an agency keeps, or as a number of heads."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import rules
from courses.actions.activities import held_version
from courses.actions.ledger import record_head_count, record_stage
from courses.actions.session_mails import tell_sessions
from courses.enums import ActivityStatus, CalendarMethod, Stage
from courses.kinds.gatherings import Typed, as_code
from courses.models import Activity, ActivityVersion, Entry, Participation, Pseudonym
from courses.models.ledger import EntryQuerySet
from courses.queries.facts import first_day
from lms.kit.clock import today
from lms.kit.errors import Refused
from lms.kit.names import is_same_name
from lms.people.enums import Audience
from lms.people.models import Affiliation, Agency, Country, Hotline, Person, User
from lms.people.queries.merges import records_of


@dataclass(frozen=True)
class Place:
    """Whose people somebody is among, as given: an entry takes it as it stands here."""

    audience: Audience
    hotline: Hotline | None = None
    agency: Agency | None = None
    country: Country | None = None

    def columns(self) -> dict[str, Any]:
        return {
            "audience": self.audience,
            "hotline": self.hotline,
            "agency": self.agency,
            "country": self.country,
        }


def place_for(*, audience: Audience, organisation: str, country: Country | None) -> Place:
    """The place of an audience, an organisation's name and a country; an agency is made as it is named.

    A hotline is found by its name and gives its country where none is said. Raises Refused, field
    ``organisation``, for a hotline that the network does not know.
    """
    name = " ".join(organisation.split())
    if audience == Audience.HOTLINE:
        hotline = Hotline.objects.filter(name__iexact=name).select_related("country").first()
        if hotline is None:
            raise Refused(_("The network knows no hotline of this name."), field="organisation")
        return Place(audience, hotline=hotline, country=country or hotline.country)
    if not name:
        return Place(audience, country=country)
    known = Agency.objects.filter(name__iexact=name, country=country).first()
    agency = known or Agency.objects.get_or_create(name=name, country=country)[0]
    return Place(audience, agency=agency, country=country)


@transaction.atomic
def add_named(
    *, activity: Activity, typed: Typed, place: Place, came: bool, known: Person | None = None, by: User
) -> Participation:
    """Somebody with a name took part, or is expected to where ``came`` is false.

    ``known`` is the record of somebody known already; without it there is a new one, tied to the place from
    that day on. Raises Refused for who may not, where this cannot be said of the activity (``recordable``),
    and for somebody who is on its list already.
    """
    version = recordable(activity, came=came, by=by)
    if not typed.name and known is None:
        raise Refused(_("Give a name, or a code that the agency keeps."), field="family_name")
    if known is None and _is_listed(activity, typed):
        raise Refused(_("Somebody of this name or address is on the list already."), field="family_name")
    if known is not None and known.pk in records_of(by.person_id or 0):
        raise Refused(_("Somebody else has to record that you took part."))
    person = known or Person.objects.create(
        given_name=typed.given_name, family_name=typed.family_name, email=typed.email
    )
    if known is None:
        _tie(person, place, version)
    return _record(version, person, place, came=came, by=by)


@transaction.atomic
def add_coded(*, activity: Activity, code: str, place: Place, came: bool, by: User) -> Participation:
    """Somebody whose name only their agency knows took part: counts as a person, by the agency's own code.

    The same code of the same agency is the same person at every activity. Raises Refused as ``add_named``
    does, without a code, and without an agency.
    """
    version = recordable(activity, came=came, by=by)
    written = as_code(code)
    if not written:
        raise Refused(_("Give the code that the agency keeps."), field="code")
    if place.agency is None:
        raise Refused(_("A code means somebody only together with the agency that keeps it."), "organisation")
    # Two rooms that bring the same code for the first time make one person of it.
    Agency.objects.select_for_update().get(pk=place.agency.pk)
    pseudonym = Pseudonym.objects.filter(agency=place.agency, code=written).select_related("person").first()
    if pseudonym is None:
        person = Person.objects.create()
        _tie(person, place, version)
        pseudonym = Pseudonym.objects.create(person=person, agency=place.agency, code=written, made_by=by)
    elif _stands(activity, pseudonym.person):
        raise Refused(_("This code is on the list already."), field="code")
    return _record(version, pseudonym.person, place, came=came, by=by)


@transaction.atomic
def add_heads(*, activity: Activity, number: int, place: Place, came: bool, by: User) -> Participation:
    """So many people of one organisation took part, whom nobody names.

    Raises Refused as ``recordable`` and ``record_head_count`` do.
    """
    version = recordable(activity, came=came, by=by)
    entry = record_head_count(
        activity=activity,
        stage=Stage.ATTENDED if came else Stage.ENROLLED,
        number=number,
        happened_on=None if came else day_for(version),
        by=by,
        **place.columns(),
    )
    return entry.participation


def recordable(activity: Activity, *, came: bool, by: User) -> ActivityVersion:
    """The version in force of an activity that ``by`` may say this of; its row is held until the end.

    Raises Refused for who does not keep it, where it is withdrawn or cancelled or has no time, and for an
    attendance before it begins.
    """
    if not rules.may_keep_gathering(by, activity):
        raise Refused(_("Only staff and the trainers who lead it say who took part."))
    version = held_version(activity)
    if version.status == ActivityStatus.CANCELLED:
        raise Refused(_("It is cancelled: nobody takes part in it."))
    if version.starts_at is None:
        raise Refused(_("It has no time yet. Say first when it takes place."))
    if came and version.starts_at > timezone.now():
        raise Refused(_("It has not begun yet: nobody can have been there."), field="came")
    return version


def day_for(version: ActivityVersion, *said: dt.date | None) -> dt.date:
    """When somebody enrolled whom we hear of now, and the first day of somebody new where they belong: today,
    and at the latest the day on which it began and any day that is ``said``.
    """
    return min(day for day in (today(), first_day(version), *said) if day)


def _record(version: ActivityVersion, person: Person, place: Place, *, came: bool, by: User) -> Participation:
    """Whoever was there had enrolled, by the day itself at the latest; of what is to come they are told."""
    day = day_for(version)
    columns = place.columns()
    is_new = not _standing_persons(version.activity).filter(person=person, stage=Stage.ENROLLED).exists()
    entry = record_stage(
        activity=version.activity,
        person=person,
        stage=Stage.ENROLLED,
        happened_on=day,
        standing_on=day,
        by=by,
        place=columns,
    )
    if came:
        there = record_stage(
            activity=version.activity,
            person=person,
            stage=Stage.ATTENDED,
            happened_on=None,
            standing_on=day,
            by=by,
            place=columns,
        )
        if there.absent:
            raise Refused(_("The register says that they were absent. Correct that entry."), field="came")
    if is_new:
        tell_sessions(participation=entry.participation, method=CalendarMethod.REQUEST)
    return entry.participation


def _tie(person: Person, place: Place, version: ActivityVersion) -> None:
    """A new person belongs where they came from, as far as we know from that day on."""
    if place.hotline or place.agency:
        Affiliation.objects.create(person=person, from_on=day_for(version), **place.columns())


def _is_listed(activity: Activity, typed: Typed) -> bool:
    for person in Person.objects.filter(pk__in=_standing_persons(activity)):
        if typed.email and person.email.lower() == typed.email.lower():
            return True
        if not typed.email and is_same_name(typed.name, person.given_name, person.family_name):
            return True
    return False


def _stands(activity: Activity, person: Person) -> bool:
    return _standing_persons(activity).filter(person__in=records_of(person.pk)).exists()


def _standing_persons(activity: Activity) -> QuerySet[Entry, int | None]:
    standing = Entry.objects.standing().filter(activity=activity, person__isnull=False)
    return standing.order_by().values_list("person", flat=True)


@transaction.atomic
def record_came(*, activity: Activity, chosen: Sequence[int], by: User) -> int:
    """Say of people on the list, by their participations, that they were there; of how many it is new.

    Their place is the one they were enrolled with. Raises Refused as ``recordable`` does, where nobody is
    chosen, and where somebody chosen is not on the list or is ``by``.
    """
    version = recordable(activity, came=True, by=by)
    enrolled = Entry.objects.standing().filter(
        activity=activity, stage=Stage.ENROLLED, person__isnull=False, participation__in=chosen
    )
    found = list(enrolled.select_related("person", "hotline", "agency", "country").order_by("participation"))
    if not found or len(found) != len(set(chosen)):
        raise Refused(_("Choose who was there."))
    if any(entry.person_id in records_of(by.person_id or 0) for entry in found):
        raise Refused(_("Somebody else has to record that you took part."))
    there = set(_attendances(activity).values_list("participation", flat=True))
    for entry in found:
        if entry.participation_id not in there and entry.person is not None:
            place = Place(Audience(entry.audience), entry.hotline, entry.agency, entry.country)
            _record(version, entry.person, place, came=True, by=by)
    return len([entry for entry in found if entry.participation_id not in there])


def _attendances(activity: Activity) -> EntryQuerySet:
    return Entry.objects.standing().filter(activity=activity, stage=Stage.ATTENDED)
