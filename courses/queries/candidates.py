"""How many places a cohort has left, and who wants one of them or is asked."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db.models import F, Prefetch, QuerySet

from courses.enums import ActivityStatus, CandidateState, VersionStatus
from courses.models import ActivityVersion, Candidate, CandidateStep, Cohort, Enrolment, HotlineSeats
from courses.models.candidates import HOLDING, TO_DECIDE
from lms.kit.clock import today
from lms.people.models import Hotline
from lms.people.narrowing import narrowed
from lms.people.queries.affiliations import in_force


@dataclass(frozen=True)
class Room:
    """What is taken of a cohort: by those enrolled, and by those a place is held for.

    ``by_hotline`` counts both where there is a limit for hotlines; a limit of None is none.
    """

    enrolled: int
    held: int
    capacity: int | None
    general: int | None = None
    special: Mapping[int, int] = field(default_factory=dict)
    by_hotline: Mapping[int, int] = field(default_factory=dict)

    @property
    def free(self) -> int | None:
        """Places left whatever the hotline; None without a limit."""
        return None if self.capacity is None else max(self.capacity - self.enrolled - self.held, 0)

    def has_place(self, hotline: int | None) -> bool:
        """Whether somebody of the hotline (None: of none) may come in now."""
        return self.free != 0 and self.left_of(hotline) != 0

    def left_of(self, hotline: int | None) -> int | None:
        """Places left of those for one hotline; None where it has no limit of its own."""
        limit = self.special.get(hotline, self.general) if hotline else None
        if hotline is None or limit is None:
            return None
        return max(limit - self.by_hotline.get(hotline, 0), 0)


def room(cohort: Cohort, *, without: int | None = None) -> Room:
    """As it is now; exact while the cohort's row is locked. Whoever keeps a course hidden counts too.

    ``without`` is a person whose own held place is left out. Four queries at most.
    """
    inside = Enrolment.objects.filter(cohort=cohort, withdrawn_at=None).values_list("person_id", flat=True)
    asked = Candidate.objects.filter(cohort=cohort, state__in=HOLDING).exclude(person=without)
    enrolled, held = list(inside.order_by()), list(asked.order_by().values_list("person_id", flat=True))
    special = dict(HotlineSeats.objects.filter(cohort=cohort).values_list("hotline_id", "seats"))
    counted: dict[int, int] = {}
    if special or cohort.seats_per_hotline is not None:
        for hotline in hotlines_of({*enrolled, *held}, today()).values():
            counted[hotline] = counted.get(hotline, 0) + 1
    return Room(len(enrolled), len(held), cohort.capacity, cohort.seats_per_hotline, special, counted)


def hotlines_of(persons: Collection[int], day: dt.date) -> dict[int, int]:
    """The hotline of each person on a day, as ``affiliation_on`` would name it; others are left out."""
    rows = in_force(day).filter(person__in=persons)
    # The one that counts comes last and stays.
    in_order = rows.order_by(F("from_on").asc(nulls_first=True), "-pk").values_list("person_id", "hotline_id")
    return {person: hotline for person, hotline in dict(in_order).items() if hotline}


def timing(cohort: Cohort) -> ActivityVersion | None:
    """What is known of a cohort's time and place now; None where its activity is withdrawn."""
    return ActivityVersion.objects.in_force().filter(activity=cohort.activity_id).first()


def takes_people(known: ActivityVersion | None, now: dt.datetime) -> bool:
    """Whether somebody can still be asked or ask: it is not cancelled and has not started."""
    if known is None or known.status == ActivityStatus.CANCELLED:
        return False
    return known.starts_at is None or now < known.starts_at


def takes_requests(version_status: str, known: ActivityVersion | None, now: dt.datetime) -> bool:
    return version_status == VersionStatus.PUBLISHED and takes_people(known, now)


def candidates_of(cohort: Cohort) -> QuerySet[Candidate]:
    """By name, for whoever decides about them, with the last step fetched along."""
    last = Prefetch("steps", CandidateStep.objects.order_by("-number").select_related("recorded_by__person"))
    found = narrowed(Candidate.objects.filter(cohort=cohort)).select_related("person__user", "hotline")
    return found.prefetch_related(last)


def to_decide(cohort: Cohort) -> QuerySet[Candidate]:
    """Who asked or was nominated, the earliest first."""
    return candidates_of(cohort).filter(state__in=TO_DECIDE).order_by("changed_at", "pk")


def in_line(cohort: Cohort) -> QuerySet[Candidate]:
    return candidates_of(cohort).filter(state=CandidateState.WAITING).order_by("line")


def asked(cohort: Cohort) -> QuerySet[Candidate]:
    """For whom a place is held until they answer."""
    return candidates_of(cohort).filter(state__in=HOLDING).order_by("answer_by", "pk")


def turned_away(cohort: Cohort) -> QuerySet[Candidate]:
    """Who is not in and waits for nothing; nobody who kept the course to themselves."""
    over = (
        CandidateState.DECLINED,
        CandidateState.REFUSED,
        CandidateState.EXPIRED,
        CandidateState.WITHDRAWN,
    )
    hidden = Enrolment.objects.filter(cohort=cohort, hidden=True).values("person")
    found = candidates_of(cohort).filter(state__in=over).exclude(person__in=hidden)
    return found.order_by("-changed_at", "pk")


def nominated_by(hotline: Hotline) -> QuerySet[Candidate]:
    """Whom the managers of a hotline nominated, the latest first."""
    found = narrowed(Candidate.objects.filter(hotline=hotline)).select_related(
        "person", "cohort__version__course"
    )
    return found.order_by("-changed_at", "-pk")


def place_in_line(candidate: Candidate) -> int:
    """How many stand before somebody who waits, and they themselves."""
    return Candidate.objects.filter(cohort=candidate.cohort_id, line__lte=candidate.line).count()
