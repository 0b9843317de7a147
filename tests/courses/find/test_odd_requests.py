"""What no page sends, and activities whose zone nobody knows: a page answers all the same."""

import pytest
from django.test import Client

from courses.models import BulkState
from lms.people.enums import Role
from lms.people.models import User
from tests import cast
from tests.courses import ledger
from tests.courses.find import made

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> User:
    return cast.user(Role.STAFF)


@pytest.fixture
def client(staff: User) -> Client:
    return cast.signed_in(staff)


@pytest.mark.parametrize("page", ["/staff/search/", "/staff/activities/"])
def test_an_activity_without_a_zone_is_found_by_its_day_in_the_reporting_zone(client, page):
    ledger.activity("Clockless", "2023-05-10T23:30+00:00", timezone="")
    answer = client.get(page, {"q": "Clockless"})
    assert answer.status_code == 200
    assert "11\N{NO-BREAK SPACE}May" in answer.text


def test_an_activity_without_a_zone_is_changed_with_others(client, staff):
    action = made.looked_at(staff, [ledger.activity("Clockless", timezone="")])
    assert "Clockless" in client.get(f"/staff/bulk/{action.pk}/").text


@pytest.mark.parametrize("number", ["9" * 30, "9" * 5_000, "-1", ""], ids=len)
def test_a_filter_that_no_number_names_is_not_there(client, number):
    assert client.post("/staff/filters/", {"restore": number}).status_code == 404


def test_a_digest_that_no_column_can_hold_is_nobodys(client, staff):
    action = made.looked_at(staff, made.activities(1))
    assert client.post(f"/staff/bulk/{action.pk}/", {"apply": "", "digest": "\0"}).status_code == 302
    assert made.again(action).state == BulkState.PREVIEWED
