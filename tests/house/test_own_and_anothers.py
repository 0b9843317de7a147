"""Whose things they are decides: what a role finds of its own, and that another's is not found.

The same things as in the table of doors, once owned by whoever asks and once by somebody else. What a role may
enter and still does not find as the owner has its line and its reason here.
"""

from collections.abc import Callable

import pytest
from django.urls import reverse

from courses.models import Activity, Cohort, Course, Enrolment, TrainingSession
from lms.people.enums import Role
from lms.people.models import Hotline, RoleGrant, User
from tests import cast
from tests.house.doors.base import INVALID, NOBODYS
from tests.house.permissions import PAGE, patterns, text
from tests.house.test_urls_as_every_role import TABLE, things

__all__ = ["things"]
pytestmark = pytest.mark.django_db
NUMBERLESS = {"1", INVALID, NOBODYS, "ABC234"}


def of_trainer(login: User) -> None:
    """Leads every cohort and session there is, and writes every course."""
    for cohort in Cohort.objects.all():
        cohort.trainers.add(login)
    for session in TrainingSession.objects.all():
        session.trainers.add(login)
    for course in Course.objects.all():
        course.authors.add(login)


def of_manager(login: User) -> None:
    """Manages every hotline there is."""
    for hotline in Hotline.objects.all():
        RoleGrant.objects.get_or_create(
            user=login, role=Role.HOTLINE_MANAGER, hotline=hotline, defaults={"from_on": cast.SINCE}
        )


def of_taker(login: User) -> None:
    """Is whoever the things are about: one enrolled, with a certificate."""
    Enrolment.objects.update(person=login.person)


OWNERS: dict[str, tuple[Role | None, Callable[[User], None]]] = {
    "trainer": (Role.TRAINER, of_trainer),
    "hotline_manager": (Role.HOTLINE_MANAGER, of_manager),
}
# What an owner does not find either, and why.
ABSENT: dict[str, dict[str, str]] = {"trainer": {}, "hotline_manager": {}}


def test_the_page_of_permissions_is_what_the_table_says():
    assert PAGE.read_text(encoding="utf-8") == text(TABLE, patterns())


@pytest.mark.parametrize("role", sorted(OWNERS))
def test_an_owner_finds_what_somebody_else_does_not(role, things):
    kind, own = OWNERS[role]
    stranger, owner = (
        cast.user(kind, cast.hotline("Nobody's", "DE")),
        cast.user(kind, cast.hotline("Owner's", "DE")),
    )
    own(owner)
    found = {}
    for name, door in TABLE.items():
        if role not in door.for_whom or 404 not in door.answers or door.closed != 403:
            continue
        if set(door.args) & NUMBERLESS:
            continue
        url = reverse(name, args=[things.get(arg, arg) for arg in door.args])
        before, after = (cast.signed_in(who).get(url).status_code for who in (stranger, owner))
        found[name] = (before, after)
    assert found
    assert {name: codes for name, codes in found.items() if codes[0] not in (404, 403)} == {}
    assert {name for name, codes in found.items() if codes[1] == 404} == set(ABSENT[role])
    assert Activity.objects.exists()
