"""Look at a bulk action, or do it: either in one transaction, so that whoever is killed in it did nothing.

Who works holds one lock, which the database lets go of with the transaction: nothing has to be taken over,
and of two workers one finds nothing to do. A few rows are done at once by whoever asks.
"""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass

import structlog
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from courses.actions.bulk.acts import ACTS
from courses.actions.bulk.doing import Doing, Side
from courses.models import BulkAct, BulkAction, BulkRow, BulkState
from lms.kit.errors import Refused
from lms.kit.locks import Lock, try_hold

log = structlog.get_logger(__name__)
# So many are done while somebody waits for the page.
AT_ONCE = 200
# An action that ends its worker each time must not do so for ever.
MOST_TRIES = 3
TELL_SECONDS = 1.0
Tell = Callable[[int], None]


class Changed(Exception):
    """What would come of it is no longer what somebody looked at."""


@dataclass(frozen=True)
class Outcome:
    """What came of one row, by its number: both sides, or why not."""

    row: int
    before: Side | None
    after: Side | None
    why_not: str = ""


def work_once() -> bool:
    """Take the oldest one with something to do to its end; whether there was one that could be worked on."""
    action = BulkAction.objects.filter(state__in=BulkState.under_way()).order_by("pk").first()
    return action is not None and work(action)


def work_now(action: BulkAction) -> None:
    """At once where there are few rows; a worker finds the others."""
    if action.total <= AT_ONCE:
        work(action)


def work(action: BulkAction) -> bool:
    """Whatever goes wrong ends the action, not the worker. False where somebody else is at work."""
    if not _begun(action):
        return False
    try:
        with telling(action) as tell:
            return advance(action.pk, tell)
    except Exception as error:
        log.error("a bulk action was not worked on to its end", bulk=action.pk, exc_info=error)
        _fail(action)
        return True


def advance(pk: int, tell: Tell) -> bool:
    try:
        with transaction.atomic():
            if (action := _held(pk)) is None:
                return False
            if action.state == BulkState.LOOKING:
                _look(action, tell)
            else:
                _apply(action, tell)
        return True
    except Changed:
        with transaction.atomic():
            if (action := _held(pk)) is None:
                return False
            _look(action, tell, changed_since=True)
        return True


def _begun(action: BulkAction) -> bool:
    with transaction.atomic():
        if not try_hold(Lock.BULK_ACTIONS):
            return False
        under_way = BulkAction.objects.filter(pk=action.pk, state__in=BulkState.under_way())
        if under_way.filter(tries__gte=MOST_TRIES).update(state=BulkState.FAILED, state_at=Now()):
            log.error("a bulk action ended its worker each time", bulk=action.pk)
            return True
        return bool(under_way.update(tries=F("tries") + 1, done=0))


def _held(pk: int) -> BulkAction | None:
    """The action, nobody else being at work, as long as there is something to do."""
    if not try_hold(Lock.BULK_ACTIONS):
        return None
    asked = BulkAction.objects.select_related("decided_by", "chosen_by")
    return asked.filter(pk=pk, state__in=BulkState.under_way()).first()


def _fail(action: BulkAction) -> None:
    under_way = BulkAction.objects.filter(pk=action.pk, state__in=BulkState.under_way())
    under_way.update(state=BulkState.FAILED, state_at=Now())


def _look(action: BulkAction, tell: Tell, *, changed_since: bool = False) -> None:
    """Everything that it would do, taken back; what is left is what would come of each row."""
    with transaction.atomic():
        outcomes = carried_out(action, tell)
        transaction.set_rollback(True)
    _keep(outcomes)
    BulkAction.objects.filter(pk=action.pk).update(
        state=BulkState.PREVIEWED,
        state_at=Now(),
        digest=digest_of(outcomes),
        changed_since=changed_since,
        decided_at=None,
        decided_by=None,
        tries=0,
    )


def _apply(action: BulkAction, tell: Tell) -> None:
    """What was looked at, to the row, together with the word that it is done. Raises Changed."""
    outcomes = carried_out(action, tell)
    if digest_of(outcomes) != action.digest:
        raise Changed
    BulkAction.objects.filter(pk=action.pk).update(state=BulkState.APPLIED, state_at=Now(), tries=0)


def carried_out(action: BulkAction, tell: Tell) -> list[Outcome]:
    """Each row by the act's own action, one after the other; a refusal leaves nothing of its row."""
    act = ACTS[BulkAct(action.act)]
    doing = Doing(action.said, action.reason, action.decided_by or action.chosen_by)
    do = act.do if action.undoes_id is None else act.back
    outcomes = []
    for number, row in enumerate(action.rows.select_related("undoes").order_by("place"), start=1):
        try:
            with transaction.atomic():
                outcomes.append(Outcome(row.pk, *do(row, doing)))
        except Refused as refusal:
            outcomes.append(Outcome(row.pk, None, None, refusal.sentence[:500]))
        tell(number)
    return outcomes


def _keep(outcomes: Sequence[Outcome]) -> None:
    BulkRow.objects.bulk_update(
        (BulkRow(pk=one.row, before=one.before, after=one.after, why_not=one.why_not) for one in outcomes),
        ["before", "after", "why_not"],
        batch_size=500,
    )


def digest_of(outcomes: Sequence[Outcome]) -> str:
    told = json.dumps([asdict(one) for one in outcomes], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


@contextmanager
def telling(action: BulkAction) -> Iterator[Tell]:
    """Say how many rows are done, on another connection: nobody sees anything of the work before its end."""
    if action.total <= AT_ONCE:
        yield lambda number: None
        return
    told, stopped = [0], threading.Event()

    def run() -> None:
        try:
            while not stopped.wait(TELL_SECONDS):
                # One that does not get through is told by the next.
                with suppress(DatabaseError):
                    BulkAction.objects.filter(pk=action.pk).update(done=told[0])
        finally:
            connection.close()

    def tell(number: int) -> None:
        told[0] = number
        if number == action.total:
            # Before the row is locked by the work itself, which would have this wait for it.
            stopped.set()
            thread.join()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield tell
    finally:
        stopped.set()
        thread.join()
