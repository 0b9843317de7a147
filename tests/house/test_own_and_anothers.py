"""Whose things they are decides: what a role finds of its own, and that another's is not found.

The same things as in the table of doors, once owned by whoever asks and once by somebody else. What a role may
enter and still does not find as the owner has its line and its reason here.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.urls import reverse

from courses.models import Cohort, Course, TrainingSession
from lms.people.enums import Role
from lms.people.models import Hotline, RoleGrant, User
from tests import cast
from tests.house.permissions import PAGE, patterns, text
from tests.house.test_urls_as_every_role import TABLE, things

__all__ = ["things"]
pytestmark = pytest.mark.django_db


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


@dataclass(frozen=True)
class Owner:
    """How somebody of a role comes to own the things, and the addresses that are about such things."""

    role: Role
    own: Callable[[User], None]
    about: tuple[str, ...]


OWNERS = {
    "trainer": Owner(
        Role.TRAINER,
        of_trainer,
        ("teach-", "gathering", "training-session", "change-", "cancel-", "staff-sessions"),
    ),
    "hotline_manager": Owner(Role.HOTLINE_MANAGER, of_manager, ("own-training", "own-hotline", "exchange")),
}
# What an owner does not find either, and why.
ABSENT: dict[str, dict[str, str]] = {
    "trainer": {
        "teach-message": "no message was written to this cohort",
        "gathering-forget": "nobody registered whose data could be removed",
    },
    "hotline_manager": {},
}


def test_the_page_of_permissions_is_what_the_table_says():
    assert PAGE.read_text(encoding="utf-8") == text(TABLE, patterns())


@pytest.mark.parametrize("role", sorted(OWNERS))
def test_an_owner_finds_what_somebody_else_does_not(role, things):
    owning = OWNERS[role]
    stranger = cast.user(owning.role, cast.hotline("Nobody's", "DE"))
    owner = cast.user(owning.role, cast.hotline("Owner's", "DE"))
    owning.own(owner)
    strangers, owners = cast.signed_in(stranger), cast.signed_in(owner)
    found = {}
    for name, door in TABLE.items():
        about_one = name.startswith(owning.about) and set(door.args) & set(things)
        # Where nobody is answered 404, what is shown is for all who may enter.
        if role not in door.for_whom or not about_one or 404 not in door.answers:
            continue
        url = reverse(name, args=[things.get(arg, arg) for arg in door.args])
        found[name] = (strangers.get(url).status_code, owners.get(url).status_code)
    assert len(found) > 5
    assert {name: codes for name, codes in found.items() if codes[0] not in (403, 404, 405)} == {}
    assert {name for name, codes in found.items() if codes[1] == 404} == set(ABSENT[role])
