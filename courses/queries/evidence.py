"""Who of a hotline is trained in what, and until when: what a review of its quality asks for."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from courses.enums import CertificateStatus
from courses.models import Certificate, Reversal
from courses.queries.certificates import CertificateStanding, load
from lms.kit.clock import today
from lms.people.models import Hotline, Person
from lms.people.narrowing import narrowed
from lms.people.queries.affiliations import in_force
from lms.people.queries.merges import survivors


@dataclass(frozen=True)
class TrainedPerson:
    """Somebody who belongs to the hotline, since ``since``, with the newest certificate of each course."""

    person: Person
    since: dt.date | None
    proofs: list[CertificateStanding]


@dataclass(frozen=True)
class CourseHeld:
    """How many of the hotline's people hold a valid certificate of a course, and how many an expired one."""

    title: str
    valid: int
    expired: int


@dataclass(frozen=True)
class Evidence:
    """As of ``day`` in the reporting zone. People stand in the order of names, courses in that of titles."""

    hotline: Hotline
    day: dt.date
    people: list[TrainedPerson]
    courses: list[CourseHeld]

    @property
    def untrained(self) -> int:
        """How many of the people hold nothing valid."""
        return sum(
            not any(one.status == CertificateStatus.VALID for one in person.proofs) for person in self.people
        )


def of_hotline(hotline: Hotline) -> Evidence:
    """Completions that are recorded for this hotline, of people who belong to it today.

    What somebody did for another hotline, and self-care courses that somebody keeps to themselves, are not in
    it. A constant number of queries.
    """
    ties = narrowed(in_force(today()).filter(hotline=hotline)).select_related("person")
    final = survivors()
    people: dict[int, tuple[Person, dt.date | None]] = {}
    for tie in ties.order_by("person__family_name", "person__given_name", "pk"):
        people.setdefault(final.get(tie.person_id, tie.person_id), (tie.person, tie.from_on))
    records = {*people, *(record for record, survivor in final.items() if survivor in people)}
    rows = Certificate.objects.filter(entry__hotline=hotline, person__in=records)
    proofs = load(rows.exclude(entry__participation__enrolment__hidden=True))
    by_person = {pk: list(_newest(one for one in proofs if one.holder.pk == pk)) for pk in people}
    listed = [TrainedPerson(person, since, by_person[pk]) for pk, (person, since) in people.items()]
    return Evidence(hotline, today(), listed, _courses(listed))


def _newest(proofs: Iterable[CertificateStanding]) -> list[CertificateStanding]:
    """Of each course the certificate that holds longest; one that was taken back proves nothing."""
    found: dict[int, CertificateStanding] = {}
    for one in proofs:
        if one.status not in (CertificateStatus.VALID, CertificateStatus.EXPIRED):
            continue
        course = one.certificate.version.course_id
        if course not in found or _end(one) > _end(found[course]):
            found[course] = one
    return sorted(found.values(), key=lambda one: one.certificate.version.title)


def _end(one: CertificateStanding) -> dt.date:
    return one.certificate.expires_on or dt.date.max


def _courses(people: list[TrainedPerson]) -> list[CourseHeld]:
    held: dict[int, list[CertificateStanding]] = {}
    for person in people:
        for one in person.proofs:
            held.setdefault(one.certificate.version.course_id, []).append(one)
    counted = [
        CourseHeld(
            title=ones[0].certificate.version.title,
            valid=sum(one.status == CertificateStatus.VALID for one in ones),
            expired=sum(one.status == CertificateStatus.EXPIRED for one in ones),
        )
        for ones in held.values()
    ]
    return sorted(counted, key=lambda one: one.title)


def valid_holders(hotlines: Iterable[int]) -> dict[tuple[int, int], int]:
    """(hotline, course) to how many people of the hotline hold a valid certificate today.

    The rule of ``of_hotline`` for many hotlines at once; three queries.
    """
    wanted, final = list(hotlines), survivors()
    ties = in_force(today()).filter(hotline__in=wanted).values_list("hotline", "person")
    belong = {(hotline, final.get(person, person)) for hotline, person in ties}
    valid = Certificate.objects.filter(
        Q(expires_on=None) | Q(expires_on__gte=today()),
        ~Exists(Reversal.objects.filter(entry=OuterRef("entry"))),
        revoked_at=None,
        entry__hotline__in=wanted,
    ).exclude(entry__participation__enrolment__hidden=True)
    rows = valid.order_by().values_list("entry__hotline", "version__course", "person")
    holders = {(hotline, course, final.get(person, person)) for hotline, course, person in rows}
    return Counter((hotline, course) for hotline, course, person in holders if (hotline, person) in belong)
