"""What others see of somebody behind the wall: what was addressed to them. The same words for everybody."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from lms.people.enums import Role
from lms.people.models import Person
from lms.web.as_seen import Said

ADDRESSED = ("support", "support-seen", "support-in-touch", "support-shared", "support-erase-shared")
PEOPLE = ("support-people", "support-person", "support-new-person", "support-remove-person")


def seen_of(person: Person) -> Iterator[Said]:
    asked = _(
        "A welfare officer has no page about you. Whoever you ask to contact you, or hand a check-in to, "
        "sees your name with what you chose to say, for as long as it lasts; an officer only if chosen."
    )
    yield Said(Role.WELFARE_OFFICER, asked, ADDRESSED)
    listed = _("Where you can be asked by others yourself, officers see you in that list.")
    yield Said(Role.WELFARE_OFFICER, listed, PEOPLE)
