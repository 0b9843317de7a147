"""Who is nudged, about what, and how often: once for a person and an occasion, and only while it is so."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction

from courses.actions.certificates import revoke_certificate
from courses.actions.enrolments import enrol
from courses.actions.nudges import mark_read, plan_nudges, turn_off, turn_on
from courses.actions.progress import finish_lesson, reach
from courses.enums import NotNudged, NudgeKind, Stage, VersionStatus
from courses.models import Nudge
from courses.queries.certificates import renewable
from courses.tasks import plan_due_nudges
from lms.outbox.drain import run_once
from lms.outbox.states import State
from lms.people.actions.merges import merge_persons, undo_merge
from lms.people.enums import Role
from lms.people.models import User
from tests import cast
from tests.courses import ledger
from tests.courses.certificates import made as certified
from tests.courses.learn import school
from tests.courses.nudges import made

pytestmark = pytest.mark.django_db


def only() -> Nudge:
    return Nudge.objects.get()


class TestNotBegun:
    def test_whoever_has_not_begun_two_weeks_after_enrolling_is_nudged_once(self):
        analyst = made.analyst()
        enrolment = made.not_begun(analyst)
        assert plan_nudges() == 1
        assert (only().user, only().person, only().kind) == (analyst, analyst.person, NudgeKind.NOT_BEGUN)
        assert only().enrolment == enrolment
        run_once()
        assert plan_nudges() == 0
        run_once()
        assert [message.to for message in mail.outbox] == [[analyst.email]]

    @pytest.mark.parametrize(("days", "nudged"), [(13, 0), (14, 1), (60, 1), (61, 0)])
    def test_neither_before_two_weeks_nor_after_sixty_days(self, days, nudged):
        made.not_begun(made.analyst(), days)
        assert plan_nudges() == nudged

    def test_a_cohort_that_has_yet_to_begin_is_waited_for(self):
        enrolment = made.not_begun(made.analyst())
        ledger.version(enrolment.cohort.activity, starts_at=certified.timezone.now(), status="planned")
        assert plan_nudges() == 0

    def test_whoever_opened_a_lesson_or_did_one_is_left_alone(self):
        for begin in (reach, finish_lesson):
            analyst = made.analyst()
            enrolment = made.not_begun(analyst)
            lesson = enrolment.cohort.version.lessons.first()
            more = {"block": None} if begin is reach else {}
            begin(enrolment=enrolment, lesson=lesson, by=analyst, **more)
        assert plan_nudges() == 0

    def test_a_cancelled_course_and_an_enrolment_taken_back_nudge_nobody(self):
        cancelled, gone = (made.not_begun(made.analyst()) for _ in range(2))
        ledger.version(cancelled.cohort.activity, status="cancelled")
        ledger.take_back(gone.participation.entries.get())
        assert plan_nudges() == 0

    def test_whoever_completed_it_otherwise_is_left_alone(self):
        enrolment = made.not_begun(made.analyst())
        ledger.fact(enrolment.person, enrolment.cohort.activity, Stage.COMPLETED, on="2026-01-01")
        assert plan_nudges() == 0

    def test_a_person_without_a_login_or_with_a_closed_one_is_not_written_for(self):
        analyst = made.analyst()
        made.not_begun(analyst)
        User.objects.filter(pk=analyst.pk).update(is_active=False)
        enrol(cohort=school.course("other"), person=cast.person(), by=None)
        assert plan_nudges() == 0


class TestExpiring:
    @pytest.mark.parametrize(("days", "nudged"), [(61, 0), (60, 1), (0, 1), (-1, 0)])
    def test_in_the_window_of_the_version_until_the_last_valid_day(self, days, nudged):
        certificate = made.expiring(made.analyst().person, days, renewal_days=60)
        assert plan_nudges() == nudged
        assert not nudged or only().certificate == certificate

    @pytest.mark.parametrize(("days", "nudged"), [(15, 0), (14, 1)])
    def test_two_weeks_before_where_the_version_names_no_window(self, days, nudged):
        made.expiring(made.analyst().person, days)
        assert plan_nudges() == nudged

    def test_a_certificate_for_ever_is_never_due(self):
        certified.certificate(made.analyst().person)
        assert plan_nudges() == 0

    def test_neither_a_revoked_one_nor_one_whose_completion_was_taken_back(self):
        revoked, withdrawn, void = (made.expiring(made.analyst().person) for _ in range(3))
        revoke_certificate(certificate=revoked, reason="A reason.", by=cast.user(Role.STAFF))
        ledger.take_back(withdrawn.entry)
        ledger.version(void.entry.activity, withdrawn=True)
        assert plan_nudges() == 0

    def test_not_where_a_newer_cycle_is_under_way_or_done(self):
        one, other = made.analyst(), made.analyst()
        under_way, done = made.expiring(one.person), made.expiring(other.person)
        enrol(cohort=certified.cohort(under_way.version), person=one.person, by=one)
        made.expiring(other.person, 400, certified.cohort(done.version))
        assert plan_nudges() == 0

    def test_a_newer_cycle_whose_certificate_was_revoked_leaves_the_old_one_to_be_renewed(self):
        analyst = made.analyst()
        old = made.expiring(analyst.person, renewal_days=60)
        newer = certified.certificate(analyst.person, certified.cohort(old.version), on="2026-01-01")
        assert (renewable(analyst.person), plan_nudges()) == ([], 0)
        revoke_certificate(certificate=newer, reason="A reason.", by=cast.user(Role.STAFF))
        (renewal,) = renewable(analyst.person)
        assert (renewal.standing.certificate, renewal.enrolment) == (old, None)
        assert plan_nudges() == 1
        assert only().certificate == old

    def test_not_where_the_course_can_no_longer_be_taken(self):
        certificate = made.expiring(made.analyst().person)
        certificate.version.course.versions.update(status=VersionStatus.RETIRED)
        assert plan_nudges() == 0

    def test_a_completion_recorded_anew_with_the_same_last_day_is_the_same_occasion(self):
        analyst = made.analyst()
        first = made.expiring(analyst.person)
        plan_nudges()
        ledger.take_back(first.entry)
        certified.complete(first.entry.participation.enrolment, "2025-05-01", first.expires_on)
        assert plan_nudges() == 0
        run_once()
        assert len(mail.outbox) == 1


class TestTwoRecordsOfOnePerson:
    def test_the_login_of_the_survivor_is_nudged_for_the_duplicates_fact_and_never_twice(self):
        analyst, duplicate = made.analyst(), cast.person()
        made.expiring(duplicate)
        assert plan_nudges() == 0
        merge = merge_persons(duplicate=duplicate, survivor=analyst.person, by=None)
        assert plan_nudges() == 1
        assert (only().user, only().person) == (analyst, duplicate)
        undo_merge(merge=merge, by=None)
        assert plan_nudges() == 0

    def test_of_two_logins_the_survivors_is_written_to(self):
        kept, other = made.analyst(), made.analyst()
        made.not_begun(other)
        merge_persons(duplicate=other.person, survivor=kept.person, by=None)
        plan_nudges()
        assert only().user == kept

    def test_merged_between_planning_and_sending_the_survivors_login_gets_notice_and_mail(self):
        kept, other = made.analyst(), made.analyst()
        made.not_begun(other)
        plan_nudges()
        mark_read(by=other)
        merge_persons(duplicate=other.person, survivor=kept.person, by=None)
        run_once()
        assert [message.to for message in mail.outbox] == [[kept.email]]
        assert (only().user, only().state, only().read_at) == (kept, State.SENT, None)
        assert plan_nudges() == 0

    def test_the_survivor_who_turned_the_kind_off_is_left_alone(self):
        kept, other = made.analyst(), made.analyst()
        made.not_begun(other)
        plan_nudges()
        merge_persons(duplicate=other.person, survivor=kept.person, by=None)
        turn_off(kind=NudgeKind.NOT_BEGUN, by=kept)
        run_once()
        assert not mail.outbox
        assert only().fault == NotNudged.OFF


class TestOnceMoreBeforeSending:
    """What was so when the nudge was planned may no longer be when it is sent."""

    @pytest.fixture
    def planned(self):
        enrolment = made.not_begun(made.analyst())
        plan_nudges()
        return enrolment

    def not_sent(self, reason):
        assert run_once().ended == {State.CANCELLED: 1}
        assert not mail.outbox
        assert only().fault == reason

    def test_begun_since(self, planned):
        lesson = planned.cohort.version.lessons.first()
        reach(enrolment=planned, lesson=lesson, block=None, by=planned.person.user)
        self.not_sent(NotNudged.OVER)

    def test_turned_off_since(self, planned):
        turn_off(kind=NudgeKind.NOT_BEGUN, by=planned.person.user)
        self.not_sent(NotNudged.OFF)

    def test_login_closed_since(self, planned):
        User.objects.filter(person=planned.person).update(is_active=False)
        self.not_sent(NotNudged.CLOSED)

    def test_enrolment_taken_back_since(self, planned):
        ledger.take_back(planned.participation.entries.get())
        self.not_sent(NotNudged.OVER)

    def test_renewed_since(self):
        analyst = made.analyst()
        certificate = made.expiring(analyst.person)
        plan_nudges()
        enrol(cohort=certified.cohort(certificate.version), person=analyst.person, by=analyst)
        self.not_sent(NotNudged.OVER)

    def test_the_address_is_the_one_of_that_moment(self, planned):
        User.objects.filter(person=planned.person).update(email="moved@test.example")
        run_once()
        assert mail.outbox[0].to == ["moved@test.example"]


def test_a_kind_turned_off_is_not_planned_and_the_other_is():
    analyst = made.analyst()
    made.not_begun(analyst)
    made.expiring(analyst.person)
    turn_off(kind=NudgeKind.NOT_BEGUN, by=analyst)
    assert plan_nudges() == 1
    assert only().kind == NudgeKind.EXPIRING
    turn_on(kind=NudgeKind.NOT_BEGUN, by=analyst)
    assert plan_nudges() == 1


def test_the_database_refuses_a_second_nudge_for_an_occasion():
    made.not_begun(made.analyst())
    plan_nudges()
    known = Nudge.objects.values("user_id", "person_id", "kind", "occasion", "enrolment_id").get()
    with pytest.raises(IntegrityError, match="nudge_once"), transaction.atomic():
        Nudge.objects.create(**known)


class TestTheMail:
    def text(self):
        plan_nudges()
        run_once()
        (message,) = mail.outbox
        parts = [message.subject, message.body, *(body for body, _type in message.alternatives)]
        return message, " ".join([*parts, *message.extra_headers.values()])

    @pytest.mark.parametrize("self_care", [False, True])
    def test_names_no_course_no_person_and_no_reason(self, self_care):
        analyst = made.analyst()
        made.not_begun(analyst, of=school.course("looking-after", self_care=self_care), hidden=self_care)
        _message, text = self.text()
        for word in ("ooking", "ourse", "egun", "enrol", "ertificate", analyst.person.given_name):
            assert word not in text, word

    def test_every_kind_of_mail_is_the_same_but_for_its_own_link(self):
        texts = set()
        for due in (made.not_begun, lambda who: made.expiring(who.person)):
            due(made.analyst())
            message, text = self.text()
            off = message.extra_headers["List-Unsubscribe"].strip("<>")
            texts.add(text.replace(off, "OFF").replace(message.extra_headers["Message-ID"], "ID"))
            mail.outbox.clear()
        assert len(texts) == 1

    def test_carries_one_click_and_the_notices_page(self, settings):
        settings.SITE_URL = "https://learning.example"
        made.not_begun(made.analyst())
        message, text = self.text()
        assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert message.extra_headers["List-Unsubscribe"].startswith("<https://learning.example/notices/off/")
        assert "https://learning.example/me/notices/" in text

    def test_the_database_keeps_no_token(self):
        made.not_begun(made.analyst())
        message, _text = self.text()
        token = message.extra_headers["List-Unsubscribe"].strip("<>").rstrip("/").rpartition("/")[2]
        kept = Nudge.objects.values().get()
        assert len(token) == 64
        assert token not in str(kept)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_plan_one_nudge_each():
    for _ in range(5):
        made.not_begun(made.analyst())
    gate = Barrier(2)

    def sweep(_number):
        gate.wait(30)
        try:
            return plan_nudges()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(sweep, range(2))) == 5
    assert Nudge.objects.count() == 5


def test_the_tick_plans():
    made.not_begun(made.analyst())
    plan_due_nudges()
    assert only().state == State.PENDING
