"""Why a line is rejected or noted, in words that say what to do.

A reason is a code with parameters while it travels (through SQL, too) and becomes a sentence here.
"""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

# How much of a cell is shown: enough to find it, short enough to read.
SHOWN = 120

REASONS = {
    # --- the file
    "missing_file": _("None of people.csv, activities.csv and participations.csv is here."),
    "no_folder": _("There is no such folder."),
    "not_a_folder": _("This is a file, and the command reads a folder of CSV files: unpack or export it."),
    "closed": _("It cannot be read: %(why)s."),
    "open_quote": _("A quote opens here and is never closed, so the lines after it cannot be read."),
    "missing_column": _("The column “%(column)s” is missing from the header."),
    "repeated_column": _("The column “%(column)s” is in the header twice; keep one."),
    "unknown_column": _("The column “%(column)s” is not part of a register; it was not read."),
    "empty_file": _("The file is empty; its first line must name the columns."),
    "not_text": _("The header is not UTF-8 text; save the file as “CSV UTF-8”."),
    # --- a cell
    "cells": _("The line has %(found)s cells and the header %(expected)s."),
    "unreadable": _("The line cannot be read as CSV: a cell is far too long or a quote is out of place."),
    "too_long": _("The cell has %(length)s characters; %(limit)s are the most."),
    "control": _("The cell holds a control character (such as a line break or a tab); remove it."),
    "encoding": _("The cell is not UTF-8; save the file as “CSV UTF-8”."),
    "unmended": _("“�” stands for characters that no cell may hold; write what was meant."),
    "blank": _("The cell is blank, and a value is needed here."),
    "email": _("This is not an e-mail address."),
    "choice": _("This is not one of: %(allowed)s."),
    "country": _("This is not a country code of ISO 3166 (two capital letters, such as NL)."),
    "date": _("This is not a date; write it as 2023-05-31."),
    "time": _("This is not a local time; write it as 2023-05-31T09:00, without an offset."),
    "zone": _("This is not an IANA time zone, such as Europe/Amsterdam."),
    "number": _("This is not a whole number from 1 to %(limit)s."),
    "ends_before_start": _("This is before the start, %(start)s."),
    "end_without_start": _("There is an end but no start."),
    "hotline_needed": _("The audience is hotline, so the hotline's name is needed here."),
    "head_count_needed": _("Without a person_id this is a head count, which needs a number of 1 or more."),
    "person_counts_one": _("A line with a person counts as 1; leave this blank, or leave person_id blank."),
    # --- lines held against each other and against what is known
    "unknown_hotline": _("The network holds no hotline of this name; add it first, or mend the name."),
    "unknown_person": _("No person of this id is known or listed in people.csv."),
    "unknown_activity": _("No activity of this id is known or listed in activities.csv."),
    "leans_on_person": _("The line of this person in people.csv is rejected (line %(line)s)."),
    "leans_on_activity": _("The line of this activity in activities.csv is rejected (line %(line)s)."),
    "sibling_rejected": _("Another line of this person is rejected (line %(line)s); they belong together."),
    "two_lines": _("Line %(line)s says something else about the same; keep one of them."),
    "overlap": _("Line %(line)s gives the same affiliation on the same days; keep one or part the dates."),
    "two_affiliations": _("Two affiliations fit on %(day)s (%(first)s; %(second)s); say which one holds."),
    "no_affiliation": _("This is blank, and no affiliation on %(day)s fills it."),
    "attended_self_paced": _("The activity is self-paced (it has no start), so nobody attends it."),
    "completed_cancelled": _("The activity is cancelled, so nobody can have completed it."),
    "cancelled_with_completions": _("%(count)s completions of it stand; it cannot be cancelled over them."),
    "self_paced_with_attendance": _("%(count)s attendances of this activity stand; it needs its start."),
    # --- worth knowing
    "against_people": _("On %(day)s people.csv has %(known)s; what this line says was taken."),
    "affiliation_gone": _("The affiliation %(held)s of %(person)s is no longer listed, so it was removed."),
    "several_names": _("The lines of this person differ in name or e-mail; those of the latest were taken."),
    "gone": _("Import %(number)s holds this and the register no longer does; nothing was changed."),
}  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """A rejection or a warning: where, what was there, and why. ``line`` is null where no line is meant."""

    file: str
    line: int | None
    column: str
    value: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        return str(REASONS[self.code]) % self.params

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "value": shortened(self.value),
            "reason": self.reason,
        }


def shortened(value: str) -> str:
    """The value as it may be shown: cut, and with what cannot be printed made visible."""
    cut = value if len(value) <= SHOWN else f"{value[:SHOWN]}…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "replace").decode() for c in cut)
