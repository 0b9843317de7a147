"""Who was in a call: its list is held against registrations and the list, looked at, and then recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from courses import rules
from courses.actions.taking_part import Place, add_heads, add_named, place_for, record_came, recordable
from courses.enums import Stage
from courses.kinds.gatherings import Caller, Typed, callers, split_name
from courses.models import Activity, Entry, Participation, Registration
from courses.queries.registrations import registered
from lms.kit.errors import Refused
from lms.kit.names import is_same_name
from lms.people.enums import Audience
from lms.people.models import Person, User
from lms.people.queries.merges import survivors

MOST_CALLERS = 1000
NEW, HEAD, LEFT_OUT = "new", "head", "out"


@dataclass(frozen=True)
class Candidate:
    """Somebody whom a caller may be: on the list already, or registered and not yet on it."""

    key: str
    name: str
    email: str
    participation: Participation | None = None
    registration: Registration | None = None


@dataclass(frozen=True)
class Match:
    """A caller, counted from 1, and what is suggested: a candidate's key, or ``new``; ``sure`` by address."""

    number: int
    caller: Caller
    suggested: str
    sure: bool


def candidates(activity: Activity) -> list[Candidate]:
    """The list first, then those registered who are not on it. Two queries, and one for merges."""
    standing = Entry.objects.standing().filter(
        activity=activity, stage__in=[Stage.ENROLLED, Stage.ATTENDED], person__isnull=False
    )
    on_list = Participation.objects.filter(pk__in=standing.values("participation")).select_related("person")
    found = [
        Candidate(f"p{one.pk}", one.person.name, one.person.email.lower(), participation=one)
        for one in on_list
        if one.person and (one.person.given_name or one.person.family_name)
    ]
    desk = getattr(activity, "desk", None)
    open_ones = registered(desk).filter(participation=None) if desk else Registration.objects.none()
    return found + [
        Candidate(f"r{one.pk}", f"{one.given_name} {one.family_name}", one.email.lower(), registration=one)
        for one in open_ones
    ]


def matches(*, activity: Activity, text: str, by: User) -> list[Match]:
    """Each caller with whom they seem to be: by the same address, else by the one same name.

    Raises Refused for who does not keep the activity, and for a text that is no list of a call.
    """
    if not rules.may_keep_gathering(by, activity):
        raise Refused(_("Only staff and the trainers who lead it say who took part."))
    found = callers(text)
    if not found:
        raise Refused(
            _("There is no column of names in this file. Take the list that the call gives."), "list"
        )
    if len(found) > MOST_CALLERS:
        raise Refused(_("There are more than 1,000 people on this list."), field="list")
    known = candidates(activity)
    return [_match(number, caller, known) for number, caller in enumerate(found, start=1)]


def _match(number: int, caller: Caller, known: Sequence[Candidate]) -> Match:
    if caller.email:
        same = [one for one in known if one.email == caller.email]
        if len(same) == 1:
            return Match(number, caller, same[0].key, sure=True)
    alike = [one for one in known if is_same_name(caller.name, *split_name(one.name))]
    if len(alike) == 1:
        return Match(number, caller, alike[0].key, sure=False)
    return Match(number, caller, NEW, sure=False)


@transaction.atomic
def record_attendees(*, activity: Activity, text: str, chosen: Mapping[int, str], by: User) -> int:
    """Record that the callers were there, each as ``chosen`` says by its number; how many were.

    Whoever registered and did not come is recorded as enrolled, so that nobody is lost. All or nothing. The
    same list a second time finds them all there; heads that were counted are refused. Raises
    Refused as ``matches`` does, and as ``recordable`` does.
    """
    recordable(activity, came=True, by=by)
    known = {one.key: one for one in candidates(activity)}
    came, heads, number = set(), 0, 0
    for match in matches(activity=activity, text=text, by=by):
        choice = chosen.get(match.number, match.suggested)
        if choice == LEFT_OUT:
            continue
        number += 1
        if choice == HEAD:
            heads += 1
        elif choice in known:
            came.add(choice)
        else:
            _add_new(activity, match, by)
    on_list = [known[key].participation for key in came]
    chosen_ones = [one.pk for one in on_list if one is not None]
    if chosen_ones:
        record_came(activity=activity, chosen=_enrolled(activity, chosen_ones), by=by)
    for candidate in known.values():
        if candidate.registration is not None:
            enter(registration=candidate.registration, came=candidate.key in came, by=by)
    if heads:
        add_heads(activity=activity, number=heads, place=Place(Audience.OTHER), came=True, by=by)
    return number


@transaction.atomic
def enter(*, registration: Registration, came: bool, by: User) -> Participation | None:
    """Take one registration into the record. A person with the same address and name is that person.

    None, and nothing happens, where it was taken back meanwhile. Raises Refused as ``add_named`` does.
    """
    if Registration.objects.select_for_update().get(pk=registration.pk).withdrawn_at is not None:
        return None
    activity = registration.desk.activity
    typed = Typed(registration.given_name, registration.family_name, registration.email)
    place = place_for(
        audience=Audience(registration.audience),
        organisation=registration.organisation,
        country=registration.country,
    )
    made = add_named(activity=activity, typed=typed, place=place, came=came, known=_known(typed), by=by)
    Registration.objects.filter(pk=registration.pk).update(participation=made)
    return made


@transaction.atomic
def enter_all(*, activity: Activity, by: User) -> int:
    """Take every registration that is not there yet into the record, as expected; how many it was."""
    recordable(activity, came=False, by=by)
    due = [one.registration for one in candidates(activity) if one.registration is not None]
    made = [enter(registration=registration, came=False, by=by) for registration in due]
    return len([one for one in made if one is not None])


def _enrolled(activity: Activity, participations: Sequence[int]) -> list[int]:
    standing = Entry.objects.standing().filter(
        activity=activity, stage=Stage.ENROLLED, participation__in=participations
    )
    return list(standing.values_list("participation", flat=True))


def _add_new(activity: Activity, match: Match, by: User) -> None:
    given, family = split_name(match.caller.name)
    typed = Typed(given, family, match.caller.email)
    try:
        add_named(
            activity=activity, typed=typed, place=Place(Audience.OTHER), came=True, known=_known(typed), by=by
        )
    except Refused as refusal:
        said = _("Number %(number)s: %(fault)s Nothing was recorded.")
        raise Refused(said % {"number": match.number, "fault": refusal.sentence}) from refusal


def _known(typed: Typed) -> Person | None:
    """One record with the same address and the same name; an address alone is no proof."""
    if not typed.email:
        return None
    final = survivors()
    found = [
        person
        for person in Person.objects.filter(email__iexact=typed.email)
        if person.pk not in final and is_same_name(typed.name, person.given_name, person.family_name)
    ]
    return found[0] if len(found) == 1 else None
