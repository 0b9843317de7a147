"""One's own place in a cohort, by its pages; and what one wants to be called."""

import pytest

from courses.actions.enrolments import enrol
from courses.models import Candidate, DisplayName, Enrolment
from tests import cast
from tests.courses.cohorts import made, planned

pytestmark = pytest.mark.django_db


def page(cohort) -> str:
    return f"/cohorts/{cohort.pk}/"


class TestThePlace:
    def test_is_asked_for_accepted_and_left_by_pressing_buttons(self):
        cohort = planned.cohort(takes_requests=True, capacity=1)
        trainer, login = made.trainer(cohort), planned.analyst("Hopeful")
        client, led = cast.signed_in(login), cast.signed_in(trainer)
        assert page(cohort) in client.get("/cohorts/").text
        assert page(cohort) in client.get(f"/courses/{cohort.version.course.slug}/").text
        assert "Ask for a place" in client.get(page(cohort)).text
        client.post(page(cohort), {"do": "ask"})
        assert "You asked for a place. A trainer decides." in client.get(page(cohort)).text
        requests = f"/teach/cohorts/{cohort.pk}/requests/"
        assert "Hopeful" in led.get(requests).text
        led.post(requests, {"accept": Candidate.objects.get().pk})
        assert "You are enrolled." in client.get(page(cohort)).text
        assert "You are enrolled in" in client.get("/me/notices/").text
        one = Enrolment.objects.get()
        assert client.post(f"/learn/{one.pk}/withdraw/", {"reason": ""}).url == "/me/"
        assert "You are not in this cohort any more." in client.get(page(cohort)).text
        assert client.get(f"/learn/{one.pk}/withdraw/").status_code == 404

    def test_an_invitation_says_until_when_and_is_answered(self):
        cohort = planned.cohort(capacity=1)
        trainer, first, second = made.trainer(cohort), planned.analyst(), planned.analyst()
        # Nobody finds a cohort that is by invitation alone and has nothing to do with them.
        assert cast.signed_in(first).get(page(cohort)).status_code == 404
        planned.invited(cohort, first, trainer)
        planned.invited(cohort, second, trainer)
        client = cast.signed_in(first)
        assert "A place is held for you until" in client.get(page(cohort)).text
        assert "number 1 on the waiting list" in cast.signed_in(second).get(page(cohort)).text
        client.post(page(cohort), {"do": "decline"})
        cast.signed_in(second).post(page(cohort), {"do": "take"})
        assert list(Enrolment.objects.values_list("person", flat=True)) == [second.person_id]

    def test_a_refusal_is_told_with_its_reason(self):
        cohort = planned.cohort(takes_requests=True)
        trainer, login = made.trainer(cohort), planned.analyst()
        candidate = planned.asking(cohort, login)
        refusing = f"/teach/candidates/{candidate.pk}/refuse/"
        client = cast.signed_in(trainer)
        assert "This field is required." in client.post(refusing, {"reason": ""}).text
        client.post(refusing, {"reason": "Too many of us."})
        for where in (page(cohort), "/me/notices/"):
            assert "Too many of us." in cast.signed_in(login).get(where).text
        assert "Too many of us." in client.get(f"/teach/cohorts/{cohort.pk}/requests/").text

    def test_the_pages_cost_the_same_however_many_want_in(self):
        cohort = planned.cohort(takes_requests=True)
        client = cast.signed_in(made.trainer(cohort))
        requests = f"/teach/cohorts/{cohort.pk}/requests/"
        planned.asking(cohort, planned.analyst())
        before = cast.queries_of(client, requests)
        for _ in range(3):
            planned.asking(cohort, planned.analyst())
        assert cast.queries_of(client, requests) == before


class TestTheDisplayName:
    def test_trainers_see_it_beside_the_name_and_others_only_where_one_lets_them(self):
        cohort = made.cohort()
        trainer, one, other = made.trainer(cohort), made.person(cohort, "Able"), made.person(cohort, "Baker")
        client, fellow = cast.signed_in(one.person.user), cast.signed_in(other.person.user)
        client.post("/me/display-name/", {"name": "  Abi  "})
        assert "Able (Abi)" in cast.signed_in(trainer).get(f"/teach/cohorts/{cohort.pk}/").text
        assert "Abi" not in fellow.get(page(cohort)).text
        client.post("/me/display-name/", {"name": "Abi", "shown": "on"})
        assert "Abi" in fellow.get(page(cohort)).text
        assert "Able" not in fellow.get(page(cohort)).text
        # Only who is in it sees who else is.
        assert cast.signed_in(planned.analyst()).get(page(cohort)).status_code == 404
        client.post("/me/display-name/", {"name": ""})
        assert not DisplayName.objects.exists()

    def test_nobody_is_shown_without_a_name(self):
        login = planned.analyst()
        text = cast.signed_in(login).post("/me/display-name/", {"name": " ", "shown": "on"}).text
        assert "Say by what name they may see you." in text
        assert not DisplayName.objects.exists()

    def test_who_keeps_the_course_to_themselves_is_no_fellow(self):
        cohort = made.cohort(needs_sign_off=False, self_care=True)
        hidden, other = made.person(cohort, "Able", lessons=1, hidden=True), planned.analyst()
        cast.signed_in(hidden.person.user).post("/me/display-name/", {"name": "Abi", "shown": "on"})
        enrol(cohort=cohort, person=other.person, by=other)
        assert "Abi" not in cast.signed_in(other).get(page(cohort)).text
