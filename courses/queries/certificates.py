"""Certificates with what they are worth today, and which of them may be renewed."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from courses.enums import CertificateStatus
from courses.models import ActivityVersion, Certificate, Cohort, CourseVersion, Enrolment, Reversal
from courses.queries.catalogue import published
from courses.queries.cohorts import led_by
from courses.queries.enrolments import of_person as enrolments_of
from courses.queries.facts import is_unseen
from lms.kit.clock import today
from lms.kit.names import is_same_name
from lms.people.models import Person, User
from lms.people.narrowing import narrowed
from lms.people.queries.merges import records_of, survivors
from lms.people.rules import Visitor, may_enter_staff, may_enter_teach

GROUP_LENGTH = 4
# A code holds no I and no 1; who reads one has read an L.
READ_WRONG = str.maketrans("I1", "LL")


@dataclass(frozen=True)
class CertificateStanding:
    """``holder`` is the person as now known; ``withdrawn`` that the completion was taken back.

    ``unseen`` says that the holder keeps the course to themselves: others read no name beside it.
    """

    certificate: Certificate
    holder: Person
    withdrawn: bool
    unseen: bool = False

    @property
    def status(self) -> CertificateStatus:
        if self.withdrawn:
            return CertificateStatus.WITHDRAWN
        if self.certificate.revoked_at is not None:
            return CertificateStatus.REVOKED
        expires_on = self.certificate.expires_on
        if expires_on is not None and expires_on < today():
            return CertificateStatus.EXPIRED
        return CertificateStatus.VALID

    @property
    def completed_on(self) -> dt.date | None:
        """The day of the completion; a completion always has one."""
        return self.certificate.entry.happened_on

    def is_of(self, name: str) -> bool:
        """Whether the name that somebody typed is the holder's."""
        return is_same_name(name, self.holder.given_name, self.holder.family_name)


@dataclass(frozen=True)
class Renewal:
    """A course that may be taken again now. ``enrolment`` is the new cycle where it has begun;
    ``joinable`` whether the person can begin it without a trainer.
    """

    standing: CertificateStanding
    version: CourseVersion
    enrolment: Enrolment | None
    joinable: bool


def by_code(typed: str) -> CertificateStanding | None:
    """The certificate of a code as somebody typed it: case, spaces and hyphens do not matter."""
    return next(iter(load(Certificate.objects.filter(code=as_printed(typed)))), None)


def as_printed(typed: str) -> str:
    """A code in capitals, in groups of four."""
    signs = "".join(sign for sign in typed.upper() if sign.isalnum()).translate(READ_WRONG)
    return "-".join(signs[start : start + GROUP_LENGTH] for start in range(0, len(signs), GROUP_LENGTH))


def of_person(person: Person, *, own: bool = True) -> list[CertificateStanding]:
    """All certificates of a person, of the records read as them too, the newest first.

    ``own=False`` is for others: without those of a self-care course that the person keeps to themselves.
    """
    theirs = Certificate.objects.filter(person__in=records_of(person.pk))
    return load(theirs if own else theirs.exclude(entry__participation__enrolment__hidden=True))


def revocable_by(user: Visitor) -> QuerySet[Certificate]:
    """What somebody may revoke: staff any, a trainer those of the own cohorts that are not hidden."""
    if may_enter_staff(user):
        return narrowed(Certificate.objects.all())
    if not isinstance(user, User) or not may_enter_teach(user):
        return Certificate.objects.none()
    of_own_cohorts = Enrolment.objects.filter(
        led_by(user, "cohort"), participation=OuterRef("entry__participation"), hidden=False
    )
    return narrowed(Certificate.objects.filter(Exists(of_own_cohorts)))


def load(rows: QuerySet[Certificate]) -> list[CertificateStanding]:
    """Three queries, however many certificates."""
    in_force = ActivityVersion.objects.in_force().filter(activity=OuterRef("entry__activity"))
    reversed_since = Reversal.objects.filter(entry=OuterRef("entry"))
    found = list(
        rows.select_related("version__course", "entry__participation__enrolment", "person").annotate(
            withdrawn=Q(Exists(reversed_since)) | ~Q(Exists(in_force))
        )
    )
    final = survivors() if found else {}
    holders = Person.objects.in_bulk({final[row.person_id] for row in found if row.person_id in final})
    return [
        CertificateStanding(
            certificate=row,
            holder=holders.get(final.get(row.person_id, 0), row.person),
            withdrawn=row.withdrawn,
            unseen=is_unseen(row.entry),
        )
        for row in found
    ]


def renewable(person: Person) -> list[Renewal]:
    """What the person may take again today: the newest certificate of a course, from its window on.

    The window opens ``renewal_days`` before the last valid day, or after that day where the version
    names none. A revoked or withdrawn certificate is not renewed: the course is then simply not completed.
    """
    due = [standing for standing in newest_of_each_course(of_person(person)) if is_due(standing)]
    if not due:
        return []
    enrolments = list(enrolments_of(person).order_by("enrolled_at"))
    versions = {version.course_id: version for version in published()}
    joinable = set(Cohort.objects.filter(open_enrolment=True).values_list("version_id", flat=True))
    return [
        Renewal(
            standing,
            versions[course],
            cycle_under_way(enrolments, course),
            versions[course].pk in joinable,
        )
        for standing in due
        if (course := standing.certificate.version.course_id) in versions
    ]


def newest_of_each_course(standings: list[CertificateStanding]) -> Iterator[CertificateStanding]:
    """The certificate of each course that holds, or held, longest."""
    good = {CertificateStatus.VALID, CertificateStatus.EXPIRED}
    longest: dict[int, CertificateStanding] = {}
    for standing in sorted(standings, key=lambda one: one.certificate.expires_on or dt.date.max):
        if standing.status in good:
            longest[standing.certificate.version.course_id] = standing
    yield from longest.values()


def is_due(standing: CertificateStanding) -> bool:
    expires_on = standing.certificate.expires_on
    if expires_on is None:
        return False
    days = standing.certificate.version.renewal_days
    opens_on = expires_on - dt.timedelta(days=days) if days is not None else expires_on + dt.timedelta(days=1)
    return opens_on <= today()


def cycle_under_way(enrolments: list[Enrolment], course: int) -> Enrolment | None:
    """The newest enrolment in a course, unless it is completed."""
    of_course = [one for one in enrolments if one.cohort.version.course_id == course]
    return of_course[-1] if of_course and not getattr(of_course[-1], "completed", False) else None
