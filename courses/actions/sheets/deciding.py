"""Who the people of a sheet are: said by a person, one by one, or at once for all of equal address."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from courses.actions.sheets.moving import move, require_staff
from courses.models import Choice, Sheet, SheetPerson, SheetState
from courses.queries import sheets as queries
from lms.kit.errors import Refused
from lms.people.models import Person, User

BATCH = 500


@dataclass(frozen=True)
class Said:
    """One decision: ``choice`` may be '' again; ``seen`` is the version it was made upon."""

    choice: str
    person: Person | None = None
    seen: int = 0


@transaction.atomic
def decide(*, sheet: Sheet, said: Mapping[str, Said], by: User) -> list[str]:
    """Write decisions down by key. Returns the keys that somebody else decided meanwhile, which stay so.

    Raises Refused where the sheet asks for nobody any more, and for somebody known who is not named.
    """
    require_open(sheet, by)
    if any(one.choice == Choice.PERSON and one.person is None for one in said.values()):
        raise Refused(_("Say who it is."))
    lost = []
    for key, one in said.items():
        asked = SheetPerson.objects.filter(sheet=sheet, key=key, version=one.seen)
        if not asked.update(**columns(one.choice, one.person)):
            lost.append(key)
    return lost


def columns(choice: str, person: Person | None) -> dict[str, Any]:
    """A new person's register id is made here, so that every sheet of the source gives the same one."""
    return {
        "choice": choice,
        "person": person if choice == Choice.PERSON else None,
        "register_id": f"sheet-{secrets.token_hex(6)}" if choice == Choice.NEW else "",
        "remembered": False,
        "version": F("version") + 1,
    }


WRITTEN = ("choice", "person", "register_id", "remembered", "version")


@transaction.atomic
def take_equal_addresses(*, sheet: Sheet, by: User) -> int:
    """Say of everybody not decided yet who has the address of one known person that it is that person.

    How many that were.
    """
    require_open(sheet, by)
    people = list(queries.undecided(sheet).exclude(email="").order_by("number"))
    taken = 0
    for first in range(0, len(people), BATCH):
        equal = [row for row in queries.rows_of(people[first : first + BATCH]) if row.equal is not None]
        for row in equal:
            for name, value in columns(Choice.PERSON, row.equal).items():
                setattr(row.one, name, value)
        SheetPerson.objects.bulk_update([row.one for row in equal], WRITTEN)
        taken += len(equal)
    return taken


def require_open(sheet: Sheet, by: User) -> None:
    """Nobody else moves the sheet until the transaction ends."""
    require_staff(by)
    open_ones = Sheet.objects.select_for_update(of=("self",), no_key=True)
    if not open_ones.filter(pk=sheet.pk, state=SheetState.PEOPLE).exists():
        raise Refused(_("The people of this sheet cannot be said now: look at where it stands."))


@transaction.atomic
def make_register(*, sheet: Sheet, by: User) -> None:
    """Have a worker write it as a register. Raises Refused as long as somebody is not decided."""
    require_open(sheet, by)
    if queries.undecided(sheet).exists():
        raise Refused(_("Say first who everybody is; whoever does not matter can be left out."))
    move(sheet, (SheetState.PEOPLE,), to=SheetState.TO_MAKE, by=by)
