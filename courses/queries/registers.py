"""Registers as trainers keep them: whose sessions, who is on one, and what was said of each."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from courses import rules
from courses.enums import Presence, Stage
from courses.models import (
    ActivityVersion,
    Cohort,
    Departure,
    Entry,
    Participation,
    RegisterMark,
    SessionVersion,
    TrainingSession,
)
from courses.models.register import RegisterMarkQuerySet
from courses.queries.cohorts import led_by
from lms.kit.names import folded
from lms.people.models import Person, User
from lms.people.narrowing import narrowed, shown_persons

# In this order people stand on a register.
NAMES = ("person__family_name", "person__given_name", "pk")


def kept_by(user: User) -> QuerySet[TrainingSession]:
    """The sessions whose register somebody keeps, as ``rules.may_run_session`` has it for one.

    Each with its version in force: ``title``, ``starts_at``, ``ends_at`` (UTC), ``zone``, ``cancelled``; and
    ``course``, what its activity is called.
    """
    cohorts = Cohort.objects.filter(led_by(user)).values("activity")
    mine = Q(pk__in=[])
    if rules.may_teach(user):
        mine |= Q(activity__in=cohorts) | _own(user)
    if rules.may_browse_network(user):
        mine |= Q(activity__cohort=None)
    return planned_sessions().filter(mine)


def _own(user: User) -> Q:
    """Sessions that name the trainer; who looks at themselves sees those they take part in."""
    persons = shown_persons()
    if persons is None:
        return Q(pk__in=TrainingSession.objects.filter(trainers=user.pk).values("pk"))
    return Q(activity__in=Participation.objects.filter(person__in=persons).values("activity"))


def planned_sessions() -> QuerySet[TrainingSession]:
    version = SessionVersion.objects.in_force().filter(session=OuterRef("pk"))
    known = ActivityVersion.objects.in_force().filter(activity=OuterRef("activity"))
    return TrainingSession.objects.annotate(
        title=Subquery(version.values("title")),
        starts_at=Subquery(version.values("starts_at")),
        ends_at=Subquery(version.values("ends_at")),
        zone=Subquery(version.values("timezone")),
        cancelled=Subquery(version.values("cancelled")),
        course=Coalesce(F("activity__cohort__version__title"), Subquery(known.values("title"))),
    )


def enrolled(activity: int | OuterRef) -> QuerySet[Participation]:
    """Who is expected: enrolled now, not gone to another cohort, and not keeping the course to themselves."""
    taking = Entry.objects.standing().filter(participation=OuterRef("pk"), stage=Stage.ENROLLED)
    gone = Departure.objects.filter(
        cohort__activity=OuterRef("activity"), enrolment__person=OuterRef("person")
    )
    left = Q(enrolment__isnull=True) & Exists(gone) | Q(enrolment__withdrawn_at__isnull=False)
    return Participation.objects.filter(
        ~left, ~Q(enrolment__hidden=True), Exists(taking), activity=activity, person__isnull=False
    )


def on_register(session: TrainingSession) -> QuerySet[Participation]:
    """Who stands on a register: the enrolled, and whoever was marked on it, guests too."""
    marked = said_at(session).filter(participation=OuterRef("pk")).exclude(presence="")
    expected = enrolled(session.activity_id).values("pk")
    known = Participation.objects.filter(Q(pk__in=expected) | Exists(marked)).exclude(enrolment__hidden=True)
    return narrowed(known).select_related("person__display_name").order_by(*NAMES)


def said_at(session: TrainingSession) -> RegisterMarkQuerySet:
    """The last word on each."""
    return RegisterMark.objects.filter(session=session).in_force()


@dataclass(frozen=True)
class Row:
    """One person on a register. ``mark`` is in force, None where nothing is said; ``before`` is what somebody
    else had said last. ``elsewhere`` made this session up; ``guest`` is of another activity.
    """

    participation: Participation
    mark: RegisterMark | None
    before: RegisterMark | None
    elsewhere: RegisterMark | None
    imported: Entry | None
    organisation: str
    guest: bool

    @property
    def presence(self) -> str:
        return self.mark.presence if self.mark else ""

    @property
    def minutes(self) -> int | None:
        return self.mark.minutes if self.mark else None

    @property
    def waits(self) -> bool:
        """Whether nothing is said of them yet."""
        return not self.presence and self.elsewhere is None


def rows(session: TrainingSession, chosen: QuerySet[Participation] | None = None) -> list[Row]:
    """Everybody on a register, or ``chosen`` of them, by family name: five queries for however many."""
    people = on_register(session) if chosen is None else chosen
    marks = RegisterMark.objects.select_related("recorded_by__person")
    starts = SessionVersion.objects.in_force().filter(session=OuterRef("session"))
    made_up = (
        marks.in_force().filter(made_up_for=session).annotate(starts_at=Subquery(starts.values("starts_at")))
    )
    facts = Entry.objects.standing().select_related("hotline", "agency")
    stages = (Stage.ENROLLED, Stage.ATTENDED)
    fetched = people.prefetch_related(
        Prefetch("register_marks", marks.filter(session=session).order_by("-number"), to_attr="said"),
        Prefetch("register_marks", made_up.exclude(presence=""), to_attr="made_up"),
        Prefetch("entries", facts.filter(stage__in=stages), to_attr="facts"),
    )
    return [_row(session, one) for one in fetched]


def _row(session: TrainingSession, one: Any) -> Row:
    mark = one.said[0] if one.said else None
    others = [word for word in one.said[1:] if mark and word.recorded_by_id != mark.recorded_by_id]
    facts = {entry.stage: entry for entry in one.facts}
    attended = facts.get(Stage.ATTENDED)
    return Row(
        participation=one,
        mark=mark if mark and mark.presence else None,
        before=others[0] if others else None,
        elsewhere=one.made_up[0] if one.made_up else None,
        imported=attended if attended and attended.source_id else None,
        organisation=_organisation(facts.get(Stage.ENROLLED)),
        guest=one.activity_id != session.activity_id,
    )


def _organisation(entry: Entry | None) -> str:
    place = (entry.hotline or entry.agency) if entry else None
    return place.name if place else ""


@dataclass(frozen=True)
class Counts:
    """How far a register is. ``there`` is present, late or left early; ``waiting`` is not marked yet."""

    people: int
    there: int
    away: int
    waiting: int


def counted(shown: Sequence[Row]) -> Counts:
    there = sum(1 for one in shown if one.presence in Presence.there())
    waiting = sum(1 for one in shown if one.waits)
    return Counts(len(shown), there, len(shown) - there - waiting, waiting)


def counts(session: TrainingSession) -> Counts:
    """The same of a whole register, without its rows. One query."""
    known = on_register(session).order_by().select_related(None)
    said = said_at(session).filter(participation=OuterRef("pk"))
    made_up = RegisterMark.objects.in_force().filter(participation=OuterRef("pk"), made_up_for=session)
    found = known.annotate(
        presence=Coalesce(Subquery(said.values("presence")), Value("")),
        elsewhere=Exists(made_up.exclude(presence="")),
    ).aggregate(
        people=Count("pk"),
        there=Count("pk", filter=Q(presence__in=Presence.there())),
        waiting=Count("pk", filter=Q(presence="", elsewhere=False)),
    )
    away = found["people"] - found["there"] - found["waiting"]
    return Counts(found["people"], found["there"], away, found["waiting"])


def waiting(session: TrainingSession) -> QuerySet[Participation]:
    """Those on a register of whom nothing is said yet."""
    said = RegisterMark.objects.in_force().exclude(presence="").filter(participation=OuterRef("pk"))
    here = Q(session=session) | Q(made_up_for=session)
    return on_register(session).filter(~Exists(said.filter(here)))


def named(people: Iterable[Participation], text: str) -> list[int]:
    """Those of whose names some word begins with each word of ``text``; case and accents do not matter."""
    wanted = [folded(word) for word in text.split()]
    return [
        one.pk
        for one in people
        if one.person and matches(wanted, one.person.given_name, one.person.family_name, called(one.person))
    ]


def called(person: Person) -> str:
    """What somebody wants to be called, '' where that is the name on record."""
    name: str = getattr(getattr(person, "display_name", None), "name", "")
    return "" if name == person.name else name


def matches(wanted: Sequence[str], *names: str) -> bool:
    words = [folded(word) for name in names for word in name.replace("-", " ").split()]
    return all(any(word.startswith(start) for word in words) for start in wanted)


def unfinished(user: User, now: dt.datetime | None = None) -> QuerySet[TrainingSession]:
    """Registers of sessions that have begun with somebody on them not marked: ``people`` and ``waiting``."""
    expected = enrolled(OuterRef("activity"))
    said = RegisterMark.objects.in_force().exclude(presence="").filter(participation=OuterRef("pk"))
    # A session is two queries up: its own mark, or one that made it up.
    here = Q(session=OuterRef(OuterRef("pk"))) | Q(made_up_for=OuterRef(OuterRef("pk")))
    begun = SessionVersion.objects.in_force().filter(
        session=OuterRef("pk"), starts_at__lte=now or timezone.now(), cancelled=False
    )
    return (
        kept_by(user)
        .filter(Exists(begun))
        .annotate(people=_number(expected), waiting=_number(expected.filter(~Exists(said.filter(here)))))
        .filter(waiting__gt=0)
    )


def _number(people: QuerySet[Participation]) -> Coalesce:
    grouped = narrowed(people).order_by().values("activity").annotate(number=Count("pk"))
    return Coalesce(Subquery(grouped.values("number"), output_field=IntegerField()), Value(0))
