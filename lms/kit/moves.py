"""States that the database lets move only as told."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pgtrigger


def only_these_moves(
    field: str, moves: Mapping[Any, Iterable[str]], *, starts: Sequence[str]
) -> pgtrigger.Trigger:
    """Refuse a new row in a state that is no start, and any change of state that is not in ``moves``."""
    allowed = [f"({_literal(old)}, {_literal(new)})" for old, ends in moves.items() for new in ends]
    return pgtrigger.Trigger(
        name=f"only_these_moves_of_{field}",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf(field),  # type: ignore[no-untyped-call]  # it ships no types
        func=f"""
        IF TG_OP = 'INSERT' AND NEW.{field} NOT IN ({", ".join(map(_literal, starts))}) THEN
            RAISE EXCEPTION 'Nothing begins as %.', NEW.{field}
                USING ERRCODE = 'check_violation', CONSTRAINT = 'only_these_moves';
        END IF;
        IF TG_OP = 'UPDATE' AND NEW.{field} <> OLD.{field}
           AND (OLD.{field}, NEW.{field}) NOT IN ({", ".join(allowed)}) THEN
            RAISE EXCEPTION 'What is % cannot become %.', OLD.{field}, NEW.{field}
                USING ERRCODE = 'check_violation', CONSTRAINT = 'only_these_moves';
        END IF;
        RETURN NEW;
        """,
    )


def before(moves: Mapping[Any, Iterable[Any]], state: Any) -> tuple[Any, ...]:
    """The states from which ``state`` can be reached in one move."""
    return tuple(old for old, ends in moves.items() if state in ends)


def _literal(value: str) -> str:
    return "'" + str(value).replace("'", "''") + "'"
