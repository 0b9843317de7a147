"""Ask whether a certificate is somebody's, so often and no oftener."""

from django.db import transaction

from courses.actions.tries import count, forget_before, group_of, keyed, this_hour
from courses.queries.attendance_certificates import AttendanceStanding
from courses.queries.certificates import CertificateStanding

TRIES_A_CODE = 10
TRIES_AN_ADDRESS = 30


@transaction.atomic
def check_name(*, standing: CertificateStanding | AttendanceStanding, name: str, address: str) -> bool:
    """Whether the name is the holder's. Raises Refused, and counts nothing, after too many tries.

    ``address`` is the asking machine's IP address; neither it nor the name is kept.
    """
    hour = this_hour()
    forget_before(hour)
    count(keyed("code", standing.certificate.code, hour.isoformat()), hour, TRIES_A_CODE, field="name")
    count(keyed("group", group_of(address), hour.isoformat()), hour, TRIES_AN_ADDRESS, field="name")
    return standing.is_of(name)
