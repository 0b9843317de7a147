"""Issue certificates of attendance."""

from django.db import transaction
from django.utils.translation import gettext as _

from courses.actions.certificates import new_code
from courses.models import AttendanceCertificate, Entry, PersonalLink
from courses.queries.attendance_certificates import (
    AttendanceStanding,
    attendance_behind,
    attendances_of,
    load,
)
from courses.queries.standing import of_person
from lms.kit.errors import Refused
from lms.people.models import Person, User
from lms.people.queries.merges import records_of


@transaction.atomic
def issue_attendance(*, link: PersonalLink) -> AttendanceStanding:
    """The certificate of the attendance behind a personal link; a second call returns the one there is.

    Raises Refused where the attendance is not recorded, or the activity not yet held.
    """
    entry = attendance_behind(link)
    if entry is None or entry.person is None:
        raise Refused(_("Your attendance is not recorded yet. Ask whoever led the session."))
    return _issue(entry, entry.person)


@transaction.atomic
def issue_own_attendance(*, entry: Entry, by: User) -> AttendanceStanding:
    """The certificate of one's own attendance, of whichever record that is read as one's own; a second call
    returns the one there is.

    Raises Refused for anybody else's, and where the counts leave the attendance out: taken back, recorded as
    absent, or of an activity that is not held.
    """
    if entry.person is None or by.person is None or entry.person_id not in records_of(by.person.pk):
        raise Refused(_("Only who attended takes this certificate."))
    if entry.pk not in {fact.entry.pk for fact in attendances_of(of_person(by.person, own=True))}:
        raise Refused(_("This attendance does not count (any more). Ask whoever led it, or INHOPE staff."))
    return _issue(entry, entry.person)


def _issue(entry: Entry, person: Person) -> AttendanceStanding:
    made, _made = AttendanceCertificate.objects.get_or_create(
        entry=entry, defaults={"person": person, "code": new_code()}
    )
    return load(AttendanceCertificate.objects.filter(pk=made.pk))[0]
