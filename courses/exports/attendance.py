"""A certificate of attendance as PDF, made from the record whenever it is asked for."""

from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses.enums import CertificateStatus
from courses.exports import qr
from courses.exports.documents import render
from courses.queries.attendance_certificates import AttendanceStanding


def attendance_pdf(standing: AttendanceStanding, *, verify_url: str) -> bytes:
    """With the holder's name as now known, or the code of their agency that stands in for it.

    ``verify_url`` is absolute; it is printed and is what the QR code holds.
    """
    title = standing.version.title or standing.version.kind.name
    return render(
        "certificate.typ",
        {
            "title": _("Certificate of attendance: %(title)s") % {"title": title},
            "heading": _("Certificate of attendance"),
            "name": holder_name(standing),
            "said": _("took part in"),
            "course": title,
            "facts": facts(standing),
            "status": "" if standing.status == CertificateStatus.VALID else str(standing.status.label),
            "verify": _("Anyone can check this certificate and its holder at"),
            "url": verify_url,
            "qr": qr.document(verify_url),
            "qr_text": _("QR code of the address %(url)s") % {"url": verify_url},
            "issuer": _("INHOPE, the association of internet hotlines"),
        },
    )


def holder_name(standing: AttendanceStanding) -> str:
    holder = standing.holder
    pseudonym = getattr(holder, "pseudonym", None)
    if pseudonym is not None:
        said = {"code": pseudonym.code, "agency": pseudonym.agency.name}
        return _("%(code)s of %(agency)s") % said
    return f"{holder.given_name} {holder.family_name}".strip() or _("(name removed)")


def facts(standing: AttendanceStanding) -> list[tuple[str, str]]:
    return [(_("On"), held_on(standing)), (_("Code"), standing.certificate.code)]


def held_on(standing: AttendanceStanding) -> str:
    """The day, or the first and the last, at the place."""
    version = standing.version
    zone = ZoneInfo(version.timezone)
    days = [
        date_format(moment.astimezone(zone).date(), "DATE_FORMAT")
        for moment in (version.starts_at, version.ends_at)
        if moment is not None
    ]
    return " – ".join(dict.fromkeys(days))
