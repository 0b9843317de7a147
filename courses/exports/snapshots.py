"""A frozen figure as files: JSON that proves itself, and its numbers as CSV and XLSX."""

import io
import json
from collections.abc import Iterator
from typing import Any

from courses.kinds.figures.proof import FORMAT, VERSION, written
from courses.models import Snapshot
from courses.queries.counts.definitions import Code
from lms.exports.tables import Column, Table, csv_lines, write_xlsx


def as_json(snapshot: Snapshot) -> dict[str, Any]:
    """Everything that `manage.py verify_snapshot` needs; no name of a person is in it."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "title": snapshot.title,
        "definition": snapshot.definition,
        "moment": written(snapshot.moment),
        "counts": snapshot.counts,
        "entries": snapshot.entries,
        "digest": snapshot.digest,
        "facts": snapshot.facts,
        "facts_digest": snapshot.facts_digest,
    }


def name_of(snapshot: Snapshot, form: str) -> str:
    return f"figure-{snapshot.pk}-{snapshot.first:%Y}.{form}"


def encoded(snapshot: Snapshot, form: str) -> Iterator[bytes]:
    """As JSON or CSV, piece by piece."""
    if form == "csv":
        yield from (line.encode() for line in csv_lines(tables(snapshot)[0]))
    else:
        yield json.dumps(as_json(snapshot), ensure_ascii=False, indent=1).encode() + b"\n"


def workbook(snapshot: Snapshot) -> bytes:
    buffer = io.BytesIO()
    write_xlsx(tables(snapshot), buffer)
    return buffer.getvalue()


def tables(snapshot: Snapshot) -> list[Table]:
    """The numbers, a column for each part of the count; and what they are."""
    by = snapshot.definition.get("by") or "value"
    labels = {n: line["label"] for n, line in enumerate(snapshot.definition.get("lines", ()), start=1)}
    headings = ["line", "label", "kind", "stage", "unit", by, "number"]
    rows = [
        [one["line"], labels.get(one["line"]), *parts(one["code"]), one["value"], one["number"]]
        for one in snapshot.counts
    ]
    about = [
        ("title", snapshot.title),
        ("frozen (UTC)", written(snapshot.moment)),
        ("from", snapshot.first.isoformat()),
        ("to", snapshot.last.isoformat()),
        ("definition", json.dumps(snapshot.definition, ensure_ascii=False, sort_keys=True)),
        ("digest", snapshot.digest),
        *((one["code"], rule(one["code"])) for one in snapshot.counts),
    ]
    return [
        Table("figure", [Column(heading, 18) for heading in headings], rows),
        Table("about", [Column("term", 36), Column("meaning", 60)], list(dict.fromkeys(about))),
    ]


def parts(code: str) -> list[str]:
    """Kind, stage and unit; the whole of a statement is of all kinds and stages."""
    found = code.split(".")
    return found if len(found) == 3 else ["all", "all", found[-1]]


def rule(code: str) -> str:
    try:
        return Code.parse(code).words
    except ValueError:
        return "behind all lines together"
