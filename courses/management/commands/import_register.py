"""`manage.py import_register PATH`: bring the ledger to what a training register says."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.actions.imports import Outcome, Problem, Unusable, import_register, unpacked
from courses.actions.imports.rejected_lines import NoPlace, make_place, write_rejected_lines
from lms.kit.terminal import Progress, reader_may_leave

REJECTED, UNUSABLE = 1, 2
SHOWN = 50
UNREAD = "Nothing was written: the register cannot be read as it is. Mend the above and import it again."


class Command(BaseCommand):
    help = (
        "Import a training register: people.csv, activities.csv and participations.csv in a folder or a zip,"
        " or an .xlsx workbook with sheets of these names."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="the folder or file; any of the three may be missing")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
        parser.add_argument("--skip-invalid", action="store_true", help="import the lines that hold")
        parser.add_argument("--format", choices=["text", "json"], default="text")
        parser.add_argument(
            "--rejected-to", type=Path, metavar="FOLDER", help="write the rejected lines there, to mend"
        )

    def handle(self, *, path: Path, dry_run: bool, skip_invalid: bool, **options: Any) -> None:
        self.as_json, rejected_to = options["format"] == "json", options["rejected_to"]
        try:
            if rejected_to:
                make_place(path, rejected_to)
            with unpacked(path) as register:
                with Progress(self.stderr) as progress:
                    outcome = import_register(
                        folder=register.folder,
                        name=register.name,
                        known=register.warnings,
                        by=None,
                        dry_run=dry_run,
                        skip_invalid=skip_invalid,
                        progress=progress,
                    )
                self.report(outcome, conclusion(outcome, dry_run=dry_run))
                if rejected_to:
                    self.write_rejected(register.folder, rejected_to, outcome)
        except NoPlace as none:
            raise CommandError(str(none), returncode=UNUSABLE) from None
        except Unusable as unusable:
            self.report(Outcome(rejections=unusable.problems), UNREAD)
            raise SystemExit(UNUSABLE) from None
        if outcome.rejections and not skip_invalid:
            raise SystemExit(REJECTED)

    def write_rejected(self, path: Path, rejected_to: Path, outcome: Outcome) -> None:
        try:
            write_rejected_lines(path, rejected_to, outcome.rejections)
        except OSError as error:
            raise CommandError(
                f"The rejected lines could not be written to {rejected_to}: {error.strerror}."
                " Everything else is as said above.",
                returncode=UNUSABLE,
            ) from None

    def report(self, outcome: Outcome, closing: str) -> None:
        with reader_may_leave(self.stdout):
            self.tell(outcome, closing)

    def tell(self, outcome: Outcome, closing: str) -> None:
        if self.as_json:
            self.stdout.write(json.dumps(outcome.as_json(), ensure_ascii=False, indent=1))
            return
        for name, tally in outcome.tallies.items():
            if tally.lines:
                self.stdout.write(
                    f"{name}: {tally.lines} lines ({tally.repeated} repeated, {tally.rejected} rejected):"
                    f" {tally.created} created, {tally.changed} changed, {tally.unchanged} unchanged"
                )
        self.list_problems("Rejected", outcome.rejections)
        self.list_problems("Worth knowing", outcome.warnings)
        self.stdout.write(closing)

    def list_problems(self, heading: str, problems: list[Problem]) -> None:
        if problems:
            self.stdout.write(f"{heading}:")
        for problem in problems[:SHOWN]:
            self.stdout.write(f"  {sentence(problem)}")
        if len(problems) > SHOWN:
            self.stdout.write(f"  … and {len(problems) - SHOWN} more (--format json lists all)")


def sentence(problem: Problem) -> str:
    shown = problem.as_json()
    line = f", line {shown['line']}" if shown["line"] else ""
    column = f", {shown['column']}" if shown["column"] else ""
    value = f" “{shown['value']}”" if shown["value"] else ""
    return f"{shown['file']}{line}{column}{value}: {shown['reason']}"


def conclusion(outcome: Outcome, *, dry_run: bool) -> str:
    if dry_run:
        return "A preview: nothing was written."
    if not outcome.applied:
        return "Nothing was written. Mend the lines above, or pass --skip-invalid to import the others."
    if not outcome.changes and outcome.rejections:
        return "Nothing changed: what was not rejected was known already."
    if not outcome.changes:
        return "All of it was known already: nothing changed."
    return f"Applied as import {outcome.import_id}."
