"""Import the list of hotlines from a CSV file."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lms.people.actions.hotlines import HotlineOutcome, record_hotlines
from lms.people.hotline_list import HotlineList, UnusableListError, read


class Command(BaseCommand):
    """Exit status: 0 done, 1 lines rejected and nothing written, 2 bad arguments or unusable input."""

    help = "Import hotlines (name, organisation, country, iso2, region, joined_year, confidence, source)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, file: Path, format: str, **options: Any) -> None:
        try:
            hotlines = read(file)
        except UnusableListError as error:
            raise CommandError(str(error), returncode=2) from error
        outcome = record_hotlines(rows=hotlines.rows, by=None)
        words = _as_json if format == "json" else _as_text
        self.stdout.write(words(file.name, hotlines, outcome))
        if not outcome.applied:
            sys.exit(1)


def _as_json(file: str, hotlines: HotlineList, outcome: HotlineOutcome) -> str:
    rejections = [{"file": file, **asdict(rejection)} for rejection in outcome.rejections]
    report = {
        "hotlines": outcome.as_dict(),
        "rejections": rejections,
        "warnings": _warnings(file, hotlines),
        "applied": outcome.applied,
    }
    return json.dumps(report, ensure_ascii=False, indent=1)


def _warnings(file: str, hotlines: HotlineList) -> list[str]:
    return [f"{file}: unknown column {column!r} was not read." for column in hotlines.unknown_columns]


def _as_text(file: str, hotlines: HotlineList, outcome: HotlineOutcome) -> str:
    lines = _warnings(file, hotlines)
    lines += [
        f"{file}, line {fault.line}, {fault.column or 'line'}: {fault.value!r} {fault.reason}."
        for fault in outcome.rejections
    ]
    counts = ", ".join(f"{number} {name}" for name, number in outcome.as_dict().items() if name != "lines")
    return "\n".join([*lines, f"{outcome.lines} lines: {counts}. {_verdict(outcome)}"])


def _verdict(outcome: HotlineOutcome) -> str:
    if not outcome.applied:
        return "Nothing was written."
    return "Done." if outcome.created or outcome.changed else "Nothing to change."
