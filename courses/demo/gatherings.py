"""Demo data: a law-enforcement session of last week with its check, and a webinar to register for."""

import datetime as dt
from typing import Any

from django.utils import timezone

from courses.actions.amendments import Right, put_right
from courses.actions.checks import Written, add_question, answer_check, set_phase
from courses.actions.gatherings import Plan, hold_gathering, plan_gathering
from courses.actions.links import make_links
from courses.actions.registrations import Registrant, keep_desk, register
from courses.actions.taking_part import add_coded, add_heads, add_named, place_for
from courses.enums import CheckPhase
from courses.kinds.gatherings import Typed
from courses.kinds.questions import kind_of
from courses.models import Activity, ActivityKind, CheckQuestion, PersonalLink, RegistrationDesk
from lms.people.enums import Audience
from lms.people.models import Country, User

SLUG = "how-a-notice-travels"
QUESTIONS = (
    (
        "What does a hotline do with a public report first?",
        "*It assesses it",
        "It deletes it",
        "It publishes it",
    ),
    ("What does a trace of an address tell?", "*Where it is hosted at that moment", "Who made the content"),
    ("Who looks after the welfare of analysts?", "*Their hotline and INHOPE", "Nobody but themselves"),
)
OFFICERS = ("Lena Maas", "Piotr Zawada", "Irina Costa")


def populate() -> None:
    """A second run changes nothing."""
    if RegistrationDesk.objects.filter(slug=SLUG).exists():
        return
    staff = User.objects.get(email="staff@demo.example")
    trainer = User.objects.get(email="trainer@demo.example")
    attended(session(staff, trainer), trainer)
    registered(webinar(staff, trainer), staff)


def session(staff: User, trainer: User) -> Activity:
    known = {"title": "Tracing for investigators", "topics": ["inhope", "content tracing"], "mode": "hybrid"}
    place = {"timezone": "Europe/Lisbon", "place": "Lisbon", "country": Country.objects.get(pk="PT")}
    plan = planned("law_enforcement", -7, known | place, trainer)
    made = plan_gathering(plan=plan, by=staff)
    hold_gathering(activity=made, by=staff)
    return made


def webinar(staff: User, trainer: User) -> Activity:
    known = {"title": "How a notice travels", "topics": ["notice and takedown"], "mode": "online"}
    place = {"timezone": "Europe/Amsterdam", "place": "", "country": None}
    return plan_gathering(plan=planned("webinar", 14, known | place, trainer), by=staff)


def planned(kind: str, days: int, known: dict[str, Any], trainer: User) -> Plan:
    starts = timezone.now().replace(minute=0, second=0, microsecond=0) + dt.timedelta(days=days)
    times = {"starts_at": starts, "ends_at": starts + dt.timedelta(hours=2)}
    kind_of_it = {"kind": ActivityKind.objects.get(pk=kind), "host": None}
    return Plan(known | times | kind_of_it, "CERV", trainers=[trainer])


def attended(room: Activity, by: User) -> None:
    """Three by name, three by code, two head counts of which one was put right; a check of both phases."""
    portugal = Country.objects.get(pk="PT")
    police = place_for(
        audience=Audience.LAW_ENFORCEMENT, organisation="National cyber unit (demo)", country=portugal
    )
    for name in OFFICERS:
        given, _space, family = name.partition(" ")
        add_named(activity=room, typed=Typed(given, family), place=police, came=True, by=by)
    for code in ("A-07", "A-11", "B-02"):
        add_coded(activity=room, code=code, place=police, came=True, by=by)
    ministry = place_for(audience=Audience.GOVERNMENT, organisation="Ministry (demo)", country=portugal)
    heads = add_heads(activity=room, number=9, place=ministry, came=True, by=by)
    right = Right(place=ministry, expected=0, came=6)
    put_right(participation=heads, right=right, reason="Three left before it began.", by=by)
    checked(room, by)


def checked(room: Activity, by: User) -> None:
    for prompt, *options in QUESTIONS:
        pairs = [(text.removeprefix("*"), text.startswith("*")) for text in options]
        add_question(activity=room, written=Written(prompt, pairs), by=by)
    make_links(activity=room, by=by)
    questions = list(CheckQuestion.objects.filter(of_check__activity=room))
    links = list(PersonalLink.objects.filter(participation__activity=room).select_related("participation"))
    for phase in CheckPhase:
        set_phase(activity=room, phase=phase, by=by)
        for number, link in enumerate(links):
            known = number % 3 if phase == CheckPhase.BEFORE else 3
            posted = {one.pk: right(one) for one in questions[:known]}
            answer_check(link=link, phase=phase, posted=posted)
    set_phase(activity=room, phase="", by=by)


def right(question: CheckQuestion) -> dict[str, list[str]]:
    return {"": list((kind_of(question.kind).right(question.data) or {})["chosen"])}


def registered(room: Activity, staff: User) -> None:
    desk = keep_desk(
        activity=room,
        slug=SLUG,
        capacity=200,
        closes_at=None,
        is_open=True,
        consent="INHOPE keeps my name, address and organisation for this event, and publishes numbers only.",
        by=staff,
    )
    for number, name in enumerate(OFFICERS):
        given, _space, family = name.partition(" ")
        who = Registrant(
            given, family, f"registrant{number}@demo.example", Audience.INDUSTRY, "Hoster (demo)"
        )
        register(desk=desk, who=who, address="127.0.0.1", by=None)
