"""Certificates of attendance with what they are worth today."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from courses.enums import ActivityStatus, CertificateStatus, Stage
from courses.kinds.gatherings import as_code
from courses.models import ActivityVersion, AttendanceCertificate, Entry, PersonalLink, Reversal
from courses.queries.certificates import as_printed
from courses.queries.facts import Fact, known_versions
from courses.queries.standing import PersonStanding
from lms.kit.names import is_same_name
from lms.people.models import Person
from lms.people.queries.merges import survivors


@dataclass(frozen=True)
class AttendanceStanding:
    """``holder`` is the person as now known; ``version`` what is now known of the activity.

    It is withdrawn where the attendance was taken back, and where the activity is no longer held.
    """

    certificate: AttendanceCertificate
    holder: Person
    version: ActivityVersion
    reversed_since: bool

    @property
    def status(self) -> CertificateStatus:
        held = self.version.status == ActivityStatus.HELD and not self.version.withdrawn
        return CertificateStatus.VALID if held and not self.reversed_since else CertificateStatus.WITHDRAWN

    @property
    def code_of_agency(self) -> str:
        """What stands in for the name of somebody whom only their agency can name."""
        pseudonym = getattr(self.holder, "pseudonym", None)
        return pseudonym.code if pseudonym else ""

    def is_of(self, name: str) -> bool:
        """Whether what somebody typed is the holder's name, or the code that stands in for it."""
        if self.code_of_agency:
            return as_code(name) == self.code_of_agency
        return is_same_name(name, self.holder.given_name, self.holder.family_name)


def attendance_by_code(typed: str) -> AttendanceStanding | None:
    """The certificate of a code as somebody typed it: case, spaces and hyphens do not matter."""
    return next(iter(load(AttendanceCertificate.objects.filter(code=as_printed(typed)))), None)


def load(rows: QuerySet[AttendanceCertificate]) -> list[AttendanceStanding]:
    """Four queries, however many certificates."""
    since = Exists(Reversal.objects.filter(entry=OuterRef("entry")))
    found = list(rows.select_related("entry", "person__pseudonym__agency").annotate(taken_back=since))
    if not found:
        return []
    versions = known_versions({row.entry.activity_id for row in found})
    final = survivors()
    read_as = {final[row.person_id] for row in found if row.person_id in final}
    holders = Person.objects.select_related("pseudonym__agency").in_bulk(read_as)
    return [
        AttendanceStanding(
            certificate=row,
            holder=holders.get(final.get(row.person_id, 0), row.person),
            version=versions[row.entry.activity_id],
            reversed_since=row.taken_back,
        )
        for row in found
    ]


def attendances_of(stood: PersonStanding) -> list[Fact]:
    """The attendances of somebody that the counts include, the latest activity first; of two records in one
    room the one that counts.
    """
    found = (one.attended for one in stood.participations)
    return [fact for fact in found if fact is not None and fact.counts]


def issued_for(facts: Sequence[Fact]) -> dict[int, AttendanceCertificate]:
    """The certificates there are, by the attendance they are for. One query."""
    found = AttendanceCertificate.objects.filter(entry__in=[fact.entry.pk for fact in facts])
    return {one.entry_id: one for one in found}


def attendance_behind(link: PersonalLink) -> Entry | None:
    """The attendance that a certificate by this link would be for; None where there is none, or not yet."""
    there = Entry.objects.standing().filter(
        participation=link.participation_id, stage=Stage.ATTENDED, absent=False
    )
    held = ActivityVersion.objects.in_force().filter(
        activity=link.participation.activity_id, status=ActivityStatus.HELD
    )
    return there.first() if held.exists() else None
