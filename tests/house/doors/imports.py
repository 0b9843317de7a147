"""Doors of registers that staff bring in, and of imports."""

import io

from courses.actions.sheets.bringing import bring_sheet
from courses.actions.sheets.saying import say_columns
from courses.actions.sheets.working import work_on_sheet
from courses.actions.uploads.bringing import bring_register
from courses.kinds.sheets import Plan
from courses.models import Activity, Import, Sheet
from lms.people.enums import Role
from lms.people.models import User
from tests import cast
from tests.house.doors.base import NOT_FOUND, STAFF, Door

WHOLE = "a register changes what is known of the whole network, which is INHOPE staff's"
DOORS: dict[str, Door] = {
    "staff-imports": Door(STAFF, WHOLE),
    "staff-upload": Door(STAFF, WHOLE, args=("upload",)),
    "staff-upload-rejected": Door(STAFF, WHOLE, NOT_FOUND, args=("upload",)),
    "staff-import": Door(STAFF, WHOLE, args=("import",)),
    "staff-undo-import": Door(STAFF, WHOLE, args=("import",)),
    "staff-sheets": Door(STAFF, WHOLE),
    "staff-sheet": Door(STAFF, WHOLE, args=("sheet",)),
    "staff-sheet-layout": Door(STAFF, WHOLE, args=("sheet",)),
    "staff-sheet-columns": Door(STAFF, WHOLE, args=("sheet",)),
    "staff-sheet-people": Door(STAFF, WHOLE, args=("sheet",)),
    "staff-sheet-source": Door(STAFF, WHOLE, args=("source",)),
    "staff-sheet-source-forget": Door(STAFF, WHOLE, args=("source",)),
    "staff-sheet-source-delete": Door(STAFF, WHOLE, args=("source",)),
}


def things() -> dict[str, int | str]:
    """One of each thing that these addresses are about; of the register no line is rejected yet."""
    staff = cast.user(Role.STAFF)
    brought = bring_register(name="r.zip", content=io.BytesIO(b"PK"), by=staff)
    sheet = sheet_with_people(staff)
    return {
        "upload": brought.pk,
        "import": Import.objects.create(name="r", digest="0" * 64).pk,
        "sheet": sheet.pk,
        "source": sheet.source_id or 0,
    }


def sheet_with_people(by: User) -> Sheet:
    """One that was read, whose columns are said and whose people are to be."""
    content = io.BytesIO(b"Name;E-mail\nAda Ek;ada@linea.example\n")
    sheet = bring_sheet(name="list.csv", content=content, source=None, new_source="Lists", by=by)
    work_on_sheet()
    plan = Plan({"Name": "full", "E-mail": "email"}, everybody=True)
    say_columns(sheet=sheet, plan=plan, activity=Activity.objects.create(), by=by)
    work_on_sheet()
    return sheet
