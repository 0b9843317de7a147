"""Records in a file, in an order, of which a page is read without reading the others.

For what is too long for memory, is never changed, and is looked at in parts: JSON, a line each, and after the
last of them where each begins.
"""

import json
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, overload

NUMBER = 8


class Shelf:
    """Adds records to a file; ``close`` writes where they begin, after which the file is whole."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.begins = array("Q")
        self.at = 0

    def __len__(self) -> int:
        return len(self.begins)

    def add(self, record: Any) -> None:
        line = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        self.begins.append(self.at)
        self.at += self.file.write(line + b"\n")

    def close(self) -> None:
        self.file.write(self.begins.tobytes() + len(self.begins).to_bytes(NUMBER, "little"))


class Shelved(Sequence[Any]):
    """The records of a file that ``Shelf`` wrote, from ``start`` up to ``end``, read as they are asked for.

    Raises FileNotFoundError where the file is gone.
    """

    def __init__(self, path: Path, start: int = 0, end: int | None = None) -> None:
        self.path, self.start = path, start
        with path.open("rb") as file:
            self.end_of_all = file.seek(-NUMBER, 2)
            self.total = int.from_bytes(file.read(NUMBER), "little")
        self.end = self.total if end is None else min(end, self.total)

    def __len__(self) -> int:
        return max(0, self.end - self.start)

    @overload
    def __getitem__(self, place: int) -> Any: ...
    @overload
    def __getitem__(self, place: slice) -> list[Any]: ...
    def __getitem__(self, place: int | slice) -> Any:
        if isinstance(place, int):
            wanted = range(len(self))[place]
            return self._read(wanted, wanted + 1)[0]
        first, last, step = place.indices(len(self))
        return self._read(first, max(first, last))[::step]

    def __iter__(self) -> Iterator[Any]:
        for first in range(0, len(self), 1_000):
            yield from self[first : first + 1_000]

    def _read(self, first: int, last: int) -> list[Any]:
        if first == last:
            return []
        table = self.end_of_all - NUMBER * self.total
        with self.path.open("rb") as file:
            file.seek(table + NUMBER * (self.start + first))
            begins = array("Q")
            begins.frombytes(file.read(NUMBER * (last - first)))
            file.seek(begins[0])
            return [json.loads(file.readline().decode("utf-8", "surrogatepass")) for _ in begins]
