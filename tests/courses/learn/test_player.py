"""Taking a course: nothing is lost, nothing is doubled, and nobody is told more than they must be."""

import pytest
from django.urls import reverse

from courses.actions.enrolments import enrol
from courses.enums import Stage
from courses.models import CheckAnswer, Enrolment, Entry, LessonDone, Place
from lms.people.enums import Role
from tests import cast
from tests.courses.learn import school

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def analyst():
    return cast.user(Role.ANALYST)


@pytest.fixture
def page(analyst):
    return cast.signed_in(analyst)


@pytest.fixture
def cohort():
    return school.course()


@pytest.fixture
def enrolment(cohort, analyst):
    return enrol(cohort=cohort, person=analyst.person, by=analyst)


def at(enrolment, key):
    return reverse("lesson", args=[enrolment.pk, key])


def block(enrolment, kind):
    return enrolment.cohort.version.blocks.get(kind=kind)


class TestBeginning:
    def test_the_catalogue_shows_what_is_published_and_nothing_else(self, page, cohort):
        school.draft("unfinished")
        text = page.get("/courses/").text
        assert "Tracing" in text
        assert "Unfinished" not in text
        assert page.get("/courses/unfinished/").status_code == 404

    def test_beginning_enrols_once_and_writes_one_fact(self, page, cohort, analyst):
        for _again in range(2):
            answer = page.post("/courses/tracing/")
            assert answer.status_code == 302
        enrolment = Enrolment.objects.get()
        assert answer.url == reverse("learn", args=[enrolment.pk])
        entry = Entry.objects.get()
        assert (entry.stage, entry.person) == (Stage.ENROLLED, analyst.person)

    def test_a_missing_prerequisite_is_said_and_nothing_is_recorded(self, page, cohort, analyst):
        later = school.draft("advanced-tracing")
        later.prerequisites.create(course=cohort.version.course)
        school.publish(version=later, by=None)
        school.open_self_paced(version=later, by=None)
        said = 'Complete these first: <a href="/courses/tracing/">Tracing</a>'
        assert said in page.get("/courses/advanced-tracing/").text
        answer = page.post("/courses/advanced-tracing/", follow=True)
        assert "First complete: Tracing." in answer.text
        assert not Enrolment.objects.exists()
        assert not Entry.objects.exists()

    def test_a_login_without_a_person_is_told_what_to_do(self, cohort):
        login = cast.user()
        login.person = None
        login.save()
        answer = cast.signed_in(login).post("/courses/tracing/", follow=True)
        assert answer.status_code in (200, 403)
        assert not Enrolment.objects.exists()


class TestLessons:
    def test_the_place_is_the_very_block_on_whatever_device(self, page, enrolment):
        scenario = block(enrolment, "scenario")
        page.post(at(enrolment, "opening"), {"place": "1", "block": scenario.pk})
        answer = page.get(reverse("learn", args=[enrolment.pk]))
        assert answer.url == f"{at(enrolment, 'opening')}#block-{scenario.pk}"

    def test_a_lesson_is_done_once_and_leads_on(self, page, enrolment):
        for _again in range(2):
            answer = page.post(at(enrolment, "opening"))
        assert answer.url == f"{at(enrolment, 'hard')}#main"
        assert LessonDone.objects.count() == 1

    def test_a_scenario_goes_step_by_step_and_a_second_press_changes_nothing(self, page, enrolment):
        case = block(enrolment, "scenario")
        for _again in range(2):
            page.post(at(enrolment, "opening"), {"block": case.pk, "chosen": ["1"]})
        assert CheckAnswer.objects.get().data == {"chosen": [1]}
        text = page.get(at(enrolment, "opening")).text
        assert "Too soon." in text
        assert "It ends badly." in text
        page.post(at(enrolment, "opening"), {"block": case.pk, "again": "1"})
        assert CheckAnswer.objects.get().data == {"chosen": []}

    def test_a_choice_that_is_not_one_is_left_out(self, page, enrolment):
        case = block(enrolment, "scenario")
        for chosen in (["7"], ["x"], ["0", "3"]):
            page.post(at(enrolment, "opening"), {"block": case.pk, "chosen": chosen})
        assert CheckAnswer.objects.get().data == {"chosen": [0]}

    def test_a_check_gives_feedback_only_after_the_answer(self, page, enrolment):
        check = block(enrolment, "check")
        before = page.get(at(enrolment, "opening")).text
        assert "Because of the first." not in before
        right = next(o for o in _options(check) if o.text == "The first")
        page.post(at(enrolment, "opening"), {"block": check.pk, "q0": right.token})
        after = page.get(at(enrolment, "opening")).text
        assert "Because of the first." in after
        assert "Yes." in after

    def test_leaving_saves_the_answer_and_shows_a_neutral_screen(self, page, enrolment):
        case = block(enrolment, "scenario")
        sent = {"block": case.pk, "chosen": ["0"], "leave": "1"}
        answer = page.post(at(enrolment, "opening"), sent, follow=True)
        assert CheckAnswer.objects.get().data == {"chosen": [0]}
        assert "All is saved" in answer.text
        assert "Tracing" not in answer.text
        assert "Opening" not in answer.text

    def test_the_way_out_is_on_every_page_of_a_lesson(self, page, enrolment):
        for key in ("opening", "closing"):
            assert "Leave now, all is saved" in page.get(at(enrolment, key)).text

    def test_finishing_a_lesson_sends_nothing_of_a_reflection(self, page, enrolment):
        """Its field is in a form of its own, which only its own button sends."""
        text = page.get(at(enrolment, "closing")).text
        field = text.index('name="text"')
        assert text[:field].rindex('action="/me/reflections/keep/"') > text[:field].rindex("</form>")
        assert text.index("</form>", field) < text.index('id="lesson"')


class TestIntenseLessons:
    def test_the_notice_comes_before_the_lesson(self, page, enrolment):
        text = page.get(at(enrolment, "hard")).text
        assert "It is about loss." in text
        assert "The hard words." not in text
        assert "The hard words." in page.get(at(enrolment, "hard"), {"ready": "1"}).text

    def test_the_other_way_is_the_same_lesson_to_everybody_else(self, page, enrolment):
        text = page.get(at(enrolment, "hard"), {"other": "1"}).text
        assert "The gentler words." in text
        assert "The hard words." not in text
        page.post(at(enrolment, "hard"), {"other": "1"})
        done, place = LessonDone.objects.get(), Place.objects.filter(enrolment=enrolment)
        assert done.lesson.key == "hard"
        assert not place.filter(block__alternative=True).exists()

    def test_a_block_of_the_other_way_leaves_no_trace(self, page, enrolment):
        other = enrolment.cohort.version.blocks.get(alternative=True)
        page.post(at(enrolment, "hard"), {"place": "1", "block": other.pk})
        assert Place.objects.get(enrolment=enrolment).block is None
        assert not CheckAnswer.objects.exists()


class TestWhoseItIs:
    def test_anothers_enrolment_is_not_found_and_nothing_changes(self, enrolment):
        other = cast.signed_in(cast.user(Role.ANALYST))
        for path in (reverse("learn", args=[enrolment.pk]), at(enrolment, "opening")):
            assert other.get(path).status_code == 404
        assert other.post(at(enrolment, "opening")).status_code == 404
        assert not LessonDone.objects.exists()

    def test_only_a_self_care_course_can_be_hidden_and_only_by_its_taker(self, page, enrolment, analyst):
        page.post(reverse("learn-hide", args=[enrolment.pk]), {"hidden": "yes"})
        assert not Enrolment.objects.get(pk=enrolment.pk).hidden
        care = enrol(cohort=school.course("care", self_care=True), person=analyst.person, by=analyst)
        other = cast.signed_in(cast.user(Role.ANALYST))
        assert other.post(reverse("learn-hide", args=[care.pk]), {"hidden": "yes"}).status_code == 404
        assert not Enrolment.objects.get(pk=care.pk).hidden
        page.post(reverse("learn-hide", args=[care.pk]), {"hidden": "yes"})
        assert Enrolment.objects.get(pk=care.pk).hidden

    def test_pages_take_the_same_number_of_queries_for_one_course_and_for_three(
        self, page, enrolment, analyst
    ):
        def taken():
            return [
                cast.queries_of(page, path)
                for path in ("/courses/", "/courses/tracing/", at(enrolment, "opening"))
            ]

        # The first reader of a published version has it read for everybody.
        taken()
        one = taken()
        for slug in ("second", "third"):
            enrol(cohort=school.course(slug), person=analyst.person, by=analyst)
        assert taken() == one


def _options(check):
    from courses.kinds.questions import kind_of

    data = check.data["question"][0]
    return kind_of("single").public(data, seed=check.pk).options
