"""A transcript: what stands for a person in the training ledger, with their certificates."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses.enums import CertificateStatus
from courses.exports.documents import render
from courses.queries import certificates, standing
from courses.queries.certificates import CertificateStanding
from courses.queries.facts import Fact, first_day
from courses.queries.standing import ParticipationStanding, PersonStanding
from lms.exports.tables import Column, Table
from lms.kit.clock import today
from lms.people.models import Person

Written = Callable[[dt.date | None], str | None]


def transcript_table(person: Person) -> Table:
    """One row an activity, the latest first; dates are ISO 8601, as another program reads them."""
    columns = [
        Column(_("Activity"), 40),
        Column(_("Kind")),
        Column(_("Starts")),
        Column(_("Enrolled")),
        Column(_("Attended")),
        Column(_("Completed")),
        Column(_("Organisation"), 30),
        Column(_("Certificate")),
        Column(_("Valid until")),
        Column(_("Standing")),
        Column(_("CPD hours")),
    ]
    return Table("transcript", columns, rows_of(standing.of_person(person, own=True), iso))


def transcript_pdf(person: Person) -> bytes:
    """The same rows for reading; six columns fit on paper."""
    stood = standing.of_person(person, own=True)
    return render(
        "transcript.typ",
        {
            "title": _("Training transcript"),
            "name": stood.survivor.name,
            "made": _("As recorded on %(day)s") % {"day": in_words(today())},
            "headings": paper_headings(),
            "rows": [paper_row(row) for row in rows_of(stood, in_words)],
            "nothing": _("No training is recorded."),
            "issuer": _("INHOPE, the association of internet hotlines"),
        },
    )


def paper_headings() -> list[str]:
    return [_("Activity"), _("Starts"), _("Attended"), _("Completed"), _("Certificate"), _("Valid until")]


def paper_row(row: Sequence[str | None]) -> list[str]:
    told = [row[column] or "–" for column in (0, 2, 4, 5, 7, 8)]
    if row[9] and row[9] != str(CertificateStatus.VALID.label):
        told[4] = f"{row[7]} ({row[9]})"
    if row[10]:
        told[0] = _("%(activity)s (%(hours)s CPD hours)") % {"activity": row[0], "hours": row[10]}
    return told


def rows_of(stood: PersonStanding, written: Written) -> Iterator[list[str | None]]:
    """A row for each activity that stands; ``written`` turns a date or None into text."""
    by_entry = {one.certificate.entry_id: one for one in certificates.of_person(stood.survivor)}
    for one in stood.participations:
        if one.stands:
            done = one.completed
            yield _row(one, by_entry.get(done.entry.pk) if done else None, written)


def _row(
    one: ParticipationStanding, earned: CertificateStanding | None, written: Written
) -> list[str | None]:
    version, entry = one.version, one.entry
    place = entry.hotline or entry.agency
    return [
        version.title or version.kind.name,
        version.kind.name,
        written(first_day(version)),
        written(_day(one.enrolled)),
        _attended(one.attended),
        written(_day(one.completed)),
        place.name if place else entry.get_audience_display(),
        earned.certificate.code if earned else None,
        written(earned.certificate.expires_on) if earned else None,
        str(earned.status.label) if earned else None,
        (earned.certificate.version.cpd_in_words or None) if earned else None,
    ]


def _day(fact: Fact | None) -> dt.date | None:
    return fact.entry.happened_on if fact else None


def _attended(fact: Fact | None) -> str | None:
    if fact is None:
        return None
    return _("no") if fact.entry.absent else _("yes")


def iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def in_words(day: dt.date | None) -> str | None:
    return date_format(day, "SHORT_DATE_FORMAT") if day else None
