"""Registers on their way through the desk, by the pages and the worker's own function."""

import io
from pathlib import Path
from typing import Any

from django.test import Client

from courses.actions.uploads.bringing import bring_register
from courses.actions.uploads.working import work_once
from courses.models import RegisterUpload
from lms.people.enums import Role
from lms.people.models import User
from tests import cast
from tests.courses.naive import Register
from tests.courses.packing import zip_of
from tests.courses.registers import participation, person, small

DESK = "/staff/imports/"


def staff() -> User:
    return cast.user(Role.STAFF)


def with_rejected(count: int = 1) -> Register:
    """The small register and so many people whose country is none; their participations lean on them."""
    lines = small()
    for number in range(count):
        lines["people"].append(person(f"Q{number}", country="QQ"))
        lines["participations"].append(participation("A1", f"Q{number}"))
    return lines


def packed(folder: Path, of: Register | None = None, name: str = "r.zip") -> io.BytesIO:
    sent = io.BytesIO(zip_of(folder / name, of).read_bytes())
    sent.name = name
    return sent


def brought(folder: Path, of: Register | None = None, by: User | None = None) -> RegisterUpload:
    """One that waits for a worker."""
    file = packed(folder, of)
    return bring_register(name=file.name, content=file, by=by or staff())


def previewed(folder: Path, of: Register | None = None, by: User | None = None) -> RegisterUpload:
    upload = brought(folder, of, by)
    assert work_once()
    upload.refresh_from_db()
    return upload


def url(upload: RegisterUpload) -> str:
    return f"{DESK}uploads/{upload.pk}/"


def send(client: Client, file: Any) -> Any:
    return client.post(DESK, {"file": file}, follow=True)


def press(client: Client, upload: RegisterUpload, **said: str) -> Any:
    """A button of the page as it stands now."""
    upload.refresh_from_db()
    return client.post(url(upload), {"account": upload.account, **said}, follow=True)
