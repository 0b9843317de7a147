"""Keep a reflection for own eyes, and erase it. What is written in clear is never stored or logged."""

from collections.abc import Iterator

from django.db import connection, transaction
from django.utils.translation import gettext as _

from courses.models import Block, KeptReflection
from courses.queries.reflections import marks, reflection_blocks, writers
from lms.kit.errors import Refused
from lms.kit.keyring import keyring
from lms.kit.locks import Lock, hold, hold_shared
from lms.kit.sealing import LONGEST, seal
from lms.people.actions.own_keys import public_key
from lms.people.models import User

BATCH = 500
# A deleted row is gone at once for the index, so that both halves may be one statement.
SHUFFLE = """
WITH gone AS (DELETE FROM courses_keptreflection RETURNING mark, sealed)
INSERT INTO courses_keptreflection (mark, sealed) SELECT mark, sealed FROM gone ORDER BY random()
"""


@transaction.atomic
def keep(*, block: Block, text: str, by: User) -> None:
    """Seal a text to its writer's own key; an earlier one for the same block gives way to it.

    Raises Refused for an empty or too long text, and for a login without six words to open it.
    """
    check_text(text)
    public = public_key(by=by)
    if public is None:
        raise Refused(_("Take your six words first: nothing else opens what you keep."), "words")
    newest, *older = marks(by.pk, block.pk)
    sealed = keyring().wrap(seal(text, to=public), about=newest)
    hold_shared(Lock.REFLECTIONS)
    KeptReflection.objects.filter(mark__in=older).delete()
    KeptReflection.objects.bulk_create(
        [KeptReflection(mark=newest, sealed=sealed)],
        update_conflicts=True,
        unique_fields=["mark"],
        update_fields=["sealed"],
    )


def check_text(text: str) -> None:
    """Raises Refused for what cannot be kept."""
    if not text.strip():
        raise Refused(_("There is nothing to keep yet."), "text")
    if len(text) > LONGEST:
        raise Refused(_("Up to %(most)s characters can be kept.") % {"most": LONGEST}, "text")


@transaction.atomic
def erase(*, block: Block, by: User) -> None:
    """Remove what this login keeps for a block; takes no words."""
    _remove([block.pk], by)


@transaction.atomic
def erase_all(*, by: User) -> None:
    """Remove everything this login keeps; takes no words."""
    _remove(list(reflection_blocks(by).values_list("pk", flat=True)), by)


def shuffle_reflections() -> bool:
    """Write all rows in random order in one transaction, if any was written since; whether that was done.

    A row that is alone is always written: nothing beside it tells whether it was since. Afterwards neither
    place nor transaction number tell which row was written when, or beside what else.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        hold(Lock.REFLECTIONS)
        cursor.execute("SELECT count(DISTINCT xmin::text) > 1 OR count(*) = 1 FROM courses_keptreflection")
        changed = bool(cursor.fetchone()[0])
        if changed:
            cursor.execute(SHUFFLE)
    return changed


def rewrap_reflections() -> Iterator[tuple[int, int]]:
    """Bring rows under the newest of WELFARE_KEYS; yields (looked at, of all) after each batch.

    A batch is a transaction: it may end anywhere and begin again. A row's mark depends on the key too, so
    every place where something could be is looked at.
    """
    places = list(writers())
    for start in range(0, len(places), BATCH):
        _rewrap(places[start : start + BATCH])
        yield min(start + BATCH, len(places)), len(places)


@transaction.atomic
def _rewrap(places: list[tuple[int, int]]) -> None:
    hold(Lock.REFLECTIONS)
    moves = {old: newest for newest, *older in (marks(*place) for place in places) for old in older}
    rows = list(KeptReflection.objects.filter(mark__in=moves))
    moved = [_moved(row, moves[bytes(row.mark)]) for row in rows]
    # Where both are there, the newer one was kept while this went on.
    KeptReflection.objects.bulk_create(moved, ignore_conflicts=True)
    KeptReflection.objects.filter(mark__in=[row.mark for row in rows]).delete()


def _moved(row: KeptReflection, mark: bytes) -> KeptReflection:
    sealed = keyring().unwrap(bytes(row.sealed), about=bytes(row.mark))
    return KeptReflection(mark=mark, sealed=keyring().wrap(sealed, about=mark))


def _remove(blocks: list[int], by: User) -> None:
    hold_shared(Lock.REFLECTIONS)
    KeptReflection.objects.filter(mark__in=[one for pk in blocks for one in marks(by.pk, pk)]).delete()
