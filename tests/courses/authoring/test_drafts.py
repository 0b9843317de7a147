"""Drafts, publication and retirement: what is published never changes, and who may not is refused."""

import pytest
from django.db import IntegrityError, transaction

from courses.actions import marks
from courses.actions.authoring import assessments, drafts, lessons, outline, settings
from courses.actions.authoring.claims import Stale
from courses.actions.enrolments import enrol, join
from courses.actions.versions import publish
from courses.enums import VersionStatus
from courses.models import ActivityKind, CourseVersion, Enrolment, Lesson, Question
from courses.queries.authoring.changes import changes
from courses.queries.authoring.texts import digest, lesson_text, order_text, settings_text
from courses.queries.readiness import gaps
from lms.kit.errors import Refused
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


def save(lesson, by, *, seen=None, **fields):
    lessons.save_lesson(
        lesson=lesson, fields=fields, blocks=[], seen=seen or digest(lesson_text(lesson)), by=by
    )


def test_two_courses_that_ask_for_each_other_are_never_both_published(me):
    """A draft made of a version brings back what that one asked for; others may ask for its course since."""
    first, second = made.published(me), made.published(me, "second")
    asking = drafts.copy_to_draft(version=first, by=me)
    asking.prerequisites.create(course=second.course)
    publish(version=asking, by=me)
    plain = drafts.copy_to_draft(version=asking, by=me)
    plain.prerequisites.all().delete()
    publish(version=plain, by=me)
    back = drafts.copy_to_draft(version=second, by=me)
    back.prerequisites.create(course=first.course)
    publish(version=back, by=me)
    asking.refresh_from_db()
    again = drafts.copy_to_draft(version=asking, by=me)
    with pytest.raises(Refused, match="asks for this course in its turn"):
        publish(version=again, by=me)
    again.refresh_from_db()
    plain.refresh_from_db()
    assert (again.status, plain.status) == (VersionStatus.DRAFT, VersionStatus.PUBLISHED)


class TestCopies:
    def test_a_draft_holds_everything_and_its_lessons_keep_their_keys(self, me):
        version = made.published(me)
        draft = drafts.copy_to_draft(version=version, by=me)
        assert changes(version, draft) == []
        assert list(draft.lessons.values_list("key", flat=True)) == ["opening", "hard", "closing"]
        assert (draft.number, draft.status, draft.blocks.count()) == (2, VersionStatus.DRAFT, 6)

    def test_there_is_one_draft_at_a_time(self, me, draft):
        with pytest.raises(Refused, match="Version 2 is a draft already"):
            drafts.copy_to_draft(version=draft.course.versions.get(number=1), by=me)
        assert draft.course.versions.count() == 2

    def test_a_corrected_question_is_copied_as_it_was_corrected(self, me):
        version = made.published(me)
        cohort = version.cohorts.get()
        cohort.trainers.add(me)
        question = version.questions.get()
        wanted = [{**one, "correct": one["text"] == "The route"} for one in question.data["options"]]
        data = {**question.data, "options": wanted, "waived": True}
        seen = marks.digest(marks.regrade(question=question, data=data, reason="x", by=me, preview=True))
        marks.regrade(question=question, data=data, reason="x", by=me, preview=False, seen=seen)
        draft = drafts.copy_to_draft(version=version, by=me)
        assert [one["text"] for one in draft.questions.get().data["option"] if one["correct"]] == [
            "The route"
        ]
        assert any("withdrawn" in gap.reason for gap in gaps(draft))

    def test_two_courses_of_one_title_have_two_addresses(self, me):
        kind = ActivityKind.objects.get(code="basic")
        slugs = [drafts.begin_course(title="New", kind=kind, by=me).course.slug for _again in range(2)]
        assert slugs == ["new-2", "new-3"]


class TestWho:
    @pytest.mark.parametrize("role", [Role.ANALYST, Role.STAFF, Role.ADMINISTRATOR, Role.TRAINER])
    def test_nobody_but_an_author_changes_anything(self, role, draft):
        other, before = cast.user(role), made.whole(draft)
        lesson, module, question = draft.lessons.first(), draft.modules.first(), draft.questions.get()
        written = {"key": "x", "kind": "truefalse", "prompt": "?", "correct": True}
        published = draft.course.versions.get(number=1)
        tried = [
            lambda: save(lesson, other, title="Mine"),
            lambda: outline.add_module(version=draft, title="x", by=other),
            lambda: outline.add_lesson(module=module, title="x", by=other),
            lambda: outline.remove_lesson(lesson=lesson, seen=digest(lesson_text(lesson)), by=other),
            lambda: assessments.add_question(version=draft, written=written, by=other),
            lambda: assessments.move_question(question=question, places=1, by=other),
            lambda: settings.save_glossary(version=draft, terms=[], seen="", by=other),
            lambda: drafts.publish_draft(version=draft, seen=draft.revision, open_enrolment=True, by=other),
            lambda: drafts.discard_draft(version=draft, seen=draft.revision, by=other),
            lambda: drafts.retire_version(version=published, by=other),
            lambda: drafts.copy_to_draft(version=published, by=other),
            lambda: drafts.add_author(course=draft.course, email=other.email, by=other),
        ]
        for attempt in tried:
            with pytest.raises(Refused, match="Only the authors"):
                attempt()
        assert made.whole(draft) == before
        published.refresh_from_db()
        assert published.status == VersionStatus.PUBLISHED
        assert not draft.course.authors.filter(pk=other.pk).exists()

    def test_an_author_who_is_no_trainer_any_more_is_none(self, me, draft):
        me.grants.all().delete()
        me._prefetched_objects_cache = {}
        with pytest.raises(Refused):
            save(draft.lessons.first(), me, title="Mine")

    def test_only_a_trainer_can_be_added(self, me, draft):
        analyst, trainer = cast.user(Role.ANALYST), cast.user(Role.TRAINER)
        with pytest.raises(Refused, match="No trainer has this"):
            drafts.add_author(course=draft.course, email=analyst.email, by=me)
        drafts.add_author(course=draft.course, email=trainer.email.upper(), by=me)
        assert set(draft.course.authors.all()) == {me, trainer}


class TestFrozen:
    def test_what_is_published_takes_no_change(self, me):
        version = made.published(me)
        before, lesson = made.whole(version), version.lessons.first()
        for attempt in (
            lambda: save(lesson, me, title="Other"),
            lambda: outline.add_module(version=version, title="x", by=me),
            lambda: drafts.discard_draft(version=version, seen=version.revision, by=me),
        ):
            with pytest.raises(Refused, match="frozen"):
                attempt()
        with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
            Lesson.objects.filter(pk=lesson.pk).update(title="Other")
        assert made.whole(version) == before

    def test_analysts_under_way_stay_on_their_version(self, me, draft):
        analyst = cast.user(Role.ANALYST)
        first = draft.course.versions.get(number=1)
        begun = enrol(cohort=first.cohorts.get(), person=analyst.person, by=analyst)
        drafts.publish_draft(version=draft, seen=draft.revision, open_enrolment=True, by=me)
        first.refresh_from_db()
        assert (first.status, first.retired_by) == (VersionStatus.RETIRED, me)
        assert Enrolment.objects.get(pk=begun.pk).cohort.version == first
        assert join(version=draft, person=analyst.person, by=analyst) == begun
        newcomer = cast.user(Role.ANALYST)
        draft.refresh_from_db()
        assert join(version=draft, person=newcomer.person, by=newcomer).cohort.version == draft
        assert set(draft.cohorts.get().trainers.all()) == {me}

    def test_a_retired_version_is_begun_by_nobody_and_finished_by_who_has_begun(self, me):
        version, analyst, late = made.published(me), cast.user(Role.ANALYST), cast.user(Role.ANALYST)
        begun = enrol(cohort=version.cohorts.get(), person=analyst.person, by=analyst)
        drafts.retire_version(version=version, by=me)
        with pytest.raises(Refused):
            enrol(cohort=version.cohorts.get(), person=late.person, by=late)
        page = cast.signed_in(analyst).get(f"/learn/{begun.pk}/opening/")
        assert page.status_code == 200


class TestPublishing:
    def test_what_is_missing_is_listed_and_hinders_it(self, me, draft):
        block = draft.blocks.get(kind="check")
        block.data["question"][0]["option"][0]["correct"] = False
        block.save()
        case = draft.blocks.get(kind="scenario")
        case.data["step"].append({"key": "lost", "text": "Nobody comes here."})
        case.save()
        question = draft.questions.get()
        question.data["option"] = [{**one, "correct": False} for one in question.data["option"]]
        question.save()
        found = {(gap.part, gap.block, gap.reason) for gap in gaps(draft)}
        assert found == {
            ("lesson", block.pk, "Question 1: Exactly one option must be right."),
            ("lesson", case.pk, "No choice leads to step “lost”."),
            ("question", 0, "Exactly one option must be right."),
        }
        with pytest.raises(Refused, match="must be right"):
            drafts.publish_draft(version=draft, seen=draft.revision, open_enrolment=True, by=me)
        draft.refresh_from_db()
        assert draft.status == VersionStatus.DRAFT

    def test_a_picture_that_nobody_would_see_is_not_published(self, me, draft):
        lesson = draft.lessons.get(key="closing")
        lesson.blocks.create(
            version=draft, position=9, kind="text", data={"markdown": "See ![map](https://a.example/m.png)."}
        )
        assert ["add a block of its own" in gap.reason for gap in gaps(draft)] == [True]
        with pytest.raises(Refused, match="add a block of its own"):
            drafts.publish_draft(version=draft, seen=draft.revision, open_enrolment=True, by=me)

    def test_a_draft_changed_after_one_looked_is_not_published(self, me, draft):
        seen = draft.revision
        save(draft.lessons.first(), me, title="Changed")
        before = made.whole(draft)
        with pytest.raises(Stale):
            drafts.publish_draft(version=draft, seen=seen, open_enrolment=True, by=me)
        with pytest.raises(Stale):
            drafts.discard_draft(version=draft, seen=seen, by=me)
        assert made.whole(draft) == before
        assert CourseVersion.objects.filter(status=VersionStatus.PUBLISHED).get().number == 1


class TestStale:
    def test_an_order_made_from_an_older_one_is_refused_and_moves_nothing(self, me, draft):
        seen = digest(order_text(draft))
        modules = {
            module.pk: list(module.lessons.values_list("pk", flat=True)) for module in draft.modules.all()
        }
        turned = list(modules.items())[::-1]
        outline.arrange(version=draft, outline=turned, seen=seen, by=me)
        before = made.whole(draft)
        with pytest.raises(Stale):
            outline.arrange(version=draft, outline=list(modules.items()), seen=seen, by=me)
        with pytest.raises(Refused, match="every module and lesson once"):
            outline.arrange(version=draft, outline=turned[:1], seen=digest(order_text(draft)), by=me)
        assert made.whole(draft) == before
        assert list(draft.modules.values_list("title", flat=True)) == ["Module 2", "Module 1"]

    def test_settings_saved_meanwhile_are_kept(self, me, draft):
        seen = digest(settings_text(draft))
        settings.save_settings(version=draft, fields={"pass_mark": 70}, first=[], seen=seen, by=me)
        with pytest.raises(Stale):
            settings.save_settings(version=draft, fields={"pass_mark": 80}, first=[], seen=seen, by=me)
        draft.refresh_from_db()
        assert draft.pass_mark == 70

    def test_a_lesson_changed_meanwhile_is_not_removed(self, me, draft):
        lesson = draft.lessons.get(key="closing")
        seen = digest(lesson_text(lesson))
        save(lesson, me, title="Needed after all")
        with pytest.raises(Stale):
            outline.remove_lesson(lesson=lesson, seen=seen, by=me)
        assert draft.lessons.filter(key="closing").exists()

    def test_a_question_keeps_a_key_of_its_own(self, me, draft):
        written = {"key": "first", "kind": "truefalse", "prompt": "?", "correct": True}
        for key in ("first", "Not a key", ""):
            with pytest.raises(Refused, match="key"):
                assessments.add_question(version=draft, written={**written, "key": key}, by=me)
        assert Question.objects.filter(version=draft).count() == 1

    def test_a_block_of_another_lesson_is_not_taken(self, me, draft):
        opening, closing = draft.lessons.get(key="opening"), draft.lessons.get(key="closing")
        theirs = lessons.WrittenBlock(closing.blocks.get().pk, "reflection", False, {"prompt": "Mine"})
        with pytest.raises(Refused, match="not in this lesson"):
            lessons.save_lesson(
                lesson=opening, fields={}, blocks=[theirs], seen=digest(lesson_text(opening)), by=me
            )
        assert closing.blocks.get().data == {"prompt": "What do you take along?"}
        assert opening.blocks.count() == 3


def test_what_changed_names_what_came_went_and_differs(me, draft):
    save(draft.lessons.get(key="opening"), me, title="A new opening")
    outline.add_lesson(module=draft.modules.first(), title="One more", by=me)
    closing = draft.lessons.get(key="closing")
    outline.remove_lesson(lesson=closing, seen=digest(lesson_text(closing)), by=me)
    settings.save_settings(
        version=draft, fields={"pass_mark": 70}, first=[], seen=digest(settings_text(draft)), by=me
    )
    draft.refresh_from_db()
    found = {change.name: change for change in changes(draft.course.versions.get(number=1), draft)}
    assert {name: change.what for name, change in found.items()} == {
        "Settings": "changed",
        "Order of modules and lessons": "changed",
        "Lesson: A new opening": "changed",
        "Lesson: One more": "added",
        "Lesson: Closing": "removed",
    }
    lines = [(line.mark, line.text) for line in found["Settings"].lines]
    assert ("-", "pass_mark: None") in lines
    assert ("+", "pass_mark: 70") in lines
