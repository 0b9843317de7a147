"""What somebody pastes of people, and the list that a call gives, read as plain data."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.kinds.gatherings import Caller, Typed, callers, pasted, split_name
from courses.queries.links import ALPHABET, as_typed


@pytest.mark.parametrize(
    ("line", "typed"),
    [
        (
            "Ada Lind, ada@test.example, Policja, pl",
            Typed("Ada", "Lind", "ada@test.example", "Policja", "PL"),
        ),
        (
            "Ada Lind; ADA@test.example; Policja; PL",
            Typed("Ada", "Lind", "ada@test.example", "Policja", "PL"),
        ),
        ("Ada Maria Lind\tada@test.example", Typed("Ada Maria", "Lind", "ada@test.example")),
        ('"Lind, Ada",,Policja,PL', Typed("Ada", "Lind", "", "Policja", "PL")),
        ("Lind", Typed("", "Lind")),
        ("k-17, Policja, pl", Typed(organisation="Policja", country="PL", code="K-17")),
        ("k-17; Policja", Typed(organisation="Policja", code="K-17")),
    ],
)
def test_a_line_by_name_or_by_code(line, typed):
    (one,) = pasted(f"\ufeff{line}\n\n")
    assert (one.typed, one.wrong) == (typed, "")


@pytest.mark.parametrize(
    ("line", "wrong"), [("Ada, no@address, X, PL", "email"), (",ada@test.example,X,PL", "name")]
)
def test_what_a_line_lacks(line, wrong):
    assert pasted(line)[0].wrong == wrong


@pytest.mark.parametrize(
    "line",
    [
        f"Ada {'x' * 201}",
        f"Ada Lind,{'a' * 250}@b.example",
        f"Ada Lind,,{'x' * 201},PL",
        f"{'k' * 41},Policja",
    ],
)
def test_what_the_database_has_no_room_for_is_said_of_its_line(line):
    assert pasted(line)[0].wrong == "long"


def test_of_a_caller_as_much_is_read_as_there_is_room_for():
    (caller,) = callers(f"Name,Email\n{'x' * 300},{'a' * 300}@b.example")
    assert (len(caller.name), caller.email) == (200, "")


def test_lines_are_numbered_as_an_editor_shows_them():
    assert [one.number for one in pasted("A B, , X, PL\n\nC D, , X, PL")] == [1, 3]


@given(st.text(max_size=200))
def test_whatever_is_pasted_is_read_without_a_fault(text):
    assert all(one.typed.name or one.typed.code or one.wrong for one in pasted(text))
    assert callers(text) is None or all(one.name for one in callers(text))


@given(st.text(ALPHABET, min_size=1, max_size=24), st.sampled_from(["-", " ", "", "--"]))
def test_a_token_is_read_however_it_was_typed(signs, between):
    told = as_typed(signs)
    assert as_typed(told.lower().replace("-", between)) == told
    assert as_typed(told) == told


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Name,Email\nAda Lind,ADA@test.example\nAda Lind,ada@test.example",
            [Caller("Ada Lind", "ada@test.example")],
        ),
        ("Topic\tx\n\nFirst Name\tLast Name\nAda\tLind", [Caller("Ada Lind")]),
        ("First Name;Last Name\nAda;Lind", [Caller("Ada Lind")]),
        ("Full Name\tUser Action\nLind, Ada\tJoined", [Caller("Lind, Ada")]),
        ("no list at all", None),
    ],
)
def test_the_list_of_a_call(text, found):
    assert callers(text) == found


def test_a_family_name_before_a_comma():
    assert split_name("Lind, Ada Maria") == ("Ada Maria", "Lind")
