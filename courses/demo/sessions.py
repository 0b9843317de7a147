"""Demo data of training sessions: a cohort that meets weekly, one that is over, and a webinar."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils import timezone

from courses.actions.activities import record_activity
from courses.actions.enrolments import enrol
from courses.actions.ledger import record_stage
from courses.actions.sessions import cancel_session, plan_sessions
from courses.enums import ActivityStatus, Mode, Stage
from courses.models import Activity, Cohort, CourseVersion
from lms.kit.clock import today
from lms.people.enums import Role
from lms.people.models import Person, User

ZONE = "Europe/Amsterdam"
PEOPLE = 8
MATERIALS = "Read the note that you wrote in the course once more, and bring one question about it."


def meet(version: CourseVersion, *, by: User) -> None:
    """A cohort to come with one session called off, and one that was, to be run again."""
    people = list(Person.objects.exclude(register_id=None).order_by("family_name", "pk")[:PEOPLE])
    monday = this_monday() + dt.timedelta(weeks=2)
    coming = weekly(version, monday, 4, people, by=by)
    third = coming.activity.training_sessions.order_by("pk")[2]
    cancel_session(session=third, after=0, reason="The trainer is at a Hotline Training Meeting.", by=by)
    weekly(version, monday - dt.timedelta(weeks=30), 3, people[:3], by=by, status=ActivityStatus.HELD)
    staff = User.objects.filter(grants__role=Role.STAFF).order_by("pk").first()
    analyst = User.objects.filter(email="analyst@demo.example").select_related("person").first()
    if staff is not None and analyst is not None and analyst.person is not None:
        webinar(analyst.person, trainer=by, by=staff)


def weekly(
    version: CourseVersion,
    monday: dt.date,
    number: int,
    people: list[Person],
    *,
    by: User,
    status: ActivityStatus = ActivityStatus.PLANNED,
) -> Cohort:
    activity = record_activity(
        by=by,
        kind_id=version.course.kind_id,
        title=version.title,
        timezone=ZONE,
        mode=Mode.ONLINE,
        status=status,
    )
    cohort = Cohort.objects.create(activity=activity, version=version)
    cohort.trainers.add(by)
    for person in people:
        enrol(cohort=cohort, person=person, by=by)
    starts = [at_ten(monday + dt.timedelta(weeks=week)) for week in range(number)]
    link = "https://call.example/a-note-that-travels"
    plan_sessions(
        activity=activity, starts=starts, minutes=90, zone=ZONE, call_link=link, materials=MATERIALS, by=by
    )
    return cohort


def webinar(person: Person, *, trainer: User, by: User) -> Activity:
    activity = record_activity(
        by=by,
        kind_id="webinar",
        title="What changes in hosting this year",
        timezone="Europe/Dublin",
        mode=Mode.ONLINE,
        status=ActivityStatus.PLANNED,
    )
    day = today()
    record_stage(
        activity=activity, person=person, stage=Stage.ENROLLED, happened_on=day, standing_on=day, by=by
    )
    plan_sessions(
        activity=activity,
        starts=[at_ten(this_monday() + dt.timedelta(days=24))],
        minutes=60,
        zone="Europe/Dublin",
        call_link="https://call.example/hosting",
        trainers=[trainer],
        by=by,
    )
    return activity


def this_monday() -> dt.date:
    day = timezone.now().astimezone(ZoneInfo(ZONE)).date()
    return day - dt.timedelta(days=day.weekday())


def at_ten(day: dt.date) -> dt.datetime:
    """By the clock at the place."""
    return dt.datetime.combine(day, dt.time(10))
