"""Marks that come again, the hours of a register, what is refused, all others, and undoing."""

import datetime as dt
import uuid

import pytest
import time_machine

from courses.actions.register.marking import Word, mark, mark_many, mark_rest, rest, undo_last
from courses.models import RegisterMark, Reversal
from lms.kit.errors import Refused
from lms.people.enums import Role
from tests import cast
from tests.courses import ledger
from tests.courses.register import made

pytestmark = pytest.mark.django_db
MARCH, WEEK_LATER = dt.date(2026, 3, 2), dt.date(2026, 3, 9)
MINUTE = dt.timedelta(minutes=1)


def word(of, presence, minutes=None, **more):
    return Word(of.participation_id, presence, minutes, **more)


def say(session, of, presence, by, minutes=None, reason="a slip of the pen"):
    return mark(session=session, word=word(of, presence, minutes, reason=reason), by=by)


class TestSentAgain:
    def test_the_same_key_is_the_same_mark_however_often(self, first, trainer, one):
        sent = word(one, "present")
        made_first = mark(session=first, word=sent, by=trainer)
        again = mark(session=first, word=sent, by=trainer)
        assert (made_first.repeated, again.repeated) == (False, True)
        assert again.mark == made_first.mark
        assert RegisterMark.objects.count() == 1

    def test_a_resend_after_somebody_elses_word_does_not_say_it_again(self, cohort, first, trainer, one):
        sent = word(one, "present")
        mark(session=first, word=sent, by=trainer)
        say(first, one, "absent", made.trainer(cohort))
        mark(session=first, word=sent, by=trainer)
        assert made.said(first, one) == [("present", None), ("absent", None)]
        assert made.attended(one) is None

    def test_a_key_of_somebody_elses_mark_is_refused(self, cohort, first, trainer, one):
        key = uuid.uuid4()
        mark(session=first, word=word(one, "present", key=key), by=trainer)
        other = made.person(cohort, "Other")
        with pytest.raises(Refused, match="sent before"):
            mark(session=first, word=word(other, "present", key=key), by=trainer)
        assert made.said(first, other) == []


class TestHours:
    def test_on_its_day_a_mark_is_changed_without_a_reason_by_whomever(self, cohort, first, trainer, one):
        with time_machine.travel("2026-03-02T08:00Z", tick=False):
            mark(session=first, word=word(one, "absent"), by=trainer)
        with time_machine.travel("2026-03-02T22:59Z", tick=False):
            mark(session=first, word=word(one, "late"), by=made.trainer(cohort))
        assert made.said(first, one) == [("absent", None), ("late", None)]

    def test_after_it_a_change_says_why_and_a_first_mark_need_not(self, cohort, first, trainer, one):
        other, another = made.person(cohort, "Other"), made.trainer(cohort)
        with time_machine.travel("2026-03-02T08:00Z", tick=False):
            mark(session=first, word=word(one, "absent"), by=trainer)
        # Midnight in Amsterdam.
        with time_machine.travel("2026-03-02T23:00Z", tick=False):
            mark(session=first, word=word(other, "present"), by=trainer)
            with pytest.raises(Refused, match="say why") as refused:
                mark(session=first, word=word(one, "late"), by=another)
            assert refused.value.field == "reason"
            mark(session=first, word=word(one, "late", reason="Seen at the door."), by=another)
        assert RegisterMark.objects.get(number=2).reason == "Seen at the door."

    def test_a_slip_of_ones_own_is_taken_back_at_once_without_one(self, cohort, first, trainer, one):
        mark(session=first, word=word(one, "present"), by=trainer)
        undo_last(session=first, by=trainer)
        assert made.said(first, one) == [("present", None), ("", None)]
        assert made.attended(one) is None
        mark(session=first, word=word(one, "present"), by=trainer)
        with pytest.raises(Refused, match="say why"):
            mark(session=first, word=word(one, "absent"), by=made.trainer(cohort))
        with (
            time_machine.travel(dt.datetime.now(dt.UTC) + 16 * MINUTE, tick=False),
            pytest.raises(Refused, match="say why"),
        ):
            undo_last(session=first, by=trainer)

    @pytest.mark.parametrize("presence", ["present", "late", "left_early", "absent"])
    def test_before_its_day_only_excused_can_be_said(self, first, trainer, one, presence):
        # One minute to midnight in Amsterdam.
        with time_machine.travel("2026-03-01T22:59Z", tick=False):
            with pytest.raises(Refused, match="still to come"):
                mark(session=first, word=word(one, presence), by=trainer)
            mark(session=first, word=word(one, "excused"), by=trainer)
        with time_machine.travel("2026-03-01T23:00Z", tick=False):
            mark(session=first, word=word(one, presence), by=trainer)
        assert made.said(first, one) == [("excused", None), (presence, None)]


class TestRefused:
    def test_who_is_not_on_it(self, first, trainer):
        elsewhere = made.person(made.cohort("elsewhere"))
        with pytest.raises(Refused, match="not on this register"):
            say(first, elsewhere, "present", trainer)

    def test_others_trainers_and_staff_where_it_is_a_cohorts(self, first, one):
        for by in (cast.user(Role.TRAINER), cast.user(Role.STAFF), one.person.user):
            with pytest.raises(Refused, match="keeps its register"):
                say(first, one, "present", by)
        assert not RegisterMark.objects.exists()

    def test_oneself(self, cohort, first, trainer):
        mine = made.person(cohort, login=trainer)
        with pytest.raises(Refused, match="Nobody marks themselves"):
            say(first, mine, "present", trainer)

    def test_a_cancelled_session_takes_nobody_but_gives_marks_back(self, first, trainer, one):
        from courses.models import SessionVersion

        say(first, one, "absent", trainer)
        SessionVersion.objects.create(
            session=first, number=1, starts_at=made.FIRST, ends_at=made.FIRST + 60 * MINUTE,
            timezone=made.ZONE, cancelled=True, reason="Snow.",
        )  # fmt: skip
        with pytest.raises(Refused, match="cancelled"):
            say(first, one, "present", trainer)
        say(first, one, "", trainer)
        assert made.said(first, one) == [("absent", None), ("", None)]

    @pytest.mark.parametrize(("presence", "minutes"), [("asleep", None), ("present", -1), ("present", 1441)])
    def test_what_is_no_word_and_no_number(self, first, trainer, one, presence, minutes):
        with pytest.raises(Refused):
            say(first, one, presence, trainer, minutes)
        assert made.said(first, one) == []

    def test_minutes_of_who_was_away_are_left_out(self, first, trainer, one):
        say(first, one, "absent", trainer, 45)
        assert made.said(first, one) == [("absent", None)]

    def test_all_of_a_batch_or_none(self, cohort, first, trainer, one):
        strange = made.person(made.cohort("elsewhere"))
        with pytest.raises(Refused):
            mark_many(session=first, words=[word(one, "present"), word(strange, "present")], by=trainer)
        assert not RegisterMark.objects.exists()
        assert made.attended(one) is None

    def test_what_an_import_says_is_not_silently_overwritten(self, cohort, first, trainer):
        yes, no = made.person(cohort, "Yes"), made.person(cohort, "No")
        source = ledger.register()
        for who, absent in ((yes, False), (no, True)):
            ledger.fact(who.person, cohort.activity, absent=absent, source=source, source_line=2)
        with pytest.raises(Refused, match="imported register"):
            say(first, no, "present", trainer)
        assert made.said(first, no) == []
        say(first, yes, "absent", trainer)
        assert (made.attended(yes), made.attended(no)) == (True, False)
        assert not Reversal.objects.exists()


class TestAllOthers:
    def test_those_of_whom_nothing_is_said_and_nobody_else(self, cohort, first, trainer, one):
        two, three = made.person(cohort, "Two"), made.person(cohort, "Three")
        say(first, one, "present", trainer)
        chosen = rest(session=first, by=trainer)
        assert chosen == [three.participation_id, two.participation_id]
        # Meanwhile somebody comes in.
        say(first, two, "late", trainer)
        marked = mark_rest(session=first, chosen=chosen, by=trainer)
        assert [each.mark.participation_id for each in marked] == [three.participation_id]
        assert made.said(first, two) == [("late", None)]
        assert mark_rest(session=first, chosen=chosen, by=trainer) == []

    def test_nobody_is_absent_before_it_begins(self, first, trainer, one):
        with time_machine.travel("2026-03-02T08:59Z", tick=False), pytest.raises(Refused, match="not begun"):
            mark_rest(session=first, chosen=[one.participation_id], by=trainer)
        assert made.said(first, one) == []


class TestUndo:
    def test_says_again_what_stood_before(self, first, trainer, one):
        with time_machine.travel("2026-03-02T10:00Z", tick=True):
            say(first, one, "left_early", trainer, 40)
            say(first, one, "absent", trainer)
            undo_last(session=first, by=trainer)
        assert made.said(first, one)[-1] == ("left_early", 40)

    def test_nothing_of_ones_own_is_nothing_to_undo(self, cohort, first, trainer, one):
        with pytest.raises(Refused, match="no mark of yours"):
            undo_last(session=first, by=trainer)
        say(first, one, "present", trainer)
        say(first, one, "late", made.trainer(cohort))
        with pytest.raises(Refused, match="somebody else has marked over it"):
            undo_last(session=first, by=trainer)
        assert made.said(first, one)[-1] == ("late", None)


def test_where_there_are_registers_attendance_is_not_recorded_past_them(cohort, trainer, one):
    from courses.actions.attendance import record_attendance

    with pytest.raises(Refused, match="in their registers"):
        record_attendance(enrolment=one, by=trainer)
    assert made.attended(one) is None
