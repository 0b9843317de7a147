"""Doors of registers that staff bring in, and of imports."""

import io

from courses.actions.uploads.bringing import bring_register
from courses.models import Import
from lms.people.enums import Role
from tests import cast
from tests.house.doors.base import NOT_FOUND, STAFF, Door

WHOLE = "a register changes what is known of the whole network, which is INHOPE staff's"
DOORS: dict[str, Door] = {
    "staff-imports": Door(STAFF, WHOLE),
    "staff-upload": Door(STAFF, WHOLE, args=("upload",)),
    "staff-upload-rejected": Door(STAFF, WHOLE, NOT_FOUND, args=("upload",)),
    "staff-import": Door(STAFF, WHOLE, args=("import",)),
    "staff-undo-import": Door(STAFF, WHOLE, args=("import",)),
}


def things() -> dict[str, int | str]:
    """One of each thing that these addresses are about; of the register no line is rejected yet."""
    brought = bring_register(name="r.zip", content=io.BytesIO(b"PK"), by=cast.user(Role.STAFF))
    return {"upload": brought.pk, "import": Import.objects.create(name="r", digest="0" * 64).pk}
