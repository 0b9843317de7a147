"""Whoever is moved to another cohort keeps what they attended, and is counted where they were."""

import datetime as dt

import pytest

from courses.actions.attendance import record_attendance
from courses.actions.enrolments import enrol
from courses.actions.leaving import transfer
from courses.actions.progress import finish_lesson
from courses.actions.register.locking import ask_for, asked, close_now
from courses.actions.register.making_up import make_up
from courses.actions.register.marking import Word, mark, undo_last
from courses.actions.sessions import cancel_session
from courses.models import Activity, Cohort, Departure, Entry, RegisterMark, Reversal
from courses.queries.counts.counting import count
from courses.queries.counts.question import Question
from courses.queries.progress import progress_of, ready_of
from lms.kit.clock import Span
from lms.kit.errors import Refused
from tests import cast
from tests.courses import ledger
from tests.courses.cohorts import planned
from tests.courses.register import made

pytestmark = pytest.mark.django_db
WEEK = dt.timedelta(weeks=1)
STARTS = [made.FIRST + week * WEEK for week in range(3)]
LATER = [start + dt.timedelta(weeks=8) for start in STARTS]


def two(*, needed=2, starts=STARTS, later=LATER, **rule):
    """A cohort, one of the same version that meets later, and who leads both."""
    first = made.cohort("tracing", *starts, **rule)
    second = made.another(first.version, *later)
    Cohort.objects.update(sessions_needed=needed)
    trainer = made.trainer(first)
    second.trainers.add(trainer)
    return Cohort.objects.get(pk=first.pk), Cohort.objects.get(pk=second.pk), trainer


def say(session, of, presence, by, minutes=None):
    number = of if isinstance(of, int) else of.participation_id
    return mark(session=session, word=Word(number, presence, minutes, reason="Seen."), by=by)


def move(one, to, by):
    return transfer(enrolment=one, to=to, reason="Ill.", by=by)


def in_ledger(of):
    """Of which activities the ledger says that they attended."""
    found = Entry.objects.standing().filter(person=of.person_id, stage="attended", absent=False)
    return [entry.activity_id for entry in found.order_by("activity")]


def seen(of):
    """(is over or said, word) of each session, as the board has it."""
    (progress,) = progress_of(of.cohort, type(of).objects.filter(pk=of.pk))
    return [(session.session_id, said.presence if said else "") for session, said in progress.marks]


class TestWhatWasAttendedCounts:
    def test_with_what_follows_in_the_new_cohort(self):
        first, second, trainer = two()
        one = made.person(first)
        say(made.sessions(first)[0], one, "present", trainer)
        moved = move(one, second, trainer)
        assert (made.attended(moved), made.completed(moved)) == (None, None)
        say(made.sessions(second)[1], moved, "present", trainer)
        assert made.attended(moved) is True
        assert made.completed(moved) == LATER[1].date()

    def test_the_same_session_of_both_cohorts_counts_once(self):
        first, second, trainer = two()
        one = made.person(first)
        say(made.sessions(first)[0], one, "present", trainer)
        moved = move(one, second, trainer)
        say(made.sessions(second)[0], moved, "present", trainer)
        assert (made.attended(moved), made.completed(moved)) == (None, None)
        say(made.sessions(second)[2], moved, "late", trainer)
        assert made.completed(moved) == LATER[2].date()

    def test_where_the_new_cohort_asks_for_less_the_move_completes(self):
        first, second, trainer = two(needed=3)
        Cohort.objects.filter(pk=second.pk).update(sessions_needed=2)
        one = made.person(first)
        for session in made.sessions(first)[:2]:
            say(session, one, "present", trainer)
        assert made.completed(one) is None
        moved = move(one, second, trainer)
        assert made.completed(moved) == STARTS[1].date()
        assert in_ledger(moved) == []

    def test_where_the_new_cohort_does_not_meet_yet_nothing_is_lost(self):
        first, _second, trainer = two(needed=3)
        later = planned.another(first.version, days=60)
        later.trainers.add(trainer)
        Cohort.objects.filter(pk=later.pk).update(sessions_needed=2)
        one = made.person(first)
        for session in made.sessions(first)[1:]:
            say(session, one, "present", trainer)
        moved = move(one, Cohort.objects.get(pk=later.pk), trainer)
        assert seen(moved) == [(session.pk, "present") for session in made.sessions(first)[1:]]
        assert made.completed(moved) == STARTS[2].date()

    def test_through_several_moves(self):
        first, second, trainer = two(needed=3)
        third = made.another(first.version, *[start + 20 * WEEK for start in STARTS])
        third.trainers.add(trainer)
        Cohort.objects.filter(pk=third.pk).update(sessions_needed=3)
        one = made.person(first)
        say(made.sessions(first)[0], one, "present", trainer)
        moved = move(one, second, trainer)
        say(made.sessions(second)[1], moved, "present", trainer)
        moved = move(moved, Cohort.objects.get(pk=third.pk), trainer)
        say(made.sessions(third)[2], moved, "present", trainer)
        assert made.completed(moved) == (STARTS[2] + 20 * WEEK).date()
        assert in_ledger(moved) == [third.activity_id]

    def test_and_back_again(self):
        first, second, trainer = two(needed=2)
        one = made.person(first)
        say(made.sessions(first)[0], one, "present", trainer)
        moved = move(move(one, second, trainer), first, trainer)
        assert (moved.cohort, moved.participation_id) == (first, one.participation_id)
        assert seen(moved)[0] == (made.sessions(first)[0].pk, "present")
        say(made.sessions(first)[1], moved, "present", trainer)
        assert made.completed(moved) == STARTS[1].date()

    def test_a_session_made_up_for_the_former_cohort_goes_along(self):
        first, second, trainer = two()
        other = made.another(first.version, made.FIRST + 3 * WEEK)
        host, one = made.trainer(other), made.person(first)
        make_up(
            session=made.sessions(other)[0],
            participation=one.participation,
            made_up_for=made.sessions(first)[0].pk,
            by=host,
        )
        moved = move(one, second, trainer)
        say(made.sessions(second)[0], moved, "present", trainer)
        assert made.completed(moved) is None
        say(made.sessions(second)[1], moved, "present", trainer)
        assert made.completed(moved) == LATER[1].date()

    def test_an_attendance_that_no_register_says_goes_along(self):
        first, second, trainer = two(needed=None, needs_lessons=True)
        before = planned.another(first.version, days=-30)
        before.trainers.add(trainer)
        one = made.person(before)
        record_attendance(enrolment=one, by=trainer)
        moved = move(one, second, trainer)
        for lesson in first.version.lessons.all():
            finish_lesson(enrolment=moved, lesson=lesson, by=None)
        assert made.completed(moved) is not None
        assert in_ledger(moved) == [before.activity_id]

    def test_by_the_rule_of_the_new_cohort(self):
        first, second, trainer = two(needed=None)
        Cohort.objects.filter(pk=second.pk).update(minutes_needed=60)
        short, long = made.person(first, "Short"), made.person(first, "Long")
        ask_for(cohort=first, sessions=3, minutes=None, by=trainer)
        for who, minutes in ((short, 59), (long, 60)):
            say(made.sessions(first)[0], who, "left_early", trainer, minutes)
        assert made.completed(move(short, second, trainer)) is None
        assert made.completed(move(long, second, trainer)) == STARTS[0].date()

    def test_a_new_rule_is_asked_of_what_was_brought_along(self):
        first, second, trainer = two(needed=3)
        one = made.person(first)
        for session in made.sessions(first)[:2]:
            say(session, one, "present", trainer)
        moved = move(one, second, trainer)
        assert asked(cohort=second, sessions=2, minutes=None, by=trainer) == (1, 0)
        ask_for(cohort=second, sessions=2, minutes=None, by=trainer)
        assert made.completed(moved) == STARTS[1].date()
        ask_for(cohort=second, sessions=3, minutes=None, by=trainer)
        assert made.completed(moved) is None


class TestTheLedger:
    def test_somebody_at_one_session_is_counted_at_one_activity(self):
        first, second, trainer = two(needed=None, needs_lessons=True)
        one = made.person(first)
        say(made.sessions(first)[0], one, "present", trainer)
        moved = move(one, second, trainer)
        for lesson in first.version.lessons.all():
            finish_lesson(enrolment=moved, lesson=lesson, by=None)
        assert made.completed(moved) is not None
        assert in_ledger(moved) == [first.activity_id]
        counts = {str(one.code): one.number for one in count(Question(Span.of_year(2026)))}
        assert counts["online.attended.participations"] == 1
        assert not Reversal.objects.exists()

    def test_who_was_at_both_attended_both(self):
        first, second, trainer = two(needed=None, needs_lessons=True)
        one = made.person(first)
        say(made.sessions(first)[0], one, "present", trainer)
        moved = move(one, second, trainer)
        before, after = cast.hotline("Before"), cast.hotline("After")
        tie = cast.affiliate(one.person, before)
        tie.until_on = STARTS[2].date()
        tie.save()
        cast.affiliate(one.person, after, STARTS[2].date() + dt.timedelta(days=1))
        say(made.sessions(second)[1], moved, "present", trainer)
        assert in_ledger(moved) == sorted([first.activity_id, second.activity_id])
        # Where they belonged on the day they were there, and not on the day they brought along.
        assert Entry.objects.get(stage="attended", activity=second.activity).hotline == after

    def test_who_was_at_nothing_of_the_new_cohort_is_not_said_to_have_missed_all_of_it(self):
        first, second, trainer = two(needed=3)
        one = made.person(first)
        say(made.sessions(first)[0], one, "present", trainer)
        moved = move(one, second, trainer)
        for session in made.sessions(second):
            say(session, moved, "absent", trainer)
            close_now(session=session, by=trainer)
        assert made.attended(moved) is None

    def test_being_away_in_the_former_cohort_says_nothing_in_the_new_one(self):
        first, second, trainer = two(needed=None)
        one = made.person(first)
        say(made.sessions(first)[0], one, "absent", trainer)
        moved = move(one, second, trainer)
        assert seen(moved)[0][1] == ""
        say(made.sessions(second)[0], moved, "present", trainer)
        assert made.completed(moved) == LATER[0].date()


class TestTheFormerRegister:
    def test_a_correction_there_is_one_here(self):
        first, second, trainer = two()
        one = made.person(first)
        say(made.sessions(first)[0], one, "present", trainer)
        moved = move(one, second, trainer)
        say(made.sessions(second)[1], moved, "present", trainer)
        assert made.completed(moved) == LATER[1].date()
        say(made.sessions(first)[0], one, "absent", trainer)
        assert made.completed(moved) is None
        assert made.attended(moved) is None
        undo_last(session=made.sessions(first)[0], by=trainer)
        assert made.completed(moved) == LATER[1].date()

    def test_a_session_called_off_in_the_new_cohort_takes_nothing_away(self):
        first, second, trainer = two(needed=1)
        Cohort.objects.filter(pk=first.pk).update(sessions_needed=3)
        one = made.person(first)
        say(made.sessions(first)[0], one, "present", trainer)
        moved = move(one, second, trainer)
        assert made.completed(moved) == STARTS[0].date()
        cancel_session(session=made.sessions(second)[0], after=0, reason="Snow.", by=trainer)
        assert made.completed(moved) == STARTS[0].date()
        assert seen(moved)[0] == (made.sessions(first)[0].pk, "present")


class TestNothingGoesAlong:
    def test_where_the_move_is_refused(self):
        first, second, trainer = two()
        one = made.person(first)
        say(made.sessions(first)[0], one, "present", trainer)
        second.capacity = 1
        second.save()
        made.person(second)
        before = (Entry.objects.count(), Reversal.objects.count(), RegisterMark.objects.count())
        with pytest.raises(Refused, match="taken"):
            move(one, second, trainer)
        assert (Entry.objects.count(), Reversal.objects.count(), RegisterMark.objects.count()) == before
        assert not Departure.objects.exists()
        assert seen(type(one).objects.get(pk=one.pk))[0][1] == "present"

    def test_to_somebody_who_is_enrolled_in_the_former_cohort_anew(self):
        """The participation is the new enrolment's again, and so is what was marked on it."""
        first, second, trainer = two(needed=1)
        Cohort.objects.filter(pk=first.pk).update(sessions_needed=3)
        Cohort.objects.filter(pk=second.pk).update(sessions_needed=3)
        one = made.person(first)
        say(made.sessions(first)[0], one, "present", trainer)
        moved = move(one, second, trainer)
        assert seen(moved)[0][1] == "present"
        again = enrol(cohort=first, person=one.person, by=trainer)
        assert seen(again)[0][1] == "present"
        assert seen(moved)[0][1] == ""


class TestTheBoard:
    def test_shows_sessions_of_the_former_cohort_and_where_they_were(self):
        first, second, trainer = two(needed=3, later=LATER[:2])
        one = made.person(first, "Moved")
        for session in (made.sessions(first)[0], made.sessions(first)[2]):
            say(session, one, "late", trainer)
        moved = move(one, second, trainer)
        third, (own, other) = made.sessions(first)[2], made.sessions(second)
        assert seen(moved) == [(third.pk, "late"), (own.pk, "late"), (other.pk, "")]
        client = cast.signed_in(trainer)
        assert "2 of 3" in client.get(f"/teach/cohorts/{second.pk}/").text
        page = client.get(f"/teach/places/{moved.pk}/").text
        assert "came late, in the cohort before, on" in page

    def test_shows_what_was_made_up_elsewhere(self):
        first, second, trainer = two()
        one = made.person(first)
        own, visited = made.sessions(first)[0], made.sessions(second)[0]
        say(own, one, "absent", trainer)
        make_up(session=visited, participation=one.participation, made_up_for=own.pk, by=trainer)
        assert seen(one)[0][1] == "present"
        assert (
            "present, made up in another cohort on"
            in cast.signed_in(trainer).get(f"/teach/places/{one.pk}/").text
        )

    def test_whoever_met_the_rule_before_is_ready_for_a_sign_off(self):
        first, second, trainer = two(needed=1, needs_sign_off=True)
        one, other = made.person(first, "Moved"), made.person(second, "Other")
        say(made.sessions(first)[0], one, "present", trainer)
        moved = move(one, second, trainer)
        assert list(ready_of(second)) == [moved]
        say(made.sessions(second)[0], other, "present", trainer)
        assert set(ready_of(second)) == {moved, other}

    def test_costs_the_same_however_many_were_moved(self):
        first, second, trainer = two(needed=3)
        client, url = cast.signed_in(trainer), f"/teach/cohorts/{second.pk}/"

        def one_more(name):
            one = made.person(first, name)
            say(made.sessions(first)[0], one, "present", trainer)
            move(one, second, trainer)

        one_more("One")
        before = cast.queries_of(client, url)
        for name in ("Two", "Three", "Four"):
            one_more(name)
        assert cast.queries_of(client, url) == before


def test_an_import_that_says_somebody_attended_the_former_cohort_is_kept():
    first, second, trainer = two(needed=None, needs_lessons=True)
    one = made.person(first)
    activity = Activity.objects.get(pk=first.activity_id)
    ledger.fact(one.person, activity, "attended", source=ledger.register())
    moved = move(one, second, trainer)
    for lesson in first.version.lessons.all():
        finish_lesson(enrolment=moved, lesson=lesson, by=None)
    assert made.completed(moved) is not None
    assert in_ledger(moved) == [first.activity_id]
