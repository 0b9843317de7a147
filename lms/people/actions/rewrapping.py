"""Bring key pairs under the newest of WELFARE_KEYS, a batch at a time."""

from collections.abc import Iterator

from django.db import transaction

from lms.kit.keyring import keyring
from lms.kit.locks import Lock, hold
from lms.people.actions.own_keys import EVERYBODY, speaking_for
from lms.people.models import OwnKeys
from lms.people.queries.own_keys import opened

BATCH = 200


def rewrap_own_keys() -> Iterator[tuple[int, int]]:
    """Yields (looked at, of all) after each batch, a transaction: it may end anywhere and begin again.

    Raises MissingKey where a key that is needed is no longer in WELFARE_KEYS.
    """
    total, done, last = OwnKeys.objects.count(), 0, 0
    while batch := list(
        OwnKeys.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]
    ):
        _rewrap(batch)
        done, last = done + len(batch), batch[-1]
        yield done, total


def _rewrap(batch: list[int]) -> None:
    with transaction.atomic(), speaking_for(EVERYBODY):
        hold(Lock.OWN_KEYS)
        for row in OwnKeys.objects.filter(pk__in=batch):
            if not keyring().is_newest(bytes(row.kept)):
                OwnKeys.objects.filter(pk=row.pk).update(kept=opened(row).wrapped(row.pk))
