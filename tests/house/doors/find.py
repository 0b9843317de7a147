"""Doors of searching, saved filters, and what is done to many rows at once."""

from courses.actions.bulk.choosing import choose
from courses.actions.saved_filters import save_filter
from courses.enums import ListName
from lms.people.enums import Role
from tests import cast
from tests.house.doors.base import POSTED, STAFF, Door

WHOLE = "whoever searches the whole network finds everybody in it, so INHOPE staff alone do"
FILTERS = "saved filters narrow the lists of the whole network, which are INHOPE staff's"
BULK = "what is changed at once is known of the whole network, which is INHOPE staff's"
DOORS: dict[str, Door] = {
    "staff-search": Door(STAFF, WHOLE),
    "staff-filters": Door(STAFF, FILTERS),
    "staff-new-filter": Door(STAFF, FILTERS, args=("people",)),
    "staff-filter": Door(STAFF, FILTERS, args=("saved-filter",)),
    "staff-bulk-actions": Door(STAFF, BULK),
    "staff-bulk-choose": Door(STAFF, BULK, POSTED, args=("people",)),
    "staff-bulk": Door(STAFF, BULK, args=("bulk",)),
    "staff-bulk-rows": Door(STAFF, BULK, args=("bulk", "csv")),
}


def things() -> dict[str, int | str]:
    """One of each thing that these addresses are about."""
    staff = cast.user(Role.STAFF)
    listing = ListName.PEOPLE
    saved = save_filter(listing=listing, values={"login": "with"}, name="Any", shared=True, by=staff)
    chosen = choose(listing=listing, values={}, ticked=[staff.person_id], by=staff)
    return {"saved-filter": saved.pk, "bulk": chosen.pk}
