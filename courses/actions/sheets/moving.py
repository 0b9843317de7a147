"""One step of a sheet by somebody's press: a conditional update, of which the second of two is told."""

from collections.abc import Iterable
from typing import Any

from django.db.models.functions import Now
from django.utils.translation import gettext as _

from courses import rules
from courses.models import Sheet, SheetState
from lms.kit.errors import Refused
from lms.people.models import User


def require_staff(by: User) -> None:
    if not rules.may_import_registers(by):
        raise Refused(_("Sheets are brought in by INHOPE staff."))


def move(sheet: Sheet, states: Iterable[SheetState], *, to: SheetState, by: User, **changes: Any) -> None:
    """Raises Refused where the sheet is in none of these states any more."""
    require_staff(by)
    asked = Sheet.objects.filter(pk=sheet.pk, state__in=list(states))
    if not asked.update(state=to, state_at=Now(), handled_by=by, tries=0, **changes):
        now = Sheet.objects.get(pk=sheet.pk)
        raise Refused(_("This cannot be done now: it is %(state)s.") % {"state": now.get_state_display()})
