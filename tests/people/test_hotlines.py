import csv
import io
import json

import pytest
from django.core.management import CommandError, call_command

from lms.people.hotline_list import COLUMNS, SHIPPED
from lms.people.models import Hotline, HotlineMembership

pytestmark = pytest.mark.django_db
GOOD = {
    "name": "Linea",
    "organisation": "Linea e.V.",
    "country": "France",
    "iso2": "FR",
    "region": "Europe",
    "joined_year": "2006",
    "confidence": "verified",
    "source": "https://example.org/",
}


def write(path, *lines, columns=COLUMNS, encoding="utf-8"):
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(GOOD | line for line in lines)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def run(path):
    out = io.StringIO()
    status = 0
    try:
        call_command("import_hotlines", str(path), format="json", stdout=out)
    except SystemExit as exit_:
        status = exit_.code
    return status, json.loads(out.getvalue())


def test_the_shipped_list_comes_whole_and_a_second_run_changes_nothing():
    status, first = run(SHIPPED)
    again = run(SHIPPED)[1]
    lines = len(list(csv.DictReader(SHIPPED.open(encoding="utf-8"))))
    assert status == 0
    assert first["hotlines"]["created"] == lines == Hotline.objects.count()
    assert again["hotlines"]["unchanged"] == lines
    assert again["hotlines"]["created"] == again["hotlines"]["changed"] == 0


def test_a_hotline_is_a_full_member_from_the_year_it_joined(tmp_path):
    run(write(tmp_path / "h.csv", {}, {"name": "Anders", "joined_year": ""}))
    found = dict(HotlineMembership.objects.values_list("hotline__name", "from_on"))
    assert str(found["Linea"]) == "2006-01-01"
    assert found["Anders"] is None
    assert set(HotlineMembership.objects.values_list("status", flat=True)) == {"full"}


def test_a_changed_line_updates_and_leaves_the_membership_alone(tmp_path):
    run(write(tmp_path / "h.csv", {}))
    status, report = run(write(tmp_path / "h.csv", {"source": "another", "joined_year": "2008"}))
    assert (status, report["hotlines"]["changed"]) == (0, 1)
    assert Hotline.objects.get().source == "another"
    assert str(HotlineMembership.objects.get().from_on) == "2006-01-01"


def test_equal_lines_are_one_and_unknown_columns_are_named(tmp_path):
    status, report = run(write(tmp_path / "h.csv", {}, {}, columns=[*COLUMNS, "phone"]))
    assert (status, report["hotlines"]["repeated"], Hotline.objects.count()) == (0, 1, 1)
    assert "phone" in report["warnings"][0]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ({"iso2": "XX"}, "iso2"),
        ({"iso2": "fr"}, "iso2"),
        ({"region": "Africa"}, "region"),
        ({"region": ""}, "region"),
        ({"confidence": "sure"}, "confidence"),
        ({"joined_year": "06"}, "joined_year"),
        ({"joined_year": "2999"}, "joined_year"),
        ({"joined_year": "２００６"}, "joined_year"),
        ({"name": " "}, "name"),
        ({"source": "a\x00b"}, "source"),
        ({"name": "x" * 201}, "name"),
    ],
)
def test_a_bad_cell_is_named_with_its_line_and_nothing_is_written(tmp_path, line, column):
    status, report = run(write(tmp_path / "h.csv", {"name": "Good one"}, line))
    assert status == 1
    assert [(fault["line"], fault["column"]) for fault in report["rejections"]] == [(3, column)]
    assert report["applied"] is False
    assert Hotline.objects.count() == 0


def test_one_name_with_two_different_lines_rejects_both(tmp_path):
    status, report = run(write(tmp_path / "h.csv", {}, {"source": "another"}))
    assert status == 1
    assert {fault["line"] for fault in report["rejections"]} == {2, 3}


def test_lines_are_numbered_as_an_editor_shows_them(tmp_path):
    path = write(tmp_path / "h.csv", {"organisation": "two\nlines"}, {"name": "Anders", "iso2": "XX"})
    faults = run(path)[1]["rejections"]
    assert [(fault["line"], fault["column"]) for fault in faults] == [(2, "organisation"), (4, "iso2")]


def test_a_line_of_another_length_is_rejected(tmp_path):
    path = write(tmp_path / "h.csv", {})
    path.write_text(path.read_text() + "Short,line\n")
    status, report = run(path)
    assert (status, report["rejections"][0]["line"]) == (1, 3)


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_what_is_not_utf_8_is_unusable(tmp_path, encoding):
    path = write(tmp_path / "h.csv", {"name": "Línea"}, encoding=encoding)
    with pytest.raises(CommandError, match="line") as error:
        run(path)
    assert error.value.returncode == 2


def test_a_missing_column_or_file_is_unusable(tmp_path):
    path = write(tmp_path / "h.csv", {}, columns=[name for name in COLUMNS if name != "region"])
    for unusable in (path, tmp_path / "none.csv", tmp_path):
        with pytest.raises(CommandError) as error:
            run(unusable)
        assert error.value.returncode == 2


def test_a_byte_order_mark_does_no_harm(tmp_path):
    assert run(write(tmp_path / "h.csv", {}, encoding="utf-8-sig"))[0] == 0
