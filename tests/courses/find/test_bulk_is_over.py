"""What was done to many rows stays as it was done, and what nobody decides about goes."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from courses.actions.bulk.choosing import choose, undo
from courses.actions.bulk.deciding import apply, drop
from courses.actions.bulk.forgetting import forget_old_choices
from courses.actions.bulk.working import work_now
from courses.enums import ListName
from courses.models import BulkAction, BulkRow, BulkState
from courses.tasks import forget_bulk_choices
from lms.kit.errors import Refused
from lms.ops.database import as_owner
from lms.people.enums import Role
from lms.people.models import User
from tests import cast
from tests.courses.find import made

pytestmark = pytest.mark.django_db
MONTH = dt.timedelta(days=31)


@pytest.fixture
def staff() -> User:
    return cast.user(Role.STAFF)


def refused(constraint: str, statement: str) -> None:
    """The named constraint refuses, and nothing is otherwise."""
    before = kept()
    with pytest.raises(DatabaseError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert refusal.value.__cause__.diag.constraint_name == constraint
    assert kept() == before


def kept() -> tuple[object, ...]:
    return tuple(list(model.objects.order_by("pk").values()) for model in (BulkAction, BulkRow))


class TestTheDatabaseRefuses:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE courses_bulkrow SET after = '{}'",
            "UPDATE courses_bulkrow SET before = NULL, after = NULL, why_not = 'Never done.'",
            "DELETE FROM courses_bulkrow",
            "INSERT INTO courses_bulkrow (action_id, place, activity_id, why_not)"
            " SELECT action_id, 99, activity_id, '' FROM courses_bulkrow",
        ],
    )
    def test_another_row_of_what_was_done(self, staff, statement):
        made.done(made.looked_at(staff, made.activities(1)), staff)
        refused("bulk_row_stays", statement)

    @pytest.mark.parametrize("said", ["reason = 'x'", "said = '{}'", "digest = 'x'", "total = 9", "done = 9"])
    def test_another_word_about_what_was_done(self, staff, said):
        made.done(made.looked_at(staff, made.activities(1)), staff)
        refused("bulk_action_stays_once_it_is_over", f"UPDATE courses_bulkaction SET {said}")

    def test_another_outcome_of_what_was_looked_at(self, staff):
        made.looked_at(staff, made.activities(1))
        refused("bulk_row_stays", "UPDATE courses_bulkrow SET after = '{}'")
        refused("bulk_row_stays", "DELETE FROM courses_bulkrow")

    @pytest.mark.parametrize("column", ["person_id", "activity_id", "undoes_id", "action_id", "place"])
    def test_another_record_behind_a_row(self, staff, column):
        made.chosen(staff, made.activities(1))
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            BulkRow.objects.update(**{column: None})

    @pytest.mark.django_db(transaction=True)
    def test_the_owner_too(self):
        staff = cast.user(Role.STAFF)
        made.done(made.looked_at(staff, made.activities(1)), staff)
        with as_owner():
            refused("bulk_row_stays", "UPDATE courses_bulkrow SET after = '{}'")
            refused("bulk_action_stays_once_it_is_over", "UPDATE courses_bulkaction SET reason = 'x'")


class TestForgetting:
    def aged(self, action: BulkAction) -> BulkAction:
        BulkAction.objects.filter(pk=action.pk).update(state_at=timezone.now() - MONTH)
        return action

    def test_a_choice_and_a_preview_that_nobody_decides_about_go_after_a_month(self, staff):
        chosen = self.aged(made.chosen(staff, made.activities(2)))
        looked_at = self.aged(made.looked_at(staff, made.activities(1)))
        young = made.looked_at(staff, made.activities(1))
        before = list(young.rows.values())
        forget_bulk_choices()
        for action in (chosen, looked_at):
            now = made.again(action)
            assert (now.state, now.decided_by, now.rows.count()) == (BulkState.DROPPED, None, 0)
        assert (made.again(young).state, list(young.rows.values())) == (BulkState.PREVIEWED, before)
        page = cast.signed_in(staff).get(f"/staff/bulk/{chosen.pk}/").text
        assert "Nobody decided about it for 30 days, so it was dropped." in page
        assert "Its rows are no longer kept." in page

    def test_rows_of_what_somebody_dropped_go_and_those_of_what_was_done_stay(self, staff):
        action = made.done(made.looked_at(staff, made.activities(2)), staff)
        undoing = undo(action=action, reason="x", by=staff)
        work_now(undoing)
        drop(action=made.again(undoing), by=staff)
        assert forget_old_choices() == 2
        assert forget_old_choices() == 0
        assert action.rows.count() == 2
        assert "Dropped" in cast.signed_in(staff).get(f"/staff/bulk/{undoing.pk}/").text

    def test_what_was_done_long_ago_stays_and_can_be_undone(self, staff):
        action = made.looked_at(staff, made.activities(1))
        self.aged(action)
        made.done(action, staff)
        assert forget_old_choices() == 0
        assert undo(action=made.again(action), reason="x", by=staff).total == 1

    def test_what_somebody_decides_about_at_the_last_moment_is_done(self, staff):
        action = self.aged(made.looked_at(staff, made.activities(1)))
        assert made.done(action, staff).state == BulkState.APPLIED
        forget_old_choices()
        assert made.again(action).state == BulkState.APPLIED

    def test_one_that_never_came_to_its_end_goes_too(self, staff):
        action = choose(listing=ListName.ACTIVITIES, values={}, ticked=[made.activities(1)[0].pk], by=staff)
        with transaction.atomic():
            BulkAction.objects.filter(pk=action.pk).update(state="looking", act="topics", reason="x")
        BulkAction.objects.filter(pk=action.pk).update(
            state=BulkState.FAILED, state_at=timezone.now() - MONTH
        )
        forget_old_choices()
        assert made.again(action).state == BulkState.DROPPED

    def test_whoever_said_to_do_what_then_failed_has_not_dropped_it(self, staff):
        action = made.looked_at(staff, made.activities(1))
        apply(action=action, digest=action.digest, without_refused=False, by=staff)
        BulkAction.objects.filter(pk=action.pk).update(
            state=BulkState.FAILED, state_at=timezone.now() - MONTH
        )
        forget_old_choices()
        assert made.again(action).decided_by is None
        with pytest.raises(Refused, match="Nobody decided about it for 30 days"):
            drop(action=action, by=staff)
