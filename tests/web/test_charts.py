import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.web import charts
from lms.web.charts import FLOOR, LEFT, TOP, WIDTH, Point, Series

MONTHS = ["Jan", "Feb", "Mar"]
counts = st.integers(min_value=0, max_value=10**7)


@given(st.lists(counts, min_size=1, max_size=14), st.integers(1, 3))
def test_columns_stand_inside_the_plot_and_do_not_overlap(values: list[int], series: int) -> None:
    names = [str(n) for n in range(len(values))]
    plot = charts.columns("By month", names, [Series(str(n), values) for n in range(series)])
    at = sorted(plot.columns, key=lambda mark: mark.x)
    assert all(mark.x >= LEFT and mark.x + mark.width <= WIDTH for mark in at)
    assert all(mark.y >= TOP - 0.01 and mark.y + mark.height == pytest.approx(FLOOR, abs=0.02) for mark in at)
    assert all(one.x + one.width <= other.x + 0.02 for one, other in itertools.pairwise(at))


@given(counts)
def test_the_axis_reaches_the_highest_value_in_at_most_five_even_steps(highest: int) -> None:
    step = charts.nice_step(highest)
    assert step * 5 >= highest
    assert str(step).rstrip("0") in {"1", "2", "5"}
    plot = charts.columns("By month", ["Jan"], [Series("2023", [highest])])
    assert 2 <= len(plot.ticks) <= 6


@given(st.lists(counts, min_size=1, max_size=8), counts)
def test_the_parts_of_a_statement_fill_the_bar_and_what_is_missing_stays_apart(
    given_: list[int], more: int
) -> None:
    points = [Point(str(n), value) for n, value in enumerate(given_)]
    stack = charts.stack("Trained", points, total=sum(given_) + more)
    assert [part.value for part in stack.parts][: len(points)] == given_
    assert ([part.value for part in stack.parts if part.tone == 0] == [more]) if more else True
    if sum(given_) + more:
        assert sum(part.width for part in stack.parts) == pytest.approx(100, abs=0.1)


def test_the_statement_of_2023_shows_its_33_as_not_itemised() -> None:
    points = [Point("Basic", 71), Point("Advanced", 42), Point("Online", 58), Point("Law enforcement", 200)]
    rest = charts.stack("404 participants were trained", points, total=404).parts[-1]
    assert (rest.label, rest.value, rest.tone, rest.width) == ("Not itemised", 33, 0, 8.17)


def test_a_line_breaks_where_nothing_is_known_and_touches_the_floor_at_zero() -> None:
    plot = charts.lines("Year against year", [*MONTHS, "Apr", "May"], [Series("2023", [4, 0, None, 3, 2])])
    assert [line.points.count(",") for line in plot.lines] == [2, 2]
    assert len(plot.dots) == 4
    assert plot.dots[1].y == FLOOR


def test_a_single_year_stands_in_the_middle_and_is_no_wall() -> None:
    (mark,) = charts.columns("Year", ["2023"], [Series("Attended", [3])]).columns
    assert mark.width <= charts.WIDEST
    assert mark.x + mark.width / 2 == pytest.approx((LEFT + WIDTH) / 2, abs=2)


def test_a_single_known_month_is_still_a_dot() -> None:
    plot = charts.lines("Year against year", MONTHS, [Series("2024", [None, 7, None])])
    assert (len(plot.lines), len(plot.dots)) == (0, 1)


def test_bars_are_measured_against_the_longest_and_keep_their_order() -> None:
    made = charts.bars(
        "By region", [Point("Europe", 50, "/x"), Point("Africa", 0), Point("Asia Pacific", 25)]
    )
    assert [bar.width for bar in made.bars] == [100, 0, 50]
    assert made.bars[0].url == "/x"


def test_a_chart_of_nothing_is_still_drawn() -> None:
    assert charts.bars("By region", []).bars == []
    assert charts.stack("Trained", []).parts == []
    assert charts.columns("By month", [], []).columns == []


def test_every_chart_carries_its_figures_as_a_table_with_unknown_left_empty() -> None:
    plot = charts.lines("Months", MONTHS, [Series("2023", [1, None, 3]), Series("2024", [4, 5, 6])])
    assert [[cell.value for cell in row] for row in plot.table.rows] == [
        ["Jan", 1, 4],
        ["Feb", None, 5],
        ["Mar", 3, 6],
    ]
    assert plot.spoken == "Months. 2023: 4; 2024: 15"
    assert [key.label for key in plot.legend] == ["2023", "2024"]
