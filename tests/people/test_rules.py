import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from lms.kit import clock
from lms.people import rules
from lms.people.enums import Role
from lms.people.models import RoleGrant
from tests import cast

pytestmark = pytest.mark.django_db
TODAY = dt.date(2024, 3, 1)
SECTIONS = {
    "staff": rules.may_enter_staff,
    "teach": rules.may_enter_teach,
    "hotline": rules.may_enter_hotline,
    "exchanges": rules.may_enter_exchanges,
    "support": rules.may_enter_support,
    "reminders": rules.may_set_reminder_defaults,
    "admin": rules.may_enter_admin,
}
MAY_ENTER = {
    None: {"support"},
    Role.ANALYST: {"support"},
    Role.HOTLINE_MANAGER: {"support", "hotline", "exchanges"},
    Role.TRAINER: {"support", "teach"},
    Role.STAFF: {"support", "staff", "exchanges"},
    Role.WELFARE_OFFICER: {"support", "reminders"},
    Role.ADMINISTRATOR: {"support", "admin"},
}


def open_sections(user):
    return {name for name, rule in SECTIONS.items() if rule(user)}


@pytest.mark.parametrize("role", [None, *Role])
def test_a_role_opens_its_sections_and_no_other(role):
    at = cast.hotline() if role == Role.HOTLINE_MANAGER else None
    assert open_sections(cast.user(role, at)) == MAY_ENTER[role]


def test_somebody_unknown_or_closed_enters_nothing():
    closed = cast.user(Role.STAFF)
    closed.is_active = False
    assert open_sections(AnonymousUser()) == open_sections(closed) == set()


@pytest.mark.parametrize(
    ("from_on", "until_on", "holds"),
    [
        (TODAY, None, True),
        (TODAY, TODAY, True),
        (TODAY + dt.timedelta(1), None, False),
        (TODAY - dt.timedelta(9), TODAY - dt.timedelta(1), False),
    ],
)
def test_a_grant_holds_on_its_days_both_ends_included(from_on, until_on, holds):
    user = cast.user()
    RoleGrant.objects.create(user=user, role=Role.TRAINER, from_on=from_on, until_on=until_on)
    assert rules.has_role(user, Role.TRAINER, on=TODAY) is holds
    assert RoleGrant.objects.filter(rules.in_force_q(TODAY)).exists() is holds


def test_a_day_begins_in_the_reporting_zone(time_machine):
    user = cast.user()
    RoleGrant.objects.create(user=user, role=Role.TRAINER, from_on=dt.date(2024, 7, 2))
    time_machine.move_to(dt.datetime(2024, 7, 1, 21, 59, tzinfo=dt.UTC))
    assert not rules.may_enter_teach(user)
    time_machine.move_to(dt.datetime(2024, 7, 1, 22, 1, tzinfo=dt.UTC))
    assert clock.today() == dt.date(2024, 7, 2)
    assert rules.may_enter_teach(user)


def test_a_revoked_grant_holds_no_more():
    user = cast.user(Role.STAFF)
    user.grants.update(revoked_at=timezone.now())
    assert not rules.may_enter_staff(user)
    assert not RoleGrant.objects.filter(rules.in_force_q(clock.today())).exists()


def test_a_manager_sees_the_own_hotline_and_no_other():
    own, other = cast.hotline(), cast.hotline("Anders", "DE")
    manager = cast.user(Role.HOTLINE_MANAGER, own)
    assert rules.may_see_hotline(manager, own)
    assert not rules.may_see_hotline(manager, other)
    assert rules.has_role(manager, Role.HOTLINE_MANAGER, own)
    assert not rules.has_role(manager, Role.HOTLINE_MANAGER, other)


def test_a_grant_for_the_network_holds_for_every_hotline():
    assert rules.has_role(cast.user(Role.TRAINER), Role.TRAINER, cast.hotline())


def test_a_person_is_open_to_staff_and_to_themselves():
    analyst, manager = cast.user(Role.ANALYST), cast.user(Role.HOTLINE_MANAGER, cast.hotline())
    assert rules.may_see_person(analyst, analyst.person)
    assert rules.may_see_person(cast.user(Role.STAFF), analyst.person)
    assert not rules.may_see_person(manager, analyst.person)
    assert not rules.may_see_person(AnonymousUser(), analyst.person)


def test_all_questions_of_a_request_cost_one_query(django_assert_num_queries):
    user = type(cast.user(Role.STAFF)).objects.get()
    with django_assert_num_queries(1):
        open_sections(user)
