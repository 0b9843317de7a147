"""What enrolling many people would do, before anything is done; and whom a rule names."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import Enum

from django.db.models import QuerySet

from courses.models import Candidate, Cohort, Course, Enrolment
from courses.models.candidates import HOLDING
from courses.queries.candidates import Room, hotlines_of, room
from courses.queries.prerequisites import good_completions, lacking
from lms.kit.clock import today
from lms.people.enums import Audience
from lms.people.models import Hotline, Person, User
from lms.people.narrowing import narrowed
from lms.people.queries.affiliations import in_force
from lms.people.queries.merges import survivors


class Verdict(Enum):
    """What would become of somebody."""

    ENROL = "enrol"
    INSIDE = "inside"
    LACKS = "lacks"
    FULL = "full"


@dataclass(frozen=True)
class Outlook:
    """``missing`` are titles to be completed first; ``answers``: there is a login to answer with."""

    person: Person
    verdict: Verdict
    missing: Sequence[str] = ()
    answers: bool = False


@dataclass
class Filling:
    """Places as they would be taken one after the other."""

    left: Room
    hotlines: dict[int, int]
    taken: int = 0
    by_hotline: dict[int, int] = field(default_factory=dict)

    def take(self, person: int) -> bool:
        """Whether there is one more place for the person, who then has it."""
        hotline = self.hotlines.get(person)
        limit = self.left.left_of(hotline)
        if self.left.free is not None and self.taken >= self.left.free:
            return False
        if hotline is not None and limit is not None:
            if self.by_hotline.get(hotline, 0) >= limit:
                return False
            self.by_hotline[hotline] = self.by_hotline.get(hotline, 0) + 1
        self.taken += 1
        return True


def outlooks(cohort: Cohort, people: Sequence[Person]) -> list[Outlook]:
    """In the order given, as if each were enrolled before the next; a constant number of queries.

    A place held for somebody is theirs to take. Who is in it and keeps that to themselves looks like anybody
    outside.
    """
    ids = [person.pk for person in people]
    day = today()
    inside = set(
        Enrolment.objects.filter(cohort=cohort, person__in=ids, withdrawn_at=None, hidden=False).values_list(
            "person_id", flat=True
        )
    )
    held = set(
        Candidate.objects.filter(cohort=cohort, person__in=ids, state__in=HOLDING).values_list(
            "person_id", flat=True
        )
    )
    missing = lacking(cohort.version, ids, day)
    logins = set(User.objects.filter(person__in=ids, is_active=True).values_list("person_id", flat=True))
    filling = Filling(room(cohort), hotlines_of(ids, day))
    found = []
    for person in people:
        if person.pk in inside:
            verdict = Verdict.INSIDE
        elif person.pk in missing:
            verdict = Verdict.LACKS
        elif person.pk in held or filling.take(person.pk):
            verdict = Verdict.ENROL
        else:
            verdict = Verdict.FULL
        found.append(Outlook(person, verdict, missing.get(person.pk, ()), person.pk in logins))
    return found


def named_by_rule(
    *, hotlines: Collection[Hotline] = (), everybody: bool = False, completed: Course | None = None
) -> QuerySet[Person]:
    """People of hotlines today (of all with ``everybody``) who, where a course is given, completed it and
    whose completion is valid. With a course alone, whoever completed it. By name.
    """
    people = Person.objects.exclude(pk__in=survivors())
    if everybody or hotlines:
        ties = in_force(today()).filter(audience=Audience.HOTLINE)
        if not everybody:
            ties = ties.filter(hotline__in=hotlines)
        people = people.filter(pk__in=ties.values("person"))
    if completed is not None:
        people = people.filter(pk__in=_completed(completed))
    elif not (everybody or hotlines):
        return Person.objects.none()
    return narrowed(people, "pk").order_by("family_name", "given_name", "pk")


def _completed(course: Course) -> set[int]:
    """Whoever holds a completion, read as the person they are merged into; not who keeps it to themselves."""
    final = survivors()
    good = good_completions(None, [course], today()).exclude(participation__enrolment__hidden=True)
    return {final.get(person, person) for person in good.values_list("person_id", flat=True) if person}
