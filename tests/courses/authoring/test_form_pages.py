"""The pages with forms: two people at once, nothing lost on a mistake, and from form to text and back."""

import html

import pytest

from courses.kinds.questions import QuestionKind, kind_of
from courses.kinds.writing.sources import question_source
from courses.queries.authoring.texts import question_text
from tests import cast
from tests.courses.authoring import made
from tests.courses.authoring.browser import fields_of
from tests.courses.authoring.test_forms import BANK

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def me():
    return made.author()


@pytest.fixture
def draft(me):
    return made.draft(me)


@pytest.fixture
def client(me):
    return cast.signed_in(me)


@pytest.fixture
def other(draft):
    colleague = made.author()
    draft.course.authors.add(colleague)
    return cast.signed_in(colleague)


def question_page(draft):
    return made.page("teach-question", draft, draft.questions.get(key="first").pk)


@pytest.mark.parametrize("kind", QuestionKind.values)
def test_each_kind_is_opened_and_saved_as_it_was(kind, draft, client):
    question = draft.questions.get()
    text = question_source("first", kind, 2, BANK[kind])
    assert client.post(question_page(draft), {"seen": seen(client, draft), "source": text}).status_code == 302
    question.refresh_from_db()
    assert question_text(question) == text
    sent = fields_of(client.get(question_page(draft)).text)
    assert client.post(question_page(draft), sent).status_code == 302
    question.refresh_from_db()
    assert question_text(question) == text


def seen(client, draft):
    return fields_of(client.get(question_page(draft)).text)["seen"][0]


@pytest.mark.parametrize("kind", QuestionKind.values)
def test_a_new_question_of_each_kind_begins_with_a_form_of_its_own(kind, draft, client):
    page = f"{made.page('teach-new-question', draft)}?kind={kind}"
    sent = fields_of(client.get(page).text) | {"q-prompt": "What?"}
    assert sent["q-kind"] == [kind]
    assert client.post(page, sent).status_code == 302
    question = draft.questions.get(key="question-2")
    assert (question.kind, question.points, question.data["prompt"]) == (kind, 1, "What?")


class TestTwoAtOneQuestion:
    def test_the_second_is_told_and_both_texts_are_there(self, draft, client, other):
        page = question_page(draft)
        mine, theirs = (fields_of(one.get(page).text) for one in (client, other))
        assert other.post(page, theirs | {"q-prompt": "Theirs?"}).status_code == 302
        answer = client.post(page, mine | {"q-prompt": "Mine?", "q-option-1-text": "My route"})
        assert answer.status_code == 200
        text = html.unescape(answer.text)
        assert "Somebody saved this after you opened it" in text
        assert 'prompt = "Theirs?"' in text
        assert draft.questions.get().data["prompt"] == "Theirs?"
        again = fields_of(answer.text)
        assert again["q-prompt"] == ["Mine?"]
        assert again["q-option-1-text"] == ["My route"]
        assert client.post(page, again).status_code == 302
        assert draft.questions.get().data["prompt"] == "Mine?"

    def test_the_second_in_a_lesson_is_told_block_by_block(self, draft, client, other):
        lesson = draft.lessons.get(key="opening")
        page, name = made.page("teach-lesson", draft, lesson.pk), f"b{lesson.blocks.get(kind='scenario').pk}"
        mine, theirs = (fields_of(one.get(page).text) for one in (client, other))
        assert other.post(page, theirs | {f"{name}-title": "Their case"}).status_code == 302
        answer = client.post(page, mine | {f"{name}-title": "My case"})
        again = fields_of(answer.text)
        assert again[f"{name}-title"] == ["My case"]
        assert 'title = "Their case"' in html.unescape(answer.text)
        assert lesson.blocks.get(kind="scenario").data["title"] == "Their case"
        assert client.post(page, again).status_code == 302
        assert lesson.blocks.get(kind="scenario").data["title"] == "My case"


def test_who_writes_to_a_question_that_is_gone_gets_the_words_back_and_nothing_else(draft, client, other):
    page = question_page(draft)
    sent = fields_of(client.get(page).text) | {"q-prompt": "Mine?"}
    question = draft.questions.get()
    gone = made.page("teach-remove-question", draft, question.pk)
    assert other.post(gone, {"seen": sent["seen"]}).status_code == 302
    answer = client.post(page, sent)
    assert answer.status_code == 404
    texts = answer.context["texts"]
    assert "Mine?" in texts
    assert "The registry" in texts
    assert not {"single", "1"} & set(texts)
    assert not any("kept" in text or '{"' in text for text in texts)


class TestMistakes:
    def test_what_cannot_be_saved_is_told_at_its_field_and_everything_typed_stays(self, draft, client):
        page, before = question_page(draft), made.whole(draft)
        sent = fields_of(client.get(page).text)
        answer = client.post(page, sent | {"q-points": "a lot", "q-prompt": "Typed?"})
        assert 'id="q-points-wrong"' in answer.text
        assert "must be a whole number from 1 to 1000." in answer.text
        again = fields_of(answer.text)
        assert (again["q-points"], again["q-prompt"]) == (["a lot"], ["Typed?"])
        assert made.whole(draft) == before

    @pytest.mark.parametrize(
        ("key", "said"), [("No Key", "must be made of small letters"), ("second", "Another question")]
    )
    def test_a_short_name_that_is_none_or_is_taken_is_refused_at_its_field(self, key, said, draft, client):
        new = made.page("teach-new-question", draft)
        client.post(new, fields_of(client.get(new).text) | {"q-key": "second"})
        before, page = made.whole(draft), question_page(draft)
        answer = client.post(page, fields_of(client.get(page).text) | {"q-key": key})
        assert said in html.unescape(answer.text)
        assert 'id="q-key-wrong"' in answer.text
        assert made.whole(draft) == before

    def test_a_mistake_in_one_block_keeps_what_was_typed_in_the_others(self, draft, client):
        lesson = draft.lessons.get(key="closing")
        page, before = made.page("teach-lesson", draft, lesson.pk), made.whole(draft)
        name = f"b{lesson.blocks.get().pk}"
        added = fields_of(client.post(page, fields_of(client.get(page).text) | {"add": "check"}).text)
        more = fields_of(client.post(page, added | {"do": "add:n1-question:numeric"}).text)
        typed = more | {"n1-question-0-answer": "some", f"{name}-prompt": "Typed?"}
        answer = client.post(page, typed)
        assert 'id="n1-question-0-answer-wrong"' in answer.text
        again = fields_of(answer.text)
        assert again[f"{name}-prompt"] == ["Typed?"]
        assert again["n1-question-0-answer"] == ["some"]
        assert made.whole(draft) == before


class TestFormAndText:
    def test_a_question_goes_from_form_to_text_and_back_with_what_was_typed(self, draft, client):
        page, before = question_page(draft), made.whole(draft)
        sent = fields_of(client.get(page).text) | {"q-prompt": "Typed?"}
        as_text = fields_of(client.post(page, sent | {"do": "text"}).text)
        assert 'prompt = "Typed?"' in as_text["source"][0]
        as_form = fields_of(client.post(page, as_text | {"do": "form"}).text)
        assert as_form == {name: [value] if isinstance(value, str) else value for name, value in sent.items()}
        assert made.whole(draft) == before

    def test_a_text_that_cannot_be_read_stays_a_text(self, draft, client):
        page = question_page(draft)
        sent = {"seen": seen(client, draft), "source": 'kind = "single"\nprompt = ', "do": "form"}
        answer = client.post(page, sent)
        assert "Line 2" in answer.text
        assert fields_of(answer.text)["source"] == ['kind = "single"\r\nprompt = ']

    def test_a_block_goes_from_form_to_text_and_back(self, draft, client):
        lesson = draft.lessons.get(key="opening")
        page, before = made.page("teach-lesson", draft, lesson.pk), made.whole(draft)
        name = f"b{lesson.blocks.get(kind='scenario').pk}"
        sent = fields_of(client.get(page).text) | {f"{name}-title": ["Typed"]}
        as_text = fields_of(client.post(page, sent | {"do": f"text:{name}"}).text)
        assert 'title = "Typed"' in as_text[f"text-{name}"][0]
        for ticked in ({}, {f"remove-{name}": ["1"]}):
            back = client.post(page, as_text | ticked | {"do": f"form:{name}"})
            assert fields_of(back.text) == sent | ticked
        assert made.whole(draft) == before

    def test_what_no_form_can_show_is_shown_as_text(self, draft, client):
        question = draft.questions.get()
        question.data = {"prompt": "?", "option": "not a list"}
        question.save()
        assert "option" in fields_of(client.get(question_page(draft)).text)["source"][0]
        block = draft.blocks.get(kind="check")
        block.data = {"question": [{"kind": "single", "prompt": "?", "more": 1}]}
        block.save()
        sent = fields_of(client.get(made.page("teach-lesson", draft, block.lesson_id)).text)
        assert f"as-b{block.pk}" not in sent
        assert "more = 1" in sent[f"text-b{block.pk}"][0]


def test_a_form_takes_as_many_queries_for_many_rows_as_for_one(draft, client):
    page, lesson = question_page(draft), draft.lessons.get(key="opening")
    pages = [page, made.page("teach-lesson", draft, lesson.pk)]
    client.get(page)
    before = [cast.queries_of(client, one) for one in pages]
    question, case = draft.questions.get(), lesson.blocks.get(kind="scenario")
    question.data = {"prompt": "?", "option": [{"text": f"option {n}"} for n in range(20)]}
    case.data = case.data | {
        "step": [*case.data["step"], *({"key": f"s{n}", "text": "x"} for n in range(20))]
    }
    question.save()
    case.save()
    assert [cast.queries_of(client, one) for one in pages] == before


@pytest.mark.parametrize(
    "forged",
    [
        {"q-kind": "no such kind"},
        {"q-kept": "[" * 50_000},
        {"q-kept": '{"option": [1], "points": {"a": 1}}'},
        {"q-option": ["0", "x", "99999999999999999999", "²"], "do": "add:q-option"},
        {"q-option-0-kept": '{"text": ["a"], "more": 1}'},
        {"q-points": "9" * 5000},
        {"q-points": "1e999"},
        {"do": "remove:q-option-999"},
        {"do": "add:q-option-0-text-1"},
        {"q-prompt": "\x00\x1b"},
        {"q-prompt": "x" * 70_000},
    ],
)
def test_what_no_form_would_send_saves_nothing_wrong_and_breaks_nothing(forged, draft, client):
    page, question = question_page(draft), draft.questions.get()
    answer = client.post(page, fields_of(client.get(page).text) | forged)
    assert answer.status_code in (200, 302)
    question.refresh_from_db()
    assert kind_of(question.kind).missing(question.data) in ([], ["The question asks nothing."])
    assert client.get(page).status_code == 200
