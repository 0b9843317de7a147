"""Rows that hold every word that somebody looks for, the best first."""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from lms.kit.folding import fold

Rows = TypeVar("Rows", bound=QuerySet[Any])
COLUMN = "searched"


def words_of(text: str) -> list[str]:
    """The words of a text, folded; what is nothing but accents is none. One query, and none for no words."""
    words = text.split()
    return [word for word in fold(words) if word.strip()] if words else []


def holding(rows: Rows, words: Sequence[str], column: str = COLUMN) -> Rows:
    """Those of which every word is a part of ``column``, which is folded; in any order."""
    for word in words:
        rows = rows.filter(**{f"{column}__contains": word})
    return rows


def best_first(rows: Rows, words: Sequence[str], column: str = COLUMN) -> Rows:
    """With ``rank``: two for each word that stands there whole, one for each that something begins with."""
    score: Any = Value(0)
    for word in words:
        whole = When(Q(**{f"{column}__contains": f" {word} "}), then=Value(2))
        begins = When(Q(**{f"{column}__contains": f" {word}"}), then=Value(1))
        score = score + Case(whole, begins, default=Value(0), output_field=IntegerField())
    return rows.annotate(rank=score)
