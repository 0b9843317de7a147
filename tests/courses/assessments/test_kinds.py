import copy
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.kinds.questions import kind_of
from courses.kinds.questions.base import token
from tests.courses.assessments.made import BANK, ESSAY, MATCHING, MULTIPLE, NUMERIC, ORDERING, SHORT, SINGLE

KINDS = sorted(BANK)
# Two cores shared with other tests: how long one example takes says nothing.
calm = settings(deadline=None)
everything = pytest.mark.parametrize("name", KINDS)


def posted_in_full(name, answer):
    """The form that sends an answer."""
    if "placed" in answer:
        return {slot: [what] for slot, what in answer["placed"].items()}
    return {"": answer.get("chosen") or [answer["text"]]}


@everything
def test_the_right_answer_gets_all_points_through_the_form(name):
    kind, data = kind_of(name), BANK[name]
    answer = kind.clean(data, posted_in_full(name, kind.right(data)))
    assert kind.mark(data, answer) == 1


@everything
def test_no_answer_gets_none_and_a_waived_question_gives_all(name):
    kind, data = kind_of(name), BANK[name]
    assert kind.clean(data, {}) is None
    assert kind.mark(data, None) == 0
    assert kind.mark({**data, "waived": True}, None) == 1


@everything
@calm
@given(drawn=st.data())
def test_whatever_is_sent_the_mark_is_a_share_and_the_feedback_can_be_given(name, drawn):
    kind, data = kind_of(name), BANK[name]
    public = kind.public(data, seed=1)
    values = st.sampled_from([o.token for o in public.options] or ["2.5", "schema"]) | st.text(
        "a2,. \n\x00é", max_size=20
    )
    names = ["", *(slot.token for slot in public.slots)]
    sent = drawn.draw(st.dictionaries(st.sampled_from(names), st.lists(values, max_size=5)))
    answer = kind.clean(data, sent)
    assert 0 <= kind.mark(data, answer) <= 1
    assert "\\x00" not in repr(answer)
    assert kind.feedback(data, answer)


@everything
@calm
@given(drawn=st.data())
def test_an_answer_made_the_right_one_gets_all_points(name, drawn):
    kind, data = kind_of(name), BANK[name]
    public = kind.public(data, seed=1)
    tokens = [o.token for o in public.options] or ["7"]
    if public.slots:
        order = drawn.draw(st.permutations(tokens))
        sent = {slot.token: [what] for slot, what in zip(public.slots, order, strict=True)}
    else:
        sent = {"": drawn.draw(st.lists(st.sampled_from(tokens), min_size=1, unique=True))}
    answer = kind.clean(data, sent)
    assert kind.mark(kind.with_right(data, answer), answer) == 1


@everything
@calm
@given(seed=st.integers(0, 2**31 - 1))
def test_a_seed_fixes_the_order_and_keeps_every_option(name, seed):
    kind, data = kind_of(name), BANK[name]
    one, other = kind.public(data, seed=seed), kind.public(data, seed=seed)
    assert one == other
    unshuffled = kind.public(data, seed=seed, shuffle=False)
    assert set(one.options) == set(unshuffled.options)
    assert set(one.slots) == set(unshuffled.slots)


@calm
@given(order=st.permutations(MULTIPLE["options"]))
def test_the_order_of_the_options_changes_no_mark(order):
    kind, chosen = kind_of("multiple"), {"chosen": [token("The time of the look-up"), token("The weather")]}
    assert kind.mark({**MULTIPLE, "options": order}, chosen) == kind.mark(MULTIPLE, chosen)


def test_orders_differ_between_seeds():
    orders = {
        tuple(o.token for o in kind_of("single").public(SINGLE, seed=seed).options) for seed in range(40)
    }
    assert len(orders) == 6


def test_an_order_that_is_not_shuffled_still_hides_the_answer_of_ordering_and_matching():
    for name in ("ordering", "matching"):
        kind, data = kind_of(name), BANK[name]
        orders = {tuple(kind.public(data, seed=n, shuffle=False).slots) for n in range(40)}
        rights = {tuple(kind.public(data, seed=n, shuffle=False).options) for n in range(40)}
        assert max(len(orders), len(rights)) > 1


@pytest.mark.parametrize(
    ("texts", "share"),
    [
        (["The time of the look-up"], Fraction(1, 2)),
        (["The time of the look-up", "The weather"], 0),
        (["The time of the look-up", "The address found", "The weather"], Fraction(1, 2)),
        (["The time of the look-up", "The address found", "The weather", "The analyst's opinion"], 0),
    ],
)
def test_wrong_options_take_back_what_right_ones_gave(texts, share):
    assert kind_of("multiple").mark(MULTIPLE, {"chosen": [token(text) for text in texts]}) == share


@pytest.mark.parametrize(
    ("places", "share"),
    [
        ("1234", 1),
        ("2134", Fraction(2, 3)),
        ("4321", 0),
        ("1111", 0),
        ("12--", Fraction(1, 6)),
    ],
)
def test_ordering_counts_pairs_in_the_right_order(places, share):
    placed = {token(i): p for i, p in zip(ORDERING["items"], places, strict=True) if p != "-"}
    assert kind_of("ordering").mark(ORDERING, {"placed": placed}) == share


def test_matching_gives_a_share_for_each_pair():
    placed = {token("Registry"): token("numbers"), token("Host"): token("names")}
    assert kind_of("matching").mark(MATCHING, {"placed": placed}) == Fraction(1, 3)


@pytest.mark.parametrize("text", ["2.5", "2,5", " 2.60 ", "2.4", "+2.5", "25e-1"])
def test_a_number_within_the_tolerance_is_right_however_it_is_written(text):
    kind = kind_of("numeric")
    assert kind.mark(NUMERIC, kind.clean(NUMERIC, {"": [text]})) == 1


@pytest.mark.parametrize(
    "text", ["2.61", "2.39", "two", "NaN", "inf", "-2.5", "1e999999", "1e-999999999", "0e+999999999"]
)
def test_anything_else_is_wrong(text):
    kind = kind_of("numeric")
    assert kind.mark(NUMERIC, kind.clean(NUMERIC, {"": [text]})) == 0


@pytest.mark.parametrize("text", ["schema", " SCHEMA ", "The  Schema"])
def test_a_short_answer_ignores_case_and_spaces(text):
    kind = kind_of("short")
    assert kind.mark(SHORT, kind.clean(SHORT, {"": [text]})) == 1


def test_an_essay_waits_for_a_person_unless_it_is_blank():
    kind = kind_of("essay")
    assert kind.mark(ESSAY, kind.clean(ESSAY, {"": ["Two see more."]})) is None
    assert kind.mark(ESSAY, kind.clean(ESSAY, {"": ["   "]})) == 0


@pytest.mark.parametrize("name", [*KINDS, "essay"])
def test_a_finished_question_has_nothing_missing_and_an_empty_one_says_what(name):
    data = {**BANK, "essay": ESSAY}[name]
    assert kind_of(name).missing(data) == []
    assert len(kind_of(name).missing({})) >= 2


def test_a_course_file_may_name_its_tables_in_the_singular():
    """[[question.option]] and [[question.pair]] read better in TOML."""
    singular = {**SINGLE, "option": SINGLE["options"]}
    del singular["options"]
    assert kind_of("single").public(singular, seed=3) == kind_of("single").public(SINGLE, seed=3)


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        (
            "single",
            {"options": [{"text": "A", "correct": True}, {"text": "B", "correct": True}]},
            "Exactly one",
        ),
        ("single", {"options": [{"text": "A", "correct": True}, {"text": "A"}]}, "the same"),
        ("multiple", {"options": [{"text": "A"}, {"text": "B"}]}, "No option is right"),
        ("matching", {"pairs": [{"left": "A", "right": "x"}, {"left": "B", "right": ""}]}, "not complete"),
        ("ordering", {"items": ["A", "A"]}, "the same"),
        ("numeric", {"tolerance": -1}, "tolerance"),
        ("essay", {"rubric": [{"criterion": "x", "points": 0}]}, "needs words and points"),
    ],
)
def test_what_is_missing_is_said(name, change, says):
    data = copy.deepcopy({**BANK, "essay": ESSAY}[name]) | change
    assert any(says in sentence for sentence in kind_of(name).missing(data))
