"""Activities are planned, changed, held and cancelled as versions, together with their training session."""

import datetime as dt

import pytest
from django.utils import timezone

from courses.actions.gatherings import (
    cancel_gathering,
    change_gathering,
    hold_gathering,
    plan_again,
    plan_gathering,
)
from courses.models import Activity, ActivityNote, ActivityVersion, Funder, SessionVersion, TrainingSession
from courses.queries.gatherings import kept_by, trainers_of
from lms.kit.errors import Refused
from lms.people.enums import Role
from tests import cast
from tests.courses.cohorts import made as cohorts
from tests.courses.gatherings import made
from tests.courses.registers import activity, import_folder, register, write

pytestmark = pytest.mark.django_db


def known(of: Activity) -> ActivityVersion:
    return ActivityVersion.objects.in_force().get(activity=of)


def session(of: Activity) -> SessionVersion:
    return SessionVersion.objects.in_force().get(session__activity=of)


class TestPlanning:
    def test_it_has_one_training_session_with_the_same_times(self):
        trainer = cast.user(Role.TRAINER)
        planned = made.planned(trainers=[trainer])
        version, one = known(planned), session(planned)
        assert (version.kind_id, version.status, version.funder.name) == (
            "law_enforcement",
            "planned",
            "CERV",
        )
        assert (one.number, one.starts_at, one.ends_at, one.timezone, one.place) == (
            0, version.starts_at, version.ends_at, "Europe/Warsaw", "Warsaw",
        )  # fmt: skip
        assert list(trainers_of(planned)) == [trainer]

    def test_a_funder_named_twice_is_one(self):
        made.planned()
        made.planned()
        assert Funder.objects.filter(name="CERV").count() == 1

    def test_a_trainer_plans_a_session_that_he_leads_and_nothing_else(self):
        trainer = cast.user(Role.TRAINER)
        plan_gathering(plan=made.plan(days=3, trainers=[trainer]), by=trainer)
        for plan, match in (
            (made.plan(days=3, trainers=[]), "Stay among its trainers"),
            (made.plan("webinar", days=3, trainers=[trainer]), "Staff plan this kind"),
        ):
            with pytest.raises(Refused, match=match):
                plan_gathering(plan=plan, by=trainer)
        assert Activity.objects.count() == 1

    @pytest.mark.parametrize("role", [Role.ANALYST, Role.WELFARE_OFFICER, Role.ADMINISTRATOR])
    def test_nobody_else_plans(self, role):
        login = cast.user(role)
        with pytest.raises(Refused, match="Staff plan"):
            plan_gathering(plan=made.plan(trainers=[login]), by=login)
        assert not Activity.objects.exists()

    def test_an_end_before_the_start_and_one_without_a_start_are_refused(self):
        staff, now = made.staff(), timezone.now()
        for known, match in (
            ({"starts_at": now, "ends_at": now}, "end after it begins"),
            ({"starts_at": now, "ends_at": None}, "end after it begins"),
            ({"starts_at": None, "ends_at": now}, "no beginning"),
        ):
            with pytest.raises(Refused, match=match):
                plan_gathering(plan=made.plan(**known), by=staff)
        assert not Activity.objects.exists()


class TestChanging:
    def test_a_later_hour_is_a_version_of_both_and_the_sequence_rises(self):
        staff = made.staff()
        planned = made.planned(by=staff)
        later = known(planned).starts_at + dt.timedelta(hours=3)
        plan = made.plan(days=7, starts_at=later, ends_at=later + dt.timedelta(hours=1))
        change_gathering(activity=planned, plan=plan, reason="The room was taken.", by=staff)
        assert (known(planned).number, known(planned).starts_at) == (2, later)
        assert (session(planned).number, session(planned).starts_at) == (1, later)
        assert ActivityNote.objects.get().reason == "The room was taken."

    def test_the_same_again_changes_nothing(self):
        staff = made.staff()
        plan = made.plan(days=7)
        planned = plan_gathering(plan=plan, by=staff)
        change_gathering(activity=planned, plan=plan, reason="No reason.", by=staff)
        assert (known(planned).number, session(planned).number) == (1, 0)
        assert not ActivityNote.objects.exists()

    def test_times_of_several_sessions_are_theirs(self):
        staff = made.staff()
        planned = made.planned(by=staff)
        before = known(planned)
        second = TrainingSession.objects.create(activity=planned)
        SessionVersion.objects.create(
            session=second, starts_at=before.starts_at, ends_at=before.ends_at, timezone="Europe/Warsaw"
        )
        change_gathering(activity=planned, plan=made.plan(days=30, title="Another title"), by=staff)
        assert (known(planned).title, known(planned).starts_at) == ("Another title", before.starts_at)

    def test_another_trainer_changes_nothing(self):
        planned = made.planned(trainers=[cast.user(Role.TRAINER)])
        other = cast.user(Role.TRAINER)
        with pytest.raises(Refused, match="Only staff and the trainers"):
            change_gathering(activity=planned, plan=made.plan(trainers=[other]), by=other)
        assert known(planned).number == 1


class TestHeldAndCancelled:
    def test_it_is_held_once_it_has_begun(self):
        staff = made.staff()
        coming, past = made.planned(by=staff), made.planned(days=-1, by=staff)
        with pytest.raises(Refused, match="has not begun"):
            hold_gathering(activity=coming, by=staff)
        hold_gathering(activity=past, by=staff)
        assert (known(coming).status, known(past).status) == ("planned", "held")
        assert made.counts(past) == {"law_enforcement.held.events": 1}

    def test_cancelling_says_why_and_takes_its_session_along(self):
        staff = made.staff()
        planned = made.planned(by=staff)
        with pytest.raises(Refused, match="Say why"):
            cancel_gathering(activity=planned, reason=" ", by=staff)
        assert known(planned).status == "planned"
        cancel_gathering(activity=planned, reason="The room burnt down.", by=staff)
        one = session(planned)
        assert (one.cancelled, one.reason, one.number) == (True, "The room burnt down.", 1)
        assert (known(planned).status, known(planned).note.reason) == ("cancelled", "The room burnt down.")

    def test_what_was_held_is_planned_again_before_it_is_cancelled(self):
        staff = made.staff()
        held = made.held(by=staff)
        made.named(held)
        with pytest.raises(Refused, match="held already"):
            cancel_gathering(activity=held, reason="x", by=staff)
        plan_again(activity=held, reason="Pressed too early.", by=staff)
        assert "law_enforcement.attended.people" not in made.counts(held)
        cancel_gathering(activity=held, reason="It never was.", by=staff)
        assert [version.status for version in held.versions.order_by("number")] == [
            "planned", "held", "planned", "cancelled",
        ]  # fmt: skip


class TestKept:
    def test_cohorts_and_exchanges_are_none_of_these(self):
        staff, trainer = made.staff(), cast.user(Role.TRAINER)
        cohorts.cohort(on=cohorts.DAY)
        mine, other = made.planned(trainers=[trainer]), made.planned()
        assert {version.activity for version in kept_by(staff)} == {mine, other}
        assert {version.activity for version in kept_by(trainer)} == {mine}
        assert not kept_by(cast.user(Role.ADMINISTRATOR)).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("hotlines")
def test_the_next_import_of_a_register_wins_over_a_change_by_hand(tmp_path):
    folder = write(tmp_path / "r", register(activities=[activity(kind="law_enforcement")]))
    import_folder(folder)
    imported = Activity.objects.get(register_id="A1")
    before = known(imported)
    plan = made.plan(
        title="By hand", starts_at=before.starts_at, ends_at=before.ends_at, timezone=before.timezone
    )
    change_gathering(activity=imported, plan=plan, by=made.staff())
    assert known(imported).title == "By hand"
    told = import_folder(folder).data["activities"]
    assert (told["changed"], told["unchanged"]) == (1, 0)
    assert (known(imported).title, known(imported).number) == (before.title, 3)
