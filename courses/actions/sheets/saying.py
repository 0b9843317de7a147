"""What somebody says of a sheet: how it is laid out, what its columns are, and that it is not wanted."""

from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from courses.actions.sheets.moving import move, require_staff
from courses.actions.uploads.deciding import drop_upload
from courses.kinds.sheets import DATES, Plan, Role
from courses.models import Activity, RegisterUpload, Sheet, SheetPerson, SheetState, UploadState
from courses.queries.sheets import Lines
from lms.kit.errors import Refused
from lms.people.models import User

STATE = SheetState
# What says how far somebody came, or those counted did.
SAYS = (Role.ATTENDED, Role.MINUTES, *DATES)
NAMES = (Role.EMAIL, Role.GIVEN, Role.FAMILY, Role.FULL, Role.HEADCOUNT)


def say_layout(*, sheet: Sheet, layout: dict[str, Any], by: User) -> None:
    """How the file is read, and on which line its header stands; it is read anew where that changes."""
    said = {**sheet.layout, **layout}
    again = any(said[name] != sheet.layout.get(name) for name in said if name != "header")
    if again or sheet.state == STATE.UNUSABLE:
        if sheet.layout.get("sheet") != said.get("sheet"):
            # The header of another sheet is looked for.
            said.pop("header", None)
        move(sheet, (*STATE.asking(), STATE.UNUSABLE), to=STATE.TO_READ, by=by, layout=said)
        return
    require_staff(by)
    if sheet.state not in STATE.asking():
        raise Refused(_("This cannot be done now: it is %(state)s.") % {"state": sheet.get_state_display()})
    numbers = {number for number, _cells in Lines.of(sheet).shelf}
    if said["header"] not in numbers:
        raise Refused(_("There is nothing on this line."), "header")
    move(sheet, STATE.asking(), to=STATE.COLUMNS, by=by, layout=said)


def say_columns(*, sheet: Sheet, plan: Plan, activity: Activity | None, by: User) -> None:
    """What the columns are, and which activity all of it belongs to where no column says it.

    Raises Refused for a plan that names nobody, or that says the same of two columns.
    """
    require_staff(by)
    roles = [role for role in plan.columns.values() if role]
    if double := next((role for role in roles if roles.count(role) > 1), ""):
        labels = [label for label, role in plan.columns.items() if role == double]
        said = {"first": labels[0], "second": labels[1]}
        raise Refused(_("Two columns are said to be the same: %(first)s and %(second)s.") % said)
    if not plan.has(*NAMES):
        raise Refused(_("Say in which column names or e-mail addresses stand, or how many people."))
    if plan.has(Role.ATTENDED) and plan.has(Role.MINUTES):
        raise Refused(_("Say either by a word or by minutes who was there."))
    if plan.has(Role.HEADCOUNT) and not (plan.everybody or plan.has(*SAYS)):
        raise Refused(
            _(
                "Of those counted nothing is said: say in which column it stands whether they were there, or"
                " on which days, or that everybody on it was there."
            ),
            "everybody",
        )
    if set(plan.yes) & set(plan.no):
        raise Refused(_("A word cannot mean both yes and no."), "yes")
    if (activity is None) == (not plan.has(Role.ACTIVITY)):
        raise Refused(
            _("Say which activity all of it belongs to, or in which column its register id stands."),
            "activity",
        )
    move(
        sheet,
        (STATE.COLUMNS, STATE.PEOPLE),
        to=STATE.TO_COLLECT,
        by=by,
        plan=plan.as_json(),
        activity=activity,
    )


def drop_sheet(*, sheet: Sheet, by: User) -> None:
    """Put it away for good, with what was read of it. Raises Refused once it is a register."""
    with transaction.atomic():
        move(
            sheet,
            STATE.to_drop(),
            to=STATE.DROPPED,
            by=by,
            forgotten_at=Now(),
            lines="",
            origins="",
            found={},
        )
        SheetPerson.objects.filter(sheet=sheet).delete()


def read_again(*, sheet: Sheet, by: User) -> None:
    """Once more what did not come to an end. Raises Refused for anything else."""
    move(sheet, (STATE.FAILED,), to=STATE.TO_READ, by=by)


@transaction.atomic
def go_back(*, sheet: Sheet, by: User) -> None:
    """Back from the register to the people of the sheet; the register is dropped. Raises Refused where it
    was applied, or is about to be.
    """
    require_staff(by)
    upload = RegisterUpload.objects.filter(sheet=sheet).first()
    if upload is not None and upload.state in UploadState.to_drop():
        drop_upload(upload=upload, by=by)
    elif upload is None or upload.state != UploadState.DROPPED:
        raise Refused(
            _("The register is being applied, or was: undo its import first, and bring the sheet in anew.")
        )
    if sheet.forgotten_at is not None:
        raise Refused(_("The sheet is no longer kept: bring it in anew."))
    move(sheet, (STATE.MADE,), to=STATE.PEOPLE, by=by, upload=None)
