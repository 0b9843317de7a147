"""TOML both ways: data written as authors would write it, and the line on which each thing stands."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

Path = tuple[str | int, ...]

# PostgreSQL keeps no order of keys: this is the order in which people write them.
ORDER = (
    "key", "kind", "file", "captions", "points", "term", "title", "label", "left", "right", "criterion",
    "prompt", "intro", "start", "outcome", "text", "meaning", "items", "accepted", "answer", "tolerance",
    "unit", "correct", "feedback", "feedback_true", "feedback_false", "next", "explanation", "waived",
    "alt", "decorative", "caption", "description", "transcript",
)  # fmt: skip
HEADER = re.compile(r"\s*\[\[\s*([\w.]+)\s*\]\]")
# No data is written in tables further within tables.
DEEPEST = 8
KEY = re.compile(r"\s*(\w+)\s*=")


def written(data: Mapping[str, Any], prefix: str = "") -> str:
    """TOML that reads back as the same data; what is None is left out."""
    return "\n".join(lines(data, prefix)).strip("\n") + "\n"


def lines(data: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    names = sorted((name for name in data if data[name] is not None), key=rank)
    tables = [name for name in names if is_tables(data[name])]
    yield from (f"{name} = {value(data[name])}" for name in names if name not in tables)
    for name in tables:
        for row in data[name]:
            yield ""
            yield f"[[{prefix}{name}]]"
            yield from lines(row, f"{prefix}{name}.")


def rank(name: str) -> tuple[int, str]:
    return (ORDER.index(name) if name in ORDER else len(ORDER), name)


def is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, Mapping) for row in value)


def value(of: Any) -> str:
    if isinstance(of, bool):
        return "true" if of else "false"
    if isinstance(of, list):
        return "[" + ", ".join(value(one) for one in of) + "]"
    if isinstance(of, str):
        return text(of)
    return str(of)


def text(of: str) -> str:
    if "\n" not in of:
        return quoted(of)
    inner = "\n".join(quoted(line)[1:-1].replace('\\"', '"') for line in of.split("\n"))
    return '"""\n' + inner.replace('"""', '""\\"') + '"""'


def quoted(line: str) -> str:
    # A string of JSON is one of TOML, but for the delete character.
    return json.dumps(line, ensure_ascii=False).replace("\x7f", "\\u007f")


def lines_of(source: str) -> dict[Path, int]:
    """On which line, from 1, each table and key begins: ("step", 0, "choice", 1, "next") is a path."""
    found: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    here: Path = ()
    inside = False
    for number, line in enumerate(source.split("\n"), start=1):
        if not inside:
            if header := HEADER.match(line):
                here = next_path(header[1].split(".", DEEPEST), counts)
                found[here] = number
            elif key := KEY.match(line):
                found.setdefault((*here, key[1]), number)
        inside ^= line.count('"""') % 2 == 1
    return found


def with_text(source: str, name: str, of: str) -> str:
    """The source with a key of its own level set to a text of one line, where it stood or else on top."""
    line = f"{name} = {quoted(of)}"
    lines, at = source.split("\n"), lines_of(source).get((name,))
    if at is None:
        return f"{line}\n{source}"
    lines[at - 1] = line
    return "\n".join(lines)


def next_path(names: list[str], counts: dict[Path, int]) -> Path:
    """The path of the table that a header opens, after those already counted; it is counted too."""
    path: Path = ()
    for name in names[:-1]:
        path = (*path, name, max(counts.get((*path, name), 0) - 1, 0))
    path = (*path, names[-1])
    count = counts.get(path, 0)
    counts[path] = count + 1
    return (*path, count)
