"""Planning a cohort on its page: what is recorded, and what is refused at its field."""

import datetime as dt

import pytest

from courses.enums import ActivityStatus
from courses.models import ActivityVersion, Cohort, Funder
from lms.people.enums import Role
from tests import cast
from tests.courses.cohorts import made, planned
from tests.courses.learn import school

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
