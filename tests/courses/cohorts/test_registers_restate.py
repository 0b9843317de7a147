"""A register that restates, drops or denies what a completion rule recorded leaves nobody in between."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.actions.certificates import revoke_certificate
from courses.actions.enrolments import enrol
from courses.actions.imports.undo import undo_import
from courses.actions.progress import finish_lesson
from courses.actions.sign_offs import sign_off, take_back
from courses.enums import CertificateStatus, Stage
from courses.models import Activity, Certificate, Enrolment, Entry, Import
from courses.queries.certificates import of_person
from lms.kit.clock import today
from lms.people.models import Person
from tests.courses.cohorts import made
from tests.courses.cohorts.test_attendance import cohort_asking_for, completion
from tests.courses.registers import (
    FRANCE,
    SWEDEN,
    activity,
    import_folder,
    participation,
    person,
    register,
    small,
    write,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("hotlines")]
STATED = dt.date(2023, 5, 20)
VALID, WITHDRAWN = CertificateStatus.VALID, CertificateStatus.WITHDRAWN


@pytest.fixture
def say(tmp_path):
    """Import a register whose one participation has these cells; answers with the import's number."""

    def imported(**cells: str) -> int:
        folder = write(
            tmp_path / f"r{Import.objects.count()}", small() | {"participations": [participation(**cells)]}
        )
        assert import_folder(folder).status == 0
        return Import.objects.latest("id").pk

    return imported


@pytest.fixture
def enrolled(tmp_path):
    def made_of(*parts: str) -> Enrolment:
        import_folder(write(tmp_path / "before", register(people=[person()], activities=[activity()])))
        cohort = cohort_asking_for(*parts, held=Activity.objects.get(register_id="A1"))
        return enrol(cohort=cohort, person=Person.objects.get(register_id="P1"), by=None)

    return made_of


def do_lessons(one: Enrolment) -> None:
    for lesson in one.cohort.version.lessons.all():
        finish_lesson(enrolment=one, lesson=lesson, by=None)


def certificates(one: Enrolment) -> list[CertificateStatus]:
    """From the first issued to the last."""
    return [standing.status for standing in sorted(of_person(one.person), key=lambda s: s.certificate.pk)]


def consistent(one: Enrolment, *states: CertificateStatus) -> bool:
    """The standing completion has the last certificate, and all of them read so."""
    last = Certificate.objects.latest("pk").entry
    return certificates(one) == list(states) and (completion() == last) == (states[-1] == VALID)


class TestAnotherDay:
    @pytest.fixture
    def one(self, enrolled):
        one = enrolled("lessons", "attendance")
        do_lessons(one)
        return one

    def test_the_restated_completion_has_a_certificate_and_undoing_it_leaves_one(self, one, say):
        say()
        say_again = say(completed_on="2023-05-20")
        assert completion().happened_on == STATED
        assert consistent(one, WITHDRAWN, VALID)
        undo_import(number=say_again, by=None)
        assert completion().happened_on == today()
        assert consistent(one, WITHDRAWN, WITHDRAWN, VALID)

    def test_a_completion_that_only_a_register_states_has_a_certificate(self, enrolled, say):
        one = enrolled("sign_off")
        say(completed_on="2023-05-20")
        assert consistent(one, VALID)

    def test_a_revocation_is_not_lifted_by_another_day_nor_by_undoing_it(self, one, say):
        say()
        trainer = made.trainer(one.cohort)
        revoke_certificate(certificate=Certificate.objects.get(), reason="Somebody else sat.", by=trainer)
        number = say(completed_on="2023-05-20")
        for _again in range(2):
            last = Certificate.objects.latest("pk")
            assert (last.entry, last.revoked_by) == (completion(), trainer)
            assert last.revoked_because == "Somebody else sat."
            if Import.objects.get(pk=number).undone_at is None:
                undo_import(number=number, by=None)

    def test_undoing_the_only_statement_lets_the_rule_speak(self, enrolled, say):
        one = enrolled("lessons")
        number = say(completed_on="2023-05-20")
        do_lessons(one)
        assert completion().happened_on == STATED
        undo_import(number=number, by=None)
        assert completion().happened_on == today()
        assert consistent(one, WITHDRAWN, VALID)


class TestSignOff:
    @pytest.fixture
    def signed(self, enrolled):
        one = enrolled("sign_off")
        trainer = made.trainer(one.cohort)
        (given,) = sign_off(cohort=one.cohort, chosen=[one.pk], by=trainer).given
        return given, trainer, one

    def test_stated_and_then_omitted_the_sign_off_completes_again(self, signed, say):
        _given, _trainer, one = signed
        say(completed_on="2023-05-20")
        assert consistent(one, WITHDRAWN, VALID)
        number = say()
        assert (completion().happened_on, completion().source_id) == (today(), number)
        assert consistent(one, WITHDRAWN, WITHDRAWN, VALID)
        undo_import(number=number, by=None)
        assert completion().happened_on == STATED
        assert consistent(one, WITHDRAWN, WITHDRAWN, WITHDRAWN, VALID)

    def test_undoing_puts_no_completion_back_whose_sign_off_was_taken_back(self, enrolled, say):
        one = enrolled("attendance", "sign_off")
        say()
        trainer = made.trainer(one.cohort)
        (given,) = sign_off(cohort=one.cohort, chosen=[one.pk], by=trainer).given
        number = say(attended="no")
        assert completion() is None
        take_back(sign_off=given, reason="The wrong person.", by=trainer)
        undo_import(number=number, by=None)
        assert completion() is None
        assert certificates(one) == [WITHDRAWN]

    def test_nothing_completes_on_an_activity_that_the_register_cancels(self, signed, say, tmp_path):
        say(completed_on="2023-05-20")
        lines = register(
            people=[person()], activities=[activity(status="cancelled")], participations=[participation()]
        )
        assert import_folder(write(tmp_path / "off", lines)).status == 0
        assert completion() is None


class TestNotThereAfterAll:
    @pytest.mark.parametrize("first", ["lessons", "register"])
    def test_what_rested_on_the_attendance_goes_and_comes_with_it(self, enrolled, say, first):
        one = enrolled("lessons", "attendance")
        for step in (do_lessons, lambda _one: say())[:: 1 if first == "lessons" else -1]:
            step(one)
        assert consistent(one, VALID)
        number = say(attended="no")
        assert completion() is None
        assert certificates(one) == [WITHDRAWN]
        undo_import(number=number, by=None)
        assert consistent(one, WITHDRAWN, VALID)

    def test_yes_again_completes_again(self, enrolled, say):
        one = enrolled("attendance")
        for attended in ("yes", "no", "yes"):
            say(attended=attended)
        assert consistent(one, WITHDRAWN, VALID)

    def test_a_rule_without_attendance_keeps_its_completion(self, enrolled, say):
        one = enrolled("lessons")
        do_lessons(one)
        say()
        say(attended="no")
        assert consistent(one, VALID)


class TestPlace:
    def test_what_the_line_gives_holds_for_the_completion_it_causes(self, enrolled, say):
        do_lessons(enrolled("lessons", "attendance"))
        say(audience="hotline", organisation=FRANCE, country="FR")
        assert (completion().hotline.name, completion().country_id) == (FRANCE, "FR")

    def test_a_blank_is_filled_from_the_affiliation_on_the_day_of_the_completion(self, enrolled, tmp_path):
        do_lessons(enrolled("lessons", "attendance"))
        moved = [
            person(until="2023-12-31"),
            person(organisation=FRANCE, country="FR", **{"from": "2024-01-01"}),
        ]
        lines = small() | {"people": moved}
        assert import_folder(write(tmp_path / "moved", lines)).status == 0
        assert Entry.objects.get(stage=Stage.ATTENDED).hotline.name == SWEDEN
        assert completion().hotline.name == FRANCE


def test_a_register_without_cohorts_asks_as_much_for_many_lines_as_for_one(tmp_path):
    def asked(name: str, people: int) -> int:
        lines = register(
            people=[person(f"{name}{n}") for n in range(people)],
            activities=[activity(name)],
            participations=[
                participation(name, f"{name}{n}", completed_on="2023-05-20") for n in range(people)
            ],
        )
        with CaptureQueriesContext(connection) as queries:
            assert import_folder(write(tmp_path / name, lines)).status == 0
        return len(queries)

    assert asked("B", 1) == asked("C", 20)
