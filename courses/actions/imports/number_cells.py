"""A number in a workbook as the text that a register has for it: whole numbers, and dates by their format."""

import datetime as dt
import math
import re

# Formats that every spreadsheet program knows by number; those not named here show no date.
DAY_FORMATS = frozenset({14, 15, 16, 17, *range(27, 32), 36, *range(50, 55), 57, 58})
TIME_FORMATS = frozenset({18, 19, 20, 21, 22, 32, 33, 34, 35, 45, 47, 55, 56})
# Spelled-out text, escaped letters, and brackets of colours and languages mean nothing here.
NOT_FORMAT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
ELAPSED = re.compile(r"\[[hms]+\]", re.IGNORECASE)
ZEROS = re.compile(r"0{2,}")
WHOLE = re.compile(r"-?\d+(\.0*)?|-?\d+(\.\d+)?[eE]\+?\d+")
# A number of more digits has lost some of them already.
MOST_DIGITS = 15
FIRST_DAY, LAST_DAY = 61, 2_958_465
EPOCH, EPOCH_1904 = dt.date(1899, 12, 30), dt.date(1904, 1, 1)
DAY_SECONDS = 86_400


class TooManyDigits(Exception):
    """The number is not the one that was typed."""


class NumberFormat:
    """How a cell shows its number: by a format's number and, where it is not a known one, its code."""

    def __init__(self, number: int, code: str) -> None:
        bare = NOT_FORMAT.sub("", code.partition(";")[0]).casefold()
        elapsed = bool(ELAPSED.search(code))
        self.has_time = number in TIME_FORMATS or (not elapsed and any(letter in bare for letter in "hs"))
        self.has_day = number in DAY_FORMATS or (not elapsed and any(letter in bare for letter in "ymd"))
        self.width = len(code) if ZEROS.fullmatch(code) else 0

    @property
    def is_date(self) -> bool:
        return self.has_day or self.has_time


def text_of(value: str, shown: NumberFormat, *, since_1904: bool) -> str:
    """``value`` is as the file has it. Raises TooManyDigits, and ValueError for what is no number."""
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("no number")
    if shown.is_date:
        return moment(number, shown, since_1904) or value
    if not WHOLE.fullmatch(value) or number != int(number):
        return value
    if abs(number) >= 10**MOST_DIGITS:
        raise TooManyDigits
    return str(int(number)).zfill(shown.width)


def moment(serial: float, shown: NumberFormat, since_1904: bool) -> str:
    """Days since an epoch as an ISO date, or as a local time where the format or the number has one.

    '' for days before March 1900, where spreadsheets count a day that never was, and for those after 9999.
    """
    first = 0 if since_1904 else FIRST_DAY
    if not first <= serial < LAST_DAY:
        return ""
    seconds = round(serial * DAY_SECONDS)
    epoch = EPOCH_1904 if since_1904 else EPOCH
    day = epoch + dt.timedelta(days=seconds // DAY_SECONDS)
    rest = seconds % DAY_SECONDS
    if not rest and not shown.has_time:
        return day.isoformat()
    at = dt.time(rest // 3_600, rest % 3_600 // 60, rest % 60)
    return f"{day}T{at.isoformat(timespec='seconds' if rest % 60 else 'minutes')}"
