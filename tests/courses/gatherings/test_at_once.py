"""Two people at one list in the same moment: one wins, the other is told, and nobody counts twice."""

import pytest

from courses.models import Activity, Entry, Pseudonym
from courses.queries.gatherings import roll_of
from tests.courses.gatherings import made
from tests.courses.media.test_uploading_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_same_head_count_twice_is_one_and_the_other_is_told():
    room, one, other = made.held(), made.staff(), made.staff()
    made.agency()
    told = at_once(*(lambda who=who: made.heads(room, 12, by=who) for who in (one, other)))
    assert sorted(isinstance(answer, str) for answer in told) == [False, True]
    assert [answer for answer in told if isinstance(answer, str)] == [
        "12 of them are counted already. Correct that head count, if it is wrong."
    ]
    assert [entry.headcount for entry in Entry.objects.standing()] == [12]


def test_a_code_that_two_rooms_bring_for_the_first_time_is_one_person():
    rooms, staff = [made.held(), made.held(), made.held()], made.staff()
    made.agency()
    at_once(*(lambda room=room: made.coded(room, by=staff) for room in rooms))
    assert Pseudonym.objects.count() == 1
    assert made.counts(rooms[0])["law_enforcement.attended.people"] == 1
    assert made.counts(rooms[0])["law_enforcement.attended.participations"] == 3


def test_the_same_person_added_twice_stands_once():
    room, staff = made.held(), made.staff()
    made.agency()
    told = at_once(
        *(lambda: made.named(room, "Nowak", email="ola@test.example", by=staff) for _n in range(2))
    )
    assert sum(isinstance(answer, str) for answer in told) == 1
    assert len(roll_of(Activity.objects.get(pk=room.pk)).named) == 1
