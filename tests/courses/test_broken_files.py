"""Files that are not quite CSV, not quite UTF-8, or not quite there."""

from pathlib import Path

import pytest

from courses.actions.imports.source import READ_LIMIT
from courses.models import Entry, Import
from lms.people.models import Person
from tests.courses.registers import (
    command,
    import_folder,
    person,
    register,
    small,
    text_of,
    write,
)
from tests.courses.test_broken_registers import rejections

pytestmark = pytest.mark.usefixtures("hotlines")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path, small())


def people(folder: Path, *lines: bytes, header: bool = True, ending: bytes = b"\n") -> Path:
    """Replace people.csv by raw lines under its header."""
    first = [text_of("people", []).strip().encode()] if header else []
    (folder / "people.csv").write_bytes(ending.join([*first, *lines, b""]))
    return folder


def line(person_id: str = "P1", given_name: str = "Ada") -> bytes:
    return text_of("people", [person(person_id, given_name=given_name)]).splitlines()[1].encode()


def test_a_line_in_latin_1_is_rejected_alone(folder):
    told = rejections(people(folder, line(), line("P2", "Zoë").decode().encode("latin-1"), line("P3")))
    assert [place[:3] for place in told] == [("people.csv", 3, "given_name")]


def test_a_file_in_utf_16_is_unusable_and_said_in_one_line(folder):
    (folder / "people.csv").write_text(text_of("people", [person()]), encoding="utf-16")
    told = rejections(folder, status=2)
    assert [place[0] for place in told] == ["people.csv"]


def test_a_byte_order_mark_is_not_part_of_the_first_column(folder):
    content = (folder / "people.csv").read_bytes()
    (folder / "people.csv").write_bytes(b"\xef\xbb\xbf" + content)
    assert import_folder(folder).status == 0


@pytest.mark.parametrize("ending", [b"\r\n", b"\n"])
def test_lines_may_end_as_on_any_system(folder, ending):
    people(folder, line(), line("P2"), line("P3", "\x07"), ending=ending)
    assert [place[:3] for place in rejections(folder)] == [("people.csv", 4, "given_name")]


def test_blank_lines_count_as_an_editor_counts_them(folder):
    people(folder, b"", line(), b"", b"", line("P2", "\x07"))
    assert [place[:2] for place in rejections(folder)] == [("people.csv", 6)]


def test_a_quoted_line_break_is_a_control_character_and_keeps_the_numbering(folder):
    folder.joinpath("people.csv").write_text(
        text_of("people", [person("P2", given_name="two\nlines"), person("P3", given_name="\x07"), person()])
    )
    assert [place[:3] for place in rejections(folder)] == [
        ("people.csv", 2, "given_name"),
        ("people.csv", 4, "given_name"),
    ]


def test_a_missing_column(folder):
    content = (folder / "people.csv").read_text().replace("email", "mail")
    (folder / "people.csv").write_text(content)
    assert [place[:3] for place in rejections(folder, status=2)] == [("people.csv", 1, "email")]


def test_a_repeated_column(folder):
    content = (folder / "people.csv").read_text().replace("given_name,family_name", "given_name,given_name")
    content = content.replace("email", "email,family_name").replace("Ek,", "Ek,,")
    (folder / "people.csv").write_text(content)
    assert [place[:3] for place in rejections(folder, status=2)] == [("people.csv", 1, "given_name")]


def test_an_unknown_column_is_reported_and_not_read(folder):
    header, *lines = (folder / "people.csv").read_text().splitlines()
    (folder / "people.csv").write_text("\n".join([f"{header},shoe_size", *(f"{rest},44" for rest in lines)]))
    done = import_folder(folder)
    assert done.status == 0
    assert [(w["file"], w["column"]) for w in done.data["warnings"]] == [("people.csv", "shoe_size")]


def test_the_columns_may_come_in_any_order(folder):
    rows = [line.split(",")[::-1] for line in (folder / "people.csv").read_text().splitlines()]
    (folder / "people.csv").write_text("\n".join(",".join(row) for row in rows))
    assert import_folder(folder).status == 0
    assert Person.objects.get().family_name == "Ek"


def test_an_unclosed_quote(folder):
    people(folder, line(), line("P2", '"Ada'), line("P3"))
    raw = (folder / "people.csv").read_text().replace('"""Ada"', '"Ada')
    (folder / "people.csv").write_text(raw)
    assert rejections(folder, status=2) == [("people.csv", 3, "", "")]
    assert import_folder(folder, "--skip-invalid").status == 2
    assert Entry.objects.count() == Person.objects.count() == 0


def test_a_quote_that_another_one_closes_lines_later_loses_no_line_silently(folder):
    people(folder, line(), b'P2,"Ada,Ek,,other,,,,', line("P3"), b'P4,"Zo",Ek,,other,,,,')
    assert rejections(folder, status=2) == [("people.csv", 3, "", "")]


def test_a_cell_without_end_makes_the_file_unusable(folder):
    people(folder, line(), line("P2", "x" * (READ_LIMIT + 1)), line("P3"))
    assert rejections(folder, status=2) == [("people.csv", 3, "", "")]


def test_a_quote_out_of_place_rejects_its_line_alone(folder):
    people(folder, line(), b'P2,"Ada"x,Ek,,other,,,,', line("P3"))
    assert [place[:2] for place in rejections(folder)] == [("people.csv", 3)]


def test_an_unclosed_quote_in_the_header_is_not_called_an_empty_file(folder):
    (folder / "people.csv").write_text('"person_id,given_name\nP1,Ada\n')
    assert rejections(folder, status=2) == [("people.csv", 1, "", "")]
    assert "quote" in import_folder(folder).data["rejections"][0]["reason"]


@pytest.mark.parametrize("change", [lambda raw: raw + b",more", lambda raw: raw.rsplit(b",", 1)[0]])
def test_too_many_or_too_few_cells(folder, change):
    told = rejections(people(folder, line(), change(line("P2"))))
    assert [place[:2] for place in told] == [("people.csv", 3)]


def test_an_empty_file(folder):
    (folder / "people.csv").write_bytes(b"")
    assert [place[0] for place in rejections(folder, status=2)] == ["people.csv"]


def test_a_file_of_a_header_only_is_a_register_of_nobody(folder):
    people(folder)
    told = rejections(folder)
    assert told == [("participations.csv", 2, "person_id", "P1")]


def test_bytes_that_are_no_text_at_all(folder):
    (folder / "people.csv").write_bytes(bytes(range(256)) * 50)
    assert rejections(folder, status=2)[0][0] == "people.csv"


def test_a_null_byte_in_a_cell(folder):
    told = rejections(people(folder, line(), line("P2", "A\x00da")))
    assert [place[:2] for place in told] == [("people.csv", 3)]


def test_a_folder_without_any_of_the_files(tmp_path):
    done = import_folder(tmp_path)
    assert (done.status, done.data["applied"]) == (2, False)


def test_a_folder_that_is_not_there(tmp_path):
    done = import_folder(tmp_path / "nowhere")
    assert (done.status, done.data["applied"]) == (2, False)
    told = command("import_register", tmp_path / "nowhere")
    assert "nowhere: There is no such folder." in told.text
    assert "--skip-invalid" not in told.text


def test_a_file_of_another_sort_is_told_what_the_command_reads(tmp_path):
    (tmp_path / "register.docx").write_bytes(b"PK")
    done = import_folder(tmp_path / "register.docx")
    assert done.status == 2
    assert "Give a folder, a .zip, an .xlsx workbook" in done.data["rejections"][0]["reason"]


def test_a_file_that_cannot_be_read_is_said_by_its_name(folder):
    (folder / "people.csv").unlink()
    (folder / "people.csv").symlink_to("/proc/self/mem")
    done = import_folder(folder)
    assert (done.status, done.data["rejections"][0]["file"]) == (2, "people.csv")


def test_bad_arguments():
    assert command("import_register", "x", "--format", "yaml").status in (1, 2)


@pytest.mark.django_db(transaction=True)
def test_each_file_alone_in_the_order_in_which_they_lean(tmp_path):
    told = small()
    for name in ("people", "activities", "participations"):
        done = import_folder(write(tmp_path / name, register(**{name: told[name]})))
        assert (done.status, done.data[name]["created"]) == (0, 1), done
    assert Entry.objects.get().hotline.name == person()["organisation"]


def test_a_dry_run_tells_what_the_real_run_does_and_writes_nothing(folder):
    preview = import_folder(folder, "--dry-run")
    assert (preview.status, Import.objects.count(), Person.objects.count()) == (0, 0, 0)
    real = import_folder(folder)
    assert preview.data | {"applied": True} == real.data


def test_a_dry_run_of_a_broken_register_ends_as_the_real_run(folder):
    people(folder, line(), line("P2", "\x07"))
    preview, real = import_folder(folder, "--dry-run"), import_folder(folder)
    assert (preview.status, preview.data) == (real.status, real.data)
    assert real.status == 1


def test_skip_invalid_takes_the_lines_that_hold_and_tells_the_others(folder):
    people(folder, line(), line("P2", "\x07"))
    done = import_folder(folder, "--skip-invalid")
    assert (done.status, done.data["applied"]) == (0, True)
    assert [(t["file"], t["line"]) for t in done.data["rejections"]] == [("people.csv", 3)]
    assert list(Person.objects.values_list("register_id", flat=True)) == ["P1"]
    assert Entry.objects.count() == 1
