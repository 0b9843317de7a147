"""Reading what somebody handed over: each value is what it should be, or a sentence says where it is not."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

# What no text may hold: NUL, and halves of characters, which JSON can write and UTF-8 cannot.
NO_CHARACTER = re.compile(r"[\x00\ud800-\udfff]")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
# Larger than any id or count that PostgreSQL keeps.
LARGEST = 2**63


class Unusable(ValueError):
    """What was read is no frozen figure; the message is one sentence that says where."""


class Record:
    """One object of a file, with the words that say where it stands in it."""

    def __init__(self, data: Any, place: str) -> None:
        if not isinstance(data, Mapping):
            raise Unusable(f"{place} is not an object.")
        self.data, self.place = data, place

    def value(self, key: str) -> Any:
        if key not in self.data:
            raise Unusable(f"{self.place} lacks “{key}”.")
        return self.data[key]

    def only(self, *keys: str) -> "Record":
        """Refuse what nobody proves: another key would travel along as if it had been."""
        for key in self.data:
            if key not in keys:
                raise Unusable(f"{self.place} holds “{str(key)[:40]}”, which no frozen figure has.")
        return self

    def text(self, key: str) -> str:
        value = self.value(key)
        if not isinstance(value, str) or NO_CHARACTER.search(value):
            raise Unusable(f"“{key}” of {self.place} is not a text.")
        return value

    def text_or_none(self, key: str) -> str | None:
        """Nothing is written as null, never as an empty text."""
        if self.value(key) is None:
            return None
        if not self.text(key):
            raise Unusable(f"“{key}” of {self.place} is empty.")
        return self.text(key)

    def number(self, key: str, least: int = 0) -> int:
        return whole(self.value(key), f"“{key}” of {self.place}", least)

    def number_or_none(self, key: str) -> int | None:
        return None if self.value(key) is None else self.number(key)

    def truth(self, key: str) -> bool:
        value = self.value(key)
        if not isinstance(value, bool):
            raise Unusable(f"“{key}” of {self.place} is neither true nor false.")
        return value

    def day(self, key: str) -> str:
        return day(self.text(key), f"“{key}” of {self.place}")

    def day_or_none(self, key: str) -> str | None:
        return None if self.value(key) is None else self.day(key)

    def items(self, key: str) -> list[Any]:
        value = self.value(key)
        if not isinstance(value, list):
            raise Unusable(f"“{key}” of {self.place} is not a list.")
        return value

    def records(self, key: str, called: str) -> "list[Record]":
        return [Record(one, f"{called} {number}") for number, one in enumerate(self.items(key), start=1)]

    def numbers(self, key: str) -> list[int]:
        return [whole(one, f"“{key}” of {self.place}", 0) for one in self.items(key)]

    def texts(self, key: str) -> tuple[str, ...]:
        found = self.items(key)
        if not all(isinstance(one, str) and not NO_CHARACTER.search(one) for one in found):
            raise Unusable(f"“{key}” of {self.place} holds what is not a text.")
        return tuple(found)


def whole(value: Any, place: str, least: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value < LARGEST:
        raise Unusable(f"{place} is not a whole number from {least} on.")
    return value


def day(text: str, place: str) -> str:
    """The same text, if it is a day as 2023-05-31."""
    try:
        if not DAY.fullmatch(text):
            raise ValueError
        dt.date.fromisoformat(text)
    except ValueError:
        raise Unusable(f"{place} is not a date as in 2023-05-31.") from None
    return text


def moment(text: str, place: str) -> str:
    """The same text, if it is a UTC instant to the microsecond."""
    try:
        if not MOMENT.fullmatch(text):
            raise ValueError
        dt.datetime.fromisoformat(text)
    except ValueError:
        raise Unusable(f"{place} is not an instant as in 2026-01-31T09:30:00.000000Z.") from None
    return text
