"""Counts, statements and frozen figures by the API are what the commands give, to the letter."""

import json
from pathlib import Path

import pytest

from courses.kinds.figures.proof import Frozen, decoded
from courses.models import Entry, Import
from tests import cast
from tests.courses.api import made
from tests.courses.api.made import API, JSON, problem, results
from tests.courses.figures.made import figure
from tests.courses.registers import command, counts_of, import_folder
from tests.courses.test_register_2023 import DEFINITION, REGISTER

pytestmark = pytest.mark.django_db


@pytest.fixture
def imported(hotlines: None) -> None:
    assert import_folder(REGISTER).status == 0


@pytest.mark.parametrize(
    ("query", "arguments"),
    [
        ({"year": 2023}, ["--year", "2023"]),
        ({"year": 2023, "by": "hotline"}, ["--year", "2023", "--by", "hotline"]),
        ({"year": 2023, "by": "topic"}, ["--year", "2023", "--by", "topic"]),
        (
            {"from": "2023-03-01", "to": "2023-09-30", "by": "month"},
            ["--from", "2023-03-01", "--to", "2023-09-30", "--by", "month"],
        ),
        (
            {"year": 2023, "where": ["audience=law_enforcement", "country=FR"]},
            ["--year", "2023", "--where", "audience=law_enforcement", "--where", "country=FR"],
        ),
        ({"year": 2023, "as_of": "2023-12-31"}, ["--year", "2023", "--as-of", "2023-12-31"]),
    ],
)
def test_the_counts_are_those_of_the_command(imported, tmp_path, query, arguments):
    answer = made.staff("counts").get(f"{API}/counts/", query)
    assert answer.status_code == 200, answer.content
    assert answer.json() == counts_of(tmp_path / "counts.json", *arguments)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "year"),
        ({"year": 2023, "from": "2023-01-01"}, "year"),
        ({"from": "2023-01-01"}, "year"),
        ({"from": "2023-02-01", "to": "2023-01-01"}, "to"),
        ({"year": 2023, "by": "colour"}, "by"),
        ({"year": 2023, "where": "audience"}, "where"),
        ({"year": 2023, "where": "colour=blue"}, "where"),
        ({"year": 2023, "where": "country=QQ"}, "where"),
        ({"year": 99999}, "year"),
        ({"year": 2023, "as_of": "2999-01-01"}, "as_of"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(query, field):
    told = problem(made.staff().get(f"{API}/counts/", query), 400)
    assert [one["field"].split(".")[0] for one in told["errors"]] == [field]


def test_the_statement_of_2023_is_held_against_the_ledger_and_nothing_is_written(imported):
    client, before = made.staff(), (Entry.objects.count(), Import.objects.count())
    answer = client.post(f"{API}/reconcile/", DEFINITION.read_text(encoding="utf-8"), JSON)
    told = answer.json()
    assert (told["itemised"], told["published"], told["not_itemised"]) == (371, 404, 33)
    assert told == command("reconcile_counts", DEFINITION, "--format", "json").data
    assert (Entry.objects.count(), Import.objects.count()) == before


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"year": 2023, "published": 1, "lines": []},
        {"year": 2023, "published": 1, "lines": [{"label": "x", "count": "no.such.thing", "published": 1}]},
        {
            "year": 2023,
            "published": 1,
            "lines": [{"label": "x", "count": "basic.attended.people", "published": 1}] * 201,
        },
    ],
)
def test_a_statement_that_makes_no_sense_is_refused(body):
    told = problem(made.staff().post(f"{API}/reconcile/", body, JSON), 422)
    assert told["detail"]


def test_a_frozen_figure_is_listed_and_its_file_proves_itself():
    snapshot, client = figure(), made.staff("counts")
    (listed,) = results(client, "snapshots/")
    assert (listed["id"], listed["title"], listed["digest"]) == (
        snapshot.pk,
        "Trained in 2023",
        snapshot.digest,
    )
    assert "facts" not in listed
    answer = client.get(f"{API}/snapshots/{snapshot.pk}/")
    frozen = Frozen.parse(decoded(answer.content))
    assert list(frozen.disagreements()) == []
    assert frozen.digest == snapshot.digest


def test_a_file_of_it_is_verified_by_the_command(tmp_path: Path):
    snapshot = figure()
    told = made.staff().get(f"{API}/snapshots/{snapshot.pk}/").json()
    (tmp_path / "figure.json").write_text(json.dumps(told), encoding="utf-8")
    assert command("verify_snapshot", tmp_path / "figure.json").status == 0


@pytest.mark.parametrize(
    "asked", [{"by": "grant"}, {"by": "funder"}, {"where": "grant=ISF 1"}, {"where": "funder="}]
)
def test_who_paid_is_not_a_managers_to_ask_whatever_the_value(asked):
    answer = made.manager(cast.hotline(), "counts").get(f"{API}/counts/", {"year": 2023, **asked})
    assert problem(answer, 400)["errors"][0]["detail"] == "Who paid is INHOPE staff's to ask."
