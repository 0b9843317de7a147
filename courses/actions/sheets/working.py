"""What a worker does with sheets: each step is one transaction, which holds the sheet's row all the while.

A worker that dies leaves everything as it was, and the row free at once.
"""

from collections.abc import Callable

import structlog
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from courses.actions.imports.source import Unusable
from courses.actions.sheets.collecting import collect
from courses.actions.sheets.making import make
from courses.actions.sheets.reading import read
from courses.actions.uploads.accounts import as_record, files
from courses.models import Sheet, SheetState
from lms.kit.blobs import digest_of
from lms.kit.locks import Lock, hold_shared
from lms.kit.shelves import Shelf

log = structlog.get_logger(__name__)
MOST_TRIES = 3


def work_on_sheet() -> bool:
    """Take the next sheet a step further; whether there was one."""
    found = begin()
    if found is None:
        return False
    try:
        advance(found)
    except Exception as error:
        log.error("a sheet was not worked on to its end", sheet=found, exc_info=error)
        waiting = Sheet.objects.filter(pk=found, state__in=SheetState.under_way())
        waiting.update(state=SheetState.FAILED, state_at=Now())
    return True


@transaction.atomic
def begin() -> int | None:
    """The oldest sheet that nobody works on, with one more try told before it can end the worker."""
    free = Sheet.objects.filter(state__in=SheetState.under_way()).select_for_update(skip_locked=True)
    for sheet in free.order_by("pk"):
        if sheet.tries >= MOST_TRIES:
            log.error("a sheet ended its worker each time", sheet=sheet.pk)
            Sheet.objects.filter(pk=sheet.pk).update(state=SheetState.FAILED, state_at=Now())
            continue
        Sheet.objects.filter(pk=sheet.pk).update(tries=F("tries") + 1)
        return sheet.pk
    return None


@transaction.atomic
def advance(pk: int) -> None:
    rows = Sheet.objects.select_for_update(skip_locked=True, of=("self",))
    found = rows.select_related("source", "activity", "handled_by")
    sheet = found.filter(pk=pk, state__in=SheetState.under_way()).first()
    if sheet is None:
        return
    try:
        with transaction.atomic():
            state = STEPS[SheetState(sheet.state)](sheet)
    except Unusable as unusable:
        state = SheetState.UNUSABLE
        sheet.found = {**sheet.found, "problems": [as_record(problem) for problem in unusable.problems]}
    sheet.state, sheet.tries = state, 0
    sheet.state_at = Now()
    sheet.save(
        update_fields=["state", "state_at", "tries", "layout", "plan", "found", "lines", "origins", "upload"]
    )


def read_step(sheet: Sheet) -> SheetState:
    with files().incoming() as out:
        shelf = Shelf(out)
        state = read(sheet, files().path(sheet.digest), shelf)
        shelf.close()
        sheet.lines = digest_of(out)
        hold_shared(Lock.REGISTER_FILES)
        files().keep(out, sheet.lines)
    return state


def make_step(sheet: Sheet) -> SheetState:
    with files().incoming() as out:
        state = make(sheet, out)
        if state == SheetState.MADE:
            sheet.origins = digest_of(out)
            hold_shared(Lock.REGISTER_FILES)
            files().keep(out, sheet.origins)
    return state


STEPS: dict[SheetState, Callable[[Sheet], SheetState]] = {
    SheetState.TO_READ: read_step,
    SheetState.TO_COLLECT: collect,
    SheetState.TO_MAKE: make_step,
}
