"""Registers for tests: lines with sound defaults, folders of them, and the commands that read them."""

import csv
import io
import json
from contextlib import redirect_stderr
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command

from tests.courses.naive import FILES, Register

COLUMNS = {
    "people": [
        "person_id",
        "given_name",
        "family_name",
        "email",
        "audience",
        "organisation",
        "country",
        "from",
        "until",
    ],
    "activities": [
        "activity_id",
        "kind",
        "title",
        "starts_at",
        "ends_at",
        "timezone",
        "mode",
        "place",
        "country",
        "host",
        "funder",
        "topics",
        "status",
    ],
    "participations": [
        "activity_id",
        "person_id",
        "audience",
        "organisation",
        "country",
        "headcount",
        "enrolled_on",
        "attended",
        "completed_on",
    ],
}
SWEDEN, FRANCE = "ECPAT Sweden Hotline", "Point de Contact"


def person(person_id: str = "P1", **cells: str) -> dict[str, str]:
    """One affiliation: of the Swedish hotline, without end."""
    at = {"audience": "hotline", "organisation": SWEDEN, "country": "SE"}
    return _line("people", {"person_id": person_id, "given_name": "Ada", "family_name": "Ek"} | at | cells)


def activity(activity_id: str = "A1", **cells: str) -> dict[str, str]:
    """A Basic training held in May 2023."""
    when = {"starts_at": "2023-05-09T09:00", "ends_at": "2023-05-10T16:00", "timezone": "Europe/Amsterdam"}
    what = {"activity_id": activity_id, "kind": "basic", "title": "Basic", "status": "held"}
    return _line("activities", what | when | cells)


def participation(activity_id: str = "A1", person_id: str = "P1", **cells: str) -> dict[str, str]:
    """Somebody who attended; as what is left to the affiliation."""
    who = {"activity_id": activity_id, "person_id": person_id}
    return _line("participations", who | {"attended": "yes"} | cells)


def heads(activity_id: str = "A1", number: str = "5", **cells: str) -> dict[str, str]:
    """A head count of officers of no agency in particular."""
    who = {"activity_id": activity_id, "audience": "law_enforcement", "country": "FR", "headcount": number}
    return _line("participations", who | {"attended": "yes"} | cells)


def _line(name: str, cells: dict[str, str]) -> dict[str, str]:
    return dict.fromkeys(COLUMNS[name], "") | cells


def register(**lists: list[dict[str, str]]) -> Register:
    """A register of the lists given; a name that is not given is an empty list."""
    return {name: lists.get(name, []) for name in FILES}


def small() -> Register:
    """One person who attended one activity."""
    return register(people=[person()], activities=[activity()], participations=[participation()])


def text_of(name: str, lines: list[dict[str, str]]) -> str:
    """The lines as a CSV file, with the columns in the order of the contract."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS[name], lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue()


def write(folder: Path, of: Register) -> Path:
    """Write the files of a register that have lines; returns the folder."""
    folder.mkdir(exist_ok=True, parents=True)
    for name, lines in of.items():
        if lines:
            (folder / f"{name}.csv").write_text(text_of(name, lines), encoding="utf-8")
    return folder


@dataclass(frozen=True)
class Done:
    """How a command ended: exit status and what it wrote, on the screen and as errors."""

    status: int
    text: str
    errors: str = ""

    @property
    def data(self) -> Any:
        return json.loads(self.text)


def command(name: str, *arguments: Any, **options: Any) -> Done:
    """Call a management command as the shell would see it end."""
    out, errors = io.StringIO(), io.StringIO()
    status = 0
    try:
        with redirect_stderr(errors):
            call_command(name, *map(str, arguments), stdout=out, stderr=errors, **options)
    except CommandError as error:
        status = error.returncode
        errors.write(str(error))
    except SystemExit as left:
        status = int(left.code or 0)
    return Done(status, out.getvalue(), errors.getvalue())


def import_folder(folder: Path, *arguments: str) -> Done:
    return command("import_register", folder, "--format", "json", *arguments)


def counts_of(out: Path, *arguments: str) -> dict[str, Any]:
    """The JSON of `export_training_counts`, by way of a file."""
    done = command("export_training_counts", "--out", out, *arguments)
    assert done.status == 0, done.errors
    return json.loads(out.read_text(encoding="utf-8"))
