"""Demo data of registers: a cohort that meets, one register filled in and one that waits."""

import datetime as dt

from django.utils import timezone

from courses.actions.activities import record_activity
from courses.actions.enrolments import enrol
from courses.actions.register.marking import Word, mark_many
from courses.enums import Presence
from courses.models import Cohort, CourseVersion, SessionVersion, TrainingSession
from lms.people.models import Person, User

ZONE = "Europe/Amsterdam"
PEOPLE = 12
LASTS = dt.timedelta(hours=2)
# Minutes of who was there not from beginning to end.
FIRST = [
    (Presence.LATE, 95),
    (Presence.LEFT_EARLY, 60),
    (Presence.EXCUSED, None),
    (Presence.ABSENT, None),
    *[(Presence.PRESENT, None)] * (PEOPLE - 4),
]


def meet(version: CourseVersion, *, by: User) -> Cohort:
    """Twelve people who met a week ago and meet again now."""
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    starts = [now - dt.timedelta(days=7), now]
    activity = record_activity(
        by=by,
        kind_id=version.course.kind_id,
        title=version.title,
        starts_at=starts[0],
        ends_at=starts[1] + LASTS,
        timezone=ZONE,
        mode="online",
        status="held",
    )
    cohort = Cohort.objects.create(activity=activity, version=version)
    cohort.trainers.add(by)
    before, today = (meeting(cohort, nth, start, by=by) for nth, start in enumerate(starts, 1))
    people = Person.objects.exclude(register_id=None).order_by("-register_id")[:PEOPLE]
    taking = [enrol(cohort=cohort, person=one, by=by).participation_id for one in people]
    words = [Word(who, *said) for who, said in zip(taking, FIRST, strict=False)]
    mark_many(session=before, words=words, by=by)
    mark_many(session=today, words=[Word(taking[0], Presence.PRESENT)], by=by)
    return cohort


def meeting(cohort: Cohort, number: int, start: dt.datetime, *, by: User) -> TrainingSession:
    made = TrainingSession.objects.create(activity=cohort.activity, created_by=by)
    SessionVersion.objects.create(
        session=made,
        title=f"Meeting {number}",
        starts_at=start,
        ends_at=start + LASTS,
        timezone=ZONE,
        recorded_by=by,
    )
    return made
