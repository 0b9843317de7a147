"""Doors of law-enforcement sessions and other activities of the network."""

from tests.courses.gatherings import made
from tests.house.doors.base import EVERYBODY, STAFF, TRAINER, Door

KEEPERS = STAFF | TRAINER
LED = "staff any, a trainer those whose sessions they lead"
FOUND_OR_NOT = frozenset({200, 404})

DOORS: dict[str, Door] = {
    "teach-law-enforcement": Door(KEEPERS, "trainers those they lead, staff all"),
    "teach-new-law-enforcement": Door(KEEPERS, "trainers and staff plan these sessions"),
    "staff-new-activity": Door(STAFF, "staff plan every other kind"),
    "gathering": Door(KEEPERS, LED, FOUND_OR_NOT, args=("gathering",)),
    "gathering-change": Door(KEEPERS, LED, FOUND_OR_NOT, args=("gathering",)),
    "gathering-cancel": Door(KEEPERS, LED, FOUND_OR_NOT, args=("gathering",)),
    "gathering-again": Door(KEEPERS, LED, FOUND_OR_NOT, args=("gathering",)),
    "gathering-add": Door(KEEPERS, LED, FOUND_OR_NOT, args=("gathering",)),
    "gathering-check": Door(KEEPERS, LED, FOUND_OR_NOT, args=("gathering",)),
    "gathering-links": Door(KEEPERS, LED, FOUND_OR_NOT, args=("gathering",)),
    "gathering-desk": Door(STAFF, "staff open a registration to everybody", args=("gathering",)),
    "gathering-registrations": Door(KEEPERS, LED, FOUND_OR_NOT, args=("gathering",)),
    "gathering-forget": Door(KEEPERS, LED, FOUND_OR_NOT, args=("webinar", "registered")),
    "gathering-attendees": Door(KEEPERS, LED, FOUND_OR_NOT, args=("gathering",)),
    "register": Door(EVERYBODY, "people from outside register without a login", args=("desk",)),
    "register-withdraw": Door(EVERYBODY, "the link is the key", args=("back",)),
    "check-by-link": Door(EVERYBODY, "the link is the key", args=("link",)),
    "gathering-correct": Door(KEEPERS, LED, FOUND_OR_NOT, args=("gathering", "taking")),
}


def things() -> dict[str, int | str]:
    """One of each thing that these addresses are about."""
    held = made.held()
    taking = made.named(held)
    desk = made.desk()
    back = made.registration(desk)
    return {
        "gathering": held.pk,
        "taking": taking.pk,
        "link": made.link(taking),
        "desk": desk.slug,
        "back": back,
        "webinar": desk.activity_id,
        "registered": desk.registrations.get().pk,
    }
