"""A question that cannot be asked is refused in words, by command and by page, and never half answered."""

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from courses.queries.counts import Question, count
from lms.kit.clock import Span, today
from lms.people.enums import Role
from tests import cast
from tests.courses.registers import (
    activity,
    command,
    heads,
    import_folder,
    participation,
    person,
    register,
    write,
)
from tests.courses.test_network_pages import seen

pytestmark = pytest.mark.usefixtures("hotlines")

FACTS, COUNTS = "/staff/counts/facts/", "/staff/counts/"
ATTENDED = "basic.attended.participations"


@pytest.fixture
def page() -> Client:
    return cast.signed_in(cast.user(Role.STAFF))


@pytest.fixture(autouse=True)
def imported(hotlines: None, tmp_path: Path) -> None:
    told = register(
        people=[person(), person("P2", audience="law_enforcement", organisation="Police", country="TH")],
        activities=[activity(topics="welfare;tracing"), activity("A2", topics="welfare")],
        participations=[participation(), participation("A2", "P1"), participation("A1", "P2"), heads()],
    )
    assert import_folder(write(tmp_path / "register", told)).status == 0


def export(*arguments: str, **options: object):
    return command("export_training_counts", "--year", "2023", *arguments, **options)


def exported(tmp_path: Path, *arguments: str) -> dict[str, int]:
    assert export("--out", tmp_path / "out.json", *arguments).status == 0
    rows = json.loads((tmp_path / "out.json").read_text())["counts"]
    return {row["code"]: row["value"] for row in rows}


WRONG = [
    "audience=press",
    "country=QQ",
    "topic=x",
    "year=soon",
    "as_of=9999-12-31",
    "by=colour",
    "stage=left",
]


@pytest.mark.parametrize("asked", [*WRONG, "country=QQ&country=SE", "first=2023-01-01"])
def test_a_filter_that_is_none_is_refused_and_no_number_is_shown(page, asked):
    facts = page.get(f"{FACTS}?count={ATTENDED}&{asked}")
    download = page.get(download_of("csv", asked))
    counts = page.get(f"{COUNTS}?{asked}")
    assert (facts.status_code, download.status_code, counts.status_code) == (400, 400, 200)
    assert "This question cannot be answered" in seen(facts)
    assert "Nothing is counted until" in seen(counts)
    assert FACTS not in counts.text
    assert 'class="figure"' not in facts.text


def download_of(form: str, asked: str) -> str:
    return f"{reverse('staff-counts-download', args=[form])}?{asked}"


def test_the_same_question_without_the_mistake_is_answered(page):
    for address in (f"{FACTS}?count={ATTENDED}&country=SE", download_of("csv", "country=SE"), COUNTS):
        assert page.get(address).status_code == 200


def test_a_country_without_a_hotline_opens_to_its_own_facts(page):
    answer = page.get(f"{FACTS}?count={ATTENDED}&year=2023&country=TH")
    assert answer.status_code == 200
    assert answer.context["number"] == 1


@pytest.mark.parametrize("kind", ["%00", "%ff", "no-such-kind", ""])
def test_a_kind_that_is_none_is_not_found(page, kind):
    assert page.get(f"{FACTS}?count={kind}.held.events").status_code == 404


@pytest.mark.parametrize(
    "where", ["hotline=\udcff", "hotline=a\0b", "topic=\0", "country=\udcff", "funder=\0"]
)
def test_a_value_that_no_database_holds_is_unknown(where):
    done = export("--where", where)
    assert done.status == 2
    assert "is known here" in done.errors


@pytest.mark.parametrize("form", ["json", "csv", "xlsx"])
def test_a_file_that_cannot_be_written_is_said(tmp_path, form):
    done = export("--format", form, "--out", tmp_path / "nowhere" / "out")
    assert (done.status, "cannot be written" in done.errors) == (2, True)


def test_two_topics_mean_both(tmp_path, page):
    both = exported(tmp_path, "--where", "topic=welfare", "--where", "topic=tracing")
    assert both == exported(tmp_path, "--where", "topic=tracing")
    assert both[ATTENDED] == 7
    answer = page.get(f"{FACTS}?count={ATTENDED}&year=2023&topic=tracing&topic=welfare")
    assert answer.context["number"] == 7


def test_filters_that_contradict_each_other_leave_nothing(tmp_path):
    assert exported(tmp_path, "--where", "country=SE", "--where", "country=TH") == {}


class TestAsOf:
    tomorrow = (today() + dt.timedelta(days=2)).isoformat()

    @pytest.mark.parametrize("day", [tomorrow, "9999-12-31"])
    def test_a_day_to_come_is_refused_everywhere(self, page, day):
        assert export("--as-of", day).status == 2
        said = "This day is still to come"
        for address in (COUNTS, f"/staff/people/{cast.person().pk}/"):
            answer = page.get(f"{address}?as_of={day}")
            assert (answer.status_code, said in seen(answer)) == (200, True)
        assert page.get(download_of("json", f"as_of={day}")).status_code == 400

    def test_today_means_now(self):
        asked = Question(Span.of_year(2023), as_of=today())
        assert asked.moment is None
        assert count(asked) == count(Question(Span.of_year(2023)))


def statement(tmp_path: Path, *codes: str):
    lines = [{"label": code, "count": code, "published": 1} for code in codes]
    path = tmp_path / "statement.json"
    path.write_text(json.dumps({"year": 2023, "published": 1, "lines": lines}))
    return command("reconcile_counts", path, "--format", "json")


@pytest.mark.django_db(transaction=True)
def test_the_same_heads_at_two_stages_are_not_twice_as_many(tmp_path):
    import_folder(write(tmp_path / "more", register(
        activities=[activity("A3")],
        participations=[heads("A3", "9", enrolled_on="2023-05-01", completed_on="2023-05-10")],
    )))  # fmt: skip
    done = statement(tmp_path, "basic.enrolled.participations", ATTENDED, "basic.completed.participations")
    assert [line["unidentified"] for line in done.data["lines"]] == [9, 14, 9]
    assert done.data["unidentified"] == 14


def test_hotlines_of_a_kind_that_is_no_visit_are_a_usage_error(tmp_path):
    done = statement(tmp_path, "basic.held.hotlines")
    assert (done.status, done.text) == (2, "")
    assert "visits between hotlines" in done.errors
    assert statement(tmp_path, "exchange.held.hotlines").status == 0


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "1" * 5_000, '{"title": "\\ud800", "year": 2023, "lines": [1]}']
)
def test_a_statement_that_no_machine_can_hold_is_a_usage_error(tmp_path, text):
    (tmp_path / "statement.json").write_text(text)
    done = command("reconcile_counts", tmp_path / "statement.json")
    assert (done.status, done.text) == (2, "")


def test_a_reader_that_leaves_is_no_error():
    """The first byte is written, the pipe is closed, and Python says nothing at its end."""
    script = (
        "import sys\nfrom lms.kit.terminal import reader_may_leave\n"
        "with reader_may_leave(sys.stdout):\n    print('x' * 1_000_000)\n"
    )
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, timeout=60, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")
