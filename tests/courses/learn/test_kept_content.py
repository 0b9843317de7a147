"""What is kept in memory is content that the database has frozen, and nothing about anybody."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.actions.enrolments import enrol
from courses.actions.versions import open_self_paced, publish, retire
from courses.enums import VersionStatus
from courses.models import CheckAnswer, CourseVersion, Enrolment, Lesson
from courses.queries.content import content, content_of, version_in
from courses.queries.enrolments import Step
from courses.queries.taking import taking
from courses.web.learn import blocks, outlines
from lms.people.enums import Role
from tests import cast
from tests.courses.learn import school

pytestmark = pytest.mark.django_db(transaction=True)
NUMERIC = {"kind": "numeric", "prompt": "How many?", "explanation": "Two.", "answer": 2, "tolerance": 0}


def queries(act):
    with CaptureQueriesContext(connection) as found:
        act()
    return len(found)


def of_size(slug: str, count: int) -> CourseVersion:
    """A draft of so many modules with so many lessons of so many checks."""
    version = school.draft(slug)
    version.modules.all().delete()
    for number in range(1, count + 1):
        module = version.modules.create(position=number, title=f"Module {number}")
        for place in range(1, count + 1):
            lesson = school.lesson(module, place, f"lesson-{number}-{place}")
            for position in range(1, count + 1):
                school.block(lesson, position, "check", school.CHECK)
    return version


def taken(analyst, slug: str, count: int) -> Enrolment:
    version = of_size(slug, count)
    publish(version=version, by=None)
    return enrol(cohort=open_self_paced(version=version, by=None), person=analyst.person, by=analyst)


class TestQueries:
    def test_a_page_of_the_player_takes_as_many_for_one_lesson_and_block_as_for_three_of_each(self):
        analyst = cast.user(Role.ANALYST)
        page = cast.signed_in(analyst)
        counts = [self.of_pages(page, taken(analyst, f"course-{count}", count)) for count in (1, 3)]
        assert counts[0] == counts[1]

    def of_pages(self, page, enrolment) -> dict[str, int]:
        lesson, *_others = enrolment.cohort.version.lessons.all()
        first = reverse("lesson", args=[enrolment.pk, lesson.key])
        for block in lesson.blocks.all():
            page.post(first, self.answer(block))
        course = reverse("course", args=[enrolment.cohort.version.course.slug])
        paths = [first, reverse("learn-end", args=[enrolment.pk]), course]
        return {
            path.split("/")[1] + path.split("/")[-2][:6]: cast.queries_of(page, path) for path in paths
        } | {
            "save": queries(lambda: page.post(first, self.answer(block))),
            "place": queries(lambda: page.post(first, {"place": "1", "block": block.pk})),
            "resume": queries(lambda: page.get(reverse("learn", args=[enrolment.pk]))),
        }

    def answer(self, block) -> dict[str, object]:
        option = blocks.show(block, None, None, {}).asked[0].public.options[0]
        return {"block": block.pk, "q0": option.token}

    def test_a_lesson_page_asks_for_session_login_enrolment_roles_and_the_bell_and_nothing_else(self):
        analyst = cast.user(Role.ANALYST)
        page, enrolment = cast.signed_in(analyst), taken(analyst, "course", 3)
        path = reverse("lesson", args=[enrolment.pk, "lesson-1-1"])
        cast.queries_of(page, path)
        assert cast.queries_of(page, path) == 5


class TestContent:
    def test_a_published_version_is_read_once(self):
        version = school.course().version
        content_of(version)
        assert queries(lambda: content_of(version)) == 0

    def test_a_draft_is_read_each_time_and_its_changes_are_seen(self):
        version = school.draft()
        before = len(content_of(version).lessons)
        school.lesson(version.modules.last(), 9, "more")
        assert len(content_of(version).lessons) == before + 1

    def test_another_version_that_was_given_the_same_number_is_not_mistaken_for_it(self):
        version = school.course().version
        content_of(version)
        later = version.published_at + dt.timedelta(seconds=1)
        assert queries(lambda: content(version.pk, later)) > 0

    def test_that_a_version_is_retired_is_never_kept(self):
        version = school.course().version
        kept = content_of(version)
        assert version_in(kept).status == VersionStatus.PUBLISHED
        retire(version=version, by=None)
        assert version_in(content_of(version)).status == VersionStatus.RETIRED

    def test_what_one_request_does_to_its_version_stays_with_it(self):
        kept = content_of(school.course().version)
        version_in(kept).title = "Changed"
        assert version_in(kept).title == "Tracing"


class TestAnswers:
    def test_two_who_answered_differently_read_their_own_answers_and_a_third_none(self):
        cohort = school.course()
        check = cohort.version.blocks.get(kind="check")
        right, wrong = sorted(
            blocks.show(check, None, None, {}).asked[0].public.options,
            key=lambda one: one.text != "The first",
        )
        texts = []
        for option in (right, wrong, None):
            analyst = cast.user(Role.ANALYST)
            enrolment = enrol(cohort=cohort, person=analyst.person, by=analyst)
            page, path = cast.signed_in(analyst), reverse("lesson", args=[enrolment.pk, "opening"])
            if option:
                page.post(path, {"block": check.pk, "q0": option.token})
            texts.append([page.get(path).text for _again in range(2)][1])
        chose = [[f'value="{one.token}" checked' in text for one in (right, wrong)] for text in texts]
        assert chose == [[True, False], [False, True], [False, False]]
        assert ["Because of the first." in text for text in texts] == [True, True, False]

    def test_words_that_somebody_wrote_are_shown_and_not_kept(self):
        analyst = cast.user(Role.ANALYST)
        version = school.draft()
        block = school.block(version.lessons.first(), 9, "check", {"question": [NUMERIC]})
        publish(version=version, by=None)
        enrolment = enrol(cohort=open_self_paced(version=version, by=None), person=analyst.person, by=analyst)
        page, path = cast.signed_in(analyst), reverse("lesson", args=[enrolment.pk, "opening"])
        page.get(path)
        kept = blocks.kept.cache_info().currsize
        page.post(path, {"block": block.pk, "q0": "17"})
        assert CheckAnswer.objects.get(block=block).data["0"]["text"] == "17"
        assert 'value="17"' in page.get(path).text
        assert blocks.kept.cache_info().currsize == kept

    def test_a_scenario_that_leads_in_circles_ends_and_long_ones_are_not_kept(self):
        analyst, version = cast.user(Role.ANALYST), school.draft()
        choices = [
            {"label": "On", "feedback": "f", "next": "a"},
            {"label": "End", "feedback": "g", "next": "b"},
        ]
        steps = [
            {"key": "a", "text": "Some words. " * 500, "choice": choices},
            {"key": "b", "text": "The end.", "outcome": "good"},
        ]
        case = {"title": "Round", "start": "a", "step": steps}
        block = school.block(version.lessons.get(key="opening"), 9, "scenario", case)
        publish(version=version, by=None)
        enrolment = enrol(cohort=open_self_paced(version=version, by=None), person=analyst.person, by=analyst)
        page, path = cast.signed_in(analyst), reverse("lesson", args=[enrolment.pk, "opening"])
        page.get(path)
        kept = blocks.kept.cache_info().currsize
        page.post(path, {"block": block.pk, "chosen": ["0"] * 990})
        assert CheckAnswer.objects.get(block=block).data == {"chosen": [0] * 8}
        text = page.get(path).text
        assert text.count("You chose: On") == 8
        assert "Try it again from the start" in text
        assert blocks.kept.cache_info().currsize == kept

    def test_anothers_enrolment_is_not_there(self):
        analyst, other = cast.user(Role.ANALYST), cast.user(Role.ANALYST)
        enrolment = enrol(cohort=school.course(), person=analyst.person, by=analyst)
        assert taking(other.person_id, enrolment.pk) is None
        found = taking(analyst.person_id, enrolment.pk)
        ours = found.enrolment
        assert (ours, ours.cohort, ours.cohort.version) == (
            enrolment,
            enrolment.cohort,
            enrolment.cohort.version,
        )
        assert (found.done, found.answered) == (set(), {})


def test_the_outline_escapes_titles_names_the_way_and_says_what_is_done():
    analyst = cast.user(Role.ANALYST)
    version = school.draft()
    version.lessons.filter(key="closing").update(title="<b>Ends & means</b>")
    publish(version=version, by=None)
    enrolment = enrol(cohort=open_self_paced(version=version, by=None), person=analyst.person, by=analyst)
    page, path = cast.signed_in(analyst), reverse("lesson", args=[enrolment.pk, "opening"])
    page.post(path)
    text = page.get(path).text
    closing = reverse("lesson", args=[enrolment.pk, "closing"])
    assert f'<li><a href="{closing}">&lt;b&gt;Ends &amp; means&lt;/b&gt;</a></li>' in text
    assert f'<li><a href="{path}" aria-current="page">Opening</a> <span class="tag">done</span></li>' in text


def test_the_outline_escapes_keys_whatever_a_file_was_called():
    lesson = Lesson(pk=1, key='"><b>', title="One")
    row = outlines.row(Step(lesson, done=False), Lesson(pk=2), "/learn/1/", "")
    assert row == '<li><a href="/learn/1/&quot;&gt;&lt;b&gt;/">One</a></li>'
