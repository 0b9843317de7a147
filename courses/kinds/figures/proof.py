"""The digest of a frozen figure, and the proof of a file that holds one.

A digest is SHA-256 over canonical JSON (sorted keys, UTF-8, no spaces) of definition, moment, counts and
entry ids. It holds no name of a person, and neither does the file. The facts have a digest of their own.
Both are plain digests: they prove that nothing was changed since the digest was written down somewhere else,
as in the report itself.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

from courses.kinds.figures.definition import Definition
from courses.kinds.figures.facts import Facts
from courses.kinds.figures.reading import NO_CHARACTER, Record, Unusable, moment
from courses.kinds.figures.tally import Tally, standing_behind

FORMAT, VERSION = "frozen-figure", 1
KEYS = (
    "format",
    "version",
    "title",
    "definition",
    "moment",
    "counts",
    "entries",
    "digest",
    "facts",
    "facts_digest",
)
# How many ids or numbers a sentence names before it says how many more there are.
SHOWN = 5
Json = list[dict[str, Any]]


def canonical(data: Any) -> bytes:
    """The one way to write it: sorted keys, UTF-8, no spaces."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def sha256(data: Any) -> str:
    return hashlib.sha256(canonical(data)).hexdigest()


def written(instant: dt.datetime) -> str:
    """A UTC instant as a digest and a file have it, always to the microsecond."""
    return instant.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True)
class Content:
    """What a figure says, beside when: counts and entry ids as digested, and the facts behind them."""

    definition: Definition
    counts: Json
    entries: Json
    facts: dict[str, Json]

    @classmethod
    def of(cls, definition: Definition, facts: Facts) -> Self:
        """Counted from the facts alone; persons lose whatever number they had outside."""
        tally = Tally.of(definition, facts)
        return cls(definition, counts_of(tally), entries_of(tally), facts.told_apart().as_json())

    @property
    def facts_digest(self) -> str:
        return sha256(self.facts)

    def digest(self, at: dt.datetime | None) -> str:
        """``at`` is the moment it was true; None makes the digest of a look that nobody dates."""
        return digest_of(self.definition, written(at) if at else "", self.counts, self.entries)


def digest_of(definition: Definition, at: str, counts: Json, entries: Json) -> str:
    return sha256({"definition": definition.as_json(), "moment": at, "counts": counts, "entries": entries})


def counts_of(tally: Tally) -> Json:
    """Every count that is not zero, in the order of line, count and value."""
    return [
        {"line": key.line, "code": key.code, "value": key.value or None, "number": tally.numbers[key]}
        for key in sorted(tally.numbers)
    ]


def entries_of(tally: Tally) -> Json:
    """The ids behind the counts of each line, kind, stage and value; events stand behind what was held."""
    return [
        {
            "line": group.line,
            "kind": group.kind,
            "stage": group.stage,
            "value": group.value or None,
            "entries": sorted(behind.entries),
            "activities": sorted(behind.activities),
        }
        for group, behind in sorted(tally.behind.items())
        if behind.entries or behind.activities
    ]


@dataclass(frozen=True)
class Frozen:
    """A file that was read; nothing of it is proved yet."""

    title: str
    definition: Definition
    moment: str
    counts: Json
    entries: Json
    digest: str
    facts: Facts
    facts_digest: str

    @classmethod
    def parse(cls, data: Any) -> Self:
        """From decoded JSON. Raises Unusable with one sentence."""
        record = Record(data, "the file").only(*KEYS)
        if record.text("format") != FORMAT or record.number("version") != VERSION:
            raise Unusable("This is no frozen figure, or one of a later program.")
        return cls(
            title=record.text("title"),
            definition=Definition.parse(record.value("definition")),
            moment=moment(record.text("moment"), "“moment” of the file"),
            counts=[_count(one) for one in record.records("counts", "count")],
            entries=[_group(one) for one in record.records("entries", "group of entries")],
            digest=record.text("digest"),
            facts=Facts.parse(record.value("facts")),
            facts_digest=record.text("facts_digest"),
        )

    def disagreements(self) -> Iterator[str]:
        """Each part that does not agree with the others, in a sentence; none where the file is proved."""
        if digest_of(self.definition, self.moment, self.counts, self.entries) != self.digest:
            yield "The digest is not that of the definition, moment, counts and entry ids in the file."
        if sha256(self.facts.as_json()) != self.facts_digest:
            yield "The digest of the facts is not that of the facts in the file."
        tally = Tally.of(self.definition, self.facts)
        yield from counts_apart(self.counts, counts_of(tally))
        yield from entries_apart(self.entries, entries_of(tally))
        yield from self._idle(tally)

    def _idle(self, tally: Tally) -> Iterator[str]:
        """Facts that stand behind no number: the file would say more than its figure does."""
        kept = standing_behind(tally, self.facts)
        if entries := set(self.facts.parts) - set(kept.parts):
            yield f"These entries count for nothing by the definition: {some(entries)}."
        if activities := set(self.facts.activities) - set(kept.activities):
            yield f"These activities stand behind no number: {some(activities)}."


def _count(record: Record) -> dict[str, Any]:
    record.only("line", "code", "value", "number")
    return {
        "line": record.number("line"),
        "code": record.text("code"),
        "value": record.text_or_none("value"),
        "number": record.number("number"),
    }


def _group(record: Record) -> dict[str, Any]:
    record.only("line", "kind", "stage", "value", "entries", "activities")
    return {
        "line": record.number("line"),
        "kind": record.text("kind"),
        "stage": record.text("stage"),
        "value": record.text_or_none("value"),
        "entries": record.numbers("entries"),
        "activities": record.numbers("activities"),
    }


def counts_apart(said: Json, found: Json) -> Iterator[str]:
    """The counts of the file against those of its facts."""
    stated, counted = ({_place(one): one["number"] for one in counts} for counts in (said, found))
    if len(stated) != len(said):
        yield "One count stands in the file twice."
    apart = [key for key in sorted({*stated, *counted}) if stated.get(key, 0) != counted.get(key, 0)]
    for key in apart[:SHOWN]:
        line, code, value = key
        under = f" under “{value}”" if value else ""
        yield (
            f"{code}{under} (line {line}): the file says {stated.get(key, 0)},"
            f" its facts give {counted.get(key, 0)}."
        )
    if len(apart) > SHOWN:
        yield f"{len(apart) - SHOWN} more counts do not agree with the facts."
    if not apart and len(stated) == len(said) and said != found:
        yield "The counts stand in another order than they are written in, or say a zero."


def _place(count: dict[str, Any]) -> tuple[int, str, str]:
    return count["line"], count["code"], count["value"] or ""


def entries_apart(said: Json, found: Json) -> Iterator[str]:
    """The ids that the file lists against those that its facts give."""
    if said == found:
        return
    for name, called in (("entries", "entry"), ("activities", "activity")):
        listed, given = (_ids(groups, name) for groups in (said, found))
        if more := {pk for *_group, pk in listed - given}:
            yield f"Listed, but by the facts not behind the count: {called} {some(more)}."
        if fewer := {pk for *_group, pk in given - listed}:
            yield f"By the facts behind a count, but not listed: {called} {some(fewer)}."
        if listed != given:
            return
    yield "The entry ids stand in another order than they are written in, or twice."


def _ids(groups: Json, name: str) -> set[tuple[Any, ...]]:
    return {
        (group["line"], group["kind"], group["stage"], group["value"] or "", pk)
        for group in groups
        for pk in group[name]
    }


def some(ids: set[int]) -> str:
    first = ", ".join(str(pk) for pk in sorted(ids)[:SHOWN])
    return first if len(ids) <= SHOWN else f"{first} and {len(ids) - SHOWN} more"


def decoded(content: bytes) -> Any:
    """The file's JSON. Raises Unusable for what is none, or says one thing twice."""
    try:
        text = content.decode("utf-8")
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_no_number)
    except Unusable:
        raise
    except UnicodeDecodeError:
        raise Unusable("The file is not UTF-8 text.") from None
    except (ValueError, RecursionError):
        # Also a number of more digits than Python reads, and lists within lists without an end.
        raise Unusable("The file is not JSON.") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unusable("An object of the file says one thing twice.")
    if any(NO_CHARACTER.search(key) for key in found):
        raise Unusable("A key of the file holds what is no character.")
    return found


def _no_number(text: str) -> Any:
    raise Unusable(f"The file holds “{text[:20]}”; a frozen figure has whole numbers only.")
