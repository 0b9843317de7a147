"""Attendance and the other parts of a completion rule: the last fact completes, in its own transaction."""

import datetime as dt
from itertools import chain, combinations

import pytest
from django.utils import timezone

from courses.actions.attempts import save_answers, start_attempt, submit_attempt
from courses.actions.attendance import record_attendance
from courses.actions.enrolments import enrol
from courses.actions.imports.undo import undo_import
from courses.actions.progress import finish_lesson
from courses.actions.sign_offs import sign_off
from courses.enums import CertificateStatus, Stage, VersionStatus
from courses.models import (
    Activity,
    Assessment,
    Certificate,
    Cohort,
    Enrolment,
    Entry,
    Import,
    Question,
    Reversal,
)
from courses.queries.attempts import puts
from courses.queries.certificates import of_person
from lms.kit.clock import today
from lms.kit.errors import Refused
from lms.people.enums import Role
from lms.people.models import Person
from tests import cast
from tests.courses import ledger
from tests.courses.assessments.made import SINGLE
from tests.courses.cohorts import made
from tests.courses.learn import school
from tests.courses.registers import activity, import_folder, participation, person, register, small, write

PARTS = ("lessons", "pass_mark", "attendance", "sign_off")
COMBINATIONS = [
    (parts, last)
    for parts in chain.from_iterable(combinations(PARTS, size) for size in range(1, 5))
    for last in parts
    # Nobody is signed off before everything else is there.
    if "sign_off" not in parts or last == "sign_off"
]
MARCH = dt.date(2026, 3, 2)


def cohort_asking_for(*parts: str, held: Activity | None = None) -> Cohort:
    """A dated cohort of a version whose rule has these parts; the lessons and the assessment are there."""
    version = school.draft(
        needs_lessons="lessons" in parts,
        pass_mark=60 if "pass_mark" in parts else None,
        needs_attendance="attendance" in parts,
        needs_sign_off="sign_off" in parts,
    )
    test = Assessment.objects.create(version=version, title="What you know")
    Question.objects.create(
        version=version, assessment=test, position=1, key="q1", kind="single", data=SINGLE
    )
    version.status, version.published_at = VersionStatus.PUBLISHED, timezone.now()
    version.save()
    where = held or ledger.activity("Tracing", on=made.DAY, kind_id="online")
    return Cohort.objects.create(activity=where, version=version)


def do(part: str, one: Enrolment, trainer) -> None:
    login = one.person.user
    if part == "lessons":
        for lesson in one.cohort.version.lessons.all():
            finish_lesson(enrolment=one, lesson=lesson, by=login)
    elif part == "pass_mark":
        attempt = start_attempt(enrolment=one, by=login)
        put = puts(attempt)[0]
        save_answers(attempt=attempt, answers={put.question.pk: put.kind.right(put.data)}, by=login)
        submit_attempt(attempt=attempt, by=login)
    elif part == "attendance":
        record_attendance(enrolment=one, by=trainer)
    else:
        sign_off(cohort=one.cohort, chosen=[one.pk], by=trainer)


def completion() -> Entry | None:
    return Entry.objects.standing().filter(stage=Stage.COMPLETED).first()


@pytest.mark.django_db
@pytest.mark.parametrize(("parts", "last"), COMBINATIONS)
def test_the_last_part_completes_and_nothing_before_it(parts, last):
    cohort = cohort_asking_for(*parts)
    trainer, login = made.trainer(cohort), cast.user(Role.ANALYST)
    one = enrol(cohort=cohort, person=login.person, by=login)
    for part in sorted(set(parts) - {last}):
        do(part, one, trainer)
        assert completion() is None
    do(last, one, trainer)
    assert completion().happened_on == (MARCH if parts == ("attendance",) else today())
    assert Certificate.objects.get().entry == completion()


@pytest.mark.django_db
class TestRecordingAttendance:
    def test_twice_is_once(self):
        cohort = cohort_asking_for("attendance")
        trainer, login = made.trainer(cohort), cast.user(Role.ANALYST)
        one = enrol(cohort=cohort, person=login.person, by=login)
        first = record_attendance(enrolment=one, by=trainer)
        assert record_attendance(enrolment=one, by=trainer) == first
        assert Certificate.objects.count() == 1

    def test_only_a_trainer_of_the_cohort_and_only_where_there_is_something_to_attend(self):
        dated, self_paced = cohort_asking_for("attendance"), made.cohort("paced", needs_attendance=True)
        for cohort, by, match in (
            (dated, cast.user(Role.TRAINER), "Only a trainer of this cohort"),
            (self_paced, made.trainer(self_paced), "nothing to attend"),
        ):
            login = cast.user(Role.ANALYST)
            one = enrol(cohort=cohort, person=login.person, by=login)
            with pytest.raises(Refused, match=match):
                record_attendance(enrolment=one, by=by)
        assert not Entry.objects.filter(stage=Stage.ATTENDED).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("hotlines")
class TestImportedAttendance:
    """The register's activity A1 is a cohort's, and its person P1 is enrolled here."""

    @pytest.fixture
    def one(self, tmp_path):
        import_folder(write(tmp_path / "before", register(people=[person()], activities=[activity()])))
        held = Activity.objects.get(register_id="A1")
        cohort = cohort_asking_for("lessons", "attendance", held=held)
        return enrol(cohort=cohort, person=Person.objects.get(register_id="P1"), by=None)

    def do_lessons(self, one):
        for lesson in one.cohort.version.lessons.all():
            finish_lesson(enrolment=one, lesson=lesson, by=None)

    def test_completes_in_the_transaction_of_the_import_and_names_it_as_the_source(self, one, tmp_path):
        self.do_lessons(one)
        assert completion() is None
        assert import_folder(write(tmp_path / "r", small())).status == 0
        done, attended = completion(), Entry.objects.get(stage=Stage.ATTENDED)
        assert (done.recorded_at, done.source, done.source_line) == (
            attended.recorded_at,
            Import.objects.order_by("-pk").first(),
            None,
        )
        assert Certificate.objects.get().entry == done

    def test_a_no_completes_nothing(self, one, tmp_path):
        self.do_lessons(one)
        lines = small() | {"participations": [participation(attended="no")]}
        assert import_folder(write(tmp_path / "r", lines)).status == 0
        assert Entry.objects.get(stage=Stage.ATTENDED).absent
        assert completion() is None

    def test_the_same_register_again_changes_nothing(self, one, tmp_path):
        self.do_lessons(one)
        folder = write(tmp_path / "r", small())
        import_folder(folder)
        before = [list(model.objects.values_list("pk", flat=True)) for model in (Entry, Reversal)]
        told = import_folder(folder).data["participations"]
        assert (told["unchanged"], told["changed"]) == (1, 0)
        assert [list(model.objects.values_list("pk", flat=True)) for model in (Entry, Reversal)] == before

    def test_what_was_done_here_is_not_taken_back_by_a_line_that_says_nothing_of_it(self, one, tmp_path):
        import_folder(write(tmp_path / "r", small()))
        enrolled = Entry.objects.get(stage=Stage.ENROLLED)
        assert not hasattr(enrolled, "reversal")

    def test_undoing_the_import_takes_its_completion_along(self, one, tmp_path):
        self.do_lessons(one)
        import_folder(write(tmp_path / "r", small()))
        undo_import(number=Import.objects.order_by("-pk").first().pk, by=None)
        assert completion() is None
        assert [standing.status for standing in of_person(one.person)] == [CertificateStatus.WITHDRAWN]

    def test_undoing_it_is_refused_where_a_later_fact_completed_on_top(self, one, tmp_path):
        import_folder(write(tmp_path / "r", small()))
        self.do_lessons(one)
        assert completion() is not None
        before = Reversal.objects.count()
        with pytest.raises(Refused, match="A1 P1 completed"):
            undo_import(number=Import.objects.order_by("-pk").first().pk, by=None)
        assert Reversal.objects.count() == before
