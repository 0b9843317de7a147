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
    "not_a_folder": _("This is no folder."),
    "closed": _("It cannot be read: %(why)s."),
    "open_quote": _("A quote opens here and is never closed, so the lines after it cannot be read."),
    "missing_column": _("The column “%(column)s” is missing from the header."),
    "repeated_column": _("The column “%(column)s” is in the header twice; keep one."),
    "unknown_column": _("The column “%(column)s” is not part of a register; it was not read."),
    "empty_file": _("The file is empty; its first line must name the columns."),
    "not_text": _("The header is not UTF-8 text; save the file as “CSV UTF-8”."),
    "too_many_columns": _("There are more than %(limit)s columns; keep those of a register."),
    "semicolons": _("Semicolons stand between the cells; save the file with commas between them."),
    # --- what the files came in
    "not_of_a_register": _(
        "Give a folder, a .zip, an .xlsx workbook, or one file that is called people.csv, activities.csv or"
        " participations.csv, or has the columns of one of them."
    ),
    "taken_for": _("By its columns this was taken for %(file)s."),
    "broken_archive": _("It cannot be unpacked, as if part of it were missing; make it once more."),
    "large_archive": _("It is a zip in the format for very large files; make a plain one."),
    "too_many_members": _("It holds more than %(limit)s files; pack the CSV files of the register alone."),
    "odd_member": _("This leads out of the archive's own folder, or is a link; pack plain files."),
    "odd_packing": _("This is packed in a way that is not read here; make a plain zip."),
    "encrypted": _("This is protected by a password; pack it without one."),
    "nested_archive": _("This is an archive inside of another one; unpack it first."),
    "twice_in_archive": _("There are several of this name; keep one."),
    "unknown_member": _("This is not part of a register; it was not read."),
    "unpacked_too_large": _(
        "Unpacked it is more than %(limit)s MB; make several registers of it, or have"
        " REGISTER_MOST_MB raised."
    ),
    "old_workbook": _("This workbook is of an old format or has a password; save it as .xlsx without one."),
    "macros": _("This workbook holds macros; save it as .xlsx, which has none."),
    "external": _("This workbook takes values from other files; paste them as values and save it anew."),
    "doctype": _("This part declares entities, which no spreadsheet program writes; save the workbook anew."),
    "broken_workbook": _("This part cannot be read; open the workbook in a spreadsheet and save it anew."),
    "too_many_texts": _("It has more than %(limit)s different texts; save its sheets as CSV files."),
    "too_many_lines": _("The sheet has more than %(limit)s lines; save it as a CSV file."),
    "missing_sheet": _("None of its sheets is called people, activities or participations."),
    "hidden_sheet": _("This sheet is hidden; show it, or take it out."),
    "hidden_rows": _("Rows of it are hidden, and were read like the others: %(count)s."),
    "hidden_columns": _("Columns of it are hidden, and were read like the others: %(count)s."),
    "sheet_twice": _("There are two sheets for this file of the register; keep one."),
    "unknown_sheet": _("This sheet is not part of a register; it was not read."),
    "formula": _("Cell %(cell)s holds a formula; put the value itself there (copy, then paste as values)."),
    "cell_error": _("Cell %(cell)s holds an error instead of a value; write what was meant."),
    "too_many_digits": _("Cell %(cell)s holds a number of too many digits; format its column as text first."),
    # --- any sheet
    "not_a_sheet": _("Give a sheet as a CSV file or as an .xlsx workbook."),
    "empty_sheet": _("There is nothing in it."),
    "sheet_too_wide": _("There are more than %(limit)s columns; keep those that say something of people."),
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
