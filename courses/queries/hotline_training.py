"""How the people of a hotline stand in each course, as far as it is recorded for the hotline itself."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from courses.enums import Stage
from courses.models import Certificate, Entry
from courses.queries.facts import seen
from courses.queries.prerequisites import titles
from lms.kit.clock import today
from lms.people.models import Hotline, Person
from lms.people.narrowing import narrowed
from lms.people.queries.affiliations import in_force
from lms.people.queries.merges import survivors

SOON_DAYS = 90


@dataclass(frozen=True)
class CourseStanding:
    """One person and one course: ``completed_on`` is the day of the completion that holds longest,
    ``expires_on`` its last valid day (None: for ever), ``under_way`` that an enrolment stands without one.
    """

    person: Person
    course_id: int
    title: str
    completed_on: dt.date | None
    expires_on: dt.date | None
    under_way: bool

    @property
    def is_over(self) -> bool:
        return self.expires_on is not None and self.expires_on < today()

    @property
    def ends_soon(self) -> bool:
        """Within the next ninety days, today included."""
        ahead = today() + dt.timedelta(days=SOON_DAYS)
        return self.expires_on is not None and today() <= self.expires_on <= ahead


def people_of(hotline: Hotline) -> QuerySet[Person]:
    """Who belongs to a hotline today, by name; of several records that are read as one person only one."""
    final = survivors()
    tied = set(in_force(today()).filter(hotline=hotline).values_list("person", flat=True))
    # The later one stays: the record they are read as, where that belongs to the hotline too.
    one_each = {final.get(pk, pk): pk for pk in sorted(tied, key=lambda pk: (pk not in final, pk))}
    found = narrowed(Person.objects.filter(pk__in=one_each.values()), "pk")
    return found.order_by("family_name", "given_name", "pk")


def standing_in_courses(hotline: Hotline, people: Sequence[Person]) -> list[CourseStanding]:
    """By person, then by title; a constant number of queries, however many people.

    Only what was recorded for this hotline, so nothing of another one somebody worked for; not what they
    keep to themselves. A revoked certificate's completion does not count. Records that were merged are read
    as one.
    """
    final = survivors()
    known = {final.get(person.pk, person.pk): person for person in people}
    records = {*known, *(pk for pk, end in final.items() if end in known)}
    entries = seen(Entry.objects.standing()).filter(
        hotline=hotline, person__in=records, stage__in=(Stage.ENROLLED, Stage.COMPLETED)
    )
    rows = entries.filter(activity__cohort__isnull=False).select_related(
        "certificate", "activity__cohort__version__course", "participation__enrolment"
    )
    found: dict[tuple[int, int], list[Entry]] = {}
    courses = {}
    for entry in rows.order_by("pk"):
        course = entry.activity.cohort.version.course
        courses[course.pk] = course
        found.setdefault((final.get(entry.person_id or 0, entry.person_id or 0), course.pk), []).append(entry)
    named = titles(courses.values()) if courses else {}
    made = [
        standing
        for (person, course), facts in found.items()
        if (standing := _standing(known[person], course, named[course], facts)) is not None
    ]
    order = {person.pk: number for number, person in enumerate(people)}
    return sorted(made, key=lambda one: (order[one.person.pk], one.title))


def _standing(person: Person, course: int, title: str, facts: Sequence[Entry]) -> CourseStanding | None:
    done = [one for one in facts if one.stage == Stage.COMPLETED and not _revoked(one)]
    completed = {one.participation_id for one in facts if one.stage == Stage.COMPLETED}
    under_way = any(one.participation_id not in completed and _inside(one) for one in facts)
    best = max(done, key=_holds, default=None)
    if best is None and not under_way:
        return None
    expires_on = _expires(best) if best else None
    return CourseStanding(person, course, title, best.happened_on if best else None, expires_on, under_way)


def _holds(entry: Entry) -> tuple[dt.date, dt.date]:
    """The longer a completion holds, and the later it was, the better."""
    return _expires(entry) or dt.date.max, entry.happened_on or dt.date.min


def _inside(entry: Entry) -> bool:
    """Whether somebody is still in it: what they left may stand in the ledger beside an attendance."""
    enrolment = getattr(entry.participation, "enrolment", None)
    return enrolment is None or enrolment.withdrawn_at is None


def _certificate(entry: Entry) -> Certificate | None:
    found: Certificate | None = getattr(entry, "certificate", None)
    return found


def _revoked(entry: Entry) -> bool:
    found = _certificate(entry)
    return found is not None and found.revoked_at is not None


def _expires(entry: Entry) -> dt.date | None:
    found = _certificate(entry)
    return found.expires_on if found else None
