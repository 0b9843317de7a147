"""What the cells of other people's lists say: plain functions, and what they leave to be asked."""

import pytest

from courses.kinds import sheets
from courses.kinds.sheets import Plan, Read, Role


@pytest.mark.parametrize(
    ("text", "order", "said"),
    [
        ("2024-04-03", "", "2024-04-03"),
        ("2024-04-03T09:30", "", "2024-04-03"),
        ("2024-04-03 09:30:00", "", "2024-04-03"),
        ("03/04/2024", "day", "2024-04-03"),
        ("03/04/2024", "month", "2024-03-04"),
        ("3.4.2024", "day", "2024-04-03"),
        ("3-4-2024 10:15", "day", "2024-04-03"),
        ("03/04/2024", "", "03/04/2024"),
        ("04/13/2024", "day", "04/13/2024"),
        ("3/4.2024", "day", "3/4.2024"),
        ("3 April 2024", "day", "3 April 2024"),
        ("", "day", ""),
    ],
)
def test_a_date_is_read_as_said_and_otherwise_left_as_it_is(text, order, said):
    assert sheets.date(text, order) == said


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["13/04/2024"], "day"),
        (["04/13/2024"], "month"),
        (["03/04/2024"], ""),
        (["13/04/2024", "04/13/2024"], ""),
        ([], ""),
    ],
)
def test_an_order_is_only_proposed_where_the_numbers_allow_one(texts, order):
    assert sheets.seems(texts) == order


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("45", 45),
        ("45.5", 45.5),
        ("45,5", 45.5),
        ("01:30:30", 90.5),
        ("1h 2m", 62),
        ("0", 0),
        ("0.03", None),
        ("long", None),
    ],
)
def test_a_length_is_minutes_and_a_share_of_a_day_is_none(text, length):
    assert sheets.minutes(text) == length


def test_words_mean_what_was_said_of_them_and_others_nothing():
    plan = Plan(yes=["da"], no=["net"])
    assert [sheets.attended(text, plan) for text in ("DA", " net ", "", "yes")] == ["yes", "no", "", None]


def test_the_header_is_where_known_names_stand_else_where_most_cells_are():
    lines = [(1, ["Report"]), (3, ["Name", "E-mail", "x"]), (4, ["Ada", "a@x", "1", "2"])]
    assert sheets.header_line(lines) == 3
    assert sheets.header_line([(1, ["a"]), (2, ["b", "c"]), (3, ["d", "e"])]) == 2
    assert sheets.header_line([(1, ["a", "b"]), (2, ["Raum", "Post"])], ["Raum", "Post"]) == 2


def test_suggestions_come_from_names_and_for_addresses_from_what_stands_there():
    found = ["Vorname", "Name", "Contact", "Room"]
    samples = [["Ada", "Ek", "ada@x.example", "1"], ["Bo", "Falk", "bo@x.example", "2"]]
    # Beside a given name “Name” is no full name, and what it is a person says.
    assert sheets.suggested(found, samples) == {
        "Vorname": "given",
        "Name": "",
        "Contact": "email",
        "Room": "",
    }


def test_somebody_is_the_same_whatever_the_order_and_accents_of_a_name():
    def sign(**cells: str) -> str:
        return Read(2, {Role(name): text for name, text in cells.items()}).who.sign

    assert sign(full="Zoë Gül", email="Z@x.example") == sign(given="GUL", family="Zoe", email="z@X.example")
    assert sign(full="Zoë Gül", email="z@x.example") != sign(full="Zoë Gül", email="y@x.example")
    assert sign(full="Zoë Gül", organisation="A") != sign(full="Zoë Gül", organisation="B")
    assert sign(full="Zoë Gül", email="z@x.example", organisation="A") == sign(
        full="Zoë Gül", email="z@x.example"
    )
    assert sign(organisation="A") == ""


def test_columns_are_told_apart_by_their_place_where_their_names_do_not():
    assert sheets.labels(["Name", "", "Name", " Name "]) == ["Name", "[B]", "Name (2)", "Name (3)"]
