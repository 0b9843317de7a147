"""A register as it comes: a folder, a zip, a workbook or one CSV file; always read as a folder."""

import csv
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from zipfile import ZipInfo

from django.conf import settings

from courses.actions.imports.archives import ZIP_STARTS, Archive, open_archive, unusable
from courses.actions.imports.reasons import Problem
from courses.actions.imports.sheets import unpack_workbook
from courses.actions.imports.source import FILES, Unusable, name_of, open_text, readable
from courses.actions.imports.workbooks import is_workbook

# What Excel wrote before 2007, and writes today around a workbook with a password.
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Columns that no other file of a register has together.
TOLD_BY = {
    "people.csv": {"person_id", "given_name", "family_name"},
    "activities.csv": {"activity_id", "kind", "status"},
    "participations.csv": {"activity_id", "person_id", "attended"},
}
WITH_MACROS = (".xlsm", ".xltm", ".xlsb", ".xlam")


@dataclass(frozen=True)
class Unpacked:
    """A folder of CSV files to import; ``warnings`` say what was in there and is no part of a register."""

    folder: Path
    name: str
    warnings: list[Problem] = field(default_factory=list)


@contextmanager
def unpacked(path: Path, *, name: str = "") -> Iterator[Unpacked]:
    """The register at ``path`` as a folder, which is gone afterwards where it had to be made.

    ``name`` is what the register is called, by default as the file is. Raises Unusable with a sentence for
    whatever cannot be unpacked without harm; the disk takes twice settings.REGISTER_MOST_BYTES at most.
    """
    name = name or name_of(path)
    with readable(path):
        is_file = path.is_file()
    if not is_file:
        # A folder; or nothing, which whoever opens it says.
        yield Unpacked(path, name)
        return
    with tempfile.TemporaryDirectory(prefix="register-") as made:
        folder = Path(made)
        yield Unpacked(folder, name, unpack(path, folder, name))


def unpack(path: Path, folder: Path, name: str) -> list[Problem]:
    with readable(path), path.open("rb") as file:
        head = file.read(len(OLD_WORKBOOK))
    if head == OLD_WORKBOOK:
        raise unusable(name, "old_workbook")
    if name.casefold().endswith(WITH_MACROS):
        raise unusable(name, "macros")
    if not head.startswith(ZIP_STARTS):
        return link_file(path, folder, name)
    with readable(path), open_archive(path, name=name, most=settings.REGISTER_MOST_BYTES) as archive:
        return unpack_workbook(archive, folder) if is_workbook(archive) else unpack_files(archive, folder)


def link_file(path: Path, folder: Path, name: str) -> list[Problem]:
    """A single file of a register, by its name, else by its header; a warning says what it was taken for."""
    known = name.casefold()
    if known in FILES:
        os.symlink(path.absolute(), folder / known)
        return []
    taken_for = file_of(path)
    if not taken_for:
        raise unusable(name, "not_of_a_register")
    os.symlink(path.absolute(), folder / taken_for)
    return [Problem(name, None, "", name, "taken_for", {"file": taken_for})]


def file_of(path: Path) -> str:
    """The one file of a register whose columns a header names, '' for none or several."""
    with readable(path), open_text(path) as stream:
        try:
            header = {cell.strip() for cell in next(csv.reader(stream), [])}
        except csv.Error:
            return ""
    found = [file for file, columns in TOLD_BY.items() if columns <= header]
    return found[0] if len(found) == 1 else ""


def unpack_files(archive: Archive, folder: Path) -> list[Problem]:
    """The files of a register, wherever in the archive they lie; what else is there is named."""
    found: dict[str, ZipInfo] = {}
    warnings, wrong = [], []
    for info in archive.members:
        name = PurePosixPath(info.filename).name.casefold()
        if archive.begins(info, ZIP_STARTS):
            wrong.append(Problem(archive.name, None, "", info.filename, "nested_archive"))
        elif name not in FILES:
            warnings.append(Problem(archive.name, None, "", info.filename, "unknown_member"))
        elif name in found:
            wrong.append(Problem(archive.name, None, "", info.filename, "twice_in_archive"))
        else:
            found[name] = info
    if not found and not wrong:
        wrong.append(Problem(archive.name, None, "", "", "missing_file"))
    if wrong:
        raise Unusable(wrong)
    for name, info in found.items():
        with archive.reading(info.filename) as content, (folder / name).open("wb") as out:
            out.writelines(content.chunks())
    return warnings
