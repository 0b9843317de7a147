"""Keep a check-in for own eyes, and erase it. What was answered is never stored or logged in clear."""

import random
from collections.abc import Iterable, Iterator, Mapping

from django.db import connections
from django.utils.translation import gettext as _

from lms.kit.errors import Refused
from lms.kit.keyring import keyring
from lms.kit.locks import Lock, hold, hold_shared
from lms.kit.sealing import seal
from lms.people.actions.own_keys import public_key
from lms.people.models import User
from welfare import rules
from welfare.actions.erasing import erase, eraser, eraser_of_parts
from welfare.kinds.kept import SIZE, CheckIn, month_of
from welfare.models import SealedAnswer
from welfare.models.wall import CONNECTION, also_holding, as_holder, as_keeper, database_now
from welfare.queries.sealed import marks, week_at, weeks_of, weeks_since

# Places a transaction of the rotation looks at; writers wait for one meanwhile.
BATCH = 1000
# A deleted row is gone at once for the index, so that both halves may be one statement.
SHUFFLE = """
WITH gone AS (DELETE FROM sealed_answer RETURNING period, mark, sealed)
INSERT INTO sealed_answer (period, mark, sealed) SELECT period, mark, sealed FROM gone ORDER BY random()
"""
# Where both are there, the newer one was kept while the rotation went on.
MOVE = """
WITH gone AS (DELETE FROM sealed_answer WHERE mark = ANY (%s::bytea[]))
INSERT INTO sealed_answer (period, mark, sealed) SELECT * FROM unnest(%s::text[], %s::bytea[], %s::bytea[])
ON CONFLICT (mark) DO NOTHING
"""
# What erasures of them are called in the list that outlives backups.
WEEK, ALL_WEEKS = "check-in", "check-ins"
WRITTEN = "SELECT count(DISTINCT xmin::text) > 1 OR count(*) = 1 FROM sealed_answer"


def keep(*, answers: Mapping[str, str], by: User) -> None:
    """Seal a check-in to its writer's own key; an earlier one of the same local week gives way to it.

    Committed when it returns, and before whatever follows. Raises Refused where nothing may be kept or was
    answered, and for a login without six words to open it.
    """
    check_answers(answers=answers, by=by)
    public = public_key(by=by)
    if public is None:
        raise Refused(_("Take your six words first: nothing else opens what you keep."), "words")
    now = database_now()
    week = week_at(now, by)
    newest, *older = marks(by.pk, week)
    box = seal(CheckIn(week, answers).pack(), to=public, sizes=[SIZE])
    sealed = keyring().wrap(box, about=newest)
    with as_holder([newest, *older]):
        hold_shared(Lock.SEALED_ANSWERS, using=CONNECTION)
        SealedAnswer.objects.filter(mark__in=older).delete()
        # Where a row is there already, the new one takes its place, and its month.
        SealedAnswer.objects.bulk_create(
            [SealedAnswer(period=month_of(now.date()), mark=newest, sealed=sealed)],
            update_conflicts=True,
            unique_fields=["mark"],
            update_fields=["period", "sealed"],
        )


def check_answers(*, answers: Mapping[str, str], by: User) -> None:
    """Raises Refused for what is not to be kept."""
    if not rules.may_keep(by):
        raise Refused(_("Nothing is kept on this site."), "keep")
    if not answers:
        raise Refused(_("You skipped all of them, so there is nothing to keep."), "keep")


def erase_week(*, week: str, by: User) -> None:
    """Remove what this login keeps of a week; takes no words. What is not there is no mistake."""
    erase(WEEK, by=by, part=week)


def erase_all(*, by: User) -> None:
    """Remove every check-in that this login keeps; takes no words."""
    erase(ALL_WEEKS, by=by)


def weeks_of_login(user_id: int) -> list[str]:
    return list(weeks_of(User.objects.get(pk=user_id)))


@eraser_of_parts(WEEK, weeks_of_login)
def remove_week(user_id: int, week: str) -> bool:
    return remove_weeks(user_id, [week])


@eraser(ALL_WEEKS)
def remove_all(user_id: int) -> bool:
    return remove_weeks(user_id, weeks_of_login(user_id))


def remove_weeks(user_id: int, weeks: Iterable[str]) -> bool:
    """Whether anything was kept of them."""
    places = [mark for week in weeks for mark in marks(user_id, week)]
    with also_holding(places):
        hold_shared(Lock.SEALED_ANSWERS, using=CONNECTION)
        removed, _each = SealedAnswer.objects.filter(mark__in=places).delete()
    return removed > 0


def shuffle_answers() -> bool:
    """Write all rows in random order in one transaction, if any was written since; whether that was done.

    A row that is alone is always written: nothing beside it tells whether it was since. Afterwards neither
    place nor transaction number tell which row was written when, or beside what else.
    """
    with as_keeper(), connections[CONNECTION].cursor() as cursor:
        hold(Lock.SEALED_ANSWERS, using=CONNECTION)
        cursor.execute(WRITTEN)
        changed = bool(cursor.fetchone()[0])
        if changed:
            cursor.execute(SHUFFLE)
    return changed


def rewrap_answers() -> Iterator[tuple[int, int]]:
    """Bring rows under the newest of WELFARE_KEYS; yields (looked at, of all) after each batch.

    A batch is a transaction: it may end anywhere and begin again. A row's mark depends on the key too, so
    every week of every login is looked at, in random order: no batch is one person's, or one week's.
    """
    now = database_now()
    logins = User.objects.order_by().values_list("pk", "date_joined")
    places = [(pk, week) for pk, joined in logins for week in weeks_since(joined, now=now)]
    random.SystemRandom().shuffle(places)
    for start in range(0, len(places), BATCH):
        _rewrap(places[start : start + BATCH])
        yield min(start + BATCH, len(places)), len(places)


def _rewrap(places: list[tuple[int, str]]) -> None:
    moves = {old: newest for newest, *older in (marks(*place) for place in places) for old in older}
    with as_keeper():
        hold(Lock.SEALED_ANSWERS, using=CONNECTION)
        rows = list(SealedAnswer.objects.filter(mark__in=moves).values_list("period", "mark", "sealed"))
        periods, old = [period for period, _, _ in rows], [bytes(mark) for _, mark, _ in rows]
        new = [moves[mark] for mark in old]
        sealed = [
            _anew(bytes(box), before, after) for (*_, box), before, after in zip(rows, old, new, strict=True)
        ]
        with connections[CONNECTION].cursor() as cursor:
            cursor.execute(MOVE, [old, periods, new, sealed])


def _anew(sealed: bytes, old: bytes, new: bytes) -> bytes:
    return keyring().wrap(keyring().unwrap(sealed, about=old), about=new)
