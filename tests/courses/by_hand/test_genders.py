"""Totals by gender hang on a funded activity, never on a person, and only its funder's file has them."""

import pytest
from django.db import IntegrityError, transaction

from courses.actions.by_hand.genders import Genders, say_genders, take_genders_back
from courses.models import Activity, Entry, Funder, GenderTotal, Participation
from lms.kit.errors import Refused
from lms.people.enums import Role
from lms.people.models import Person
from tests import cast
from tests.courses import ledger

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return cast.user(Role.STAFF)


@pytest.fixture
def room():
    made = ledger.activity("Funded", funder_id=Funder.objects.create(name="CERV").pk)
    ledger.fact(cast.person(), made)
    ledger.fact(None, made, headcount=6)
    return made


def test_a_total_of_those_who_attended_is_kept_and_corrected(room, staff):
    say_genders(activity=room, genders=Genders(4, 2, 1), by=staff)
    with pytest.raises(Refused, match="Say why"):
        say_genders(activity=room, genders=Genders(3, 3, 1), by=staff)
    say_genders(activity=room, genders=Genders(3, 3, 1), reason="Counted again.", by=staff)
    take_genders_back(activity=room, reason="The funder does not ask.", by=staff)
    assert list(GenderTotal.objects.order_by("number").values_list("women", "men", "other", "taken_back")) == [
        (4, 2, 1, False), (3, 3, 1, False), (0, 0, 0, True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("genders", "match"), [((5, 2, 1), "more than attended"), ((3, 1, 0), "fewer than five")]
)
def test_neither_more_than_attended_nor_fewer_than_five(room, staff, genders, match):
    with pytest.raises(Refused, match=match):
        say_genders(activity=room, genders=Genders(*genders), by=staff)
    assert not GenderTotal.objects.exists()


def test_only_of_a_held_activity_with_a_funder_and_only_by_staff(room, staff):
    planned = ledger.activity("Planned", status="planned")
    plain = ledger.activity("Plain")
    for activity, by, match in (
        (planned, staff, "not held"),
        (plain, staff, "no funder"),
        (room, cast.user(Role.TRAINER), "Only INHOPE staff"),
    ):
        with pytest.raises(Refused, match=match):
            say_genders(activity=activity, genders=Genders(5, 0, 0), by=by)
    assert not GenderTotal.objects.exists()


def test_the_database_takes_none_of_fewer_than_five(room):
    with pytest.raises(IntegrityError, match="gender_total_of_five_or_more"), transaction.atomic():
        GenderTotal.objects.create(activity=room, number=1, women=4)


def test_no_column_leads_from_a_gender_to_a_person():
    related = {field.related_model for field in GenderTotal._meta.get_fields() if field.is_relation}
    assert Activity in related
    assert not related & {Person, Participation, Entry}


def test_the_page_the_file_and_nobody_else_has_them(room, staff):
    client = cast.signed_in(staff)
    url = f"/staff/activities/{room.pk}/genders/"
    assert "7 people attended" in client.get(url).text
    assert client.post(url, {"women": 4, "men": 2, "other": 1}).status_code == 302
    text = b"".join(client.get(f"/staff/activities/{room.pk}/for-the-funder.csv")).decode()
    assert "women,4\r\nmen,2\r\nother_or_not_said,1\r\n" in text
    assert "attended,7\r\n" in text
    assert "Example" not in text
    manager = cast.signed_in(cast.user(Role.HOTLINE_MANAGER, cast.hotline()))
    assert manager.get(f"/staff/activities/{room.pk}/for-the-funder.csv").status_code == 403
    assert "Women" not in manager.get(f"/hotline/{cast.hotline().pk}/").text


def test_fewer_attended_since_and_the_page_says_so(room, staff):
    say_genders(activity=room, genders=Genders(4, 2, 1), by=staff)
    ledger.take_back(Entry.objects.get(person__isnull=False))
    text = cast.signed_in(staff).get(f"/staff/activities/{room.pk}/genders/").text
    assert "more people than attended by now" in text
