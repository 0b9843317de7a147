"""Law-enforcement sessions and the people at them, as the pages make them."""

import datetime as dt
from typing import Any

from django.test import Client
from django.utils import timezone

from courses.actions.gatherings import Plan, hold_gathering, plan_gathering
from courses.actions.links import make_links
from courses.actions.registrations import Registrant, keep_desk, register
from courses.actions.taking_part import Place, add_coded, add_heads, add_named
from courses.kinds.gatherings import Typed
from courses.models import Activity, ActivityKind, Entry, Participation, RegistrationDesk
from courses.queries.counts.counting import count
from courses.queries.counts.question import Question
from courses.queries.facts import first_day
from courses.queries.links import token_of
from courses.queries.registrations import token_of as registered_token
from lms.kit.clock import Span
from lms.people.enums import Audience, Role
from lms.people.models import Agency, Country, User
from tests import cast

LE = Audience.LAW_ENFORCEMENT


def plan(kind: str = "law_enforcement", *, days: int = -1, trainers: Any = (), **known: Any) -> Plan:
    """Two hours, so many days from now; before today where ``days`` is negative."""
    starts = timezone.now().replace(second=0, microsecond=0) + dt.timedelta(days=days)
    said = {
        "kind": ActivityKind.objects.get(pk=kind),
        "title": "Tracing for officers",
        "starts_at": starts,
        "ends_at": starts + dt.timedelta(hours=2),
        "timezone": "Europe/Warsaw",
        "mode": "in_person",
        "place": "Warsaw",
        "country": Country.objects.get(pk="PL"),
        "host": None,
        "topics": ["inhope"],
    }
    return Plan(said | known, "CERV", "", trainers)


def staff() -> User:
    return cast.user(Role.STAFF)


def planned(kind: str = "law_enforcement", *, days: int = 7, by: User | None = None, **more: Any) -> Activity:
    return plan_gathering(plan=plan(kind, days=days, **more), by=by or staff())


def held(kind: str = "law_enforcement", *, by: User | None = None, **more: Any) -> Activity:
    keeper = by or staff()
    made = planned(kind, days=-1, by=keeper, **more)
    hold_gathering(activity=made, by=keeper)
    return made


def agency(name: str = "Federal police", country: str = "PL") -> Agency:
    return Agency.objects.get_or_create(name=name, country_id=country)[0]


def place(name: str = "Federal police", country: str = "PL", audience: Audience = LE) -> Place:
    return Place(audience, agency=agency(name, country), country=Country.objects.get(pk=country))


def named(room: Activity, family: str = "Nowak", *, came: bool = True, **more: Any) -> Participation:
    return add_named(
        activity=room,
        typed=Typed("Ola", family, more.pop("email", "")),
        place=more.pop("at", None) or place(),
        came=came,
        by=more.pop("by", None) or staff(),
        **more,
    )


def coded(room: Activity, code: str = "K-17", *, came: bool = True, **more: Any) -> Participation:
    return add_coded(
        activity=room,
        code=code,
        place=more.pop("at", None) or place(),
        came=came,
        by=more.pop("by", None) or staff(),
    )


def heads(room: Activity, number: int = 12, *, came: bool = True, **more: Any) -> Participation:
    return add_heads(
        activity=room,
        number=number,
        place=more.pop("at", None) or place(),
        came=came,
        by=more.pop("by", None) or staff(),
    )


def facts() -> list[tuple[Any, ...]]:
    """All that stands in the ledger, in the order in which it was recorded."""
    standing = Entry.objects.standing().order_by("pk")
    return list(standing.values_list("stage", "headcount", "absent", "person__family_name", "agency__name"))


def counts(of: Activity, **where: str) -> dict[str, int]:
    """Every count of the activity's year that is not zero, by its code."""
    version = of.versions.order_by("-number").first()
    span = Span.of_year(first_day(version).year)
    return {str(one.code): one.number for one in count(Question(span).filtered(**where))}


def client_of(login: User) -> Client:
    return cast.signed_in(login)


def desk(of: Activity | None = None, *, slug: str = "tracing", **said: Any) -> RegistrationDesk:
    """An open registration for a webinar in a week."""
    known = {"capacity": None, "closes_at": None, "is_open": True, "consent": "INHOPE keeps my name."}
    return keep_desk(activity=of or planned("webinar"), slug=slug, by=staff(), **known | said)


def link(of: Participation) -> str:
    """The token that opens somebody's checks."""
    make_links(activity=of.activity, by=staff())
    return token_of(of.personal_link)


def registration(at: RegistrationDesk) -> str:
    """The token that takes a registration back."""
    who = Registrant("Mia", "Berg", "mia@test.example", Audience.INDUSTRY, "Hoster")
    return registered_token(register(desk=at, who=who, address="192.0.2.1", by=None))
