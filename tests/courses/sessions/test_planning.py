"""Planned, changed, called off and taken up again: versions, the activity's times, and who is refused."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from courses.actions.enrolments import enrol
from courses.actions.sessions import (
    cancel_session,
    change_session,
    mark_held,
    plan_sessions,
    reinstate_session,
    say_it_took_place,
)
from courses.enums import ActivityStatus
from courses.models import Activity, ActivityVersion, SessionMail, SessionVersion, TrainingSession
from courses.queries.sessions import all_of, last_of, planned
from lms.kit.errors import Refused
from lms.people.enums import Role
from lms.people.models import Person
from tests import cast
from tests.courses.cohorts import made as cohorts
from tests.courses.sessions import made
from tests.courses.sessions.made import MONDAY

pytestmark = pytest.mark.django_db
UTC = dt.UTC


def again(version: SessionVersion, by, **more):
    """The same as the version says, but for what is given."""
    starts = version.starts_at.astimezone(dt.UTC)
    said = {"starts": starts.replace(tzinfo=None), "minutes": 90, "zone": "UTC"} | more
    return change_session(session=version.session, after=version.number, by=by, **said)


def known(activity: Activity) -> ActivityVersion:
    return ActivityVersion.objects.in_force().get(activity=activity)


class TestPlanning:
    def test_a_local_time_stays_the_same_on_the_wall_when_the_clocks_change(self):
        cohort, trainer = made.cohort()
        made.weekly(cohort, trainer, 5)
        found = [one.starts_at for one in planned(cohort.activity)]
        assert found == [
            dt.datetime(2030, 3, 4, 9, tzinfo=UTC),
            dt.datetime(2030, 3, 11, 9, tzinfo=UTC),
            dt.datetime(2030, 3, 18, 9, tzinfo=UTC),
            dt.datetime(2030, 3, 25, 9, tzinfo=UTC),
            # The last Sunday of March lies between.
            dt.datetime(2030, 4, 1, 8, tzinfo=UTC),
        ]

    def test_several_are_one_series_and_one_is_none(self):
        cohort, trainer = made.cohort()
        made.weekly(cohort, trainer)
        alone = made.session(cohort, trainer)
        assert TrainingSession.objects.exclude(series=None).values("series").distinct().count() == 1
        assert alone.session.series is None
        assert alone.number == 0

    def test_the_activity_begins_with_the_first_and_ends_with_the_last(self):
        cohort, trainer = made.cohort()
        versions = made.weekly(cohort, trainer)
        about = known(cohort.activity)
        assert (about.starts_at, about.ends_at) == (versions[0].starts_at, versions[-1].ends_at)
        assert about.timezone == made.ZONE
        cancel_session(session=versions[0].session, after=0, reason="The room is flooded.", by=trainer)
        assert known(cohort.activity).starts_at == versions[1].starts_at
        reinstate_session(session=versions[0].session, after=1, by=trainer)
        assert known(cohort.activity).starts_at == versions[0].starts_at

    def test_where_none_is_left_the_times_stay(self):
        cohort, trainer = made.cohort()
        version = made.session(cohort, trainer)
        cancel_session(session=version.session, after=0, reason="Nobody came.", by=trainer)
        assert known(cohort.activity).starts_at == version.starts_at
        assert not planned(cohort.activity).exists()

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"call_link": "http://call.example/a"}, "call_link"),
            ({"zone": "Europe/Atlantis"}, "zone"),
            ({"minutes": 0}, "minutes"),
            ({"minutes": 1441}, "minutes"),
            ({"starts": []}, "until"),
            ({"starts": [MONDAY] * 105}, "times"),
            ({"materials": "x" * 10_001}, "materials"),
        ],
    )
    def test_what_is_wrong_is_refused_and_nothing_is_planned(self, said, field):
        cohort, trainer = made.cohort()
        asked = {"starts": [MONDAY], "minutes": 90, "zone": made.ZONE} | said
        with pytest.raises(Refused) as refusal:
            plan_sessions(activity=cohort.activity, by=trainer, **asked)
        assert refusal.value.field == field
        assert not TrainingSession.objects.exists()

    def test_only_who_leads_plans(self):
        cohort, _trainer = made.cohort()
        webinar = made.webinar()
        for login in (cast.user(Role.TRAINER), made.staff(), cast.user(Role.ANALYST)):
            with pytest.raises(Refused, match="Only who leads"):
                made.session(cohort, login)
        with pytest.raises(Refused, match="Only who leads"):
            made.session(webinar, cast.user(Role.TRAINER))
        assert made.session(webinar, made.staff()).number == 0
        assert TrainingSession.objects.count() == 1

    def test_nothing_is_planned_of_what_is_cancelled(self):
        webinar = made.webinar(status="cancelled")
        with pytest.raises(Refused, match="This is cancelled"):
            made.session(webinar, made.staff())

    def test_only_trainers_lead(self):
        cohort, trainer = made.cohort()
        with pytest.raises(Refused, match="Only trainers lead") as refusal:
            made.session(cohort, trainer, trainers=[made.staff()])
        assert refusal.value.field == "trainers"
        assert not TrainingSession.objects.exists()


class TestChanging:
    def test_a_change_is_a_version_and_what_was_stays_on_record(self):
        cohort, trainer = made.cohort()
        version = made.session(cohort, trainer, place="Room 1")
        (changed,) = again(version, trainer, place="Room 2")
        assert (changed.number, changed.place, changed.starts_at) == (1, "Room 2", version.starts_at)
        assert [one.place for one in version.session.versions.order_by("number")] == ["Room 1", "Room 2"]

    def test_saying_the_same_again_says_nothing(self):
        cohort, trainer = made.cohort()
        cohorts.person(cohort)
        version = made.session(cohort, trainer)
        before = SessionMail.objects.count()
        said = {"starts": MONDAY, "minutes": 90, "zone": made.ZONE, "title": ""}
        assert change_session(session=version.session, after=0, by=trainer, **said) == []
        assert SessionMail.objects.count() == before

    def test_what_was_changed_meanwhile_is_not_overwritten(self):
        cohort, trainer = made.cohort()
        version = made.session(cohort, trainer)
        again(version, trainer, place="Room 2")
        for act in (
            lambda: again(version, trainer, place="Room 3"),
            lambda: cancel_session(session=version.session, after=0, reason="x", by=trainer),
        ):
            with pytest.raises(Refused, match="changed meanwhile"):
                act()
        assert last_of(version.session).place == "Room 2"

    def test_the_following_ones_move_by_as_many_days_and_keep_what_is_their_own(self):
        cohort, trainer = made.cohort()
        first, second, third = made.weekly(cohort, trainer, title="Unit")
        said = {"starts": MONDAY + dt.timedelta(weeks=2), "minutes": 90, "zone": made.ZONE}
        change_session(session=third.session, after=0, by=trainer, title="The end", **said)
        moved = dt.datetime.fromisoformat("2030-03-12T14:30")
        change_session(
            session=second.session,
            after=0,
            by=trainer,
            following_too=True,
            starts=moved,
            minutes=60,
            zone=made.ZONE,
            place="Room 9",
        )
        found = list(all_of(cohort.activity))
        assert [(one.title, one.place) for one in found] == [
            ("Unit", ""), ("Unit", "Room 9"), ("The end", "Room 9"),
        ]  # fmt: skip
        assert [one.starts_at for one in found] == [
            first.starts_at,
            dt.datetime(2030, 3, 12, 13, 30, tzinfo=UTC),
            dt.datetime(2030, 3, 19, 13, 30, tzinfo=UTC),
        ]
        assert {one.ends_at - one.starts_at for one in found[1:]} == {dt.timedelta(hours=1)}

    def test_a_substitute_leads_one_session_and_may_change_that_one_alone(self):
        cohort, trainer = made.cohort()
        first, second = made.weekly(cohort, trainer, 2)
        substitute = cast.user(Role.TRAINER)
        with pytest.raises(Refused):
            again(first, substitute, place="Here")
        again(first, trainer, trainers=[substitute])
        assert again(last_of(first.session), substitute, place="Here")[0].place == "Here"
        with pytest.raises(Refused):
            again(second, substitute, place="Here")

    def test_a_change_of_the_following_ones_leaves_a_substitute_of_theirs_where_they_are(self):
        cohort, trainer = made.cohort()
        first, second = made.weekly(cohort, trainer, 2)
        substitute, other = cast.user(Role.TRAINER), cast.user(Role.TRAINER)
        second.session.trainers.set([substitute])
        again(first, trainer, place="Here", following_too=True, trainers=[])
        assert list(second.session.trainers.all()) == [substitute]
        again(last_of(first.session), trainer, following_too=True, trainers=[other])
        assert list(second.session.trainers.all()) == [other]

    def test_a_series_is_called_off_from_here_on_and_each_can_be_taken_up(self):
        cohort, trainer = made.cohort()
        versions = made.weekly(cohort, trainer)
        ended = cancel_session(
            session=versions[1].session, after=0, reason="The trainer is ill.", by=trainer, following_too=True
        )
        assert [one.session_id for one in ended] == [one.session_id for one in versions[1:]]
        assert [one.cancelled for one in all_of(cohort.activity)] == [False, True, True]
        up = reinstate_session(session=versions[2].session, after=1, by=trainer)
        assert (up.number, up.cancelled, up.reason) == (2, False, "")
        with pytest.raises(Refused, match="is not cancelled"):
            reinstate_session(session=versions[2].session, after=2, by=trainer)
        with pytest.raises(Refused, match="cancelled already"):
            cancel_session(session=versions[1].session, after=1, reason="x", by=trainer)
        with pytest.raises(Refused, match="take it up again"):
            again(ended[0], trainer, place="x")

    def test_a_reason_is_asked_for(self):
        cohort, trainer = made.cohort()
        version = made.session(cohort, trainer)
        with pytest.raises(Refused, match="Say why") as refusal:
            cancel_session(session=version.session, after=0, reason="  ", by=trainer)
        assert refusal.value.field == "reason"
        assert last_of(version.session).number == 0


class TestHeld:
    def test_it_took_place_is_said_once_something_has_begun(self):
        staff, webinar = made.staff(), made.webinar()
        made.session(webinar, staff)
        with pytest.raises(Refused, match="Nothing of it has begun"):
            say_it_took_place(activity=webinar, by=staff)
        made.session(webinar, staff, timezone.now().replace(tzinfo=None) - dt.timedelta(days=2), zone="UTC")
        with pytest.raises(Refused, match="Only who leads"):
            say_it_took_place(activity=webinar, by=cast.user(Role.TRAINER))
        assert known(webinar).status == ActivityStatus.PLANNED
        say_it_took_place(activity=webinar, by=staff)
        assert known(webinar).status == ActivityStatus.HELD
        number = known(webinar).number
        assert mark_held(activity=webinar, by=staff).number == number

    def test_what_is_cancelled_cannot_have_taken_place(self):
        with pytest.raises(Refused, match="cannot have taken place"):
            mark_held(activity=made.webinar(status="cancelled"), by=None)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_changes_of_one_version_end_with_one(self):
        cohort, trainer = made.cohort()
        version = made.session(cohort, trainer)

        def change(room: int) -> bool:
            barrier.wait()
            try:
                again(version, trainer, place=f"Room {room}")
            except Refused:
                return False
            finally:
                connection.close()
            return True

        barrier = Barrier(4)
        with ThreadPoolExecutor(4) as pool:
            assert sorted(pool.map(change, range(4))) == [False, False, False, True]
        assert last_of(version.session).number == 1

    def test_whoever_is_enrolled_while_sessions_are_planned_hears_of_each_once(self):
        cohort, trainer = made.cohort()
        people = [cast.user(Role.ANALYST).person.pk for _nth in range(6)]
        barrier = Barrier(8)

        def join(pk: int) -> None:
            barrier.wait()
            enrol(cohort=cohort, person=Person.objects.get(pk=pk), by=trainer)
            connection.close()

        def plan(day: int) -> None:
            barrier.wait()
            made.session(cohort, trainer, MONDAY + dt.timedelta(days=day))
            connection.close()

        with ThreadPoolExecutor(8) as pool:
            done = [pool.submit(join, pk) for pk in people] + [pool.submit(plan, day) for day in range(2)]
            [one.result() for one in done]
        told = made.to_takers().order_by("session", "person").values_list("session", "person")
        sessions = TrainingSession.objects.values_list("pk", flat=True)
        assert sorted(told) == sorted((one, person) for one in sessions for person in people)
