"""A course is completed in the transaction of the fact that completes it, and once."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.actions.certificates import last_valid_day
from courses.actions.completions import complete_if_due
from courses.actions.enrolments import enrol
from courses.actions.progress import finish_lesson
from courses.actions.versions import new_draft, publish
from courses.enums import Stage, VersionStatus
from courses.kinds.completion import CompletionFacts, CompletionRule, completed_on
from courses.models import Block, Certificate, CourseVersion, Entry
from lms.kit.errors import Refused
from lms.people.enums import Role
from tests import cast
from tests.courses.learn import school

DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2026, 12, 31))
FACTS = st.builds(
    CompletionFacts,
    lessons_done=st.dictionaries(st.integers(1, 4), DAYS, max_size=4),
    scores=st.frozensets(st.tuples(st.integers(0, 100).map(float), DAYS), max_size=4),
    attended_on=st.none() | DAYS,
    signed_off_on=st.none() | DAYS,
)
RULES = st.builds(
    CompletionRule,
    lessons=st.none() | st.frozensets(st.integers(1, 4), max_size=4),
    pass_mark=st.none() | st.integers(1, 100),
    attendance=st.booleans(),
    sign_off=st.booleans(),
)


class TestTheRule:
    @given(RULES, FACTS, st.frozensets(st.tuples(st.integers(0, 100).map(float), DAYS), max_size=2))
    @settings(deadline=None)
    def test_more_facts_never_undo_a_completion(self, rule, facts, more):
        before = completed_on(rule, facts)
        grown = CompletionFacts(
            facts.lessons_done, facts.scores | more, facts.attended_on, facts.signed_off_on
        )
        after = completed_on(rule, grown)
        if before is not None:
            assert after is not None
            assert after <= before

    @given(RULES, FACTS)
    @settings(deadline=None)
    def test_it_is_dated_by_a_fact_and_asks_for_all_of_it(self, rule, facts):
        day = completed_on(rule, facts)
        if day is None:
            return
        known = {*facts.lessons_done.values(), *(d for _s, d in facts.scores)}
        assert day in known | {facts.attended_on, facts.signed_off_on}
        assert rule.pass_mark is None or any(score >= rule.pass_mark for score, _day in facts.scores)
        assert set(rule.lessons or ()) <= set(facts.lessons_done)

    def test_a_version_that_asks_for_nothing_is_never_completed_by_itself(self):
        assert completed_on(CompletionRule(), CompletionFacts(attended_on=dt.date(2026, 1, 1))) is None

    @pytest.mark.parametrize(
        ("day", "months", "last"),
        [
            (dt.date(2026, 1, 31), 1, dt.date(2026, 2, 28)),
            (dt.date(2024, 2, 29), 12, dt.date(2025, 2, 28)),
            (dt.date(2026, 11, 22), 24, dt.date(2028, 11, 22)),
            (dt.date(2026, 11, 22), None, None),
        ],
    )
    def test_validity_clamps_to_the_end_of_the_month(self, day, months, last):
        assert last_valid_day(day, months) == last


@pytest.mark.django_db(transaction=True)
class TestCompleting:
    def test_the_last_lesson_completes_and_certifies_in_the_same_breath(self):
        analyst = cast.user(Role.ANALYST)
        enrolment = enrol(cohort=school.course(validity_months=24), person=analyst.person, by=analyst)
        lessons = list(enrolment.cohort.version.lessons.all())
        for lesson in lessons[:-1]:
            finish_lesson(enrolment=enrolment, lesson=lesson, by=analyst)
        assert not Entry.objects.filter(stage=Stage.COMPLETED).exists()
        finish_lesson(enrolment=enrolment, lesson=lessons[-1], by=analyst)
        entry = Entry.objects.get(stage=Stage.COMPLETED)
        assert entry.certificate.expires_on == last_valid_day(entry.happened_on, 24)
        finish_lesson(enrolment=enrolment, lesson=lessons[0], by=analyst)
        assert Certificate.objects.count() == 1

    def test_two_last_lessons_at_once_make_one_completion(self):
        analyst = cast.user(Role.ANALYST)
        enrolment = enrol(cohort=school.course(), person=analyst.person, by=analyst)
        first, *last = enrolment.cohort.version.lessons.all()
        finish_lesson(enrolment=enrolment, lesson=first, by=analyst)

        def finish(lesson):
            try:
                finish_lesson(enrolment=enrolment, lesson=lesson, by=analyst)
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as threads:
            list(threads.map(finish, last))
        assert Entry.objects.filter(stage=Stage.COMPLETED).count() == 1
        assert complete_if_due(enrolment=enrolment, by=analyst) == Entry.objects.get(stage=Stage.COMPLETED)

    def test_the_hotline_of_the_day_is_in_the_entry(self):
        analyst, hotline = cast.user(Role.ANALYST), cast.hotline()
        cast.affiliate(analyst.person, hotline)
        enrol(cohort=school.course(), person=analyst.person, by=analyst)
        assert Entry.objects.get().hotline == hotline


@pytest.mark.django_db(transaction=True)
class TestVersions:
    def test_a_published_version_is_frozen_by_the_database(self):
        version = school.course().version
        before = Block.objects.count()
        for change in (
            lambda: CourseVersion.objects.filter(pk=version.pk).update(title="Other"),
            lambda: version.blocks.update(position=99),
            lambda: version.lessons.first().blocks.all().delete(),
            lambda: school.block(version.lessons.first(), 9, "text", {"markdown": "More"}),
        ):
            with pytest.raises((IntegrityError, InternalError)) as refused, transaction.atomic():
                change()
            assert "A published course version is frozen" in str(refused.value)
        assert Block.objects.count() == before

    def test_a_new_version_retires_the_old_and_leaves_who_is_under_way(self):
        analyst = cast.user(Role.ANALYST)
        enrolment = enrol(cohort=school.course(), person=analyst.person, by=analyst)
        course = enrolment.cohort.version.course
        newer = new_draft(course=course, by=None, title="Tracing, second")
        module = newer.modules.create(position=1, title="M")
        school.block(school.lesson(module, 1, "only"), 1, "text", {"markdown": "Words"})
        publish(version=newer, by=None)
        enrolment.refresh_from_db()
        assert enrolment.cohort.version.status == VersionStatus.RETIRED
        assert cast.signed_in(analyst).get(f"/learn/{enrolment.pk}/opening/").status_code == 200

    def test_what_is_missing_is_said_all_at_once_and_nothing_is_published(self):
        version = school.draft(pass_mark=70)
        school.block(version.lessons.first(), 9, "text", {"markdown": " "})
        school.block(version.lessons.last(), 9, "scenario", school.SCENARIO | {"start": "nowhere"})
        with pytest.raises(Refused) as refused:
            publish(version=version, by=None)
        for sentence in (
            "The text is empty.",
            "The scenario has no first step.",
            "A pass mark needs an assessment.",
        ):
            assert sentence in refused.value.sentence
        version.refresh_from_db()
        assert version.status == VersionStatus.DRAFT


@pytest.mark.django_db
def test_every_demo_course_can_be_published():
    from courses import demo
    from courses.actions.course_files import import_course

    folders = sorted(path.parent for path in demo.DATA.glob("courses/*/course.toml"))
    assert len(folders) == 3
    for folder in folders:
        version = import_course(folder=folder, by=None)
        publish(version=version, by=None)
        assert version.minutes == sum(version.lessons.values_list("minutes", flat=True))
        assert 30 <= version.minutes <= 60
