"""Which grants paid for something, as a figure's file has it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from courses.kinds.figures.reading import Record, Unusable


@dataclass(frozen=True)
class Paid:
    """Grants and work packages as counts write them, each once and in order; neither is nothing said."""

    grants: tuple[str, ...] = ()
    work_packages: tuple[str, ...] = ()

    @classmethod
    def of(cls, grants: Iterable[str] = (), work_packages: Iterable[str] = ()) -> Self:
        """In whatever order they come; that of a file is Python's, as no database sorts."""
        return cls(tuple(sorted(set(grants))), tuple(sorted(set(work_packages))))

    def __bool__(self) -> bool:
        return bool(self.grants or self.work_packages)

    def __or__(self, other: "Paid") -> "Paid":
        return Paid(
            *(tuple(sorted({*one, *two})) for one, two in zip(self._both(), other._both(), strict=True))
        )

    def _both(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return self.grants, self.work_packages

    def as_json(self) -> dict[str, list[str]]:
        return {"grants": list(self.grants), "work_packages": list(self.work_packages)}

    @classmethod
    def parse(cls, record: Record, key: str) -> Self:
        """Where the key is not there, nothing was said. Raises Unusable, also for nothing said in words."""
        if key not in record.data:
            return cls()
        said = Record(record.data[key], f"“{key}” of {record.place}").only("grants", "work_packages")
        found = cls(said.texts("grants"), said.texts("work_packages"))
        if not found or found != cls.of(*vars(found).values()):
            raise Unusable(f"{said.place} names nothing, or not each once and in order.")
        return found


NOTHING_SAID = Paid()


def written(said: dict[str, Paid]) -> dict[str, Any]:
    """What was said, by key; nothing is left out, so that a file without grants is what it always was."""
    return {key: paid.as_json() for key, paid in said.items() if paid}
