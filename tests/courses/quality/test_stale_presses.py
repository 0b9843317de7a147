"""Presses that come too late, or that no page offers; and what may be named of a mend later on."""

import datetime as dt

import pytest
from django.db import transaction
from django.urls import reverse

from courses.actions.enrolments import enrol
from courses.actions.mends import affiliate_as_recorded, date_enrolment, say_held, set_zone, undo
from courses.enums import Stage
from courses.models import ActivityVersion, Entry, Mend
from lms.kit.errors import Refused
from lms.kit.locks import Lock, hold
from lms.people.enums import MembershipStatus, Role
from lms.people.models import Affiliation, HotlineMembership, User
from tests import cast
from tests.courses import ledger
from tests.courses.learn import school
from tests.threads import at_once

pytestmark = pytest.mark.django_db
PAGE = "/staff/quality/"


@pytest.fixture
def staff() -> User:
    return cast.user(Role.STAFF)


def test_the_mend_of_an_activity_that_was_withdrawn_since_is_not_taken_back(staff):
    room = ledger.activity(timezone="")
    mend = set_zone(activity=room, zone="Europe/Paris", by=staff)
    ledger.version(room, withdrawn=True)
    answer = cast.signed_in(staff).post(PAGE, {"undo": mend.pk}, follow=True)
    assert "This activity was withdrawn" in answer.text
    assert room.versions.count() == 3
    assert Mend.objects.get().undone_at is None


def test_a_withdrawn_activity_is_not_said_to_be_held(staff):
    room = ledger.activity(status="planned", kind_id="webinar")
    ledger.version(room, withdrawn=True)
    with pytest.raises(Refused, match="withdrawn"):
        say_held(activity=room, by=staff)
    assert ActivityVersion.objects.count() == 2


@pytest.mark.parametrize(("stage", "on"), [(Stage.ATTENDED, None), (Stage.ENROLLED, "2023-05-01")])
def test_an_enrolment_is_dated_like_a_completion_alone(staff, stage, on):
    ada, room = cast.person("Ek"), ledger.activity()
    entry = ledger.fact(ada, room, stage, on=on)
    page = cast.signed_in(staff).post(reverse("staff-quality-dates"), {"mend": entry.pk}, follow=True)
    assert "put right meanwhile" in page.text
    assert Entry.objects.count() == 1


def test_a_head_count_keeps_its_dates_and_its_number(staff):
    room = ledger.activity()
    ledger.fact(None, room, Stage.ENROLLED, on="2023-06-01", headcount=12)
    done = ledger.fact(None, room, Stage.COMPLETED, on="2023-05-20", headcount=12)
    with pytest.raises(Refused, match="put right"):
        date_enrolment(completion=done, by=staff)
    assert list(Entry.objects.standing().values_list("headcount", flat=True)) == [12, 12]


def test_a_cohorts_enrolment_is_its_trainers_to_date(staff):
    login = cast.user(Role.ANALYST)
    taken = enrol(cohort=school.course("care"), person=login.person, by=login)
    enrolled = Entry.objects.get(participation=taken.participation, stage=Stage.ENROLLED)
    done = Entry.objects.create(
        participation=taken.participation,
        activity=enrolled.activity,
        person=login.person,
        stage=Stage.COMPLETED,
        happened_on=enrolled.happened_on - dt.timedelta(days=1),
        audience=enrolled.audience,
        hotline=enrolled.hotline,
        agency=enrolled.agency,
        country=enrolled.country,
    )
    with pytest.raises(Refused):
        date_enrolment(completion=done, by=staff)
    assert not Mend.objects.exists()
    assert Entry.objects.standing().count() == 2


@pytest.mark.django_db(transaction=True)
def test_nobody_is_affiliated_while_a_register_is_being_written(staff):
    ada = cast.person("Ek")
    ledger.fact(ada, ledger.activity())
    with transaction.atomic():
        hold(Lock.IMPORTS)
        (refused,) = at_once(1, lambda: affiliate_as_recorded(person=ada, by=staff))
        assert "A register is being read" in str(refused)
        assert not Affiliation.objects.exists()
    mend = affiliate_as_recorded(person=ada, by=staff)
    with transaction.atomic():
        hold(Lock.IMPORTS)
        (refused,) = at_once(1, lambda: undo(mend=mend, by=staff))
        assert "A register is being read" in str(refused)
        assert Affiliation.objects.exists()


@pytest.mark.parametrize("year", [0, 1, 9_999, 10_000, 10**18])
def test_a_year_that_no_calendar_has_or_that_is_to_come_is_not_there(staff, year):
    assert cast.signed_in(staff).get(f"{PAGE}hotlines/{year}/").status_code == 404


def test_a_hotline_without_a_manager_is_not_said_to_be_asked(staff):
    quiet = cast.hotline("Quiet")
    HotlineMembership.objects.create(hotline=quiet, status=MembershipStatus.FULL)
    answer = cast.signed_in(staff).post(f"{PAGE}hotlines/2023/", {"mend": quiet.pk}, follow=True)
    assert "It has no manager who could be asked." in answer.text
    assert not Mend.objects.exists()


def test_the_pages_of_an_activity_without_a_zone_open(staff):
    room = ledger.activity(timezone="", kind_id="webinar")
    for path in (f"/staff/activities/{room.pk}/edit/", reverse("gathering-change", args=[room.pk])):
        assert cast.signed_in(staff).get(path).status_code == 200
