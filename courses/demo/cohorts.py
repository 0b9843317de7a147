"""Demo data of cohorts: one by request, one by invitation, and a message to those of the first."""

import datetime as dt

from django.utils import timezone

from courses.actions.cohort_messages import preview, send
from courses.actions.cohorts import INVITATION, REQUEST, Entrance, plan_cohort
from courses.actions.enrolments import enrol
from courses.actions.names import set_display_name
from courses.actions.places import ask, invite, nominate
from courses.enums import Mode, Recipients
from courses.models import Cohort, CourseVersion
from lms.people.models import Affiliation, Country, Person, User

ZONE = "Europe/Amsterdam"


def gather(version: CourseVersion, *, by: User) -> None:
    """Two cohorts of a published version, some weeks from now, with people in each state; once."""
    if Cohort.objects.filter(version=version, takes_requests=True).exists():
        return
    requested = planned(version, 45, Entrance(REQUEST, capacity=8, seats_per_hotline=4), by=by)
    analyst = User.objects.get(email="analyst@demo.example")
    manager = User.objects.get(email="manager@demo.example")
    if analyst.person is None:
        return
    set_display_name(name="Amal", shown=True, by=analyst)
    people = list(Person.objects.exclude(register_id=None).order_by("register_id")[5:11])
    for person in people[:4]:
        enrol(cohort=requested, person=person, by=by)
    ask(cohort=requested, person=analyst.person, by=analyst)
    tie = Affiliation.objects.filter(person=manager.person, hotline__isnull=False).first()
    if tie is not None and tie.hotline is not None and manager.person is not None:
        nominate(cohort=requested, people=[manager.person], hotline=tie.hotline, by=manager)
    asked = planned(version, 90, Entrance(INVITATION, capacity=12), by=by)
    invite(cohort=asked, people=[analyst.person], by=by)
    for person in people[4:]:
        enrol(cohort=asked, person=person, by=by)
    written_to(requested, by=by)


def planned(version: CourseVersion, days: int, entrance: Entrance, *, by: User) -> Cohort:
    """Two days from nine to five, so many days from now."""
    day = (timezone.now() + dt.timedelta(days=days)).replace(hour=8, minute=0, second=0, microsecond=0)
    return plan_cohort(
        version=version,
        trainers=[by],
        entrance=entrance,
        funder="",
        by=by,
        title=version.title,
        starts_at=day,
        ends_at=day + dt.timedelta(days=1, hours=8),
        timezone=ZONE,
        mode=Mode.IN_PERSON,
        place="Amsterdam",
        country=Country.objects.get(code="NL"),
        host=None,
        topics=["content tracing"],
    )


def written_to(cohort: Cohort, *, by: User) -> None:
    found = preview(cohort=cohort, recipients=Recipients.ALL, by=by)
    send(
        cohort=cohort,
        recipients=Recipients.ALL,
        subject="What to bring",
        text="Please bring a laptop that opens the course in a browser.\n\nSee you in Amsterdam.",
        expected=[one.pk for one in found],
        by=by,
    )
