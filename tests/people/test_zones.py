"""Everybody reads times in a zone of their own."""

import pytest

from lms.people.enums import Role
from tests import cast

pytestmark = pytest.mark.django_db


def test_times_follow_the_zone_that_somebody_chose():
    login = cast.user(Role.ANALYST)
    page = cast.signed_in(login)
    assert "Times are shown in Europe/Amsterdam." in page.get("/").text
    answer = page.post("/me/time-zone/", {"zone": "America/Bogota"}, follow=True)
    assert "Times are now shown in your zone." in answer.text
    assert "Times are shown in America/Bogota." in page.get("/").text


def test_what_is_no_zone_is_said_and_changes_nothing():
    login = cast.user(Role.ANALYST)
    answer = cast.signed_in(login).post("/me/time-zone/", {"zone": "Mars/Base"})
    assert "Mars/Base" in answer.text
    login.refresh_from_db()
    assert login.zone == ""


def test_universal_time_may_be_chosen():
    page = cast.signed_in(cast.user(Role.ANALYST))
    page.post("/me/time-zone/", {"zone": "UTC"})
    assert "Times are shown in UTC." in page.get("/").text
