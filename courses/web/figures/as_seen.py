"""What of somebody stands behind a confirmed year and a published figure, for that person to read."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from lms.people.enums import Role
from lms.people.models import Person
from lms.web.as_seen import Said


def seen_of(person: Person) -> Iterator[Said]:
    own = _(
        "To confirm your hotline's year, its manager opens each number to the facts it is made of: your name"
        " with what you took part in for that hotline. Self-care courses that you keep to yourself are in no"
        " number there."
    )
    yield Said(Role.HOTLINE_MANAGER, own, ("own-year", "own-year-facts"))
    frozen = _(
        "A published figure is kept with the facts behind it, and says what was recorded or taken back since."
        " Yours stand there as on the page about you; the file that can be passed on holds no name."
    )
    yield Said(Role.STAFF, frozen, ("staff-figure", "staff-figure-facts"))
