"""A short `make attack`: every linker works on a plain table, and none beats chance on sealed rows."""

import os
import subprocess
import sys

import pytest

from tests.attack import run
from tests.attack.chance import at_least, at_least_of_sums, drawn
from tests.attack.linkers import LINKERS, Row, Trace
from tests.attack.report import Report
from tests.chaos.parts import ROOT

SECONDS = 150


@pytest.mark.timeout(SECONDS + 30)
def test_what_leaks_tells_nobody_whose_sealed_rows_are(tmp_path, record_property):
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    done = subprocess.run(
        [sys.executable, "-m", "tests.attack.run"],
        cwd=ROOT,
        env=environment
        | {"DATA_DIR": str(tmp_path / "data"), "PEOPLE": "24", "PERIODS": "3", "SEED": "1", "PAGES": "0"},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Nothing leaked." in done.stdout
    record_property("told", "attack, seed 1: 24 analysts over 3 periods, no linker beat chance")


def test_a_table_that_leaks_is_a_breach(capsys):
    rows = [Row(nth, "one", 100 + nth, nth, nth, 9, bytes([nth])) for nth in range(1, 30)]
    traces = [Trace(nth, 100 + nth, nth, nth, float(nth), 9) for nth in range(1, 30)]
    report = Report()
    run.tried(report, "sealed answers", {"one": rows}, {"one": traces})
    assert len(report.broken) == len(LINKERS)
    assert report.broken[0] == "sealed answers: transaction ids, nearest tells 29 of 29"


def test_a_linker_that_does_not_work_on_the_plain_table_is_none(capsys):
    rows = [Row(nth, "one", 7, nth, nth, 9, bytes([nth])) for nth in range(1, 30)]
    traces = [Trace(nth, 100 - nth, -nth, -nth, float(-nth), 9) for nth in range(1, 30)]
    report = Report()
    run.tried(report, "plain", {"one": rows}, {"one": traces})
    assert "transaction ids, nearest does not work on the plain table: 1 of 29" in report.broken


class TestChance:
    def test_of_guesses_as_it_is_by_hand(self):
        assert at_least(0, [0.5]) == 1
        assert at_least(2, [0.5, 0.5]) == pytest.approx(0.25)
        assert at_least(1, [0.5, 0.25]) == pytest.approx(0.625)
        assert at_least(3, [0.1] * 3) == pytest.approx(0.001)

    def test_of_draws_as_it_is_by_hand(self):
        assert drawn(4, 2, 2) == pytest.approx([1 / 6, 4 / 6, 1 / 6])
        assert at_least_of_sums(2, [drawn(4, 2, 2)]) == pytest.approx(1 / 6)
        assert at_least_of_sums(4, [drawn(4, 2, 2), drawn(4, 2, 2)]) == pytest.approx(1 / 36)
