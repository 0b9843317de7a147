"""Certificates as a table: the same columns on one's own page and on staff's."""

from collections.abc import Callable, Mapping, Sequence

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from courses.enums import CertificateStatus
from courses.models import AttendanceCertificate
from courses.queries.certificates import CertificateStanding
from courses.queries.facts import Fact
from courses.web import words
from lms.web.tables import Cell, Header, Table, simple

Address = Callable[[CertificateStanding], str]


def certificates(
    standings: Sequence[CertificateStanding], *, download: Address, revoke: Address | None = None
) -> Table:
    """``download`` gives the PDF's address; ``revoke`` adds a column that leads to revoking."""
    headers = [
        _("Course"),
        _("Version"),
        _("Completed"),
        _("Valid until"),
        _("CPD hours"),
        _("Standing"),
        _("Code"),
    ]
    headers += [_("Document")] + ([_("Change")] if revoke else [])
    rows = [_row(one, download) + ([_revoke(one, revoke)] if revoke else []) for one in standings]
    return simple(_("Certificates, the newest first"), [Header(label) for label in headers], rows)


def attendances(facts: Sequence[Fact], issued: Mapping[int, AttendanceCertificate]) -> Table:
    """Each with a button for its document, in a form around the table; one that was made has a code."""
    headers = [_("Took part in"), _("Kind"), _("Starts"), _("Code"), _("Document")]
    rows = [
        [
            words.title(fact.version),
            fact.version.kind.name,
            words.starts(fact.version),
            _code_of(issued.get(fact.entry.pk)),
            _button(fact),
        ]
        for fact in facts
    ]
    return simple(_("The latest activity first"), [Header(label) for label in headers], rows)


def _code_of(made: AttendanceCertificate | None) -> Cell | str:
    return Cell(made.code, reverse("verify-code", args=[made.code])) if made else "–"


def _button(fact: Fact) -> SafeString:
    label = _("PDF of the certificate of attendance: %(title)s") % {"title": words.title(fact.version)}
    return format_html(
        '<button class="btn" formaction="{}" aria-label="{}">{}</button>',
        reverse("own-attendance", args=[fact.entry.pk]),
        label,
        _("PDF"),
    )


def _row(one: CertificateStanding, download: Address) -> list[Cell | str]:
    certificate = one.certificate
    return [
        certificate.version.title,
        str(certificate.version.number),
        words.day(one.completed_on),
        words.day(certificate.expires_on) if certificate.expires_on else _("without end"),
        certificate.version.cpd_in_words or "–",
        standing_of(one),
        Cell(certificate.code, reverse("verify-code", args=[certificate.code])),
        _link(download(one), _("PDF"), _("PDF of certificate %(code)s") % {"code": certificate.code}),
    ]


def standing_of(one: CertificateStanding) -> str:
    """The status; with the reason where it was revoked."""
    if one.status != CertificateStatus.REVOKED:
        return str(one.status.label)
    return _("revoked: %(reason)s") % {"reason": one.certificate.revoked_because}


def _revoke(one: CertificateStanding, address: Address) -> SafeString | str:
    if one.certificate.revoked_at is not None:
        return ""
    label = _("Revoke certificate %(code)s") % {"code": one.certificate.code}
    return _link(address(one), _("Revoke"), label)


def _link(url: str, text: str, label: str) -> SafeString:
    return format_html('<a href="{}" aria-label="{}">{}</a>', url, label, text)
