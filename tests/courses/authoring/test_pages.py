"""The pages of authors: two people at once, a preview that records nothing, and constant queries."""

import html
import re

import pytest
from django.urls import reverse

from courses.actions.authoring import drafts, outline
from courses.enums import VersionStatus
from courses.models import Assessment, CheckAnswer, Course, Enrolment, Entry, LessonDone, Place
from courses.queries.authoring.texts import digest, glossary_source, lesson_text, question_text
from lms.people.enums import Role
from tests import cast
from tests.courses.authoring import made

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
    """Another author of the same course, at another computer."""
    colleague = made.author()
    draft.course.authors.add(colleague)
    return cast.signed_in(colleague)


def field(text, name):
    """What stands in a textarea of a page."""
    found = re.search(rf'<textarea[^>]*\b(?:name|id)="{name}"[^>]*>\n?(.*?)</textarea>', text, re.S)
    return html.unescape(found[1]) if found else None


def seen_in(text):
    return re.search(r'name="seen" value="(\w*)"', text)[1]


def markdown_of(lesson):
    return lesson.blocks.get(kind="text", alternative=False).data["markdown"]


class TestTwoAtOneLesson:
    def test_the_second_is_told_and_both_texts_are_there(self, draft, client, other):
        lesson = draft.lessons.get(key="opening")
        block, page = lesson.blocks.get(kind="text"), made.page("teach-lesson", draft, lesson.pk)
        first, second = (made.form_of(lesson, text=text) for text in ("The first text.", "The second text."))
        assert client.post(page, first).status_code == 302
        answer = other.post(page, second | {"title": "Another title"})
        assert answer.status_code == 200
        assert "Somebody saved this after you opened it" in answer.text
        assert field(answer.text, f"text-b{block.pk}") == "The second text."
        assert field(answer.text, f"theirs-b{block.pk}") == "The first text."
        assert 'value="Another title"' in answer.text
        assert markdown_of(lesson) == "The first text."
        lesson.refresh_from_db()
        assert lesson.title == "Opening"
        again = second | {"seen": seen_in(answer.text), f"text-b{block.pk}": "Both texts."}
        assert other.post(page, again).status_code == 302
        assert markdown_of(lesson) == "Both texts."

    def test_blocks_added_and_removed_meanwhile_are_lost_by_neither(self, draft, client, other):
        lesson = draft.lessons.get(key="opening")
        block, page = lesson.blocks.get(kind="text"), made.page("teach-lesson", draft, lesson.pk)
        mine = made.form_of(lesson, text="Mine, in a block that is gone.")
        theirs = made.form_of(lesson)
        theirs["block"] = [*theirs["block"], "n1"]
        theirs |= {"kind-n1": "text", "text-n1": "A new block.", f"remove-b{block.pk}": "1"}
        assert other.post(page, theirs).status_code == 302
        answer = client.post(page, mine)
        assert "Somebody removed this block meanwhile" in answer.text
        assert "Somebody added this block meanwhile" in answer.text
        assert field(answer.text, "text-n1") == "Mine, in a block that is gone."
        added = lesson.blocks.get(kind="text")
        assert field(answer.text, f"text-b{added.pk}") == "A new block."
        names = re.findall(r'name="block" value="(\w+)"', answer.text)
        kinds = dict(re.findall(r'name="kind-(\w+)" value="(\w+)"', answer.text))
        sent = mine | {"seen": seen_in(answer.text), "block": names}
        sent |= {f"kind-{name}": kinds[name] for name in names}
        sent |= {f"text-{name}": field(answer.text, f"text-{name}") for name in names}
        assert client.post(page, sent).status_code == 302
        texts = {one.data["markdown"] for one in lesson.blocks.filter(kind="text")}
        assert texts == {"Mine, in a block that is gone.", "A new block."}

    def test_two_lessons_are_written_side_by_side_without_a_word(self, draft, client, other):
        one, two = draft.lessons.get(key="opening"), draft.lessons.get(key="hard")
        forms = [(client, one, made.form_of(one, text="One.")), (other, two, made.form_of(two, text="Two."))]
        for who, lesson, sent in forms:
            assert who.post(made.page("teach-lesson", draft, lesson.pk), sent).status_code == 302
        assert (markdown_of(one), markdown_of(two)) == ("One.", "Two.")

    def test_who_writes_to_a_lesson_that_is_gone_gets_the_text_back(self, me, draft, client):
        lesson = draft.lessons.get(key="closing")
        page, sent = (
            made.page("teach-lesson", draft, lesson.pk),
            made.form_of(lesson, reflection='prompt = "Mine"'),
        )
        outline.remove_lesson(lesson=lesson, seen=digest(lesson_text(lesson)), by=me)
        answer = client.post(page, sent)
        assert answer.status_code == 404
        assert "Somebody removed this while you were writing" in answer.text
        assert 'prompt = "Mine"' in html.unescape(answer.text)
        stranger = cast.signed_in(made.author()).post(page, sent)
        assert stranger.status_code == 404
        assert "prompt" not in stranger.text

    def test_who_writes_to_a_draft_that_was_published_keeps_the_text(self, me, draft, client):
        lesson = draft.lessons.get(key="opening")
        sent = made.form_of(lesson, text="Too late.")
        drafts.publish_draft(version=draft, seen=draft.revision, open_enrolment=False, by=me)
        answer = client.post(made.page("teach-lesson", draft, lesson.pk), sent)
        assert "frozen" in answer.text
        assert "Too late." in answer.text
        assert markdown_of(lesson) == "Some **words**."


class TestTheLessonForm:
    def test_nothing_is_saved_before_the_whole_is(self, draft, client):
        lesson = draft.lessons.get(key="opening")
        before, page = made.whole(draft), made.page("teach-lesson", draft, lesson.pk)
        sent = made.form_of(lesson, text="Typed, not saved.")
        added = client.post(page, sent | {"add": "reflection"})
        assert field(added.text, "n1-prompt") == ""
        assert "Typed, not saved." in added.text
        last = sent["block"][-1]
        moved = client.post(page, sent | {"move": f"up:{last}"})
        order = re.findall(r'name="block" value="(\w+)"', moved.text)
        assert order == [sent["block"][0], last, sent["block"][1]]
        assert "Typed, not saved." in moved.text
        assert made.whole(draft) == before
        assert client.post(page, sent | {"block": order}).status_code == 302
        assert [one.kind for one in lesson.blocks.all()] == ["text", "check", "scenario"]

    def test_what_cannot_be_read_is_told_with_its_line_and_nothing_is_saved(self, draft, client):
        lesson = draft.lessons.get(key="opening")
        before = made.whole(draft)
        sent = made.form_of(lesson, scenario='title = "x"\nstart = "a"\n[[step]]\nkey = "a"\n')
        answer = client.post(made.page("teach-lesson", draft, lesson.pk), sent | {"title": "New"})
        assert "Line 3: “text” is missing." in answer.text
        assert made.whole(draft) == before

    def test_a_block_of_no_kind_and_a_forged_one_change_nothing(self, draft, client):
        lesson, closing = draft.lessons.get(key="opening"), draft.lessons.get(key="closing")
        foreign = closing.blocks.get().pk
        sent = made.form_of(lesson)
        sent |= {"block": [*sent["block"], "n1"], "kind-n1": "poll", "text-n1": 'file = "x"'}
        assert client.post(made.page("teach-lesson", draft, lesson.pk), sent).status_code == 302
        for name, kind in ((f"b{foreign}", "reflection"), (f"b{lesson.blocks.first().pk}", "reflection")):
            sent = made.form_of(lesson)
            sent["block"] = [name]
            sent |= {f"kind-{name}": kind, f"text-{name}": 'prompt = "Mine"'}
            answer = client.post(made.page("teach-lesson", draft, lesson.pk), sent)
            assert answer.status_code == 200
        assert closing.blocks.get().data["prompt"] == "What do you take along?"
        assert lesson.blocks.count() == 3


class TestPreview:
    def test_scenario_and_check_answer_and_nothing_is_recorded(self, me, draft, client):
        lesson = draft.lessons.get(key="opening")
        page, case = made.page("teach-preview", draft, lesson.pk), lesson.blocks.get(kind="scenario")
        assert "Some <strong>words</strong>." in client.get(page).text
        text = client.post(page, {"block": case.pk, "chosen": ["1"]}).text
        assert "Too soon." in text
        assert "It ends badly." in text
        assert not any(model.objects.exists() for model in (CheckAnswer, LessonDone, Place, Enrolment, Entry))

    def test_an_intense_lesson_gives_notice_and_offers_the_other_way(self, draft, client):
        page = made.page("teach-preview", draft, draft.lessons.get(key="hard").pk)
        notice = client.get(page).text
        assert "It is about loss." in notice
        assert "The hard words." not in notice
        assert "The hard words." in client.get(f"{page}?ready=1").text
        assert "The gentler words." in client.get(f"{page}?other=1").text

    @pytest.mark.parametrize("kind", ["scenario", "check"])
    def test_an_unfinished_block_says_what_it_lacks(self, kind, draft, client):
        block = draft.blocks.get(kind=kind)
        block.data = {"title": "x", "start": "nowhere", "step": []} if kind == "scenario" else {}
        block.save()
        page = made.page("teach-preview", draft, block.lesson_id)
        for answer in (client.get(page), client.post(page, {"block": block.pk, "chosen": "0"})):
            assert answer.status_code == 200
            assert "not complete yet" in answer.text


class TestVersionPages:
    def test_a_course_from_its_title_to_its_publication(self, me, client):
        answer = client.post(reverse("teach-new-course"), {"title": "Tracing", "kind": "basic"})
        version = Course.objects.get(slug="tracing").versions.get()
        assert answer.url == made.page("teach-version", version)
        assert "It has no lesson." in client.get(answer.url).text
        client.post(made.page("teach-add-module", version), {"title": "First"})
        module = version.modules.get()
        client.post(made.page("teach-add-lesson", version), {"title": "Begin", "module": module.pk})
        lesson = version.lessons.get()
        sent = made.form_of(lesson) | {"block": ["n1"], "kind-n1": "text", "text-n1": "Words."}
        client.post(made.page("teach-lesson", version, lesson.pk), sent)
        version.refresh_from_db()
        assert "Nothing is missing" in client.get(answer.url).text
        client.post(
            made.page("teach-publish", version), {"revision": version.revision, "open_enrolment": "1"}
        )
        version.refresh_from_db()
        assert version.status == VersionStatus.PUBLISHED
        assert "Tracing" in cast.signed_in(cast.user(Role.ANALYST)).get("/courses/").text

    def test_each_gap_leads_to_its_place(self, draft, client):
        block = draft.blocks.get(kind="text", alternative=False, lesson__key="opening")
        block.data = {"markdown": " "}
        block.save()
        text = client.get(made.page("teach-version", draft)).text
        target = f"{made.page('teach-lesson', draft, block.lesson_id)}#text-b{block.pk}"
        assert target in text
        assert f'id="text-b{block.pk}"' in client.get(target).text

    def test_the_buttons_move_lessons_over_the_ends_of_modules(self, draft, client):
        page = made.page("teach-version", draft)
        text = client.get(page).text
        places = re.findall(r'name="place" value="(\w+)"', text)
        lesson = draft.lessons.get(key="hard")
        sent = {"seen": seen_in(text), "place": places, "move": f"down:l{lesson.pk}"}
        answer = client.post(page, sent)
        lesson.refresh_from_db()
        assert (lesson.module.title, lesson.position) == ("Module 2", 1)
        assert "autofocus" in client.get(answer.url).text
        for forged in ({}, {"place": ["l1"]}, {"place": ["m1", "mx"]}, {"move": "up:x"}, {"move": "up:m0"}):
            assert client.post(page, sent | forged).url == page
        assert "changed meanwhile" in client.get(page).text

    def test_a_frozen_version_shows_no_field(self, draft, client):
        version = draft.course.versions.get(number=1)
        text = client.get(made.page("teach-version", version)).text
        assert "frozen" in text
        assert 'name="place"' not in text
        for name in ("teach-settings", "teach-glossary", "teach-assessment", "teach-new-question"):
            assert client.get(made.page(name, version)).status_code == 302
        lesson = version.lessons.first()
        assert client.get(made.page("teach-lesson", version, lesson.pk)).status_code == 302
        assert client.get(made.page("teach-preview", version, lesson.pk)).status_code == 200

    def test_settings_glossary_module_and_questions_are_saved(self, draft, client):
        page = made.page("teach-settings", draft)
        sent = {
            "seen": seen_in(client.get(page).text), "title": "Tracing", "language": "en", "level": "introductory",
            "minutes": "30", "intensity": "none", "needs_lessons": "on", "pass_mark": "70", "aims": "One\n\nTwo",
        }  # fmt: skip
        assert "from 1 to 100" in client.post(page, sent | {"pass_mark": "170"}).text
        assert client.post(page, sent).status_code == 302
        draft.refresh_from_db()
        assert (draft.pass_mark, draft.aims) == (70, ["One", "Two"])
        stale = client.post(page, sent | {"title": "Mine"})
        assert "Somebody saved this" in stale.text
        assert 'value="Mine"' in stale.text
        self.save_source(
            client, made.page("teach-glossary", draft), '[[glossary]]\nterm = "A"\nmeaning = "b"\n'
        )
        assert glossary_source(draft).strip() == '[[glossary]]\nterm = "A"\nmeaning = "b"'
        question = draft.questions.get()
        changed = question_text(question).replace("points = 1", "points = 3")
        self.save_source(client, made.page("teach-question", draft, question.pk), changed)
        new = 'key = "second"\nkind = "truefalse"\nprompt = "?"\ncorrect = true\n'
        self.save_source(client, made.page("teach-new-question", draft), new)
        assert list(draft.questions.values_list("key", "points")) == [("first", 3), ("second", 1)]
        client.post(made.page("teach-move-question", draft, question.pk), {"way": "down"})
        assert list(draft.questions.values_list("key", flat=True)) == ["second", "first"]
        question.refresh_from_db()
        gone = {"seen": digest(question_text(question))}
        client.post(made.page("teach-remove-question", draft, question.pk), gone)
        assert draft.questions.get().key == "second"
        assert Assessment.objects.filter(version=draft).exists()

    def save_source(self, client, page, source):
        answer = client.post(page, {"seen": seen_in(client.get(page).text), "source": source})
        assert answer.status_code == 302, answer.text

    def test_a_glossary_of_more_terms_than_can_be_looked_for_is_refused_in_words(self, draft, client):
        page, before = made.page("teach-glossary", draft), glossary_source(draft)
        many = "".join(f'[[glossary]]\nterm = "t{n}"\nmeaning = "b"\n' for n in range(301))
        answer = client.post(page, {"seen": seen_in(client.get(page).text), "source": many})
        assert "A glossary has at most 300 terms." in answer.text
        assert glossary_source(draft) == before

    def test_a_stale_glossary_shows_both(self, draft, client):
        page = made.page("teach-glossary", draft)
        seen = seen_in(client.get(page).text)
        self.save_source(client, page, '[[glossary]]\nterm = "A"\nmeaning = "theirs"\n')
        mine = '[[glossary]]\nterm = "A"\nmeaning = "mine"\n'
        text = html.unescape(client.post(page, {"seen": seen, "source": mine}).text)
        assert 'meaning = "mine"' in text
        assert 'meaning = "theirs"' in text
        assert "theirs" in glossary_source(draft)


def test_anothers_course_is_not_found(draft):
    stranger = cast.signed_in(made.author())
    lesson = draft.lessons.first()
    for page in (
        reverse("teach-course", args=[draft.course.slug]),
        made.page("teach-version", draft),
        made.page("teach-changes", draft),
        made.page("teach-lesson", draft, lesson.pk),
        made.page("teach-preview", draft, lesson.pk),
    ):
        assert stranger.get(page).status_code == 404
    assert draft.title not in stranger.get(reverse("teach")).text
    before = made.whole(draft)
    assert stranger.post(made.page("teach-lesson", draft, lesson.pk), made.form_of(lesson)).status_code == 404
    assert stranger.post(made.page("teach-publish", draft), {"revision": draft.revision}).status_code == 404
    assert made.whole(draft) == before


def test_pages_take_as_many_queries_for_much_as_for_little(me, draft, client):
    lesson = draft.lessons.get(key="opening")
    pages = [
        reverse("teach"),
        reverse("teach-course", args=[draft.course.slug]),
        made.page("teach-version", draft),
        made.page("teach-changes", draft),
        made.page("teach-lesson", draft, lesson.pk),
        made.page("teach-preview", draft, lesson.pk),
        made.page("teach-assessment", draft),
    ]
    client.get(pages[0])
    before = [cast.queries_of(client, page) for page in pages]
    made.published(me, "second")
    module = draft.modules.first()
    for number in range(3):
        outline.add_lesson(module=module, title=f"More {number}", by=me)
    for position in range(10, 13):
        lesson.blocks.create(version=draft, position=position, kind="text", data={"markdown": "x"})
        question = draft.questions.first()
        question.pk, question.key, question._state.adding = None, f"more-{position}", True
        question.save()
    assert [cast.queries_of(client, page) for page in pages] == before
