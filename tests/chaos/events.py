"""What the audit tells the judge, and what the judge says."""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Event:
    """One line of the audit; `schedule` is None where it concerns everybody, `tx` the transaction it is of."""

    number: int
    schedule: int | None
    kind: str
    at: dt.datetime
    about: dict[str, Any]
    tx: str = ""


@dataclass
class Verdict:
    """What a run came to: periods accounted for, and every breach by its kind, with whose it is.

    ``lagging`` are those who do not follow what is proposed: allowed to whom the engine set aside.
    """

    accounted: int = 0
    told: int = 0
    asked_for: int = 0
    lagging: int = 0
    breaches: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def holds(self) -> bool:
        return not any(self.breaches.values())

    def numbers(self) -> Counter[str]:
        return Counter({kind: len(found) for kind, found in self.breaches.items()})
