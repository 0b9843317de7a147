"""A certificate as PDF, made from the record whenever it is asked for: no copy is stored."""

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses.enums import CertificateStatus
from courses.exports import qr
from courses.exports.documents import render
from courses.queries.certificates import CertificateStanding


def certificate_pdf(standing: CertificateStanding, *, verify_url: str) -> bytes:
    """The certificate, with the holder's name as now known.

    ``verify_url`` is absolute; it is printed and is what the QR code holds.
    """
    version = standing.certificate.version
    return render(
        "certificate.typ",
        {
            "title": _("Certificate: %(course)s") % {"course": version.title},
            "heading": _("Certificate of completion"),
            "name": holder_name(standing),
            "said": _("has completed the course"),
            "course": version.title,
            "facts": facts(standing),
            "status": "" if standing.status == CertificateStatus.VALID else str(standing.status.label),
            "verify": _("Anyone can check this certificate and its holder's name at"),
            "url": verify_url,
            "qr": qr.document(verify_url),
            "qr_text": _("QR code of the address %(url)s") % {"url": verify_url},
            "issuer": _("INHOPE, the association of internet hotlines"),
        },
    )


def holder_name(standing: CertificateStanding) -> str:
    """The name as now known; a record whose name was removed has none."""
    holder = standing.holder
    return f"{holder.given_name} {holder.family_name}".strip() or _("(name removed)")


def facts(standing: CertificateStanding) -> list[tuple[str, str]]:
    certificate = standing.certificate
    told = [
        (_("Completed on"), on(standing.completed_on)),
        (_("Valid until"), on(certificate.expires_on)),
        (_("Version"), str(certificate.version.number)),
        (_("Code"), certificate.code),
    ]
    if certificate.version.cpd_hours is not None:
        told.insert(2, (_("CPD hours"), certificate.version.cpd_in_words))
    return told


def on(day: dt.date | None) -> str:
    """A date in full; a certificate that does not lapse has none."""
    return date_format(day, "DATE_FORMAT") if day else _("without end")
