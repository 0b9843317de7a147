"""Training sessions as they are planned now, for who leads them, for who takes part, and for a calendar."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from courses.enums import Stage
from courses.models import (
    Activity,
    ActivityVersion,
    CalendarFeed,
    Cohort,
    Departure,
    Entry,
    Participation,
    SessionVersion,
    TrainingSession,
)
from lms.kit.tokens import digest
from lms.people import rules as people_rules
from lms.people.enums import Role
from lms.people.models import Person, User
from lms.people.narrowing import narrowed
from lms.people.queries.merges import records_of, survivors
from lms.people.queries.users import with_role

# How far back a calendar is shown what was.
FEED_DAYS = 365


def planned(activity: Activity | int) -> QuerySet[SessionVersion]:
    """The version in force of each session of an activity that is not cancelled, the earliest first."""
    in_force = SessionVersion.objects.in_force().filter(session__activity=activity, cancelled=False)
    return in_force.select_related("session").order_by("starts_at", "session")


def all_of(activity: Activity) -> QuerySet[SessionVersion]:
    """The same with those that are cancelled, and who leads each."""
    in_force = SessionVersion.objects.in_force().filter(session__activity=activity)
    led = in_force.select_related("session").prefetch_related("session__trainers__person")
    return titled(led).order_by("starts_at", "session")


def titled(versions: QuerySet[SessionVersion]) -> QuerySet[SessionVersion]:
    """With ``course_title`` (null without a cohort), ``activity_title`` and ``kind_name``."""
    known = ActivityVersion.objects.in_force().filter(activity=OuterRef("session__activity"))
    return versions.annotate(
        course_title=F("session__activity__cohort__version__title"),
        activity_title=Subquery(known.values("title")[:1]),
        kind_name=Subquery(known.values("kind__name")[:1]),
    )


def last_of(session: TrainingSession) -> SessionVersion:
    """The version in force. Raises SessionVersion.DoesNotExist for a session that has none."""
    return SessionVersion.objects.in_force().get(session=session)


def following(version: SessionVersion) -> QuerySet[SessionVersion]:
    """A session and those of its series that come after it, without cancelled ones."""
    in_force = SessionVersion.objects.in_force().select_related("session")
    if version.session.series is None:
        return in_force.filter(session=version.session_id)
    later = in_force.filter(
        session__series=version.session.series,
        session__activity=version.session.activity_id,
        starts_at__gte=version.starts_at,
    )
    return later.filter(Q(cancelled=False) | Q(session=version.session_id)).order_by("starts_at", "session")


def history(session: TrainingSession) -> QuerySet[SessionVersion]:
    """Every version of a session, the newest first."""
    return session.versions.select_related("recorded_by__person").order_by("-number")


def run_by(user: User) -> QuerySet[TrainingSession]:
    """The sessions that somebody may change: rules.may_run_session for many at once."""
    may = Q(pk__in=[])
    if people_rules.may_enter_teach(user):
        may |= Q(activity__cohort__in=Cohort.objects.filter(trainers=user).values("pk"))
        may |= Q(pk__in=TrainingSession.objects.filter(trainers=user).values("pk"))
    if people_rules.may_enter_staff(user):
        may |= Q(activity__cohort__isnull=True)
    return TrainingSession.objects.filter(may).select_related("activity")


def led_by(user: User) -> Q:
    """What somebody leads: their own, and those of their cohorts for which nobody else is named."""
    own = TrainingSession.objects.filter(trainers=user).values("pk")
    somebodys = TrainingSession.trainers.through.objects.filter(trainingsession=OuterRef("session"))
    cohorts = Cohort.objects.filter(trainers=user).values("activity")
    return Q(session__in=own) | Q(~Exists(somebodys), session__activity__in=cohorts)


def leaders(sessions: Collection[int]) -> dict[int, frozenset[int]]:
    """By session, the records of those who lead it and are trainers today: ``led_by`` for many at once.

    A login without a record of a person is in none of them: no mail could say whose it is.
    """
    training = with_role(Role.TRAINER).filter(person__isnull=False).order_by().values("pk")
    own, of_cohorts = TrainingSession.trainers.through, Cohort.trainers.through
    found: dict[int, set[int]] = {session: set() for session in sessions}
    named = set(own.objects.filter(trainingsession__in=sessions).values_list("trainingsession", flat=True))
    mine = own.objects.filter(trainingsession__in=named, user__in=training)
    theirs = of_cohorts.objects.filter(
        cohort__activity__training_sessions__in=found.keys() - named, user__in=training
    )
    rows = [
        *mine.values_list("trainingsession", "user__person"),
        *theirs.values_list("cohort__activity__training_sessions", "user__person"),
    ]
    for session, person in rows:
        found[session].add(person)
    return {session: frozenset(people) for session, people in found.items()}


def enrolled(activity: Activity | None = None) -> QuerySet[Participation]:
    """Who stands as enrolled, in an activity or in any; persons alone, not head counts.

    Whoever left a cohort is not among them, even where the ledger still says that they were enrolled: they
    withdrew, or were moved to another one and have no enrolment here any more.
    """
    standing = Entry.objects.standing().filter(participation=OuterRef("pk"), stage=Stage.ENROLLED)
    gone = Departure.objects.filter(
        cohort__activity=OuterRef("activity"), enrolment__person=OuterRef("person")
    )
    left = Q(enrolment__withdrawn_at__isnull=False) | Q(enrolment__isnull=True) & Exists(gone)
    found = Participation.objects.filter(~left, Exists(standing), person__isnull=False)
    return found if activity is None else found.filter(activity=activity)


def taken_by(person: Person | None) -> QuerySet[Participation]:
    """The enrolments that stand for a person, on whichever of the records that are read as theirs."""
    if person is None:
        return Participation.objects.none()
    return enrolled().filter(person__in=records_of(person.pk))


@dataclass(frozen=True)
class Reader:
    """Somebody to be told of a session: the record they are read as, and their login where there is one."""

    person_id: int
    user_id: int | None


def readers(persons: Iterable[int]) -> list[Reader]:
    """Who of these persons can be told by mail, each once however many records there are of them.

    Left out are persons whose login is closed, and those with neither login nor e-mail address.
    """
    final = survivors()
    records: dict[int, set[int]] = {}
    for person in persons:
        records.setdefault(final.get(person, person), set())
    for duplicate, survivor in final.items():
        if survivor in records:
            records[survivor].add(duplicate)
    of_record = {record: one for one, others in records.items() for record in {one, *others}}
    logins = User.objects.filter(person__in=of_record).values_list("person_id", "pk", "is_active")
    found: dict[int, int | None] = {}
    closed: set[int] = set()
    for record, user, active in logins:
        if active:
            found[of_record[record]] = user
        else:
            closed.add(of_record[record])
    with_address = Person.objects.filter(pk__in=of_record).exclude(email="").values_list("pk", flat=True)
    for record in with_address:
        if of_record[record] not in closed:
            found.setdefault(of_record[record], None)
    return [Reader(person, found[person]) for person in sorted(found)]


def told(activity: Activity, session: TrainingSession | None = None) -> int:
    """How many people a change of this session, or a new one of the activity, is mailed to."""
    people = set(enrolled(activity).values_list("person", flat=True))
    if session is not None:
        return len(readers(people | leaders([session.pk])[session.pk]))
    of_cohort = with_role(Role.TRAINER).filter(cohorts__activity=activity, person__isnull=False)
    return len(readers(people | set(of_cohort.order_by().values_list("person", flat=True))))


def coming(user: User) -> QuerySet[SessionVersion]:
    """What somebody takes part in and is not over, cancelled ones too, the next one first."""
    mine = taken_by(user.person).values("activity")
    found = SessionVersion.objects.in_force().filter(session__activity__in=mine, ends_at__gt=timezone.now())
    return titled(found.select_related("session")).order_by("starts_at", "session")


def to_lead(user: User) -> QuerySet[SessionVersion]:
    """What somebody leads and is not over, cancelled ones too, the next one first."""
    found = SessionVersion.objects.in_force().filter(led_by(user), ends_at__gt=timezone.now())
    return titled(found.select_related("session")).order_by("starts_at", "session")


def in_feed(user: User) -> QuerySet[SessionVersion]:
    """What the calendar of somebody shows: taken or, as long as they are a trainer, led; of the last year
    and to come.

    ``kept`` says that it is a course that they keep to themselves.
    """
    mine = taken_by(user.person)
    # As with mails: who is no trainer any more leads nothing.
    led = led_by(user) if people_rules.may_enter_teach(user) else Q(pk__in=[])
    since = timezone.now() - dt.timedelta(days=FEED_DAYS)
    hidden = mine.filter(enrolment__hidden=True, activity=OuterRef("session__activity"))
    found = SessionVersion.objects.in_force().filter(ends_at__gte=since)
    found = found.filter(Q(session__activity__in=mine.values("activity")) | led)
    return titled(found.select_related("session")).annotate(kept=Exists(hidden)).order_by("starts_at", "pk")


def open_feed(user: User) -> CalendarFeed | None:
    return CalendarFeed.objects.filter(user=user, revoked_at__isnull=True).first()


def feed_by_token(token: str) -> CalendarFeed | None:
    """The open feed of a token whose login is open, too."""
    found = CalendarFeed.objects.filter(
        token_digest=digest(token), revoked_at__isnull=True, user__is_active=True
    )
    return found.select_related("user__person").first()


def countries_of(activity: Activity) -> list[str]:
    """Where the place is, then where the people enrolled are, the most people first (ISO 3166)."""
    place = ActivityVersion.objects.in_force().filter(activity=activity).values_list("country", flat=True)
    entries = Entry.objects.standing().filter(activity=activity, stage=Stage.ENROLLED, country__isnull=False)
    people = narrowed(entries).order_by().values("country").annotate(number=Count("pk"))
    named = people.order_by("-number", "country").values_list("country", flat=True)
    return list(dict.fromkeys(code for code in [*place, *named] if code))
