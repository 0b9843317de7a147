"""Rejected lines are written where they harm nothing, safe to open in a spreadsheet, and come back whole."""

import csv
from pathlib import Path

import pytest

from courses.models import Entry, Import
from lms.people.models import Person
from tests.courses.registers import (
    activity,
    command,
    heads,
    import_folder,
    participation,
    person,
    register,
    small,
    text_of,
    write,
)
from tests.courses.test_broken_files import line, people

pytestmark = pytest.mark.usefixtures("hotlines")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("way", ["{}", "{}/.", "{}/../link"])
def test_the_register_s_own_folder_is_refused_and_stays_as_it_is(tmp_path, way):
    folder = write(tmp_path / "register", small())
    (tmp_path / "link").symlink_to(folder)
    people(folder, line(), line("P2", "\x07"))
    before = contents(folder)
    done = command("import_register", folder, "--skip-invalid", "--rejected-to", way.format(folder))
    assert (done.status, contents(folder), Import.objects.count()) == (2, before, 0)
    assert "is the register itself" in done.errors


def test_a_folder_whose_name_is_no_text_is_imported_under_what_can_be_read(tmp_path):
    folder = write(tmp_path / "r\udcff", small())
    assert import_folder(folder).status == 0
    assert Import.objects.get().name.startswith("r")
    assert "no such folder" in command("import_register", tmp_path / "\udcfe").text.encode().decode()


def test_another_register_is_not_overwritten(tmp_path):
    folder, other = write(tmp_path / "one", small()), write(tmp_path / "other", small())
    before = contents(other)
    done = command("import_register", folder, "--rejected-to", other)
    assert (done.status, contents(other), Import.objects.count()) == (2, before, 0)


@pytest.mark.parametrize("place", ["file", "file/below", "/proc/nowhere"])
def test_a_folder_that_cannot_be_made_is_refused_before_anything_is_imported(tmp_path, place):
    (tmp_path / "file").write_text("")
    done = command("import_register", write(tmp_path / "r", small()), "--rejected-to", tmp_path / place)
    assert (done.status, Import.objects.count()) == (2, 0)
    assert "cannot be written" in done.errors


def test_lines_that_were_mended_since_are_there_no_more(tmp_path):
    folder, mend = write(tmp_path / "register", small()), tmp_path / "mend"
    people(folder, line("P2", "\x07"), line())
    import_folder(folder, "--rejected-to", str(mend))
    assert [path.name for path in mend.iterdir()] == ["people.csv"]
    people(folder, line())
    assert import_folder(folder, "--rejected-to", str(mend)).status == 0
    assert list(mend.iterdir()) == []


def test_a_formula_is_no_formula_in_the_file_to_mend_and_comes_back_as_it_was(tmp_path):
    names = ["=cmd|x", "'=quoted", "+31", "O'Neill", "@here"]
    told = register(people=[person(f"P{n}", given_name=name, country="QQ") for n, name in enumerate(names)])
    mend = tmp_path / "mend"
    import_folder(write(tmp_path / "register", told), "--rejected-to", str(mend))
    written = [row["given_name"] for row in rows(mend / "people.csv")]
    assert written == ["'=cmd|x", "''=quoted", "'+31", "O'Neill", "'@here"]
    mended = (mend / "people.csv").read_text(encoding="utf-8").replace("QQ", "SE")
    (mend / "people.csv").write_text(mended, encoding="utf-8")
    assert import_folder(mend).status == 0
    assert list(Person.objects.order_by("register_id").values_list("given_name", flat=True)) == names


def test_an_apostrophe_in_a_register_of_somebody_else_is_a_letter(tmp_path):
    import_folder(write(tmp_path, register(people=[person(given_name="'=x")])))
    assert Person.objects.get().given_name == "'=x"


@pytest.mark.django_db(transaction=True)
def test_a_control_character_is_shown_and_not_taken_until_it_is_mended(tmp_path):
    folder, mend = write(tmp_path / "register", small()), tmp_path / "mend"
    people(folder, line(given_name="A\x07da"))
    import_folder(folder, "--skip-invalid", "--rejected-to", str(mend))
    assert [row["given_name"] for row in rows(mend / "people.csv")] == ["A�da"]
    again = import_folder(mend)
    assert [(t["line"], t["column"]) for t in again.data["rejections"][:1]] == [(2, "given_name")]
    mended = (mend / "people.csv").read_text(encoding="utf-8").replace("�", "")
    (mend / "people.csv").write_text(mended, encoding="utf-8")
    import_folder(mend, "--skip-invalid")
    assert Person.objects.get().given_name == "Ada"


def test_rejected_again_a_line_has_its_notes_once(tmp_path):
    folder, once, twice = (tmp_path / name for name in ("register", "once", "twice"))
    write(folder, register(people=[person(given_name="=x", country="QQ")]))
    import_folder(folder, "--rejected-to", str(once))
    import_folder(once, "--rejected-to", str(twice))
    assert (twice / "people.csv").read_bytes() == (once / "people.csv").read_bytes()


def test_a_line_that_is_no_csv_is_there_to_mend_too(tmp_path):
    folder, mend = write(tmp_path / "register", small()), tmp_path / "mend"
    people(folder, line(), b'P2,"Ada"x,Ek,,other,,,,')
    import_folder(folder, "--rejected-to", str(mend))
    (row,) = rows(mend / "people.csv")
    assert (row["person_id"], row["rejected_line"]) == ('P2,"Ada"x,Ek,,other,,,,', "3")


def test_a_person_that_cannot_be_read_is_no_head_count(tmp_path):
    wrong = [participation("A1", "P" * 201), participation("A1", "Q" * 201, attended="no")]
    told = register(
        activities=[activity()], participations=[*wrong, heads(audience="press"), heads(country="QQ")]
    )
    done = import_folder(write(tmp_path, told))
    assert [(t["line"], t["column"]) for t in done.data["rejections"]] == [
        (2, "person_id"),
        (3, "person_id"),
        (4, "audience"),
        (5, "country"),
    ]


@pytest.mark.django_db(transaction=True)
def test_what_was_not_rejected_was_known_already(tmp_path):
    folder = write(tmp_path, small())
    import_folder(folder)
    people(folder, line(), line("P2", "\x07"))
    done = command("import_register", folder, "--skip-invalid")
    assert done.status == 0
    assert "what was not rejected was known already" in done.text
    assert "All of it" not in done.text


@pytest.mark.django_db(transaction=True)
def test_rejected_lines_come_as_files_to_mend_and_import_again(tmp_path):
    told = small()
    told["people"].append(person("P2", country="QQ"))
    told["participations"].append(participation("A1", "P2"))
    folder, mend = write(tmp_path / "register", told), tmp_path / "mend"
    assert import_folder(folder, "--skip-invalid", "--rejected-to", str(mend)).status == 0
    assert sorted(file.name for file in mend.iterdir()) == ["participations.csv", "people.csv"]
    mended = (mend / "people.csv").read_text(encoding="utf-8").replace("QQ", "SE")
    (mend / "people.csv").write_text(mended, encoding="utf-8")
    done = import_folder(mend)
    assert (done.status, done.data["rejections"]) == (0, [])
    assert Entry.objects.count() == 2


def test_the_rejected_lines_keep_their_cells_where_a_line_had_too_few(tmp_path):
    folder, mend = write(tmp_path / "register", register(activities=[activity()])), tmp_path / "mend"
    people(folder, line().rsplit(b",", 1)[0])
    assert import_folder(folder, "--rejected-to", str(mend)).status == 1
    header, row = (mend / "people.csv").read_text(encoding="utf-8").splitlines()
    assert row.split(",")[: len(text_of("people", []).split(",")) - 1] == line().decode().split(",")[:-1]
    assert header.startswith(text_of("people", []).strip())
