"""A band for each question: inside its drawing, broken where nothing was answered, and without a number."""

import re

from django.template.loader import render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.web.bands import HEIGHT, SHOWN, WIDTH, Question, bands

WORDS = ("never", "seldom", "often")
places = st.lists(st.none() | st.integers(0, 2), min_size=1, max_size=SHOWN * 2)


def drawn(values: list[int | None]):
    names = [f"week {n}" for n in range(len(values))]
    return bands("Over weeks", "Week", names, [Question("I slept", WORDS, values)])


@given(places)
@settings(max_examples=60, deadline=None)
def test_every_known_place_of_the_latest_names_has_its_dot_inside_the_drawing(values):
    [band] = drawn(values).bands
    known = [value for value in values[-SHOWN:] if value is not None]
    assert [band.rules.index(dot.y) for dot in band.dots] == known
    assert all(0 < dot.x < WIDTH and 0 < dot.y < HEIGHT for dot in band.dots)
    assert [dot.x for dot in band.dots] == sorted({dot.x for dot in band.dots})


def test_a_gap_breaks_the_line_and_a_lone_dot_has_none():
    [band] = drawn([0, 1, None, 2, None, 1, 1, 2]).bands
    assert [len(line.split()) for line in band.lines] == [2, 3]
    assert len(band.dots) == 6


def test_the_highest_word_is_above_and_its_place_too():
    [band] = drawn([0, 2]).bands
    assert (band.highest, band.lowest) == ("often", "never")
    assert band.dots[1].y < band.dots[0].y


def test_the_table_has_all_of_it_in_words_the_latest_first_and_no_name_without_an_answer():
    chart = drawn([0, None, *[1] * SHOWN])
    rows = [[cell.value for cell in row] for row in chart.table.rows]
    assert rows[0] == [f"week {SHOWN + 1}", "seldom"]
    assert rows[-1] == ["week 0", "never"]
    assert len(rows) == SHOWN + 1
    assert (chart.first, chart.last) == ("week 2", f"week {SHOWN + 1}")


def test_nothing_is_counted_or_added_up_on_the_page():
    page = render_to_string("components/chart.html", {"chart": drawn([2, 2, 1, 2, 2])})
    said = re.sub(r"<[^>]+>", " ", page) + " ".join(re.findall(r'aria-label="([^"]*)"', page))
    assert re.findall(r"\d+", re.sub(r"week \d", "", said)) == []
