"""Planning a cohort on its page: what is recorded, and what is refused at its field."""

import datetime as dt

import pytest
from django.core import mail

from courses.actions.enrolments import enrol
from courses.actions.sessions import reinstate_session
from courses.enums import ActivityStatus
from courses.models import ActivityVersion, Cohort, CohortMessage, Funder
from courses.queries.sessions import last_of
from lms.kit.errors import Refused
from lms.outbox.drain import run_once
from lms.people.enums import Role
from tests import cast
from tests.courses.cohorts import made, planned
from tests.courses.learn import school
from tests.courses.sessions import made as meetings

pytestmark = pytest.mark.django_db
NEW = "/teach/cohorts/new/"


def form(version, trainer, **more):
    return {
        "version": version.pk,
        "trainers": [trainer.pk],
        "starts": "2027-03-28T09:00",
        "ends": "2027-03-29T17:00",
        "timezone": "Europe/Berlin",
        "mode": "in_person",
        "place": "Berlin",
        "country": "DE",
        "funder": "CERV",
        "topics": "content tracing; staff welfare;",
        "way": "request",
        "capacity": "12",
        "answer_hours": "26",
        "special": "",
    } | more


def test_a_trainer_plans_a_cohort_with_dates_of_the_place(client):
    linea = cast.hotline()
    version, trainer = school.course().version, cast.user(Role.TRAINER)
    data = form(version, trainer, seats_per_hotline="3", special="linea: 5\n\n")
    answer = cast.signed_in(trainer).post(NEW, data)
    cohort = Cohort.objects.get(capacity=12)
    assert answer.url == f"/teach/cohorts/{cohort.pk}/enrol/"
    known = ActivityVersion.objects.in_force().get(activity=cohort.activity)
    # The clocks change between the two mornings.
    assert known.starts_at == dt.datetime(2027, 3, 28, 7, tzinfo=dt.UTC)
    assert (known.kind_id, known.status, known.funder.name, known.country_id, known.topics) == (
        "online", ActivityStatus.PLANNED, "CERV", "DE", ["content tracing", "staff welfare"],
    )  # fmt: skip
    assert (cohort.takes_requests, cohort.open_enrolment, cohort.answer_hours) == (True, False, 26)
    assert list(cohort.hotline_seats.values_list("hotline", "seats")) == [(linea.pk, 5)]
    assert list(cohort.trainers.all()) == [trainer]


def test_without_a_start_it_is_self_paced_and_held():
    version, trainer = school.course().version, cast.user(Role.TRAINER)
    cast.signed_in(trainer).post(
        NEW, form(version, trainer, starts="", ends="", way="invitation", capacity="")
    )
    cohort = Cohort.objects.get(trainers=trainer)
    known = ActivityVersion.objects.in_force().get(activity=cohort.activity)
    assert (known.starts_at, known.status, cohort.capacity) == (None, ActivityStatus.HELD, None)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"ends": "2027-03-27T09:00"}, "It cannot end before it starts."),
        ({"starts": ""}, "Say when it starts, too."),
        ({"starts": "tomorrow"}, "Give a date and a time"),
        ({"starts": "0001-01-01T00:00"}, "Look at the year: 1 is not meant."),
        (
            {"ends": "9999-12-31T23:00", "timezone": "America/New_York"},
            "Look at the year: 9999 is not meant.",
        ),
        ({"special": "Nowhere: 3\nLinea: many"}, "Not a hotline and a number: Nowhere: 3; Linea: many"),
        ({"capacity": "0"}, "greater than or equal to 1"),
        ({"trainers": []}, "This field is required."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(wrong, said):
    cast.hotline()
    version, trainer = school.course().version, cast.user(Role.TRAINER)
    text = cast.signed_in(trainer).post(NEW, form(version, trainer, **wrong)).text
    assert said in text
    assert "content tracing; staff welfare;" in text
    assert Cohort.objects.count() == 1
    assert not Funder.objects.exists()


def test_staff_plan_for_a_trainer_and_change_any_cohort():
    version, trainer, staff = school.course().version, cast.user(Role.TRAINER), cast.user(Role.STAFF)
    client = cast.signed_in(staff)
    client.post(NEW, form(version, trainer))
    cohort = Cohort.objects.get(capacity=12)
    assert list(cohort.trainers.all()) == [trainer]
    page = f"/teach/cohorts/{cohort.pk}/settings/"
    text = client.get(page).text
    for shown in ('value="2027-03-28T09:00"', "Europe/Berlin", "content tracing; staff welfare", "CERV"):
        assert shown in text, shown
    substitute = cast.user(Role.TRAINER)
    data = form(version, substitute, status="held", capacity="14", place="Hamburg")
    # Held is what took place: the counts of the year would have it at once.
    assert "It has not begun yet, so it was not held." in client.post(page, data).text
    data |= {"starts": "2025-03-28T09:00", "ends": "2025-03-29T17:00"}
    assert client.post(page, data).url == f"/teach/cohorts/{cohort.pk}/"
    known = ActivityVersion.objects.in_force().get(activity=cohort.activity)
    assert (known.status, known.place, known.number) == (ActivityStatus.HELD, "Hamburg", 2)
    cohort.refresh_from_db()
    assert (cohort.capacity, list(cohort.trainers.all())) == (14, [substitute])


def test_saving_what_is_there_appends_nothing():
    cohort = planned.cohort()
    trainer = made.trainer(cohort)
    client, page = cast.signed_in(trainer), f"/teach/cohorts/{cohort.pk}/settings/"
    initial = {
        name: value if value is not None else ""
        for name, value in client.get(page).context["form"].initial.items()
    }
    starts, ends = (initial[name].strftime("%Y-%m-%dT%H:%M") for name in ("starts", "ends"))
    client.post(page, initial | {"starts": starts, "ends": ends})
    numbers = ActivityVersion.objects.filter(activity=cohort.activity).values_list("number", flat=True)
    # A start of whole minutes is the only difference there may be.
    assert max(numbers) <= 2
    client.post(page, initial | {"starts": starts, "ends": ends})
    assert ActivityVersion.objects.filter(activity=cohort.activity).count() == max(numbers)


def test_the_list_of_cohorts_costs_the_same_for_one_and_three_and_staff_see_all():
    cohort = planned.cohort()
    trainer = made.trainer(cohort)
    client, staff = cast.signed_in(trainer), cast.signed_in(cast.user(Role.STAFF))
    before = cast.queries_of(client, "/teach/cohorts/")
    for _ in range(2):
        planned.another(cohort.version).trainers.add(trainer)
    assert cast.queries_of(client, "/teach/cohorts/") == before
    other = planned.cohort("of-somebody-else")
    link = f"/teach/cohorts/{other.pk}/"
    assert link in staff.get("/teach/cohorts/").text
    assert link not in client.get("/teach/cohorts/").text
    assert client.get(f"{link}settings/").status_code == 404


class TestCallingOff:
    def settings(self, cohort, trainer, **more):
        data = form(cohort.version, trainer, status="cancelled", way="request", **more)
        return cast.signed_in(trainer).post(f"/teach/cohorts/{cohort.pk}/settings/", data)

    def test_says_why_cancels_what_is_to_come_and_tells_everybody(self):
        cohort = planned.cohort(takes_requests=True, capacity=2)
        trainer, asking = made.trainer(cohort), planned.analyst()
        inside = made.person(cohort, login=planned.analyst())
        version = meetings.session(cohort, trainer)
        planned.asking(cohort, asking)
        run_once()
        assert "Say why: everybody in it reads it." in self.settings(cohort, trainer).text
        assert last_of(version.session).cancelled is False
        assert self.settings(cohort, trainer, reason="The host is ill.").status_code == 302
        assert last_of(version.session).reason == "The host is ill."
        assert (planned.state(cohort, asking), planned.told(asking)) == ("refused", ["refused"])
        before = len(mail.outbox)
        run_once()
        sent = {one.to[0]: one.body for one in mail.outbox[before:]}
        assert "The host is ill." in sent[inside.person.user.email]
        assert not CohortMessage.objects.exists()
        with pytest.raises(Refused, match="plan that again first"):
            reinstate_session(session=version.session, after=1, by=trainer)
        with pytest.raises(Refused, match="called off"):
            enrol(cohort=cohort, person=asking.person, by=trainer)

    def test_whoever_has_no_session_to_come_has_a_message(self):
        cohort = planned.cohort()
        trainer, inside = made.trainer(cohort), made.person(cohort, login=planned.analyst())
        self.settings(cohort, trainer, reason="The host is ill.")
        assert "The host is ill." in cast.signed_in(inside.person.user).get("/me/notices/").text
        # A second time nothing is told anew.
        self.settings(cohort, trainer, reason="Again.")
        assert CohortMessage.objects.count() == 1


def test_a_cohort_at_everybodys_own_pace_is_planned_once_its_sessions_are_to_come():
    cohort = planned.cohort(days=None)
    trainer = made.trainer(cohort)
    meetings.session(cohort, trainer)
    known = ActivityVersion.objects.in_force().get(activity=cohort.activity)
    assert (known.status, known.starts_at is None) == (ActivityStatus.PLANNED, False)
    past = planned.another(cohort.version, days=None)
    past.trainers.add(trainer)
    meetings.session(past, trainer, meetings.LONG_AGO)
    assert ActivityVersion.objects.in_force().get(activity=past.activity).status == ActivityStatus.HELD
