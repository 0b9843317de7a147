"""Issue and revoke certificates."""

import calendar
import datetime as dt
import secrets

from courses.models import Certificate, CourseVersion, Entry

# Read aloud and typed by hand: no letter or digit that looks like another. 32^12 codes.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
GROUPS, GROUP_LENGTH = 3, 4


def issue_certificate(*, entry: Entry, version: CourseVersion) -> Certificate:
    """The certificate of a completion; a second call returns the one there is, unchanged."""
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
