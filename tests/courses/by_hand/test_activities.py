"""What is known of an activity of any kind is corrected by hand: old beside new, with a reason and a way back."""

import datetime as dt
from dataclasses import replace

import pytest

from courses.actions.by_hand.activities import (
    AsItWas,
    correct_activity,
    look_at_correction,
    undo_version,
)
from courses.enums import ActivityStatus, Stage
from courses.models import ActivityKind, ActivityNote, ActivityVersion, Funder, TrainingSession
from lms.kit.errors import Refused
from lms.people.enums import Role
from tests import cast
from tests.courses import ledger
from tests.courses.cohorts import made as cohorts
from tests.courses.gatherings import made
from tests.moments import next_moment

pytestmark = pytest.mark.django_db
WHY = "The host wrote to us."


@pytest.fixture
def staff():
    return cast.user(Role.STAFF)


@pytest.fixture
def room():
    made_ = ledger.activity("Basic A")
    next_moment()
    return made_


def right(of, *, funder: str = "", status: str = "held", **known: object) -> AsItWas:
    as_it_is = AsItWas.of(ledger.newest(of))
    return AsItWas({**as_it_is.known, **known}, funder, ActivityStatus(status))


def correct(of, staff, reason: str = WHY, **said: object) -> ActivityVersion:
    made_ = correct_activity(activity=of, right=right(of, **said), reason=reason, by=staff)
    next_moment()
    return made_


def test_every_counted_column_can_be_otherwise_and_says_why(room, staff):
    known = {
        "kind": ActivityKind.objects.get(pk="exchange"),
        "title": "A visit",
        "starts_at": dt.datetime(2023, 6, 1, 7, tzinfo=dt.UTC),
        "ends_at": dt.datetime(2023, 6, 1, 9, tzinfo=dt.UTC),
        "timezone": "Europe/Lisbon",
        "mode": "online",
        "place": "Lisbon",
        "country": cast.hotline().country,
        "host": cast.hotline(),
        "topics": ["welfare"],
    }
    correct(room, staff, funder="CERV", **known)
    version = ledger.newest(room)
    assert {name: getattr(version, name) for name in known} == known
    assert (version.number, version.funder.name, version.note.reason) == (2, "CERV", WHY)


def test_a_preview_writes_nothing(room, staff):
    before, would = look_at_correction(
        activity=room, right=right(room, title="Basic B", funder="New"), reason=WHY, by=staff
    )
    assert (before.title, would.title, would.funder.name) == ("Basic A", "Basic B", "New")
    assert (room.versions.count(), Funder.objects.count(), ActivityNote.objects.count()) == (1, 0, 0)


def test_held_becomes_cancelled_by_way_of_planned_and_is_taken_up_again(room, staff):
    correct(room, staff, status="cancelled")
    assert [v.status for v in room.versions.order_by("number")] == ["held", "planned", "cancelled"]
    assert ActivityNote.objects.count() == 2
    undo_version(version=ledger.newest(room), reason="It was held.", by=staff)
    assert ledger.newest(room).status == "held"


def test_only_the_last_change_by_hand_is_taken_back(room, staff):
    first = correct(room, staff, title="Basic B")
    second = correct(room, staff, title="Basic C")
    with pytest.raises(Refused, match="later change stands"):
        undo_version(version=first, reason=WHY, by=staff)
    undo_version(version=second, reason=WHY, by=staff)
    assert (ledger.newest(room).title, room.versions.count()) == ("Basic B", 4)
    other = ledger.activity("Of an import")
    next_moment()
    imported = ledger.version(other, title="By a register", source=ledger.register())
    for version in (imported, other.versions.get(number=1)):
        with pytest.raises(Refused, match=r"not made by a change|later change"):
            undo_version(version=version, reason=WHY, by=staff)


@pytest.mark.parametrize(
    ("said", "match"),
    [
        ({"status": "cancelled"}, "completed it"),
        ({"starts_at": None, "ends_at": None}, "has a time"),
        ({}, "recorded already"),
        ({"title": "B", "reason": " "}, "Say why"),
    ],
)
def test_what_cannot_be_changes_nothing(room, staff, said, match):
    who = cast.person()
    ledger.fact(who, room)
    ledger.fact(who, room, Stage.COMPLETED, on="2023-05-11")
    with pytest.raises(Refused, match=match):
        correct(room, staff, **said)
    assert room.versions.count() == 1


def test_a_cohort_is_changed_where_it_is_planned_and_only_staff_correct(room, staff):
    cohort = cohorts.cohort(on=cohorts.DAY)
    with pytest.raises(Refused, match="Only staff and the trainers"):
        correct(cohort.activity, staff, title="By hand")
    with pytest.raises(Refused, match="Only INHOPE staff"):
        correct(room, cast.user(Role.TRAINER), title="By hand")
    assert ledger.newest(room).title == "Basic A"


def test_its_one_training_session_follows(staff):
    planned = made.planned("webinar", by=staff)
    next_moment()
    later = ledger.newest(planned).starts_at + dt.timedelta(days=1)
    correct(planned, staff, status="planned", starts_at=later, ends_at=later + dt.timedelta(hours=1))
    session = planned.training_sessions.get().versions.order_by("-number").first()
    assert session.starts_at == later


def test_what_a_register_left_without_an_end_goes_to_planned_and_back(staff):
    room = ledger.activity(kind_id="webinar")
    before = ledger.newest(room)
    next_moment()
    planned = replace(AsItWas.of(before), status=ActivityStatus.PLANNED)
    made = correct_activity(activity=room, right=planned, reason="Not yet.", by=staff)
    next_moment()
    undo_version(version=made, reason="It was.", by=staff)
    assert ledger.newest(room).status == ActivityStatus.HELD
    assert not TrainingSession.objects.exists()
