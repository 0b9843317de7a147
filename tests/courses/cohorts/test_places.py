"""Places in a cohort: asked for, decided, offered in order, answered in time; nobody is told two things."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from courses.actions.activities import change_activity
from courses.actions.cohort_notices import compose
from courses.actions.cohorts import Entrance, change_cohort
from courses.actions.enrolments import enrol, join
from courses.actions.leaving import withdraw
from courses.actions.places import (
    accept,
    ask,
    call_back,
    decline,
    expire,
    invite,
    nominate,
    refuse,
    sweep,
    take,
)
from courses.enums import ActivityStatus, CandidateState, Stage
from courses.models import Candidate, CandidateStep, CohortNotice, Enrolment, Entry
from courses.tasks import pass_places_on
from lms.kit.errors import Refused
from lms.outbox.mail import Unwanted
from lms.people.enums import Role
from tests import cast
from tests.courses.cohorts import made, planned
from tests.courses.learn import school

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _noon():
    """A Monday at noon in the reporting zone: everybody of these tests is awake."""
    with time_machine.travel(NOON, tick=True):
        yield


def enrolled(cohort) -> set[int]:
    found = Enrolment.objects.filter(cohort=cohort, withdrawn_at=None)
    return set(found.values_list("person_id", flat=True))


class TestAsking:
    def test_an_open_cohort_gives_a_place_while_there_is_one_and_then_a_place_in_line(self):
        cohort = planned.cohort(open_enrolment=True, capacity=1)
        first, second, third = (planned.analyst() for _ in range(3))
        assert isinstance(ask(cohort=cohort, person=first.person, by=first), Enrolment)
        for login in (second, third):
            planned.asking(cohort, login)
        assert [planned.state(cohort, login) for login in (second, third)] == ["waiting", "waiting"]
        assert list(Candidate.objects.order_by("line").values_list("person", flat=True)) == [
            second.person_id, third.person_id,
        ]  # fmt: skip
        # Who did it themselves is not told of it.
        assert not CohortNotice.objects.exists()

    def test_twice_is_once(self):
        cohort = planned.cohort(takes_requests=True)
        login = planned.analyst()
        assert planned.asking(cohort, login) == planned.asking(cohort, login)
        assert CandidateStep.objects.count() == 1

    def test_a_request_is_decided_and_the_person_is_told(self):
        cohort = planned.cohort(takes_requests=True, capacity=1)
        trainer = made.trainer(cohort)
        first, second, third = (planned.analyst() for _ in range(3))
        accept(candidate=planned.asking(cohort, first), by=trainer)
        accept(candidate=planned.asking(cohort, second), by=trainer)
        refuse(candidate=planned.asking(cohort, third), reason="Too early for you.", by=trainer)
        assert [planned.told(login) for login in (first, second, third)] == [
            ["accepted"], ["waiting"], ["refused"],
        ]  # fmt: skip
        assert enrolled(cohort) == {first.person_id}
        assert Entry.objects.standing().filter(stage=Stage.ENROLLED).count() == 1

    @pytest.mark.parametrize("what", ["closed", "cancelled", "started"])
    def test_is_refused_where_nobody_can_ask(self, what):
        cohort = planned.cohort(takes_requests=what != "closed")
        if what == "cancelled":
            change_activity(activity=cohort.activity, by=None, status=ActivityStatus.CANCELLED)
        if what == "started":
            planned.starting(cohort, timezone.now() - dt.timedelta(minutes=1))
        with pytest.raises(Refused):
            planned.asking(cohort, planned.analyst())
        assert not Candidate.objects.exists()

    def test_names_the_courses_to_be_completed_first(self):
        cohort = planned.cohort(takes_requests=True, first=school.course("before"))
        with pytest.raises(Refused, match="Before"):
            planned.asking(cohort, planned.analyst())

    def test_for_somebody_else_is_refused(self):
        cohort, login = planned.cohort(takes_requests=True), planned.analyst()
        with pytest.raises(Refused, match="for themselves"):
            ask(cohort=cohort, person=cast.person(), by=login)

    def test_only_who_plans_it_decides_and_nobody_about_themselves(self):
        cohort = planned.cohort(takes_requests=True)
        trainer = made.trainer(cohort)
        asked, own = planned.asking(cohort, planned.analyst()), planned.asking(cohort, trainer)
        for candidate, by in ((asked, cast.user(Role.TRAINER)), (own, trainer)):
            with pytest.raises(Refused):
                accept(candidate=candidate, by=by)
        assert accept(candidate=asked, by=cast.user(Role.STAFF)).state == CandidateState.ACCEPTED
        with pytest.raises(Refused, match="decided already"):
            refuse(candidate=asked, reason="No.", by=trainer)

    def test_joining_the_course_does_not_pass_those_who_wait(self):
        cohort = planned.cohort(open_enrolment=True, capacity=1, days=None)
        planned.asking(cohort, planned.analyst()), planned.asking(cohort, planned.analyst())
        cohort.version.cohorts.exclude(pk=cohort.pk).update(open_enrolment=False)
        late = planned.analyst()
        with pytest.raises(Refused, match="taken"):
            join(version=cohort.version, person=late.person, by=late)


class TestNominating:
    def test_a_manager_names_own_people_and_takes_it_back(self):
        linea = cast.hotline()
        cohort, manager = planned.cohort(takes_requests=True), cast.user(Role.HOTLINE_MANAGER, linea)
        own = planned.analyst(at=linea)
        (named,) = nominate(cohort=cohort, people=[own.person], hotline=linea, by=manager)
        assert (named.state, named.hotline) == ("nominated", linea)
        assert nominate(cohort=cohort, people=[own.person], hotline=linea, by=manager) == []
        assert call_back(candidate=named, by=manager).state == CandidateState.WITHDRAWN

    def test_nobody_of_another_hotline_and_nobody_elses_nominations(self):
        linea, other = cast.hotline(), cast.hotline("Other")
        cohort, manager = planned.cohort(takes_requests=True), cast.user(Role.HOTLINE_MANAGER, linea)
        own, foreign = planned.analyst(at=linea), planned.analyst(at=other)
        with pytest.raises(Refused, match="of your hotline"):
            nominate(cohort=cohort, people=[own.person, foreign.person], hotline=linea, by=manager)
        with pytest.raises(Refused, match="manager of the hotline"):
            nominate(cohort=cohort, people=[foreign.person], hotline=other, by=manager)
        assert not Candidate.objects.exists()


class TestInviting:
    def test_holds_a_place_until_it_is_answered(self):
        cohort = planned.cohort(capacity=2)
        trainer = made.trainer(cohort)
        first, second, third = (planned.analyst() for _ in range(3))
        invite(cohort=cohort, people=[one.person for one in (first, second, third)], by=trainer)
        assert [planned.told(one) for one in (first, second, third)] == [
            ["invited"],
            ["invited"],
            ["waiting"],
        ]
        take(candidate=Candidate.objects.get(person=first.person), by=first)
        decline(candidate=Candidate.objects.get(person=second.person), by=second)
        assert enrolled(cohort) == {first.person_id}
        # The place that was declined goes to who waits, and they are told once more: it is theirs now.
        assert planned.told(third) == ["waiting", "offered"]

    def test_the_time_to_answer_is_that_of_the_recipient_and_ends_with_the_start(self):
        cohort = planned.cohort(answer_hours=13)
        trainer, sydney = made.trainer(cohort), planned.analyst(zone="Australia/Sydney")
        held = planned.invited(cohort, sydney, trainer)
        # Noon in Amsterdam is 23:00 there: tomorrow from eight to nine in the evening.
        assert held.answer_by == dt.datetime(2026, 3, 3, 10, tzinfo=dt.UTC)
        soon = planned.another(cohort.version, days=1, answer_hours=390)
        soon.trainers.add(trainer)
        start = soon.activity.versions.get().starts_at
        assert planned.invited(soon, planned.analyst(), trainer).answer_by == start

    def test_an_invitation_by_mistake_is_taken_back_and_the_next_in_line_is_offered_the_place(self):
        cohort = planned.cohort(capacity=1)
        trainer, wrong, right = made.trainer(cohort), planned.analyst("Wrong"), planned.analyst("Right")
        invite(cohort=cohort, people=[wrong.person, right.person], by=trainer)
        client, requests = cast.signed_in(trainer), f"/teach/cohorts/{cohort.pk}/requests/"
        page = f"/teach/candidates/{Candidate.objects.get(person=wrong.person).pk}/refuse/"
        assert page in client.get(requests).text
        assert "Take a place back" in client.get(page).text
        client.post(page, {"reason": "I meant your colleague."})
        assert (planned.told(wrong), planned.told(right)) == (["invited", "refused"], ["waiting", "offered"])
        assert "I meant your colleague." in cast.signed_in(wrong).get("/me/notices/").text
        with pytest.raises(Refused, match="no longer held"):
            take(candidate=Candidate.objects.get(person=wrong.person), by=wrong)

    def test_nobody_without_a_login_is_asked(self):
        cohort = planned.cohort()
        with pytest.raises(Refused, match="no login"):
            invite(cohort=cohort, people=[cast.person()], by=made.trainer(cohort))

    def test_too_late_is_too_late(self):
        cohort = planned.cohort(answer_hours=1)
        login = planned.analyst()
        held = planned.invited(cohort, login, made.trainer(cohort))
        with (
            time_machine.travel(NOON + dt.timedelta(hours=2)),
            pytest.raises(Refused, match="no longer held"),
        ):
            take(candidate=held, by=login)
        assert enrolled(cohort) == set()


class TestTheWaitingList:
    def full(self, **columns):
        """A cohort of one place that is taken, and two who wait."""
        cohort = planned.cohort(open_enrolment=True, capacity=1, **columns)
        inside, first, second = (planned.analyst() for _ in range(3))
        for login in (inside, first, second):
            planned.asking(cohort, login)
        return cohort, inside, first, second

    def leave(self, cohort, login):
        withdraw(enrolment=Enrolment.objects.get(cohort=cohort, person=login.person), reason="", by=login)

    def test_says_so_once_it_has_begun_and_is_not_looked_at_any_more(self):
        cohort, _inside, first, _second = self.full()
        assert sweep() == 1
        planned.starting(cohort, timezone.now() - dt.timedelta(minutes=1))
        assert "you have no place in it" in cast.signed_in(first).get(f"/cohorts/{cohort.pk}/").text
        assert sweep() == 0

    def test_offers_in_order_when_a_place_comes_free(self):
        cohort, inside, first, second = self.full()
        self.leave(cohort, inside)
        assert (planned.state(cohort, first), planned.state(cohort, second)) == ("offered", "waiting")
        take(candidate=Candidate.objects.get(person=first.person), by=first)
        assert enrolled(cohort) == {first.person_id}

    def test_an_offer_that_nobody_answers_goes_to_the_next(self):
        cohort, inside, first, second = self.full(answer_hours=1)
        self.leave(cohort, inside)
        assert sweep() > 0
        assert planned.state(cohort, first) == "offered"
        with time_machine.travel(NOON + dt.timedelta(hours=1, minutes=1)):
            pass_places_on()
            pass_places_on()
        assert (planned.state(cohort, first), planned.state(cohort, second)) == ("expired", "offered")
        assert (planned.told(first), planned.told(second)) == (["offered", "expired"], ["offered"])

    def test_never_after_the_start(self):
        cohort, inside, first, _second = self.full()
        planned.starting(cohort, timezone.now() - dt.timedelta(minutes=1))
        self.leave(cohort, inside)
        sweep()
        assert planned.state(cohort, first) == "waiting"

    def test_never_where_nobody_could_answer_before_the_start(self):
        cohort, inside, first, _second = self.full()
        planned.starting(cohort, timezone.now() + dt.timedelta(minutes=50))
        self.leave(cohort, inside)
        assert planned.state(cohort, first) == "waiting"

    def test_more_places_are_offered_at_once_and_fewer_than_taken_are_refused(self):
        cohort, _inside, first, second = self.full()
        trainer = made.trainer(cohort)
        plan = {"trainers": [trainer], "by": trainer}
        change_cohort(cohort=cohort, entrance=Entrance("open", capacity=3), **plan)
        assert (planned.state(cohort, first), planned.state(cohort, second)) == ("offered", "offered")
        with pytest.raises(Refused, match="3 places are taken or held") as refusal:
            change_cohort(cohort=cohort, entrance=Entrance("open", capacity=2), **plan)
        assert refusal.value.field == "capacity"

    def test_a_trainer_may_enrol_whom_they_want_and_they_are_told_one_thing(self):
        cohort, inside, first, second = self.full()
        self.leave(cohort, inside)
        enrol(cohort=cohort, person=first.person, by=made.trainer(cohort))
        assert planned.told(first) == ["offered", "accepted"]
        # Of what was overtaken no mail goes out any more.
        overtaken = CohortNotice.objects.get(step__state="offered", user=first)
        with pytest.raises(Unwanted):
            compose(overtaken)
        assert compose(CohortNotice.objects.get(step__state="accepted")).to == first.email
        assert planned.state(cohort, second) == "waiting"


class TestSeatsOfHotlines:
    def test_each_hotline_has_its_number_and_who_has_none_waits_without_stopping_others(self):
        linea, other = cast.hotline(), cast.hotline("Other")
        cohort = planned.cohort(open_enrolment=True, capacity=3, seats_per_hotline=1)
        one, two, three, four = (planned.analyst(at=at) for at in (linea, linea, other, None))
        for login in (one, two, three, four):
            planned.asking(cohort, login)
        assert enrolled(cohort) == {one.person_id, three.person_id, four.person_id}
        assert planned.state(cohort, two) == "waiting"
        withdraw(enrolment=Enrolment.objects.get(person=three.person), reason="", by=three)
        # A place is free, and not for this hotline.
        assert planned.state(cohort, two) == "waiting"
        with pytest.raises(Refused, match="this hotline"):
            enrol(cohort=cohort, person=two.person, by=None)
        withdraw(enrolment=Enrolment.objects.get(person=one.person), reason="", by=one)
        assert planned.state(cohort, two) == "offered"

    def test_a_hotline_may_have_another_number(self):
        linea = cast.hotline()
        cohort = planned.cohort(open_enrolment=True, seats_per_hotline=1)
        cohort.hotline_seats.create(hotline=linea, seats=2)
        people = [planned.analyst(at=linea) for _ in range(3)]
        for login in people:
            planned.asking(cohort, login)
        assert enrolled(cohort) == {one.person_id for one in people[:2]}


def test_an_expired_offer_is_ended_once():
    cohort = planned.cohort(answer_hours=1)
    held = planned.invited(cohort, planned.analyst(), made.trainer(cohort))
    assert expire(candidate=held) is False
    with time_machine.travel(NOON + dt.timedelta(hours=2)):
        assert expire(candidate=held) is True
        assert expire(candidate=held) is False
