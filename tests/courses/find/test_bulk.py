"""Many rows changed at once: what was looked at is what is done, and is put back."""

import datetime as dt
import random

import pytest
from django.db import IntegrityError, transaction

from courses.actions.activities import change_activity
from courses.actions.bulk import working
from courses.actions.bulk.choosing import choose, undo
from courses.actions.bulk.deciding import apply, drop, say
from courses.actions.bulk.working import work_now, work_once
from courses.actions.gatherings import plan_gathering
from courses.enums import ActivityStatus, ListName
from courses.models import ActivityVersion, BulkAct, BulkAction, BulkRow, BulkState, Funder
from lms.kit import clock
from lms.kit.errors import Refused
from lms.people.enums import Audience, Role
from lms.people.models import Affiliation, User
from tests import cast
from tests.courses import ledger
from tests.courses.cohorts import made as cohorts
from tests.courses.find import made
from tests.courses.gatherings.made import plan
from tests.dying import killed
from tests.threads import at_once

pytestmark = pytest.mark.django_db
DAY = dt.date(2024, 6, 30)


@pytest.fixture
def staff() -> User:
    return cast.user(Role.STAFF)


def undone(action: BulkAction, by: User, *, without: bool = False) -> BulkAction:
    undoing = undo(action=action, reason="It was wrong.", by=by)
    work_now(undoing)
    return made.done(made.again(undoing), by, without=without)


class TestActivities:
    def test_topics_are_added_and_removed_and_each_says_why(self, staff):
        rows = made.activities(3, topics=["Old", "Stays"])
        action = made.looked_at(staff, rows, said={"add": ["New", "Stays"], "remove": ["Old"]})
        assert {row.after["topics"] == ["Stays", "New"] for row in action.rows.all()} == {True}
        assert ActivityVersion.objects.count() == 3
        made.done(action, staff)
        assert [made.known(one)["topics"] for one in rows] == [["Stays", "New"]] * 3
        last = rows[0].versions.first()
        assert (last.note.reason, last.recorded_by) == ("Tidying up.", staff)

    def test_a_funder_is_set_and_taken_away(self, staff):
        rows = made.activities(2)
        made.done(made.looked_at(staff, rows, BulkAct.FUNDER, {"funder": "CERV"}), staff)
        cerv = Funder.objects.get(name="CERV").pk
        assert [made.known(one)["funder_id"] for one in rows] == [cerv, cerv]
        made.done(made.looked_at(staff, rows, BulkAct.FUNDER, {"funder": ""}), staff)
        assert [made.known(one)["funder_id"] for one in rows] == [None, None]

    def test_a_preview_leaves_nothing_not_even_a_funder(self, staff):
        made.looked_at(staff, made.activities(1), BulkAct.FUNDER, {"funder": "Nobody"})
        assert not Funder.objects.exists()

    def test_planned_ones_that_are_over_are_said_to_be_held_by_their_own_rule(self, staff):
        over = ledger.activity("Over", status="planned")
        coming = ledger.activity(
            "To come", f"{clock.today() + dt.timedelta(days=9)}T09:00+00:00", status="planned"
        )
        held, called_off = ledger.activity("Held"), ledger.activity("Off", status="cancelled")
        action = made.looked_at(staff, [over, coming, held, called_off], BulkAct.HELD, {})
        assert {row.activity_id: row.why_not for row in action.rows.all()} == {
            over.pk: "",
            coming.pk: "It has not begun yet.",
            held.pk: "It is held already.",
            called_off.pk: "It is cancelled already.",
        }
        made.done(action, staff, without=True)
        assert made.known(over)["status"] == ActivityStatus.HELD
        assert made.known(coming)["status"] == ActivityStatus.PLANNED

    def test_what_a_cohort_or_an_exchange_owns_is_left_to_it(self, staff):
        cohort = cohorts.cohort().activity
        visit = ledger.activity("Visit", kind_id="exchange")
        gone = ledger.activity("Gone")
        ledger.version(gone, withdrawn=True)
        own = ledger.activity("Own")
        action = made.chosen(staff, [cohort, own])
        BulkRow.objects.bulk_create(
            BulkRow(action=action, place=place, activity=one) for place, one in ((3, visit), (4, gone))
        )
        say(action=action, act=BulkAct.TOPICS, said=made.TOPICS, reason="x", by=staff)
        work_now(action)
        why = dict(action.rows.values_list("activity", "why_not"))
        assert "changed on their own pages" in why[cohort.pk]
        assert "withdrawn" in why[gone.pk]
        assert why[own.pk] == ""

    def test_all_or_nothing_unless_without_those_that_cannot(self, staff):
        rows = [*made.activities(2), ledger.activity("Has it", topics=["Law"])]
        action = made.looked_at(staff, rows)
        with pytest.raises(Refused, match="Some of these rows cannot be done"):
            apply(action=action, digest=action.digest, without_refused=False, by=staff)
        assert ActivityVersion.objects.count() == 3
        assert made.done(action, staff, without=True).state == BulkState.APPLIED
        assert ActivityVersion.objects.count() == 5

    def test_where_no_row_can_be_done_nothing_is(self, staff):
        action = made.looked_at(staff, made.activities(2, topics=["Law"]))
        with pytest.raises(Refused, match="None of these rows"):
            apply(action=action, digest=action.digest, without_refused=True, by=staff)
        assert made.again(action).state == BulkState.PREVIEWED

    @pytest.mark.parametrize("seed", range(4))
    def test_what_was_looked_at_is_what_is_done_and_all_of_it_is_put_back(self, staff, seed):
        chance = random.Random(seed)  # noqa: S311 - no secret
        topics = ["A", "B", "C", "D"]
        rows = [
            ledger.activity(
                f"Random {number}",
                f"{chance.choice(made.YEARS)}-03-0{number + 1}T09:00+00:00",
                topics=chance.sample(topics, chance.randrange(4)),
                status=chance.choice(["planned", "held", "cancelled"]),
            )
            for number in range(6)
        ]
        for one in rows:
            ledger.fact(cast.person(), one)
        before, numbers = [made.known(one) for one in rows], made.counts()
        act, said = chance.choice(
            [
                (BulkAct.TOPICS, {"add": chance.sample(topics, 2), "remove": ["E", chance.choice(topics)]}),
                (BulkAct.FUNDER, {"funder": "CERV"}),
                (BulkAct.HELD, {}),
            ]
        )
        action = made.looked_at(staff, rows, act, said)
        would = {row.activity_id: row for row in action.rows.all()}
        if action.refused == action.total:
            return
        made.done(action, staff, without=True)
        for one, was in zip(rows, before, strict=True):
            row, now = would[one.pk], made.known(one)
            if row.why_not:
                assert now == was
            else:
                assert one.versions.first().number == row.after["version"]
                assert now != was
        undone(made.again(action), staff)
        assert [made.known(one) for one in rows] == before
        assert made.counts() == numbers


class TestPeople:
    def test_what_holds_on_the_day_ends_on_it(self, staff):
        linea, other = cast.hotline("Linea"), cast.hotline("Other")
        ada, eve = cast.person("Ada"), cast.person("Eve")
        for one in (linea, other):
            cast.affiliate(ada, one)
        later = cast.affiliate(eve, linea, from_on=DAY + dt.timedelta(days=1))
        action = made.looked_at(staff, [ada, eve], BulkAct.END, made.ends(DAY, linea))
        assert [row.why_not for row in action.rows.order_by("place")] == [
            "",
            "They do not belong there on this day.",
        ]
        made.done(action, staff, without=True)
        assert [tie[3] for tie in made.ties(ada)] == [DAY, None]
        later.refresh_from_db()
        assert later.until_on is None

    def test_wherever_they_belong_on_the_day_and_back(self, staff):
        ada = cast.person()
        cast.affiliate(ada, cast.hotline("Linea"))
        Affiliation.objects.create(person=ada, audience=Audience.OTHER, until_on=DAY + dt.timedelta(days=9))
        before = made.ties(ada)
        action = made.done(made.looked_at(staff, [ada], BulkAct.END, made.ends(DAY)), staff)
        assert [tie[3] for tie in made.ties(ada)] == [DAY, DAY]
        undone(action, staff)
        assert made.ties(ada) == before

    def test_who_belongs_there_again_is_not_put_back(self, staff):
        linea, ada, eve = cast.hotline("Linea"), cast.person("Ada"), cast.person("Eve")
        for one in (ada, eve):
            cast.affiliate(one, linea)
        action = made.done(made.looked_at(staff, [ada, eve], BulkAct.END, made.ends(DAY)), staff)
        cast.affiliate(ada, linea, from_on=DAY + dt.timedelta(days=30))
        undoing = undone(action, staff, without=True)
        assert [row.why_not for row in undoing.rows.order_by("place")] == [
            "On some of these days they belong to this hotline already.",
            "",
        ]
        assert [tie[3] for tie in made.ties(eve)] == [None]
        assert [tie[3] for tie in made.ties(ada)] == [DAY, None]

    def test_facts_recorded_keep_the_hotline_of_their_day(self, staff):
        ada = cast.person()
        cast.affiliate(ada, cast.hotline())
        ledger.fact(ada, ledger.activity())
        numbers = made.counts()
        made.done(made.looked_at(staff, [ada], BulkAct.END, made.ends(dt.date(2020, 1, 1))), staff)
        assert made.counts() == numbers


class TestUndoing:
    def test_a_row_that_something_later_stands_on_is_named_and_stays(self, staff):
        rows = made.activities(3)
        action = made.done(made.looked_at(staff, rows), staff)
        change_activity(activity=rows[1], by=staff, title="Later")
        undoing = undone(action, staff, without=True)
        assert [row.why_not for row in undoing.rows.order_by("place")] == [
            "",
            "A later change stands on it.",
            "",
        ]
        assert [made.known(one)["topics"] for one in rows] == [[], ["Law"], []]

    def test_an_undoing_is_undone_like_anything_else(self, staff):
        rows = made.activities(2)
        back = undone(made.done(made.looked_at(staff, rows), staff), staff)
        assert [made.known(one)["topics"] for one in rows] == [[], []]
        undone(back, staff)
        assert [made.known(one)["topics"] for one in rows] == [["Law"], ["Law"]]

    def test_what_was_put_back_is_not_put_back_twice(self, staff):
        action = made.done(made.looked_at(staff, made.activities(2)), staff)
        undone(action, staff)
        twice = undo(action=made.again(action), reason="x", by=staff)
        work_now(twice)
        assert set(twice.rows.values_list("why_not", flat=True)) == {"A later change stands on it."}

    def test_only_what_was_done_is_undone_and_only_with_a_reason(self, staff):
        action = made.looked_at(staff, made.activities(1))
        with pytest.raises(Refused, match="not done"):
            undo(action=action, reason="x", by=staff)
        with pytest.raises(Refused, match="Say why"):
            undo(action=made.done(action, staff), reason=" ", by=staff)
        assert BulkAction.objects.count() == 1


class TestDeciding:
    def test_what_has_changed_since_is_looked_at_once_more(self, staff):
        rows = made.activities(2)
        action = made.looked_at(staff, rows)
        change_activity(activity=rows[0], by=staff, topics=["Work"])
        now = made.done(action, staff)
        assert (now.state, now.changed_since) == (BulkState.PREVIEWED, True)
        assert now.rows.get(activity=rows[0]).after["topics"] == ["Work", "Law"]
        assert [made.known(one)["topics"] for one in rows] == [["Work"], []]
        assert made.done(now, staff).state == BulkState.APPLIED

    def test_the_rows_are_those_that_were_chosen_whatever_comes_to_fit(self, staff):
        first = ledger.activity("First")
        action = choose(listing=ListName.ACTIVITIES, values={"kind": "basic"}, by=staff)
        ledger.activity("Second")
        assert [row.activity for row in action.rows.all()] == [first]
        page = cast.signed_in(staff).get(f"/staff/bulk/{action.pk}/")
        assert "1 more fit its filters now" in " ".join(page.text.split())

    def test_nobody_but_staff_and_nothing_without_rows_or_a_reason(self, staff):
        row = ledger.activity()
        trainer = cast.user(Role.TRAINER)
        with pytest.raises(Refused, match="Only INHOPE staff"):
            made.chosen(trainer, [row])
        with pytest.raises(Refused, match="at least one row"):
            made.chosen(staff, [])
        with pytest.raises(Refused, match="Nothing can be done"):
            choose(listing=ListName.HOTLINES, values={}, by=staff)
        action = made.chosen(staff, [row])
        with pytest.raises(Refused, match="Say why"):
            say(action=action, act=BulkAct.HELD, said={}, reason="", by=staff)
        with pytest.raises(Refused, match="cannot be done to these rows"):
            say(action=action, act=BulkAct.END, said=made.ends(DAY), reason="x", by=staff)
        with pytest.raises(Refused, match="Only INHOPE staff"):
            drop(action=action, by=trainer)
        assert made.again(action).state == BulkState.CHOSEN

    def test_what_was_dropped_is_not_done(self, staff):
        action = made.looked_at(staff, made.activities(1))
        drop(action=action, by=staff)
        with pytest.raises(Refused, match="has dropped it"):
            apply(action=action, digest=action.digest, without_refused=False, by=staff)
        assert ActivityVersion.objects.count() == 1

    @pytest.mark.parametrize(
        ("constraint", "changes"),
        [
            ("bulk_of_some_rows", {"total": 0}),
            ("bulk_act_is_said_before_it_is_looked_at", {"state": "looking"}),
            ("bulk_decided_at_and_by", {"decided_at": dt.datetime(2024, 1, 1, tzinfo=dt.UTC)}),
            ("only_these_moves", {"state": "applied"}),
        ],
    )
    def test_the_database_refuses_what_must_never_be(self, staff, constraint, changes):
        action = made.chosen(staff, made.activities(1))
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            BulkAction.objects.filter(pk=action.pk).update(**changes)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_of_two_who_say_do_it_one_does_and_the_other_is_told(self):
        staff = cast.user(Role.STAFF)
        rows = made.activities(2)
        action = made.looked_at(staff, rows)
        outcomes = at_once(3, lambda: made.done(action, staff))
        told = [one for one in outcomes if isinstance(one, Refused)]
        assert len(told) == 2
        assert all("has said before you" in one.sentence for one in told)
        work_once()
        assert made.again(action).state == BulkState.APPLIED
        assert [one.versions.count() for one in rows] == [2, 2]

    def test_two_that_change_the_same_rows_build_on_each_other(self):
        staff = cast.user(Role.STAFF)
        rows = made.activities(2)
        actions = [made.looked_at(staff, rows, said={"add": [topic], "remove": []}) for topic in ("A", "B")]
        waiting = list(actions)
        at_once(2, lambda: made.done(waiting.pop(), staff))
        while work_once():
            pass
        states = sorted((one.state, one.changed_since) for one in map(made.again, actions))
        assert states == [(BulkState.APPLIED, False), (BulkState.PREVIEWED, True)]
        assert all(len(made.known(one)["topics"]) == 1 for one in rows)

    @pytest.mark.parametrize("at", ["_keep", "carried_out"])
    def test_a_worker_that_dies_while_looking_leaves_it_to_another(self, monkeypatch, at):
        staff = cast.user(Role.STAFF)
        action = made.chosen(staff, made.activities(2))
        say(action=action, act=BulkAct.TOPICS, said=made.TOPICS, reason="x", by=staff)
        killed(monkeypatch, working, at, work_once)
        assert made.again(action).state == BulkState.LOOKING
        assert work_once()
        assert made.again(action).state == BulkState.PREVIEWED
        assert not work_once()

    def test_a_worker_that_dies_between_two_rows_has_done_nothing(self, monkeypatch):
        staff = cast.user(Role.STAFF)
        action = made.looked_at(staff, made.activities(3))
        apply(action=action, digest=action.digest, without_refused=False, by=staff)
        killed(monkeypatch, working, "digest_of", work_once)
        assert ActivityVersion.objects.count() == 3
        assert work_once()
        assert made.again(action).state == BulkState.APPLIED
        assert ActivityVersion.objects.count() == 6
        assert not work_once()

    def test_one_that_ends_its_worker_each_time_fails_and_is_tried_again(self, monkeypatch):
        staff = cast.user(Role.STAFF)
        action = made.looked_at(staff, made.activities(1))
        apply(action=action, digest=action.digest, without_refused=False, by=staff)
        for _try in range(working.MOST_TRIES):
            killed(monkeypatch, working, "carried_out", work_once)
        work_once()
        assert made.again(action).state == BulkState.FAILED
        assert "did not come to an end" in cast.signed_in(staff).get(f"/staff/bulk/{action.pk}/").text
        say(action=action, act=BulkAct.TOPICS, said=made.TOPICS, reason="x", by=staff)
        work_now(action)
        assert made.done(made.again(action), staff).state == BulkState.APPLIED

    def test_many_rows_are_a_workers_who_tells_how_far_it_is(self, monkeypatch):
        staff = cast.user(Role.STAFF)
        rows = made.activities(4)
        monkeypatch.setattr(working, "AT_ONCE", 2)
        monkeypatch.setattr(working, "TELL_SECONDS", 0.01)
        action = made.chosen(staff, rows)
        say(action=action, act=BulkAct.TOPICS, said=made.TOPICS, reason="x", by=staff)
        work_now(action)
        assert made.again(action).state == BulkState.LOOKING
        assert "How far it is" in cast.signed_in(staff).get(f"/staff/bulk/{action.pk}/").text
        assert work_once()
        assert made.again(action).state == BulkState.PREVIEWED

    def test_who_attended_since_keeps_it_held(self):
        staff = cast.user(Role.STAFF)
        over = ledger.activity("Over", status="planned")
        action = made.done(made.looked_at(staff, [over], BulkAct.HELD, {}), staff)
        ledger.fact(cast.person(), over)
        undoing = undo(action=action, reason="x", by=staff)
        work_now(undoing)
        assert undoing.rows.get().why_not == "Who attended was recorded since it is held."
        assert made.known(over)["status"] == ActivityStatus.HELD


def test_a_planned_one_made_on_its_page_is_held_with_its_session(staff):
    activity = plan_gathering(plan=plan("webinar", days=-1), by=staff)
    action = made.done(made.looked_at(staff, [activity], BulkAct.HELD, {}), staff)
    assert made.known(activity)["status"] == ActivityStatus.HELD
    undone(action, staff)
    assert made.known(activity)["status"] == ActivityStatus.PLANNED
