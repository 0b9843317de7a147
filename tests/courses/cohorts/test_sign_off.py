"""A trainer's sign-off: previewed, given once, dated by itself, and taken back with everything it led to."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from courses import rules
from courses.actions.sign_offs import sign_off, take_back
from courses.enums import CertificateStatus, Stage
from courses.models import Certificate, Entry, Reversal, SignOff, SignOffReversal
from courses.queries.certificates import of_person
from lms.kit.clock import today
from lms.kit.errors import Refused
from lms.ops.database import as_owner
from lms.people.enums import Role
from tests import cast
from tests.courses.cohorts import made

pytestmark = pytest.mark.django_db
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def written() -> tuple[list[int], ...]:
    models = (SignOff, SignOffReversal, Entry, Reversal, Certificate)
    return tuple(sorted(model.objects.values_list("pk", flat=True)) for model in models)


def completions() -> list[Entry]:
    return list(Entry.objects.filter(stage=Stage.COMPLETED).order_by("ordinal"))


class TestGiving:
    def test_it_completes_and_certifies_in_the_same_breath_and_dates_the_completion(self):
        cohort = made.cohort(validity_months=12)
        trainer, one = made.trainer(cohort), made.person(cohort)
        assert completions() == []
        signed = sign_off(cohort=cohort, chosen=[one.pk], by=trainer)
        (entry,) = completions()
        (given,) = signed.given
        assert (entry.happened_on, entry.recorded_by, entry.person) == (today(), trainer, one.person)
        assert entry.recorded_at == SignOff.objects.get(pk=given.pk).recorded_at
        assert Certificate.objects.get().entry == entry

    def test_whoever_has_something_else_to_do_hinders_all_of_them(self):
        cohort = made.cohort()
        trainer, ready, early = made.trainer(cohort), made.person(cohort), made.person(cohort, lessons=2)
        before = written()
        with pytest.raises(Refused, match="1 of them has something else to do first"):
            sign_off(cohort=cohort, chosen=[ready.pk, early.pk], by=trainer)
        assert written() == before

    def test_a_second_trainer_is_told_and_writes_nothing(self):
        cohort = made.cohort()
        first, second, one = made.trainer(cohort), made.trainer(cohort), made.person(cohort)
        sign_off(cohort=cohort, chosen=[one.pk], by=first)
        before = written()
        signed = sign_off(cohort=cohort, chosen=[one.pk], by=second)
        assert (signed.given, [given.recorded_by for given in signed.before]) == ([], [first])
        assert written() == before

    def test_nobody_signs_themselves_off(self):
        cohort = made.cohort()
        trainer, other = made.trainer(cohort), made.person(cohort)
        own = made.person(cohort, login=trainer)
        before = written()
        with pytest.raises(Refused, match="Nobody signs themselves off"):
            sign_off(cohort=cohort, chosen=[other.pk, own.pk], by=trainer)
        assert written() == before
        assert not rules.may_mark(trainer, own)

    @pytest.mark.parametrize("who", ["another trainer", "staff", "the analyst"])
    def test_nobody_else_signs_off(self, who):
        cohort = made.cohort()
        one = made.person(cohort)
        login = {
            "another trainer": lambda: cast.user(Role.TRAINER),
            "staff": lambda: cast.user(Role.STAFF),
            "the analyst": lambda: one.person.user,
        }[who]()
        before = written()
        with pytest.raises(Refused, match="Only a trainer of this cohort"):
            sign_off(cohort=cohort, chosen=[one.pk], by=login)
        assert written() == before

    @pytest.mark.parametrize("chosen", ["nobody", "somebody elsewhere"])
    def test_only_people_of_the_cohort_are_signed_off(self, chosen):
        cohort, other = made.cohort(), made.cohort("other")
        trainer, elsewhere = made.trainer(cohort), made.person(other)
        before = written()
        with pytest.raises(Refused, match="Choose who"):
            sign_off(cohort=cohort, chosen=[] if chosen == "nobody" else [elsewhere.pk], by=trainer)
        assert written() == before

    def test_a_course_that_asks_for_none_takes_none(self):
        cohort = made.cohort(needs_sign_off=False)
        trainer, one = made.trainer(cohort), made.person(cohort, lessons=1)
        before = written()
        with pytest.raises(Refused, match="asks for no sign-off"):
            sign_off(cohort=cohort, chosen=[one.pk], by=trainer)
        assert written() == before


class TestTakingBack:
    @pytest.fixture
    def signed(self):
        cohort = made.cohort()
        trainer, one = made.trainer(cohort), made.person(cohort)
        (given,) = sign_off(cohort=cohort, chosen=[one.pk], by=trainer).given
        return given, trainer, one

    def test_the_completion_goes_with_it_and_the_certificate_reads_as_withdrawn(self, signed):
        given, trainer, one = signed
        take_back(sign_off=given, reason=" The wrong person. ", by=trainer)
        reversal = SignOffReversal.objects.get()
        assert (reversal.reason, reversal.recorded_by) == ("The wrong person.", trainer)
        (entry,) = completions()
        assert (entry.reversal.recorded_by, entry.reversal.recorded_at) == (trainer, reversal.recorded_at)
        (standing,) = of_person(one.person)
        assert standing.status == CertificateStatus.WITHDRAWN
        assert Certificate.objects.get().revoked_at is None

    def test_the_end_of_the_lessons_says_completed_only_as_long_as_it_stands(self, signed):
        given, trainer, one = signed
        page, end = cast.signed_in(one.person.user), reverse("learn-end", args=[one.pk])
        assert "You have completed this course." in page.get(end).text
        take_back(sign_off=given, reason="Too soon.", by=trainer)
        text = page.get(end).text
        assert "You have completed this course." not in text
        assert "once your trainer has signed it off" in text

    def test_given_again_it_makes_a_completion_and_a_certificate_of_its_own(self, signed):
        given, trainer, one = signed
        take_back(sign_off=given, reason="Too soon.", by=trainer)
        sign_off(cohort=one.cohort, chosen=[one.pk], by=trainer)
        assert [entry.ordinal for entry in completions()] == [1, 2]
        assert Entry.objects.standing().filter(stage=Stage.COMPLETED).get() == completions()[1]
        states = {standing.status for standing in of_person(one.person)}
        assert states == {CertificateStatus.VALID, CertificateStatus.WITHDRAWN}

    def test_nothing_completes_by_itself_meanwhile(self, signed):
        given, trainer, one = signed
        take_back(sign_off=given, reason="Too soon.", by=trainer)
        made.finish_lesson(enrolment=one, lesson=one.cohort.version.lessons.first(), by=one.person.user)
        assert not Entry.objects.standing().filter(stage=Stage.COMPLETED).exists()

    def test_without_a_reason_twice_or_by_another_trainer_it_is_refused(self, signed):
        given, trainer, _one = signed
        before = written()
        with pytest.raises(Refused, match="Say why"):
            take_back(sign_off=given, reason="  ", by=trainer)
        with pytest.raises(Refused, match="Only a trainer of this cohort"):
            take_back(sign_off=given, reason="x", by=cast.user(Role.TRAINER))
        assert written() == before
        take_back(sign_off=given, reason="x", by=trainer)
        before = written()
        with pytest.raises(Refused, match="taken back already"):
            take_back(sign_off=given, reason="x", by=trainer)
        assert written() == before


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_trainers_at_once_make_one_fact_each_and_the_other_is_told(self):
        cohort = made.cohort()
        trainers = [made.trainer(cohort), made.trainer(cohort)]
        chosen = [made.person(cohort).pk for _ in range(4)]
        gate = Barrier(2, timeout=20)

        def give(number):
            try:
                gate.wait()
                order = chosen if number else list(reversed(chosen))
                return sign_off(cohort=cohort, chosen=order, by=trainers[number])
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            signed = list(pool.map(give, range(2)))
        assert sorted((len(one.given), len(one.before)) for one in signed) == [(0, 4), (4, 0)]
        assert (SignOff.objects.count(), Certificate.objects.count(), len(completions())) == (4, 4, 4)


@pytest.fixture
def committed(transactional_db):
    """One row in each table of facts."""
    cohort = made.cohort()
    trainer, one = made.trainer(cohort), made.person(cohort)
    (given,) = sign_off(cohort=cohort, chosen=[one.pk], by=trainer).given
    take_back(sign_off=given, reason="Too soon.", by=trainer)
    return given


def refused(act, match):
    before = written()
    with pytest.raises(DatabaseError, match=match), transaction.atomic():
        act()
    assert written() == before


class TestTheDatabase:
    @pytest.mark.parametrize("model", [SignOff, SignOffReversal])
    @pytest.mark.parametrize(
        "statement", ["UPDATE {} SET {pk} = {pk}", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
    )
    def test_lets_nobody_change_one(self, committed, model, statement):
        said = statement.format(model._meta.db_table, pk=model._meta.pk.column)

        def execute():
            with connection.cursor() as cursor:
                cursor.execute(said)

        refused(execute, "permission denied")
        if "TRUNCATE" not in statement:
            with as_owner():
                refused(execute, "Cannot")

    def test_stamps_it_itself(self, committed):
        again = {"enrolment": committed.enrolment, "recorded_by": committed.recorded_by, "ordinal": 2}
        refused(lambda: SignOff.objects.create(**again, recorded_at=LONG_AGO), "stamps what it records")
        second = SignOff.objects.create(**again)
        refused(
            lambda: SignOffReversal.objects.create(
                sign_off=second, reason="x", recorded_by=committed.recorded_by, recorded_at=LONG_AGO
            ),
            "stamps what it records",
        )

    def test_takes_a_second_only_after_the_first_was_taken_back(self, committed):
        again = {"enrolment": committed.enrolment, "recorded_by": committed.recorded_by}
        SignOff.objects.create(**again, ordinal=2)
        refused(lambda: SignOff.objects.create(**again, ordinal=3), "take it back first")
        refused(lambda: SignOff.objects.create(**again, ordinal=2), "sign_off_once")

    def test_wants_a_reason(self, committed):
        second = SignOff.objects.create(
            enrolment=committed.enrolment, recorded_by=committed.recorded_by, ordinal=2
        )
        refused(
            lambda: SignOffReversal.objects.create(
                sign_off=second, reason="", recorded_by=committed.recorded_by
            ),
            "sign_off_reversal_says_why",
        )


class TestPages:
    def test_a_board_tells_ready_under_way_and_completed(self):
        cohort = made.cohort()
        trainer = made.trainer(cohort)
        ready, _early = made.person(cohort, "Ready"), made.person(cohort, "Early", lessons=1)
        done = made.person(cohort, "Done")
        sign_off(cohort=cohort, chosen=[done.pk], by=trainer)
        text = cast.signed_in(trainer).get(f"/teach/cohorts/{cohort.pk}/").text
        assert "only your sign-off" in text
        assert "2 lessons" in text
        assert f'name="chosen" value="{ready.pk}"' in text
        assert text.count('name="chosen"') == 1
        assert Certificate.objects.get().code in text
        assert text.index("Ready") < text.index("Early") < text.index("Done")

    def test_a_preview_writes_nothing_and_what_it_showed_is_then_recorded(self):
        cohort = made.cohort()
        trainer, one, two = made.trainer(cohort), made.person(cohort, "One"), made.person(cohort, "Two")
        client, url = cast.signed_in(trainer), f"/teach/cohorts/{cohort.pk}/"
        before = written()
        shown = client.post(url, {"look": "all", "ready": [one.pk, two.pk]}).text
        assert "Nothing is recorded yet" in shown
        assert (one.person.name in shown, two.person.name in shown) == (True, True)
        assert written() == before
        shown = client.post(url, {"look": "chosen", "chosen": [one.pk], "ready": [one.pk, two.pk]}).text
        assert (one.person.name in shown, two.person.name in shown) == (True, False)
        assert client.post(url, {"apply": "1", "chosen": [one.pk]}).url == url
        assert [entry.person for entry in completions()] == [one.person]
        assert "1 person is signed off." in client.get(url).text

    def test_who_comes_second_reads_by_whom_it_was_done(self):
        cohort = made.cohort()
        first, second, one = made.trainer(cohort), made.trainer(cohort), made.person(cohort)
        sign_off(cohort=cohort, chosen=[one.pk], by=first)
        url = f"/teach/cohorts/{cohort.pk}/"
        answer = cast.signed_in(second).post(url, {"apply": "1", "chosen": [one.pk]}, follow=True)
        assert f"was signed off by {first.person.name} already." in answer.text
        assert "is signed off." not in answer.text

    def test_nonsense_is_answered_with_a_sentence(self):
        cohort = made.cohort()
        client = cast.signed_in(made.trainer(cohort))
        answer = client.post(
            f"/teach/cohorts/{cohort.pk}/", {"look": "chosen", "chosen": ["x", "9" * 40]}, follow=True
        )
        assert "Choose who is to be signed off." in answer.text

    def test_take_back_asks_why_and_acts_on_a_post_alone(self):
        cohort = made.cohort()
        trainer, one = made.trainer(cohort), made.person(cohort)
        (given,) = sign_off(cohort=cohort, chosen=[one.pk], by=trainer).given
        client, url = cast.signed_in(trainer), f"/teach/sign-offs/{given.pk}/take-back/"
        before = written()
        assert one.person.name in client.get(url).text
        assert client.post(url, {"reason": ""}).status_code == 200
        assert written() == before
        assert client.post(url, {"reason": "Too soon."}).url == f"/teach/cohorts/{cohort.pk}/"
        assert SignOffReversal.objects.get().reason == "Too soon."

    def test_another_trainers_cohort_and_sign_off_are_not_found(self):
        cohort = made.cohort()
        (given,) = sign_off(cohort=cohort, chosen=[made.person(cohort).pk], by=made.trainer(cohort)).given
        client = cast.signed_in(cast.user(Role.TRAINER))
        before = written()
        for url in (f"/teach/cohorts/{cohort.pk}/", f"/teach/sign-offs/{given.pk}/take-back/"):
            assert client.get(url).status_code == 404
            assert client.post(url, {"reason": "x", "apply": "1"}).status_code == 404
        assert written() == before

    def test_boards_take_as_many_queries_for_three_as_for_one(self):
        cohort = made.cohort(pass_mark=None)
        trainer = made.trainer(cohort)
        client = cast.signed_in(trainer)
        urls = ("/teach/cohorts/", f"/teach/cohorts/{cohort.pk}/")

        def grow():
            sign_off(cohort=cohort, chosen=[made.person(cohort).pk], by=trainer)
            made.person(cohort)
            made.person(cohort, lessons=1)

        grow()
        first = [cast.queries_of(client, url) for url in urls]
        grow()
        grow()
        made.trainer(made.cohort("other"))
        assert [cast.queries_of(client, url) for url in urls] == first


def test_the_completion_is_dated_by_the_sign_off_and_not_by_the_last_lesson():
    cohort = made.cohort()
    trainer = made.trainer(cohort)
    with time_machine.travel(dt.datetime(2026, 3, 1, tzinfo=dt.UTC)):
        one = made.person(cohort)
    sign_off(cohort=cohort, chosen=[one.pk], by=trainer)
    assert completions()[0].happened_on == today()
