"""Sheets of others on their way to a register, by the pages and the worker's own function."""

import io
import re
from html import unescape
from pathlib import Path
from typing import Any

import xlsxwriter
from django.test import Client

from courses.actions.sheets.working import work_on_sheet
from courses.models import Activity, Sheet, SheetPerson, SheetSource
from tests.courses.gatherings import made as gathered

DESK = "/staff/imports/sheets/"
SIGN_IN = """\
Sign-in sheet;;;
Lisbon, first day;;;
First name;Surname;E-mail;Signature
Ada;Ek;ada@linea.example;x
Bo;Falk;bo@else.example;x
Cy;Gray;cy@else.example;
"""


def file(content: str | bytes, name: str = "signed.csv") -> io.BytesIO:
    sent = io.BytesIO(content.encode() if isinstance(content, str) else content)
    sent.name = name
    return sent


def workbook(target: Path, *sheets: tuple[str, list[list[Any]]], **options: Any) -> io.BytesIO:
    """Cells are written as what they are; ``hidden`` names sheets."""
    with xlsxwriter.Workbook(str(target), {"strings_to_urls": False, "strings_to_formulas": False}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if hasattr(cell, "year"):
                        sheet.write_datetime(number, place, cell, day)
                    elif cell != "":
                        sheet.write(number, place, cell)
            if name in options.get("hidden", ()):
                sheet.hide()
            else:
                # The one that is open is always shown.
                sheet.activate()
    return file(target.read_bytes(), target.name)


def send(client: Client, content: Any, source: str = "Sign-in sheet Lisbon", **said: Any) -> Any:
    """The page after a sheet was sent: of a source that is known, or of a new one."""
    known = SheetSource.objects.filter(name=source).first()
    where = {"source": known.pk} if known else {"new_source": source}
    return client.post(DESK, {"file": content, **where, **said}, follow=True)


def brought(client: Client, content: Any, source: str = "Sign-in sheet Lisbon") -> Sheet:
    """One that was sent and read."""
    send(client, content, source)
    assert work_on_sheet()
    return latest()


def latest() -> Sheet:
    return Sheet.objects.latest("pk")


def url(sheet: Sheet, step: str = "") -> str:
    return f"{DESK}{sheet.pk}/{step}"


def fields(page: str) -> dict[str, Any]:
    """What a browser would send of the page's form, without any button."""
    sent: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        found = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        name, kind = found.get("name", ""), found.get("type", "text")
        if not name or kind == "file" or (kind in ("checkbox", "radio") and " checked" not in tag):
            continue
        sent[name] = unescape(found.get("value", "on" if kind == "checkbox" else ""))
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.findall(r'<option value="([^"]*)"[^>]* selected', options)
        first = re.findall(r'<option value="([^"]*)"', options)
        sent[name] = unescape((chosen or first or [""])[0])
    sent.pop("csrfmiddlewaretoken", None)
    return sent


def submit(client: Client, path: str, **said: Any) -> Any:
    """The form of a page as it stands, with some fields said otherwise, and one of its buttons."""
    return client.post(path, {**fields(client.get(path).text), **said}, follow=True)


def columns(client: Client, sheet: Sheet, activity: Activity | None = None, **said: Any) -> Any:
    """The columns as they are suggested, for one activity."""
    whole = {"activity": activity.pk} if activity else {}
    answer = submit(client, url(sheet, "columns/"), **whole, **said)
    work_on_sheet()
    sheet.refresh_from_db()
    return answer


def at_people(
    client: Client, content: Any = SIGN_IN, source: str = "Sign-in sheet Lisbon", **said: Any
) -> Sheet:
    sheet = brought(client, file(content) if isinstance(content, str | bytes) else content, source)
    columns(client, sheet, said.pop("activity", None) or gathered.held(), **said)
    assert sheet.state == "people", sheet.found
    return sheet


def key(sheet: Sheet, given_name: str) -> str:
    return SheetPerson.objects.get(sheet=sheet, given_name=given_name).key


def who(sheet: Sheet, **said: str) -> dict[str, str]:
    """Choices by given name, as the page's fields are called."""
    return {f"who-{key(sheet, name)}": choice for name, choice in said.items()}


def decide(client: Client, sheet: Sheet, **said: str) -> Any:
    return submit(client, url(sheet, "people/"), **who(sheet, **said))


def make(client: Client, sheet: Sheet) -> Sheet:
    """Have the register written."""
    submit(client, url(sheet, "people/"), make="1")
    work_on_sheet()
    sheet.refresh_from_db()
    return sheet
