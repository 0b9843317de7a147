"""A register comes as a zip or a workbook, too, is read the same, and does no harm whatever is in it."""

import csv
import resource
import struct
import subprocess
import sys
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.conf import settings
from python_calamine import CalamineWorkbook

from courses.actions.imports import unpacked
from courses.models import Import
from lms.people.models import Person
from tests.courses.naive import read
from tests.courses.packing import link, workbook, zip_of, zipped
from tests.courses.registers import (
    COLUMNS,
    Done,
    command,
    import_folder,
    participation,
    person,
    small,
    text_of,
    write,
)

pytestmark = pytest.mark.usefixtures("hotlines")
TALLIES = ("people", "activities", "participations", "rejections", "warnings")
YEAR = Path(settings.BASE_DIR) / "courses" / "demo_data" / "register-2023"


def told(path: Path) -> list[tuple[str, int | None, str, str]]:
    """Why it is unusable: nothing was written, and each reason says what to do."""
    done = import_folder(path)
    assert done.status == 2, done
    assert (Import.objects.count(), Person.objects.count()) == (0, 0)
    assert all(len(one["reason"]) > 15 for one in done.data["rejections"])
    return [(one["file"], one["line"], one["value"], one["reason"]) for one in done.data["rejections"]]


def only(path: Path) -> str:
    (one,) = told(path)
    return one[3]


def same(one: Done, other: Done) -> bool:
    return [one.data[name] for name in TALLIES] == [other.data[name] for name in TALLIES]


class TestTheSameRegister:
    @pytest.fixture
    def lines(self) -> dict:
        broken = small()
        broken["people"].append(person("P2", country="QQ", given_name="=x"))
        broken["participations"].append(participation("A1", "P2"))
        return broken

    @pytest.mark.parametrize("shape", ["zip", "zip in a folder", "sheets", "sheets with .csv"])
    def test_reads_as_its_folder_does(self, tmp_path, lines, shape):
        packed = {
            "zip": lambda: zip_of(tmp_path / "r.zip", lines),
            "zip in a folder": lambda: zip_of(tmp_path / "r.zip", lines, folder="register-2023/"),
            "sheets": lambda: workbook(tmp_path / "r.xlsx", lines),
            "sheets with .csv": lambda: workbook(tmp_path / "r.xlsx", lines, suffix=".csv"),
        }[shape]()
        folder = write(tmp_path / "folder", lines)
        assert same(import_folder(packed, "--dry-run"), import_folder(folder, "--dry-run"))

    def test_goes_by_the_name_of_its_file(self, tmp_path):
        import_folder(zip_of(tmp_path / "year-2023.zip"))
        assert Import.objects.get().name == "year-2023.zip"

    @pytest.mark.django_db(transaction=True)
    def test_again_in_another_shape_changes_nothing(self, tmp_path):
        assert import_folder(zip_of(tmp_path / "r.zip")).status == 0
        done = import_folder(workbook(tmp_path / "r.xlsx"))
        assert (done.status, done.data["participations"]["unchanged"], Import.objects.count()) == (0, 1, 1)

    def test_of_one_file_is_that_csv(self, tmp_path):
        write(tmp_path, small())
        done = import_folder(tmp_path / "people.csv")
        assert (done.status, done.data["people"]["created"], done.data["activities"]["lines"]) == (0, 1, 0)

    def test_gives_its_rejected_lines_to_mend(self, tmp_path, lines):
        book = workbook(tmp_path / "r.xlsx", lines)
        done = command("import_register", book, "--rejected-to", tmp_path / "mend")
        assert done.status == 1
        mended = (tmp_path / "mend" / "people.csv").read_text(encoding="utf-8")
        assert "'=x" in mended
        assert ",3," in mended, "the row of the sheet"


class TestAnArchive:
    @pytest.mark.parametrize(
        "name", ["../people.csv", "/etc/people.csv", "a/../../people.csv", "..\\people.csv", "C:\\people.csv"]
    )
    def test_that_leads_out_of_its_folder(self, tmp_path, name):
        packed = zipped(tmp_path / "r.zip", {name: text_of("people", [person()])})
        assert "leads out" in only(packed)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["r.zip"]

    def test_that_holds_a_link(self, tmp_path):
        assert "is a link" in only(link(tmp_path / "r.zip", "people.csv", "/etc/passwd"))

    def test_that_holds_another_one_by_name_or_by_content(self, tmp_path):
        inner = zip_of(tmp_path / "inner.zip").read_bytes()
        assert "unpack it first" in only(zipped(tmp_path / "r.zip", {"inner.zip": inner}))
        assert "unpack it first" in only(zipped(tmp_path / "r.zip", {"people.csv": inner}))
        assert "unpack it first" in only(zipped(tmp_path / "r.zip", {"readme": inner}))

    def test_with_a_password(self, tmp_path):
        packed = bytearray(zip_of(tmp_path / "r.zip").read_bytes())
        at = packed.index(b"PK\x01\x02")
        packed[at + 8] |= 1
        (tmp_path / "r.zip").write_bytes(packed)
        assert "protected by a password" in only(tmp_path / "r.zip")

    def test_with_too_many_members(self, tmp_path):
        packed = zipped(tmp_path / "r.zip", {f"{number}.txt": "" for number in range(201)})
        assert "more than 200 files" in only(packed)

    def test_that_lies_about_their_number(self, tmp_path):
        packed = bytearray(zipped(tmp_path / "r.zip", {f"{n}.txt": "" for n in range(9_000)}).read_bytes())
        end = packed.rindex(b"PK\x05\x06")
        packed[end + 8 : end + 12] = struct.pack("<HH", 1, 1)
        (tmp_path / "r.zip").write_bytes(packed)
        assert "more than 200 files" in only(tmp_path / "r.zip")

    def test_with_the_same_file_twice(self, tmp_path):
        both = {f"{folder}/people.csv": text_of("people", [person()]) for folder in "ab"}
        assert "several of this name" in only(zipped(tmp_path / "r.zip", both))

    def test_with_nothing_of_a_register(self, tmp_path):
        assert "None of people.csv" in only(zipped(tmp_path / "r.zip", {"readme.txt": "hello"}))

    def test_with_more_than_a_register_names_what_it_did_not_read(self, tmp_path):
        done = import_folder(zip_of(tmp_path / "r.zip", **{"notes.txt": "hello"}))
        assert done.status == 0
        assert [(one["file"], one["value"]) for one in done.data["warnings"]] == [("r.zip", "notes.txt")]

    @pytest.mark.parametrize("cut", [10, 60, 200])
    def test_that_was_cut_off(self, tmp_path, cut):
        packed = zip_of(tmp_path / "r.zip").read_bytes()
        (tmp_path / "r.zip").write_bytes(packed[:-cut])
        assert "cannot be unpacked" in only(tmp_path / "r.zip")

    def test_whose_content_is_damaged(self, tmp_path):
        packed = bytearray(zip_of(tmp_path / "r.zip").read_bytes())
        packed[60:90] = bytes(30)
        (tmp_path / "r.zip").write_bytes(packed)
        assert "cannot be unpacked" in only(tmp_path / "r.zip")

    def test_that_is_a_bomb(self, tmp_path, settings):
        settings.REGISTER_MOST_BYTES = 1024 * 1024
        header = text_of("people", [])
        packed = zipped(tmp_path / "r.zip", {"people.csv": header + "x" * 40_000_000})
        assert packed.stat().st_size < 100_000
        assert "more than 1 MB" in only(packed)

    def test_of_another_sort(self, tmp_path):
        (tmp_path / "r.rar").write_bytes(b"Rar!\x1a\x07")
        assert "Give a folder" in only(tmp_path / "r.rar")


def test_a_bomb_takes_neither_memory_nor_disk(tmp_path):
    """In a process of its own, which may not write files of more than 80 MB."""
    with ZipFile(tmp_path / "r.zip", "w", ZIP_DEFLATED) as archive, archive.open("people.csv", "w") as out:
        out.write(text_of("people", []).encode())
        for _ in range(1_000):
            out.write(b"x" * 1_000_000)
    code = (
        "import resource, sys, django; django.setup()\n"
        "from pathlib import Path\n"
        "from courses.actions.imports import Unusable, unpacked\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try:\n    unpacked(Path(sys.argv[1])).__enter__()\n"
        "except Unusable as no: print(no.problems[0].code)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "r.zip"],
        env={"DJANGO_SETTINGS_MODULE": "lms.config.settings", "PATH": "", "TMPDIR": str(tmp_path)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (80_000_000, 80_000_000)),
        capture_output=True,
        text=True,
        check=True,
    )
    code, kilobytes = done.stdout.split()
    assert (code, int(kilobytes) < 20_000) == ("unpacked_too_large", True)
    assert [path.name for path in tmp_path.iterdir()] == ["r.zip"]


def test_a_csv_of_ten_thousand_columns(tmp_path):
    header = ",".join([*COLUMNS["people"], *map(str, range(10_000))])
    (tmp_path / "people.csv").write_text(header)
    assert "more than 200 columns" in only(tmp_path / "people.csv")


def test_a_csv_with_semicolons_says_so(tmp_path):
    (tmp_path / "people.csv").write_text(text_of("people", [person()]).replace(",", ";"))
    assert "Semicolons" in only(tmp_path / "people.csv")


def test_a_csv_in_another_encoding(tmp_path):
    (tmp_path / "people.csv").write_bytes(text_of("people", [person()]).encode("utf-16"))
    assert "not UTF-8" in only(tmp_path / "people.csv")


def test_a_year_s_register_as_a_workbook_is_the_same(tmp_path):
    book = workbook(tmp_path / "r.xlsx", read(YEAR))
    first, second = import_folder(book, "--dry-run"), import_folder(YEAR, "--dry-run")
    assert same(first, second)
    assert first.data["participations"]["created"] > 100


def test_another_reader_of_workbooks_reads_the_same_cells(tmp_path):
    """calamine, which knows nothing of ours."""
    book = workbook(tmp_path / "r.xlsx", read(YEAR))
    other = CalamineWorkbook.from_path(str(book))
    with unpacked(book) as ours:
        for name in COLUMNS:
            with (ours.folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
                assert list(csv.reader(file)) == other.get_sheet_by_name(name).to_python()
