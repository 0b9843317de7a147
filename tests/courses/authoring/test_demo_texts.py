"""What the demo courses say of themselves holds: their minutes, their sources, and whom to ring."""

import re
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
LESSONS = sorted((ROOT / "courses/demo_data/courses").glob("*/[0-9]*/[0-9]*.toml"))
SECONDS = {"numeric": 60, "reflection": 60}  # anything else that is answered takes 40
each_lesson = pytest.mark.parametrize("file", LESSONS, ids=lambda file: f"{file.parts[-3]}/{file.stem}")


def words(text: str) -> int:
    return len(re.findall(r"[^\s|*#>`]*\w[^\s|*#>`]*", text))


def average_way(steps: dict, key: str) -> float:
    """The words read from this step on by somebody who chooses at random, with the labels passed over."""
    step = steps[key]
    ways = [
        words(choice["feedback"]) + average_way(steps, choice["next"]) for choice in step.get("choice", [])
    ]
    labels = sum(words(choice["label"]) for choice in step.get("choice", []))
    return words(step["text"]) + labels + (sum(ways) / len(ways) if ways else 0)


def minutes(blocks: list[dict]) -> float:
    """200 words a minute, and the time of what is answered (docs/course-sources.md)."""
    read, seconds = 0.0, 0
    for block in blocks:
        read += words(block.get("markdown", "")) + words(block.get("intro", ""))
        if block["kind"] == "scenario":
            read += average_way({step["key"]: step for step in block["step"]}, block["start"])
        answered = [question["kind"] for question in block.get("question", [])]
        seconds += sum(SECONDS.get(kind, 40) for kind in [*answered, *["reflection"] * ("prompt" in block)])
    return read / 200 + seconds / 60


@each_lesson
def test_a_demo_lesson_takes_the_minutes_that_it_says(file):
    lesson = tomllib.loads(file.read_text())
    for way in [lesson, *([lesson["alternative"]] if "alternative" in lesson else [])]:
        needed = minutes(way["block"])
        assert needed - 0.75 <= way["minutes"] <= needed + 1.5


@each_lesson
def test_every_source_of_a_demo_lesson_has_its_year_and_stands_in_the_table_of_facts(file):
    lesson = tomllib.loads(file.read_text())
    assert lesson["sources"]
    for source in lesson["sources"]:
        assert re.search(r"\b(19|20)\d\d\b|undated", source.partition("https://")[0]), source
        assert "http://" not in source
    rows = [line for line in (ROOT / "docs/course-sources.md").read_text().splitlines() if line[:2] == "| "]
    assert any(lesson["title"] in row for row in rows)


@each_lesson
def test_a_demo_lesson_that_speaks_of_not_being_safe_says_whom_to_ring(file):
    lesson = tomllib.loads(file.read_text())
    for way in [lesson, lesson.get("alternative", {"block": []})]:
        texts = "".join(block.get("markdown", "") for block in way["block"])
        if re.search(r"not safe|harming yourself|fear for the", texts):
            assert "emergency number" in texts
            assert "112" in texts
