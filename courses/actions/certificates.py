"""Issue and revoke certificates."""

import calendar
import datetime as dt
import secrets

from django.utils.translation import gettext as _

from courses.models import Certificate, CourseVersion, Entry
from courses.queries.certificates import GROUP_LENGTH, revocable_by
from lms.kit.errors import Refused
from lms.kit.moment import RecordingMoment
from lms.people.models import User

# Read aloud and typed by hand: no letter or digit that looks like another. 32^12 codes.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
GROUPS = 3


def issue_certificate(*, entry: Entry, version: CourseVersion) -> Certificate:
    """The certificate of a completion; a second call returns the one there is, unchanged.

    So nothing ever issues anew by the way: a revoked certificate stays revoked, and only a completion
    recorded anew has another.
    """
    if entry.person is None or entry.happened_on is None:
        raise ValueError("Only a person's completion has a certificate.")
    certificate, _made = Certificate.objects.get_or_create(
        entry=entry,
        defaults={
            "version": version,
            "person": entry.person,
            "code": new_code(),
            "expires_on": last_valid_day(entry.happened_on, version.validity_months),
        },
    )
    return certificate


def revoke_certificate(*, certificate: Certificate, reason: str, by: User) -> None:
    """Revoke for good. Raises Refused for who may not, without a reason, or where it is revoked already."""
    if not revocable_by(by).filter(pk=certificate.pk).exists():
        raise Refused(_("Only a trainer of the cohort or staff can revoke this certificate."))
    if not reason.strip():
        raise Refused(_("Say why: the holder reads it."), field="reason")
    unrevoked = Certificate.objects.filter(pk=certificate.pk, revoked_at=None)
    if not unrevoked.update(revoked_at=RecordingMoment(), revoked_by=by, revoked_because=reason.strip()):
        raise Refused(_("This certificate is revoked already."))


def repeat_revocation(*, entry: Entry, earlier: Certificate) -> None:
    """Revoke the certificate of a completion that a register only restated, as its forerunner was."""
    Certificate.objects.filter(entry=entry, revoked_at=None).update(
        revoked_at=RecordingMoment(), revoked_by=earlier.revoked_by, revoked_because=earlier.revoked_because
    )


def new_code() -> str:
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)


def last_valid_day(day: dt.date, months: int | None) -> dt.date | None:
    """The day so many months on, clamped to the month's end; None where a completion does not lapse."""
    if months is None:
        return None
    year, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + year, month + 1)[1]
    return day.replace(year=day.year + year, month=month + 1, day=min(day.day, last))
