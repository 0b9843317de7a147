"""Registers in the shapes in which they come: zips and workbooks, sound ones and such as do harm."""

import io
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import xlsxwriter

from tests.courses.naive import Register
from tests.courses.registers import COLUMNS, small, text_of


def zipped(target: Path, members: dict[str, bytes | str]) -> Path:
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target


def texts(of: Register) -> dict[str, bytes | str]:
    return {f"{name}.csv": text_of(name, lines) for name, lines in of.items() if lines}


def zip_of(target: Path, of: Register | None = None, folder: str = "", **more: bytes | str) -> Path:
    members = {f"{folder}{name}": text for name, text in texts(of or small()).items()}
    return zipped(target, members | more)


def workbook(target: Path, of: Register | None = None, suffix: str = "") -> Path:
    """A workbook of sheets whose cells are all texts, as somebody saves it who knows why."""
    with xlsxwriter.Workbook(str(target), {"strings_to_urls": False}) as book:
        for name, lines in (of or small()).items():
            sheet = book.add_worksheet(f"{name}{suffix}")
            for number, row in enumerate([COLUMNS[name], *(list(line.values()) for line in lines)]):
                for column, cell in enumerate(row):
                    if cell:
                        sheet.write_string(number, column, cell)
    return target


def changed(book: Path, **parts: bytes | None) -> Path:
    """The workbook with some parts replaced, added, or (None) left out; "__" in a name stands for "/"."""
    new = {name.replace("__", "/"): content for name, content in parts.items()}
    with ZipFile(book) as archive:
        held: dict[str, bytes | None] = {name: archive.read(name) for name in archive.namelist()}
    return zipped(book, {name: content for name, content in (held | new).items() if content is not None})


def part(book: Path, name: str) -> bytes:
    with ZipFile(book) as archive:
        return archive.read(name)


def link(target: Path, name: str, to: str) -> Path:
    """A zip with a symbolic link in it."""
    info = ZipInfo(name)
    info.create_system, info.external_attr = 3, 0o120777 << 16
    with ZipFile(target, "w") as archive:
        archive.writestr(info, to)
    return target


def bytes_of(path: Path) -> io.BytesIO:
    """As somebody uploads it, under its name."""
    sent = io.BytesIO(path.read_bytes())
    sent.name = path.name
    return sent
