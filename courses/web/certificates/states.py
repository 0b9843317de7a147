"""What a certificate is worth, in words."""

from django.utils.translation import gettext as _

from courses.enums import CertificateStatus
from courses.queries.attendance_certificates import AttendanceStanding
from courses.queries.certificates import CertificateStanding


def sentence(standing: CertificateStanding | AttendanceStanding) -> str:
    sentences = {
        CertificateStatus.VALID: _("This certificate is valid"),
        CertificateStatus.EXPIRED: _("This certificate has expired"),
        CertificateStatus.REVOKED: _("This certificate was revoked"),
        CertificateStatus.WITHDRAWN: _("This certificate was withdrawn"),
    }
    return sentences[standing.status]
