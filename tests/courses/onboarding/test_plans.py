"""A new hotline on its way in: steps to tick, courses that the ledger ticks."""

import datetime as dt

import pytest

from courses.actions.onboarding import add_step, begin_plan, tick, usual_steps
from courses.models import OnboardingPlan, OnboardingStep
from courses.queries.onboarding import standing, under_way
from lms.kit.errors import Refused
from lms.people.enums import Role
from lms.people.models import User
from tests import cast
from tests.courses.certificates import made
from tests.threads import at_once

pytestmark = pytest.mark.django_db
FIRST = dt.date(2026, 3, 2)


@pytest.fixture
def staff() -> User:
    return cast.user(Role.STAFF)


@pytest.fixture
def plan(staff: User) -> OnboardingPlan:
    return begin_plan(hotline=cast.hotline(), started_on=FIRST, courses={}, by=staff)


def page_of(plan: OnboardingPlan) -> str:
    return f"/staff/onboarding/{plan.pk}/"


class TestBeginning:
    def test_a_plan_begins_with_the_usual_steps_and_the_courses_chosen(self, staff):
        version = made.version()
        client = cast.signed_in(staff)
        data = {
            "hotline": cast.hotline().pk, "started_on": "2026-03-02", "people": 3, "courses": [version.course_id],
        }  # fmt: skip
        assert client.post("/staff/onboarding/new/", data).status_code == 302
        steps = OnboardingStep.objects.filter(plan=OnboardingPlan.objects.get())
        assert steps.filter(course=None).count() == len(usual_steps())
        course = steps.get(course=version.course)
        assert (course.text, course.people, course.due_on) == ("Tracing basics", 3, dt.date(2026, 5, 31))

    def test_a_hotline_has_one_open_plan(self, plan, staff):
        answer = cast.signed_in(staff).post(
            "/staff/onboarding/new/", {"hotline": plan.hotline_id, "started_on": "2026-04-01", "people": 2}
        )
        assert "This hotline has an open plan already." in answer.text
        assert OnboardingPlan.objects.count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_two_who_begin_at_once_end_with_one_plan(self, staff):
        hotline = cast.hotline()
        outcomes = at_once(2, lambda: begin_plan(hotline=hotline, started_on=FIRST, courses={}, by=staff))
        assert sorted(type(one).__name__ for one in outcomes) == ["OnboardingPlan", "Refused"]
        assert OnboardingStep.objects.count() == len(usual_steps())

    def test_only_staff_begin_one(self):
        manager = cast.user(Role.HOTLINE_MANAGER, cast.hotline())
        with pytest.raises(Refused):
            begin_plan(hotline=cast.hotline(), started_on=FIRST, courses={}, by=manager)
        assert not OnboardingPlan.objects.exists()


class TestSteps:
    def test_a_course_is_done_when_enough_people_hold_its_certificate(self, plan, staff):
        version = made.version()
        add_step(plan=plan, text="Tracing", course=version.course, people=2, by=staff)
        for name in ("One", "Two"):
            someone = cast.person(name)
            cast.affiliate(someone, plan.hotline)
            before = course_step(plan)
            assert not before.done
            made.certificate(someone, made.cohort(version))
        after = course_step(plan)
        assert (after.reached, after.wanted, after.done) == (2, 2, True)

    def test_a_course_is_never_ticked(self, plan, staff):
        step = add_step(plan=plan, text="Tracing", course=made.version().course, people=2, by=staff)
        with pytest.raises(Refused, match="nobody ticks it"):
            tick(step=step, done=True, by=staff)

    def test_the_manager_ticks_and_unticks_on_the_own_page(self, plan):
        manager = cast.user(Role.HOTLINE_MANAGER, plan.hotline)
        client, step = cast.signed_in(manager), plan.steps.first()
        path = f"/hotline/{plan.hotline_id}/onboarding/"
        client.post(path, {"done": step.pk})
        step.refresh_from_db()
        assert step.done_by == manager
        assert f"done: {manager.person.name}" in client.get(path).text
        client.post(path, {"undone": step.pk})
        step.refresh_from_db()
        assert (step.done_at, step.done_by) == (None, None)

    def test_a_manager_changes_no_step_and_closes_no_plan(self, plan):
        client = cast.signed_in(cast.user(Role.HOTLINE_MANAGER, plan.hotline))
        path, before = f"/hotline/{plan.hotline_id}/onboarding/", plan.steps.count()
        page = client.get(path).text
        assert "Take out" not in page
        assert "Close the plan" not in page
        for data in ({"remove": plan.steps.first().pk}, {"close": "1"}):
            assert "Only INHOPE staff change the plan." in client.post(path, data, follow=True).text
        assert (plan.steps.count(), under_way().count()) == (before, 1)

    def test_another_manager_does_not_find_it(self, plan):
        client = cast.signed_in(cast.user(Role.HOTLINE_MANAGER, cast.hotline("Other", "DE")))
        assert client.get(f"/hotline/{plan.hotline_id}/onboarding/").status_code == 404
        assert client.post(f"/hotline/{plan.hotline_id}/onboarding/", {"done": "1"}).status_code == 404

    def test_a_step_of_another_plan_is_not_in_this_one(self, plan, staff):
        other = begin_plan(hotline=cast.hotline("Other", "DE"), started_on=FIRST, courses={}, by=staff)
        step = other.steps.first()
        answer = cast.signed_in(staff).post(page_of(plan), {"remove": step.pk}, follow=True)
        assert "not in the plan any more" in answer.text
        assert other.steps.filter(pk=step.pk).exists()

    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            ({}, "Say what is to be done"),
            ({"course": "known"}, "Say how many people"),
            ({"course": "known", "people": "0"}, "greater than or equal to 1"),
        ],
    )
    def test_a_step_that_is_none_is_refused_with_what_was_typed(self, plan, staff, data, sentence):
        pk = made.version().course_id
        before = plan.steps.count()
        answer = cast.signed_in(staff).post(
            f"{page_of(plan)}add/", data | ({"course": pk} if "course" in data else {"due_on": "2026-05-05"})
        )
        assert sentence in answer.text
        assert plan.steps.count() == before


class TestClosing:
    def test_a_closed_plan_changes_no_more_until_it_is_opened_again(self, plan, staff):
        client, step = cast.signed_in(staff), plan.steps.first()
        client.post(page_of(plan), {"close": "1"})
        assert "This plan is closed." in client.post(page_of(plan), {"done": step.pk}, follow=True).text
        step.refresh_from_db()
        assert step.done_at is None
        client.post(page_of(plan), {"reopen": "1"})
        client.post(page_of(plan), {"done": step.pk})
        step.refresh_from_db()
        assert step.done_at is not None

    def test_it_is_not_opened_beside_another(self, plan, staff):
        client = cast.signed_in(staff)
        client.post(page_of(plan), {"close": "1"})
        begin_plan(hotline=plan.hotline, started_on=FIRST, courses={}, by=staff)
        answer = client.post(page_of(plan), {"reopen": "1"}, follow=True)
        assert "This hotline has an open plan already." in answer.text
        assert under_way().count() == 1


def test_the_list_costs_the_same_however_many_there_are(plan, staff):
    client = cast.signed_in(staff)
    before = cast.queries_of(client, "/staff/onboarding/")
    for name in ("Two", "Three"):
        begin_plan(hotline=cast.hotline(name, "DE"), started_on=FIRST, courses={}, by=staff)
    assert cast.queries_of(client, "/staff/onboarding/") == before


def course_step(plan: OnboardingPlan):
    (found,) = standing(OnboardingPlan.objects.filter(pk=plan.pk))
    return next(one for one in found.steps if one.step.course_id)
