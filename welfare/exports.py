"""Kept check-ins on their way out, in words: made of what was opened for this one request."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from lms.exports.tables import Column, Table, csv_lines
from welfare.kinds.kept import CheckIn
from welfare.kinds.pulse import ITEMS, in_words


def csv_of(checkins: Iterable[CheckIn]) -> str:
    """A line for each week by its Monday (2026-11-23), a column for each sentence; skipped is empty."""
    columns = [Column("Week of"), *(Column(str(item.sentence)) for item in ITEMS)]
    rows = ([one.monday.isoformat(), *_words(one)] for one in checkins)
    return "".join(csv_lines(Table("Check-ins", columns, rows)))


def json_of(checkins: Iterable[CheckIn]) -> str:
    """{"check_ins": [{"week_of": "2026-11-23", "answers": {sentence: word}}]}; skipped is null."""
    sentences = [str(item.sentence) for item in ITEMS]
    found: list[dict[str, Any]] = [
        {"week_of": one.monday.isoformat(), "answers": dict(zip(sentences, _words(one), strict=True))}
        for one in checkins
    ]
    return json.dumps({"check_ins": found}, ensure_ascii=False, indent=1)


def _words(checkin: CheckIn) -> Iterator[str | None]:
    for item in ITEMS:
        yield in_words(item, checkin.answers.get(item.key))
