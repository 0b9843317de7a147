"""While somebody looks at themselves as others see them, lists hold what is about that person alone.

The pages of managers, trainers and staff list many people. Shown to one of these, a page is made by the same
view and the same queries; each query that lists persons passes its rows through ``narrowed``.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db.models import QuerySet

Rows = TypeVar("Rows", bound=QuerySet[Any])

_shown: ContextVar[frozenset[int] | None] = ContextVar("shown", default=None)


@contextmanager
def narrowed_to(persons: Iterable[int]) -> Iterator[None]:
    """Inside, lists show these persons alone: one person, with the records that are read as the same."""
    token = _shown.set(frozenset(persons))
    try:
        yield
    finally:
        _shown.reset(token)


def shown_persons() -> frozenset[int] | None:
    """Whose rows may be shown; None, as nearly always, where nothing is left out."""
    return _shown.get()


def narrowed(rows: Rows, path: str = "person") -> Rows:
    """``rows`` as they are, or those whose person at ``path`` may be shown."""
    persons = _shown.get()
    return rows if persons is None else rows.filter(**{f"{path}__in": persons})
