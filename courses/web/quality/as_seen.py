"""Where staff meet somebody among what may be wrong with the data, for that person to read."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from lms.people.enums import Role
from lms.people.models import Person
from lms.web.as_seen import Said

ROUTES = ("staff-quality", "staff-quality-affiliation", "staff-quality-duplicates", "staff-quality-dates")


def seen_of(person: Person) -> Iterator[Said]:
    text = _(
        "Staff look for what may be wrong with the data: a record without a hotline, two records that may be"
        " one person, a completion before its enrolment. If that is so of yours, your name stands there, with"
        " what was mended. What you keep to yourself is left out."
    )
    yield Said(Role.STAFF, text, ROUTES)
