"""What authors type is read as data, written back as the same, and refused line by line."""

import time
import tomllib
from pathlib import Path

import pytest
from django.conf import settings as site
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.kinds.writing import sources, starters, toml
from courses.kinds.writing.order import shift_lesson, shift_module
from tests.courses.assessments import made as assessed
from tests.courses.learn import school

FILES = sorted((Path(site.BASE_DIR) / "courses/demo_data/courses").rglob("*.toml"))
# The characters that TOML minds, and some that it must not.
texts = st.text(st.sampled_from("ab =#[]'\"\\\n\t\r\x00\x1f\x7f\x85\u2028é漢\U0001f600"), max_size=30)
values = st.one_of(texts, st.booleans(), st.integers(-(10**12), 10**12), st.lists(texts, max_size=3))
tables = st.dictionaries(st.sampled_from(["key", "text", "label", "next"]), values, max_size=3)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["prompt", "title", "items", "extra"]), values), st.lists(tables))
def test_whatever_is_written_reads_back_as_the_same(data, rows):
    data = data | ({"step": [{**row, "choice": rows} for row in rows if rows]} if rows else {})
    assert tomllib.loads(toml.written(data)) == data


@pytest.mark.parametrize("file", FILES, ids=lambda file: "/".join(file.parts[-3:]))
def test_every_block_and_question_of_the_demo_courses_is_one_that_can_be_edited(file):
    about = tomllib.loads(file.read_text())
    for block in [*about.get("block", []), *about.get("alternative", {}).get("block", [])]:
        data = {name: value for name, value in block.items() if name != "kind"}
        assert sources.read_block(block["kind"], sources.block_source(block["kind"], data)) == data
    for question in about.get("question", []):
        assert sources.read_question(toml.written(question)) == question


@pytest.mark.parametrize("kind", sorted(starters.QUESTIONS))
def test_the_shape_that_a_new_question_begins_with_can_be_read(kind):
    assert sources.read_question(starters.QUESTIONS[kind])["kind"] == kind


@pytest.mark.parametrize("kind", sorted(assessed.BANK))
def test_a_question_under_the_names_of_a_correction_is_written_under_those_of_files(kind):
    source = sources.question_source("q", kind, 2, assessed.BANK[kind])
    read = sources.read_question(source)
    assert (read["key"], read["points"], read["prompt"]) == ("q", 2, assessed.BANK[kind]["prompt"])


@pytest.mark.parametrize(
    ("kind", "source", "said"),
    [
        ("scenario", 'title = "x"\nstart = "a"\n[[step]]\nkey = "a\n', "Line 4: this cannot be read"),
        ("scenario", 'title = "x"\nstart = "a"\n\n[[step]]\nkey = "a"\n', "Line 4: “text” is missing."),
        (
            "scenario",
            'title = """\n[[step]]\n"""\nstart = "a"\n[[step]]\nkey = "a"\ntext = 3\n',
            "Line 7: “text” must be a text in quotes.",
        ),
        (
            "scenario",
            'title = "x"\nstart = "a"\n[[step]]\nkey = "a"\ntext = "t"\n[[step.choice]]\nlabel = "l"\n',
            "Line 6: “next” is missing.",
        ),
        ("check", '[[question]]\nkind = "riddle"\n', "Line 2: “kind” must be one of: single"),
        ("check", '[[question]]\nkind = "essay"\n', "Line 2: “kind” must be one of: single"),
        ("check", 'question = "x"\n', "Line 1: Write “question” as [[question]]"),
        ("reflection", 'prompt = "a\\u0000b"\n', "Line 1: “prompt” must be a text in quotes."),
        ("reflection", 'prompt = "x"\nsurprise = 1\n', "Line 2: “surprise” is not known here."),
        ("reflection", 'prompt = "' + "x" * 60_000 + '"', "longer than 60000 characters"),
        ("reflection", "a = " + "[" * 5000, "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(kind, source, said):
    with pytest.raises(sources.Unreadable) as refusal:
        sources.read_block(kind, source)
    assert said in str(refusal.value)


@pytest.mark.parametrize("number", ["inf", "nan", "1e300", "true", '"2"'])
def test_a_number_is_one_that_can_be_kept(number):
    with pytest.raises(sources.Unreadable, match="must be a number"):
        sources.read_question(f'kind = "numeric"\nprompt = "x"\nanswer = {number}\n')


def test_line_ends_of_a_browser_and_control_characters_change_nothing():
    assert sources.read_block("text", "a\r\nb\x00\x07c") == {"markdown": "a\nbc"}
    source = sources.block_source("scenario", school.SCENARIO).replace("\n", "\r\n")
    assert sources.read_block("scenario", source) == school.SCENARIO


OUTLINE = [(1, [10, 11]), (2, []), (3, [12])]


@pytest.mark.parametrize(
    ("lesson", "by", "then"),
    [
        (11, -1, [(1, [11, 10]), (2, []), (3, [12])]),
        (11, 1, [(1, [10]), (2, [11]), (3, [12])]),
        (12, -1, [(1, [10, 11]), (2, [12]), (3, [])]),
        (10, -1, OUTLINE),
        (12, 1, OUTLINE),
    ],
)
def test_a_lesson_moves_within_its_module_and_over_its_ends(lesson, by, then):
    assert shift_lesson(OUTLINE, lesson, by) == then


def test_a_module_moves_with_its_lessons_and_stays_at_an_end():
    assert shift_module(OUTLINE, 1, 1) == [(2, []), (1, [10, 11]), (3, [12])]
    assert shift_module(OUTLINE, 1, -1) == OUTLINE


def test_the_lines_of_many_tables_are_found_at_once():
    before = time.process_time()
    found = toml.lines_of("[[a]]\n[[a.b]]\nc = 1\n" * 3000)
    assert time.process_time() - before < 1
    assert found[("a", 2999, "b", 0, "c")] == 9000
    toml.lines_of("[[" + "a." * 30_000 + "a]]")
    assert time.process_time() - before < 1
