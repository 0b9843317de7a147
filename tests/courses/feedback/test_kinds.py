"""Questions, answers and sums as plain functions."""

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.enums import FeedbackKind
from courses.kinds.feedback import (
    FEWEST,
    OVERALL,
    Question,
    Satisfaction,
    Unanswerable,
    answered,
    own_question,
    read,
    satisfaction,
    standard,
    summed,
)

RATINGS = ("very_good", "good", "fair", "poor", "very_poor")


class TestAnswered:
    def test_an_answer_keeps_what_was_said_and_leaves_out_the_rest(self):
        posted = {"overall": ["good"], "keep": ["  The cases  "], "change": ["   "], "nonsense": ["x"]}
        assert answered(standard(), posted) == {"overall": "good", "keep": "The cases"}

    @pytest.mark.parametrize(
        ("posted", "name"),
        [
            ({}, "overall"),
            ({"overall": [""]}, "overall"),
            ({"overall": ["splendid"]}, "overall"),
            ({"overall": ["good", "poor"]}, "overall"),
            ({"overall": ["good"], "pace": ["7"]}, "pace"),
            ({"overall": ["good"], "keep": ["x" * 1001]}, "keep"),
        ],
    )
    def test_what_is_no_answer_is_refused_at_its_field(self, posted, name):
        with pytest.raises(Unanswerable) as refusal:
            answered(standard(), posted)
        assert refusal.value.name == name

    def test_any_of_several_takes_each_once(self):
        question = own_question(1, "choices", "Which?", "Maps\nMaps\nCalls\n")
        assert question.options == ("Maps", "Calls")
        posted = {"overall": ["fair"], "own-1": ["1", "0", "1"]}
        assert answered([*standard(), question], posted)["own-1"] == ["0", "1"]


class TestOwnQuestions:
    @pytest.mark.parametrize(
        ("kind", "text", "options", "name"),
        [
            ("riddle", "Why?", "", "own-2-kind"),
            ("text", "  ", "", "own-2-text"),
            ("choice", "Which?", "One", "own-2-options"),
            ("choice", "Which?", "\n".join("abcdefghi"), "own-2-options"),
        ],
    )
    def test_what_is_no_question_is_refused_at_its_field(self, kind, text, options, name):
        with pytest.raises(Unanswerable) as refusal:
            own_question(2, kind, text, options)
        assert refusal.value.name == name

    def test_a_scale_has_words_of_its_own(self):
        assert own_question(1, "rating", "The room?", "left\nover").options == ()

    def test_questions_survive_being_kept(self):
        questions = [*standard(), own_question(1, "choice", "Which?", "One\nTwo")]
        assert [one.as_data() for one in read([one.as_data() for one in questions])] == [
            one.as_data() for one in questions
        ]


@given(st.lists(st.sampled_from(RATINGS), max_size=40))
def test_the_share_is_what_a_naive_count_says(ratings):
    questions = [Question(OVERALL, FeedbackKind.RATING, "?")]
    found = satisfaction(summed(questions, [{OVERALL: one} for one in ratings])[OVERALL])
    counted = Counter(ratings)
    good = counted["very_good"] + counted["good"]
    assert found == Satisfaction(good, len(ratings))
    if len(ratings) < FEWEST:
        assert found.per_cent is None
    else:
        assert abs(Fraction(100 * good, len(ratings)) - found.per_cent) <= Fraction(1, 2)


@given(
    st.lists(
        st.fixed_dictionaries(
            {"overall": st.sampled_from(RATINGS)}, optional={"keep": st.text("ab", min_size=1)}
        )
    )
)
def test_a_sum_does_not_tell_in_which_order_answers_came(answers):
    assert summed(standard(), answers) == summed(standard(), answers[::-1])
