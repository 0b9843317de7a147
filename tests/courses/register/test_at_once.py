"""Two trainers take one register, and two registers of one activity are filled in, at the same time."""

import contextlib
import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from courses.actions.leaving import transfer
from courses.actions.register.marking import Word, mark
from courses.actions.sessions import cancel_session
from courses.models import Certificate, Cohort, Enrolment, Entry, RegisterMark
from courses.queries.sessions import last_of
from lms.kit.errors import Refused
from tests.courses.register import made

pytestmark = pytest.mark.django_db(transaction=True)
THERE = ("present", "late", "left_early")


def at_once(*acts):
    """Each in a thread and a connection of its own, let go together."""
    gate = Barrier(len(acts), timeout=20)

    def run(act):
        try:
            gate.wait()
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def taking(session, people, presence, by):
    """Somebody who marks all of them, one after the other."""

    def act():
        return [
            mark(session=session, word=Word(one.participation_id, presence, reason="Seen."), by=by)
            for one in people
        ]

    return act


def unless_refused(act):
    def run():
        with contextlib.suppress(Refused):
            act()

    return run


def test_each_mark_of_two_trainers_is_there_and_the_later_wins():
    cohort = made.cohort()
    (session,) = made.sessions(cohort)
    mara, jon = made.trainer(cohort), made.trainer(cohort)
    people = [made.person(cohort, f"Person {nth}") for nth in range(8)]
    at_once(taking(session, people, "present", mara), taking(session, list(reversed(people)), "absent", jon))
    for one in people:
        marks = list(RegisterMark.objects.filter(participation=one.participation_id).order_by("number"))
        assert [mark.number for mark in marks] == [1, 2]
        assert {mark.recorded_by for mark in marks} == {mara, jon}
        last = marks[-1].presence
        assert made.attended(one) is (True if last == "present" else None)
        assert (made.completed(one) is not None) is (last == "present")
    standing = Entry.objects.standing().filter(stage="completed")
    assert Certificate.objects.filter(entry__in=standing).count() == standing.count()


def test_the_second_trainer_is_told_what_the_first_had_said():
    cohort = made.cohort()
    (session,) = made.sessions(cohort)
    mara, jon = made.trainer(cohort), made.trainer(cohort)
    one = made.person(cohort)
    said = at_once(taking(session, [one], "present", mara), taking(session, [one], "absent", jon))
    befores = [result[0].before for result in said]
    assert sorted(before is None for before in befores) == [False, True]
    (before,) = [before for before in befores if before]
    first = RegisterMark.objects.get(number=1)
    assert (before, before.recorded_by) == (first, first.recorded_by)


def test_a_mark_and_the_calling_off_of_its_session_are_never_both_there():
    """Whichever comes first, the other is refused; and the ledger says what is left."""
    cohort = made.cohort("tracing", *[made.FIRST + dt.timedelta(days=day) for day in range(6)])
    mara, jon = made.trainer(cohort), made.trainer(cohort)
    one = made.person(cohort)

    for session in made.sessions(cohort):
        at_once(
            unless_refused(taking(session, [one], "present", mara)),
            unless_refused(lambda of=session: cancel_session(session=of, after=0, reason="Snow.", by=jon)),
        )
        marked = RegisterMark.objects.filter(session=session).exists()
        assert marked is not last_of(session).cancelled
    there = RegisterMark.objects.filter(participation=one.participation_id).exists()
    assert made.attended(one) is (True if there else None)


def test_one_mark_that_arrives_several_times_at_once_is_one():
    cohort = made.cohort()
    (session,) = made.sessions(cohort)
    trainer, one = made.trainer(cohort), made.person(cohort)
    word = Word(one.participation_id, "present")
    told = at_once(*[lambda: mark(session=session, word=word, by=trainer)] * 4)
    assert sorted(each.repeated for each in told) == [False, True, True, True]
    assert RegisterMark.objects.count() == Entry.objects.filter(stage="attended").count() == 1


def test_what_is_marked_while_somebody_is_moved_counts_where_they_are_moved_to():
    """The mark is there and counts for the new cohort, or it is refused: never there and lost."""
    first = made.cohort("tracing", made.FIRST)
    second = made.another(first.version, made.SECOND)
    (session,) = made.sessions(first)
    Cohort.objects.filter(pk=first.pk).update(sessions_needed=2)
    mara, jon = made.trainer(first), made.trainer(first)
    second.trainers.add(jon)
    first.refresh_from_db()
    for nth in range(6):
        one = made.person(first, f"Person {nth}")
        at_once(
            unless_refused(taking(session, [one], "present", mara)),
            lambda one=one: transfer(enrolment=one, to=second, reason="Ill.", by=jon),
        )
        moved = Enrolment.objects.get(pk=one.pk)
        assert moved.cohort == second
        there = RegisterMark.objects.filter(participation=one.participation_id).exists()
        assert made.completed(moved) == (made.FIRST.date() if there else None)


def test_two_registers_of_one_activity_leave_the_ledger_as_both_say():
    """One takes somebody back as the other puts them there: whichever is last, they were at one session."""
    cohort = made.cohort("tracing", made.FIRST, made.SECOND)
    first, second = made.sessions(cohort)
    trainer, other = made.trainer(cohort), made.trainer(cohort)
    people = [made.person(cohort, f"Person {nth}") for nth in range(6)]
    taking(first, people, "present", trainer)()
    at_once(taking(first, people, "absent", other), taking(second, people, "late", trainer))
    assert [made.attended(one) for one in people] == [True] * len(people)
    assert {made.completed(one) for one in people} == {made.SECOND.date()}
