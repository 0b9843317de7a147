"""What the ledger makes of marks, what a cohort asks for, and closing."""

import datetime as dt

import pytest
import time_machine

from courses.actions.activities import change_activity
from courses.actions.progress import finish_lesson
from courses.actions.register.locking import ask_for, asked, close_after, close_now, settle_closed
from courses.actions.register.marking import Word, mark
from courses.models import ActivityVersion, Certificate, Entry, RegisterLock, Reversal
from courses.queries.certificates import of_person
from lms.kit.errors import Refused
from lms.people.enums import Role
from tests import cast
from tests.courses.register import made

pytestmark = pytest.mark.django_db
MARCH, WEEK_LATER = dt.date(2026, 3, 2), dt.date(2026, 3, 9)
MINUTE = dt.timedelta(minutes=1)


def word(of, presence, minutes=None, **more):
    return Word(of.participation_id, presence, minutes, **more)


def say(session, of, presence, by, minutes=None, reason="a slip of the pen"):
    return mark(session=session, word=word(of, presence, minutes, reason=reason), by=by)


class TestTheLedgerFollows:
    @pytest.mark.parametrize("presence", ["present", "late", "left_early"])
    def test_being_there_once_is_attended_and_completes_dated_by_the_session(
        self, first, trainer, one, presence
    ):
        say(first, one, presence, trainer)
        assert made.attended(one) is True
        assert made.completed(one) == MARCH
        assert Certificate.objects.get().entry.person == one.person

    @pytest.mark.parametrize("presence", ["absent", "excused"])
    def test_being_away_says_nothing_yet(self, first, trainer, one, presence):
        say(first, one, presence, trainer)
        assert made.attended(one) is None
        assert made.completed(one) is None

    def test_it_is_recorded_where_somebody_belonged_on_the_day_of_the_session(self, second, trainer, one):
        before, after = cast.hotline("Before"), cast.hotline("After")
        tie = cast.affiliate(one.person, before)
        tie.until_on = MARCH
        tie.save()
        cast.affiliate(one.person, after, MARCH + dt.timedelta(days=1))
        say(second, one, "present", trainer)
        assert Entry.objects.get(stage="attended").hotline == after

    def test_an_earlier_session_that_is_filled_in_later_moves_day_and_place(
        self, first, second, trainer, one
    ):
        before = cast.hotline("Before")
        tie = cast.affiliate(one.person, before)
        tie.until_on = MARCH
        tie.save()
        say(second, one, "present", trainer)
        assert made.completed(one) == WEEK_LATER
        say(first, one, "present", trainer)
        assert made.completed(one) == MARCH
        assert Entry.objects.standing().get(stage="attended").hotline == before

    def test_a_correction_takes_attendance_completion_and_certificate_back(self, first, trainer, one):
        say(first, one, "present", trainer)
        say(first, one, "absent", trainer)
        assert made.attended(one) is None
        assert made.completed(one) is None
        assert [str(each.status) for each in of_person(one.person)] == ["withdrawn"]
        say(first, one, "late", trainer)
        assert made.completed(one) == MARCH
        assert sorted(str(each.status) for each in of_person(one.person)) == ["valid", "withdrawn"]

    def test_another_word_for_being_there_changes_no_fact(self, first, trainer, one):
        say(first, one, "present", trainer)
        before = list(Entry.objects.values_list("pk", flat=True))
        say(first, one, "left_early", trainer, 45)
        assert list(Entry.objects.values_list("pk", flat=True)) == before
        assert not Reversal.objects.exists()

    def test_attendance_completes_with_the_day_on_which_the_rest_was_there(self, trainer):
        cohort = made.cohort("both", needs_lessons=True)
        lead, one = made.trainer(cohort), made.person(cohort)
        say(made.sessions(cohort)[0], one, "present", lead)
        assert made.attended(one) is True
        assert made.completed(one) is None
        with time_machine.travel("2026-04-01T10:00Z", tick=True):
            for lesson in cohort.version.lessons.all():
                finish_lesson(enrolment=one, lesson=lesson, by=None)
        assert made.completed(one) is not None

    def test_a_course_that_asks_for_no_attendance_keeps_its_completion(self):
        cohort = made.cohort("lessons", needs_lessons=True, needs_attendance=False)
        lead, one = made.trainer(cohort), made.person(cohort)
        for lesson in cohort.version.lessons.all():
            finish_lesson(enrolment=one, lesson=lesson, by=None)
        day = made.completed(one)
        say(made.sessions(cohort)[0], one, "present", lead)
        say(made.sessions(cohort)[0], one, "absent", lead)
        assert made.attended(one) is None
        assert made.completed(one) == day

    def test_a_revoked_certificate_stays_so_when_a_mark_moves_the_day(self, first, second, trainer, one):
        from courses.actions.certificates import revoke_certificate

        say(second, one, "present", trainer)
        revoke_certificate(certificate=Certificate.objects.get(), reason="Forged.", by=trainer)
        say(first, one, "present", trainer)
        standing = Entry.objects.standing().get(stage="completed")
        assert standing.happened_on == MARCH
        assert standing.certificate.revoked_because == "Forged."

    def test_the_first_who_was_there_says_that_it_took_place(self, cohort, first, trainer, one):
        change_activity(activity=cohort.activity, by=None, status="planned")
        say(first, one, "excused", trainer)
        assert ActivityVersion.objects.in_force().get(activity=cohort.activity).status == "planned"
        say(first, one, "present", trainer)
        version = ActivityVersion.objects.in_force().get(activity=cohort.activity)
        assert (version.status, version.recorded_by) == ("held", trainer)


class TestWhatACohortAsksFor:
    def test_two_of_two_is_dated_by_the_second(self, cohort, first, second, trainer, one):
        ask_for(cohort=cohort, sessions=2, minutes=None, by=trainer)
        say(second, one, "present", trainer)
        assert made.attended(one) is None
        say(first, one, "present", trainer)
        assert made.attended(one) is True
        assert made.completed(one) == WEEK_LATER

    def test_minutes_count_where_somebody_counted_them(self, cohort, first, trainer):
        ask_for(cohort=cohort, sessions=None, minutes=60, by=trainer)
        short, enough, uncounted = (made.person(cohort, name) for name in ("Short", "Enough", "Uncounted"))
        for who, minutes in ((short, 59), (enough, 60), (uncounted, None)):
            say(first, who, "left_early", trainer, minutes)
        assert [made.attended(who) for who in (short, enough, uncounted)] == [None, True, True]

    def test_a_preview_tells_and_changes_nothing_and_saving_does_what_it_told(
        self, cohort, first, second, trainer
    ):
        once, twice = made.person(cohort, "Once"), made.person(cohort, "Twice")
        for who in (once, twice):
            say(first, who, "present", trainer)
        say(second, twice, "present", trainer)
        assert asked(cohort=cohort, sessions=2, minutes=None, by=trainer) == (1, 2)
        assert made.attended(once) is True
        ask_for(cohort=cohort, sessions=2, minutes=None, by=trainer)
        assert [made.attended(once), made.attended(twice)] == [None, True]
        assert [made.completed(once), made.completed(twice)] == [None, WEEK_LATER]
        ask_for(cohort=cohort, sessions=None, minutes=None, by=trainer)
        assert [made.completed(once), made.completed(twice)] == [MARCH, MARCH]

    @pytest.mark.parametrize("wrong", [{"sessions": 0}, {"minutes": 0}, {"sessions": -1}, {"minutes": 1441}])
    def test_a_number_below_one_is_refused(self, cohort, trainer, wrong):
        with pytest.raises(Refused, match="from 1 to 1440"):
            ask_for(cohort=cohort, by=trainer, **{"sessions": None, "minutes": None} | wrong)

    def test_only_its_trainers_say(self, cohort):
        with pytest.raises(Refused, match="Only a trainer of this cohort"):
            ask_for(cohort=cohort, sessions=2, minutes=None, by=cast.user(Role.TRAINER))


class TestClosing:
    def test_who_was_away_at_all_did_not_attend_once_the_last_register_is_closed(
        self, first, second, trainer, cohort
    ):
        away, unsaid = made.person(cohort, "Away"), made.person(cohort, "Unsaid")
        say(first, away, "absent", trainer)
        say(second, away, "excused", trainer)
        say(first, unsaid, "absent", trainer)
        close_now(session=first, by=trainer)
        assert made.attended(away) is None
        close_now(session=second, by=trainer)
        assert made.attended(away) is False
        assert made.attended(unsaid) is None

    def test_a_closed_register_takes_no_mark_until_it_is_opened_with_a_reason(self, first, trainer, one):
        close_now(session=first, by=trainer)
        with pytest.raises(Refused, match="closed"):
            say(first, one, "present", trainer)
        assert made.said(first, one) == []
        with pytest.raises(Refused, match="Say why") as refused:
            close_after(session=first, day=None, reason=" ", by=trainer)
        assert refused.value.field == "reason"
        close_after(session=first, day=None, reason="A name was overlooked.", by=trainer)
        say(first, one, "present", trainer)
        assert made.attended(one) is True
        assert [lock.reason for lock in first.locks.all()] == ["A name was overlooked.", ""]

    def test_opening_it_takes_a_no_back_and_closing_it_says_it_again(self, first, second, trainer, one):
        for session in (first, second):
            say(session, one, "absent", trainer)
            close_now(session=session, by=trainer)
        assert made.attended(one) is False
        close_after(session=second, day=None, reason="Too early.", by=trainer)
        assert made.attended(one) is None
        close_now(session=second, by=trainer)
        assert made.attended(one) is False
        assert Entry.objects.filter(stage="attended").count() == 2

    def test_a_day_that_passes_is_settled_by_the_sweep_and_once(self, first, second, trainer, one):
        with time_machine.travel("2026-03-09T18:00Z", tick=True):
            say(first, one, "absent", trainer)
            say(second, one, "absent", trainer)
            close_after(session=second, day=dt.date(2026, 3, 11), reason="", by=trainer)
        with time_machine.travel("2026-03-11T22:30Z", tick=True):
            assert settle_closed() == 0
        with time_machine.travel("2026-03-11T23:30Z", tick=True):
            assert settle_closed() == 1
            assert made.attended(one) is False
            assert settle_closed() == 0

    def test_before_its_end_a_session_is_not_closed(self, first, trainer):
        with time_machine.travel("2026-03-02T10:00Z", tick=True), pytest.raises(Refused, match="not over"):
            close_now(session=first, by=trainer)
        assert not RegisterLock.objects.exists()

    def test_only_who_keeps_it_closes_it(self, first):
        with pytest.raises(Refused, match="keeps its register"):
            close_now(session=first, by=cast.user(Role.TRAINER))
