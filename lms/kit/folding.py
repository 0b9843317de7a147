"""Text as people look for it, without case and accents: folded by the database alone, so that both agree.

``search_folded`` is immutable and needs no extension of PostgreSQL. Migrations of lms/people make it.
"""

from collections.abc import Sequence

from django.db import connection
from django.db.models import CharField, Func, TextField, Value
from django.db.models.functions import Cast, Concat

from lms.kit.names import LETTERS, PAIRS


def _create() -> str:
    """Accents go before case does: a capital İ is an I with a dot, and so is its small letter."""
    told = "lower(regexp_replace(normalize($1, NFKD), '[\u0300-\u036f]', '', 'g'))"
    for one, two in PAIRS.items():
        told = f"replace({told}, '{one}', '{two}')"
    told = f"translate({told}, '{''.join(LETTERS)}', '{''.join(LETTERS.values())}')"
    return (
        "CREATE FUNCTION search_folded(text) RETURNS text"
        f" LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN {told}"
    )


CREATE_SEARCH_FOLDED = _create()
DROP_SEARCH_FOLDED = "DROP FUNCTION search_folded(text)"


class Folded(Func):
    """A text column or expression, folded."""

    function = "search_folded"
    arity = 1
    output_field = TextField()


def spaced(*columns: str) -> Concat:
    """Columns one after the other, with a space before and after each: what a word begins at can be told."""
    parts = [part for column in columns for part in (Cast(column, TextField()), Value(" "))]
    return Concat(Value(" "), *parts, output_field=CharField())


def fold(texts: Sequence[str]) -> list[str]:
    """These texts, folded. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT search_folded(t) FROM unnest(%s::text[]) WITH ORDINALITY AS x (t, place) ORDER BY place",
            [list(texts)],
        )
        return [row[0] for row in cursor.fetchall()]
