"""Issue certificates of attendance."""

from django.db import transaction
from django.utils.translation import gettext as _

from courses.actions.certificates import new_code
from courses.models import AttendanceCertificate, PersonalLink
from courses.queries.attendance_certificates import AttendanceStanding, attendance_behind, load
from lms.kit.errors import Refused


@transaction.atomic
def issue_attendance(*, link: PersonalLink) -> AttendanceStanding:
    """The certificate of the attendance behind a personal link; a second call returns the one there is.

    Raises Refused where the attendance is not recorded, or the activity not yet held.
    """
    entry = attendance_behind(link)
    if entry is None or entry.person is None:
        raise Refused(_("Your attendance is not recorded yet. Ask whoever led the session."))
    made, _made = AttendanceCertificate.objects.get_or_create(
        entry=entry, defaults={"person": entry.person, "code": new_code()}
    )
    return load(AttendanceCertificate.objects.filter(pk=made.pk))[0]
