"""The glossary of a course: marked where a lesson uses it first, a page of its own, and a form for authors."""

import html

import pytest
from django.urls import reverse

from courses.actions.enrolments import enrol
from courses.models import GlossaryTerm
from courses.queries.authoring.texts import glossary_source
from lms.people.enums import Role
from tests import cast
from tests.courses.authoring import made as written
from tests.courses.authoring.browser import fields_of
from tests.courses.learn import school

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def analyst():
    return cast.user(Role.ANALYST)


@pytest.fixture
def page(analyst):
    return cast.signed_in(analyst)


def taught(*terms):
    """A published course with these terms, whose first lesson uses “words” in two texts."""
    version = school.draft()
    GlossaryTerm.objects.bulk_create(
        GlossaryTerm(version=version, term=term, meaning=f"What {term} means.") for term in terms
    )
    opening = version.lessons.get(key="opening")
    school.block(opening, 4, "text", {"markdown": "More words, and a `host`."})
    school.publish(version=version, by=None)
    return school.open_self_paced(version=version, by=None)


def lesson(cohort, analyst, key="opening"):
    enrolment = enrol(cohort=cohort, person=analyst.person, by=analyst)
    return reverse("lesson", args=[enrolment.pk, key])


def test_the_first_use_in_a_lesson_leads_to_its_meaning_on_the_same_page(page, analyst):
    cohort = taught("Words", "Host")
    word = cohort.version.glossary.get(term="Words")
    text = page.get(lesson(cohort, analyst)).text
    assert text.count(f'href="#word-{word.pk}" aria-describedby="word-{word.pk}"') == 1
    assert f'<dd id="word-{word.pk}">What Words means.</dd>' in text
    assert "What Host means." not in text
    assert reverse("course-glossary", args=["tracing"]) in text


def test_a_lesson_without_a_term_says_nothing_of_words(page, analyst):
    text = page.get(lesson(taught("Words"), analyst, "closing")).text
    assert "Words used here" not in text
    assert "<dfn>" not in text


def test_the_glossary_is_a_page_of_its_own_and_one_without_terms_says_so(page):
    cohort = taught("Words", "Host")
    text = page.get("/courses/tracing/glossary/").text
    assert text.index("What Host means.") < text.index("What Words means.")
    school.course("plain")
    assert "explains no words" in page.get("/courses/plain/glossary/").text
    school.draft("unfinished")
    assert page.get("/courses/unfinished/glossary/").status_code == 404
    assert cohort.version.glossary.count() == 2


def test_a_lesson_takes_as_many_queries_for_many_terms_as_for_one(page, analyst):
    few = lesson(taught("Words"), analyst)
    page.get(few)
    before = cast.queries_of(page, few)
    version = school.draft("second")
    GlossaryTerm.objects.bulk_create(
        GlossaryTerm(version=version, term=f"Term {n}", meaning="x") for n in range(20)
    )
    school.publish(version=version, by=None)
    many = lesson(school.open_self_paced(version=version, by=None), analyst)
    # What is published is read once.
    page.get(many)
    assert cast.queries_of(page, many) == before


class TestWriting:
    def test_terms_are_added_in_a_form_and_marked_in_the_preview(self):
        me = written.author()
        draft, client = written.draft(me), cast.signed_in(me)
        page = written.page("teach-glossary", draft)
        sent = fields_of(client.get(page).text)
        assert sent["q-glossary-0-term"] == ["Trace"]
        more = fields_of(client.post(page, sent | {"do": "add:q-glossary"}).text)
        typed = more | {"q-glossary-1-term": "Words", "q-glossary-1-meaning": "What is said."}
        assert client.post(page, typed).status_code == 302
        assert [one.term for one in draft.glossary.all()] == ["Trace", "Words"]
        preview = client.get(written.page("teach-preview", draft, draft.lessons.get(key="opening").pk)).text
        assert "What is said." in preview
        assert "<dfn>" in preview

    def test_a_term_that_is_there_twice_is_refused_and_both_stay_in_the_form(self):
        me = written.author()
        draft, client = written.draft(me), cast.signed_in(me)
        page, before = written.page("teach-glossary", draft), glossary_source(draft)
        more = fields_of(client.post(page, fields_of(client.get(page).text) | {"do": "add:q-glossary"}).text)
        answer = client.post(page, more | {"q-glossary-1-term": "Trace", "q-glossary-1-meaning": "Mine"})
        assert "Every term is there once" in answer.text
        assert fields_of(answer.text)["q-glossary-1-meaning"] == ["Mine"]
        assert glossary_source(draft) == before

    def test_the_second_of_two_authors_is_told(self):
        me = written.author()
        draft, client = written.draft(me), cast.signed_in(me)
        page = written.page("teach-glossary", draft)
        sent = fields_of(client.get(page).text)
        assert client.post(page, sent | {"q-glossary-0-meaning": "Theirs"}).status_code == 302
        answer = client.post(page, sent | {"q-glossary-0-meaning": "Mine"})
        assert fields_of(answer.text)["q-glossary-0-meaning"] == ["Mine"]
        assert 'meaning = "Theirs"' in html.unescape(answer.text)
        assert draft.glossary.get().meaning == "Theirs"
