"""Every kind of question and block as a form: it holds what the text holds, and gives back the same."""

import tomllib
from pathlib import Path

import pytest
from django.conf import settings as site
from django.http import QueryDict
from django.template.loader import render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.kinds import blocks
from courses.kinds.questions import QuestionKind, kind_of
from courses.kinds.writing import posted, shapes, shown, sources, toml
from tests.courses.assessments import made as assessed
from tests.courses.authoring.browser import fields_of
from tests.courses.learn import school

FILES = sorted((Path(site.BASE_DIR) / "courses/demo_data/courses").rglob("*.toml"))
BANK = {**assessed.BANK, "essay": assessed.ESSAY}
texts = st.text(st.sampled_from("ab =#[]'\"\\<>&\n\té漢\U0001f600"), max_size=20)


def as_sent(data, parts):
    """What a browser sends for the form of some data."""
    html = render_to_string("courses/authoring/written/form.html", {"written": shown.form(data, parts, "q")})
    sent = QueryDict(mutable=True)
    for name, values in fields_of(html).items():
        sent.setlist(name, values)
    return sent


def through_the_form(data, parts):
    return posted.read(as_sent(data, parts), parts, "q")


@pytest.mark.parametrize("file", FILES, ids=lambda file: "/".join(file.parts[-3:]))
def test_every_block_and_question_of_the_demo_courses_comes_back_from_its_form_as_it_was(file):
    about = tomllib.loads(file.read_text())
    for block in [*about.get("block", []), *about.get("alternative", {}).get("block", [])]:
        if fields := blocks.kind_of(block["kind"]).fields:
            data = {name: value for name, value in block.items() if name != "kind"}
            assert through_the_form(data, fields) == data
    for question in about.get("question", []):
        assert through_the_form(question, kind_of(question["kind"]).parts) == question


@pytest.mark.parametrize("kind", QuestionKind.values)
def test_the_text_of_each_kind_comes_back_from_its_form_to_the_letter(kind):
    text = sources.question_source("q", kind, 2, BANK[kind] | {"explanation": "", "waived": True})
    back = through_the_form(sources.read_question(text), kind_of(kind).parts)
    assert toml.written(back) == text


@settings(deadline=None, max_examples=60)
@given(texts, texts, st.booleans(), st.integers(-(10**9), 10**9), st.floats(-1e9, 1e9))
def test_whatever_is_typed_comes_back(prompt, more, tick, whole, number):
    options = [{"text": more, "correct": tick, "feedback": prompt}, {"text": prompt}]
    single = {"kind": "single", "prompt": prompt, "option": options, "points": 3}
    assert through_the_form(single, kind_of("single").parts) == single
    numeric = {"kind": "numeric", "prompt": more, "answer": whole, "tolerance": number}
    assert through_the_form(numeric, kind_of("numeric").parts) == numeric
    order = {"kind": "ordering", "prompt": "", "items": [prompt, more, ""]}
    assert through_the_form(order, kind_of("ordering").parts) == order


@pytest.mark.parametrize(
    ("typed", "read"),
    [("2,5", 2.5), (" 3 ", 3), ("\N{MINUS SIGN}4", -4), ("2.50", 2.5), ("1_0", "1_0"), ("many", "many")],
)
def test_a_number_is_read_as_people_write_it_and_otherwise_kept_as_typed(typed, read):
    sent = as_sent({"kind": "numeric", "prompt": "?"}, kind_of("numeric").parts)
    sent["q-answer"] = typed
    data = posted.read(sent, kind_of("numeric").parts, "q")
    assert data["answer"] == read
    wrong = shown.wrong_in(data, shapes.BANK_QUESTION, "q")
    assert set(wrong) == (set() if isinstance(read, int | float) else {"q-answer"})


class TestButtons:
    parts = blocks.kind_of("scenario").fields

    def press(self, data, what):
        return posted.changed(data, self.parts, posted.press(what))

    def test_a_choice_is_added_to_its_step_and_the_writing_goes_on_there(self):
        data, focus = self.press(school.SCENARIO, "add:b1-step-1-choice")
        assert data["step"][1]["choice"] == [{"label": "", "next": ""}]
        assert focus == "b1-step-1-choice-0"
        assert "choice" not in school.SCENARIO["step"][1]

    def test_a_new_step_has_a_name_that_no_other_has(self):
        taken = school.SCENARIO | {"step": [{"key": "step-2", "text": ""}]}
        data, _focus = self.press(taken, "add:b1-step")
        assert [step["key"] for step in data["step"]] == ["step-2", "step-3"]

    def test_rows_move_and_stay_at_the_ends(self):
        data, focus = self.press(school.SCENARIO, "down:b1-step-0")
        assert [step["key"] for step in data["step"]] == ["b", "a", "c"]
        assert focus == "down:b1-step-1"
        same, _focus = self.press(school.SCENARIO, "up:b1-step-0")
        assert same == school.SCENARIO

    def test_a_row_is_taken_away_and_no_other(self):
        data, focus = self.press(school.SCENARIO, "remove:b1-step-0-choice-1")
        assert [choice["label"] for choice in data["step"][0]["choice"]] == ["Look first"]
        assert focus == "add:b1-step-0-choice"

    @pytest.mark.parametrize(
        "forged",
        ["", "add", "add:", "add:b1-nothing", "remove:b1-step-9", "up:b1-step-x", "add:b1-step-0-next",
         "remove:b1-step", "add:b1-step-0", "x:b1-step-0", "add:b1-step-0-choice-0-more", "look"],
    )  # fmt: skip
    def test_a_press_that_fits_nothing_changes_nothing(self, forged):
        data, _focus = self.press(school.SCENARIO, forged)
        assert data == school.SCENARIO

    def test_rows_have_an_end(self):
        many = {"kind": "ordering", "prompt": "", "items": ["x"] * posted.MOST}
        data, _focus = posted.changed(many, kind_of("ordering").parts, posted.press("add:q-items"))
        assert len(data["items"]) == posted.MOST


def test_choices_follow_a_step_that_gets_another_name():
    parts = blocks.kind_of("scenario").fields
    sent = as_sent(school.SCENARIO, parts)
    sent["q-step-0-key"], sent["q-step-1-key"] = "opening", "well"
    data = posted.read(sent, parts, "q")
    assert data["start"] == "opening"
    assert [choice["next"] for choice in data["step"][0]["choice"]] == ["well", "c"]


def test_a_choice_that_leads_to_a_step_that_is_gone_keeps_what_was_chosen():
    parts = blocks.kind_of("scenario").fields
    case = school.SCENARIO | {"step": school.SCENARIO["step"][:2]}
    assert through_the_form(case, parts) == case
    assert "c: is not there" in render_to_string(
        "courses/authoring/written/form.html", {"written": shown.form(case, parts, "q")}
    )


def test_what_has_no_field_is_kept_and_nothing_else_gets_in_that_way():
    parts = kind_of("single").parts
    sent = as_sent({"kind": "single", "prompt": "?"}, parts)
    sent["q-kept"] = '{"prompt": "forged", "explanation": "", "other": 1}'
    data = posted.read(sent, parts, "q")
    assert (data["prompt"], data["explanation"], data["other"]) == ("?", "", 1)
    assert shown.wrong_in(data, shapes.BANK_QUESTION, "q")
    for nonsense in ("[", "3", "null", '"x"'):
        sent["q-kept"] = nonsense
        assert posted.read(sent, parts, "q") == {"kind": "single", "prompt": "?"}


def test_a_case_says_which_steps_are_never_reached_and_which_never_end():
    step = [
        {"key": "a", "text": "", "choice": [{"label": "on", "next": "b", "feedback": "f"}]},
        {"key": "b", "text": "", "choice": [{"label": "back", "next": "a", "feedback": "f"}]},
        {"key": "c", "text": ""},
    ]
    case = blocks.Scenario()
    data = {"title": "", "start": "a", "step": step}
    assert case.unreachable(data) == ["c"]
    assert case.endless(data) == ["a", "b"]
    assert list(case.missing(data)) == [
        "No choice leads to step “c”.",
        "From step “a” no ending can be reached.",
        "From step “b” no ending can be reached.",
    ]
    assert case.endless(school.SCENARIO) == []
