"""Bring what is wrapped about contact under the newest of WELFARE_KEYS, a batch at a time."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Model

from lms.kit.keyring import keyring
from welfare.actions.sharing import about_shared
from welfare.models import ContactRequest, SharedItem
from welfare.models.wall import as_engine
from welfare.queries.contact import about_reach

BATCH = 200


def rewrap_contacts() -> Iterator[tuple[int, int]]:
    """Yields (looked at, of all) after each batch, a transaction: it may end anywhere and begin again.

    Raises MissingKey where a key that is needed is no longer in WELFARE_KEYS.
    """
    yield from _rewrap(ContactRequest, "reach", about_reach)


def rewrap_shared() -> Iterator[tuple[int, int]]:
    """As ``rewrap_contacts``, of what was handed on."""
    yield from _rewrap(SharedItem, "kept", about_shared)


def _rewrap(model: type[Model], column: str, about: Callable[[Any], bytes]) -> Iterator[tuple[int, int]]:
    with as_engine():
        numbers = list(model._default_manager.values_list("pk", flat=True))
    for start in range(0, len(numbers), BATCH):
        with as_engine():
            held = model._default_manager.select_for_update().filter(pk__in=numbers[start : start + BATCH])
            for row in held:
                _rewrap_one(row, column, about(row))
        yield min(start + BATCH, len(numbers)), len(numbers)


def _rewrap_one(row: Model, column: str, about: bytes) -> None:
    wrapped = bytes(getattr(row, column))
    if not keyring().is_newest(wrapped):
        again = keyring().wrap(keyring().unwrap(wrapped, about=about), about=about)
        type(row)._default_manager.filter(pk=row.pk).update(**{column: again})
