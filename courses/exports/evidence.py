"""The training evidence of a hotline, for a review of its quality."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.enums import CertificateStatus
from courses.exports.documents import render
from courses.exports.transcripts import in_words
from courses.queries.certificates import CertificateStanding
from courses.queries.evidence import Evidence, TrainedPerson


def evidence_pdf(evidence: Evidence) -> bytes:
    """Who is trained, valid until when; with the code that anybody can check."""
    return render(
        "evidence.typ",
        {
            "title": _("Training evidence"),
            "name": evidence.hotline.name,
            "made": _("As recorded on %(day)s") % {"day": in_words(evidence.day)},
            "summary": summary(evidence),
            "by_course": _("By course"),
            "course_headings": [_("Course"), _("Valid"), _("Expired")],
            "courses": [[one.title, str(one.valid), str(one.expired)] for one in evidence.courses],
            "by_person": _("By person"),
            "headings": [
                _("Name"),
                _("At the hotline since"),
                _("Course"),
                _("Completed"),
                _("Valid until"),
                _("Code"),
            ],
            "rows": [row for person in evidence.people for row in rows_of(person)],
            "nobody": _("Nobody is recorded for this hotline today."),
            "nothing": _("No course is completed for this hotline."),
            "rule": _(
                "People who belong to the hotline on this day, with completions recorded for it. Of each"
                " course the certificate that holds longest; revoked and withdrawn ones are left out, and so"
                " are self-care courses that somebody keeps to themselves."
            ),
            "issuer": _("INHOPE, the association of internet hotlines"),
        },
    )


def headings() -> list[str]:
    return [_("Name"), _("There since"), _("Course"), _("Completed"), _("Valid until"), _("Code")]


def summary(evidence: Evidence) -> str:
    number = len(evidence.people)
    trained = number - evidence.untrained
    return ngettext(
        "%(trained)s of %(n)s person holds at least one valid certificate.",
        "%(trained)s of %(n)s people hold at least one valid certificate.",
        number,
    ) % {"trained": trained, "n": number}


def rows_of(person: TrainedPerson) -> list[list[str]]:
    """One row for each certificate; one that says so for somebody without any."""
    since = in_words(person.since) or "–"
    if not person.proofs:
        return [[person.person.name, since, _("none"), "–", "–", "–"]]
    return [[person.person.name, since, *_proof(one)] for one in person.proofs]


def _proof(one: CertificateStanding) -> list[str]:
    until = in_words(one.certificate.expires_on) or _("without end")
    if one.status == CertificateStatus.EXPIRED:
        until = _("%(day)s (expired)") % {"day": until}
    return [one.certificate.version.title, in_words(one.completed_on) or "–", until, one.certificate.code]
