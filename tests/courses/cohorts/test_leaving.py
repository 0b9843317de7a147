"""Leaving a cohort, and going on in another one: progress stays, places come free, the ledger follows."""

import pytest

from courses.actions.attempts import start_attempt
from courses.actions.attendance import record_attendance
from courses.actions.enrolments import enrol, hide
from courses.actions.leaving import transfer, withdraw
from courses.actions.sign_offs import sign_off
from courses.actions.versions import publish
from courses.enums import Stage
from courses.models import Departure, Enrolment, Entry, LessonDone
from courses.queries.boards import seen
from courses.queries.enrolments import enrolment_of
from lms.kit.errors import Refused
from lms.people.enums import Role
from tests import cast
from tests.courses.assessments import made as assessed
from tests.courses.cohorts import made, planned
from tests.courses.learn import school

pytestmark = pytest.mark.django_db


def standing(one: Enrolment) -> list[str]:
    found = Entry.objects.standing().filter(person=one.person_id).order_by("pk")
    return list(found.values_list("stage", flat=True))


class TestWithdrawing:
    def test_keeps_progress_and_comes_back_to_it(self):
        cohort = made.cohort()
        trainer, one = made.trainer(cohort), made.person(cohort, lessons=2)
        login = one.person.user
        withdraw(enrolment=one, reason="", by=login)
        assert standing(one) == []
        assert enrolment_of(one.person, cohort.version.course) is None
        assert not seen().filter(pk=one.pk).exists()
        assert cast.signed_in(login).get(f"/learn/{one.pk}/").status_code == 404
        again = enrol(cohort=cohort, person=one.person, by=trainer)
        assert (again.pk, standing(one), again.lessons_done.count()) == (one.pk, ["enrolled"], 2)

    def test_a_trainer_says_why_and_the_person_reads_it(self):
        cohort = planned.cohort(takes_requests=True)
        trainer, login = made.trainer(cohort), planned.analyst()
        planned.asking(cohort, login)
        one = enrol(cohort=cohort, person=login.person, by=trainer)
        with pytest.raises(Refused, match="Say why") as refusal:
            withdraw(enrolment=one, reason=" ", by=trainer)
        assert refusal.value.field == "reason"
        withdraw(enrolment=one, reason="The dates do not fit.", by=trainer)
        assert Departure.objects.get().reason == "The dates do not fit."
        assert "The dates do not fit." in cast.signed_in(login).get(f"/cohorts/{cohort.pk}/").text

    def test_whom_a_trainer_enrolled_and_took_out_reads_why_and_so_do_the_trainers(self):
        cohort = planned.cohort()
        trainer, login, other = made.trainer(cohort), planned.analyst("Leaver"), planned.analyst("Ownway")
        one = enrol(cohort=cohort, person=login.person, by=trainer)
        withdraw(enrolment=one, reason="The dates do not fit.", by=trainer)
        for where in ("/me/notices/", f"/cohorts/{cohort.pk}/"):
            assert "The dates do not fit." in cast.signed_in(login).get(where).text
        withdraw(
            enrolment=enrol(cohort=cohort, person=other.person, by=trainer), reason="A new job.", by=other
        )
        # Of being enrolled, and not of what they did themselves.
        assert planned.told(other) == ["accepted"]
        listed = cast.signed_in(trainer).get(f"/teach/cohorts/{cohort.pk}/requests/").text
        for said in ("Leaver", "The dates do not fit.", "Ownway", "A new job."):
            assert said in listed

    def test_who_kept_it_to_themselves_leaves_unseen(self):
        cohort = school.course(self_care=True)
        cohort.takes_requests, cohort.open_enrolment = True, False
        cohort.save()
        trainer, login = made.trainer(cohort), planned.analyst("Unseen")
        planned.asking(cohort, login)
        one = enrol(cohort=cohort, person=login.person, by=login, hidden=True)
        withdraw(enrolment=one, reason="Mine alone.", by=login)
        listed = cast.signed_in(trainer).get(f"/teach/cohorts/{cohort.pk}/requests/").text
        assert "Unseen" not in listed
        assert "Mine alone." not in listed

    def test_what_else_is_recorded_keeps_the_enrolment_in_the_ledger(self):
        cohort = made.cohort(on=made.DAY, needs_attendance=True)
        one = made.person(cohort, lessons=1)
        record_attendance(enrolment=one, by=made.trainer(cohort))
        withdraw(enrolment=one, reason="", by=one.person.user)
        assert standing(one) == [Stage.ENROLLED, Stage.ATTENDED]

    def test_not_by_others_not_twice_and_not_once_completed(self):
        cohort = made.cohort()
        trainer, one, done = made.trainer(cohort), made.person(cohort), made.person(cohort)
        sign_off(cohort=cohort, chosen=[done.pk], by=trainer)
        for login in (cast.user(Role.TRAINER), cast.user(Role.ANALYST)):
            with pytest.raises(Refused, match="Only who takes it"):
                withdraw(enrolment=one, reason="Because.", by=login)
        with pytest.raises(Refused, match="completed"):
            withdraw(enrolment=done, reason="Because.", by=trainer)
        withdraw(enrolment=one, reason="Because.", by=cast.user(Role.STAFF))
        with pytest.raises(Refused, match="not in this cohort"):
            withdraw(enrolment=one, reason="Because.", by=trainer)
        assert Departure.objects.count() == 1

    def test_nobody_takes_out_whom_they_do_not_see(self):
        cohort = school.course(self_care=True)
        trainer, one = made.trainer(cohort), made.person(cohort, lessons=1)
        hide(enrolment=one, hidden=True, by=one.person.user)
        one.refresh_from_db()
        with pytest.raises(Refused):
            withdraw(enrolment=one, reason="Because.", by=trainer)
        withdraw(enrolment=one, reason="", by=one.person.user)
        assert enrol(cohort=cohort, person=one.person, by=one.person.user).hidden

    def test_no_attempt_begins_and_no_fact_completes_it_afterwards(self):
        one = assessed.enrolment(assessed.version())
        withdraw(enrolment=one, reason="", by=one.person.user)
        with pytest.raises(Refused, match="withdrew"):
            start_attempt(enrolment=one, by=one.person.user)


class TestTransfer:
    def two(self):
        first = planned.cohort()
        second = planned.another(first.version, days=60)
        trainer = made.trainer(first)
        second.trainers.add(trainer)
        return first, second, trainer

    def test_of_the_same_version_everything_goes_along(self):
        first, second, trainer = self.two()
        one = made.person(first, lessons=2)
        moved = transfer(enrolment=one, to=second, reason="Ill.", by=trainer)
        assert (moved.pk, moved.cohort, moved.lessons_done.count()) == (one.pk, second, 2)
        found = Entry.objects.standing().get(stage=Stage.ENROLLED)
        assert found.activity == second.activity
        assert Departure.objects.get().moved_to == second
        assert planned.told(one.person.user) == ["accepted"]

    def test_to_another_version_lessons_of_the_same_key_are_done_on_the_day_they_were(self):
        first, _second, trainer = self.two()
        one = made.person(first, lessons=2)
        days = set(one.lessons_done.values_list("done_at", flat=True))
        newer = school.draft("newer")
        newer.course, newer.number = first.version.course, 2
        newer.save()
        publish(version=newer, by=None)
        later = planned.another(newer)
        later.trainers.add(trainer)
        moved = transfer(enrolment=one, to=later, reason="", by=trainer)
        one.refresh_from_db()
        assert moved.pk != one.pk
        assert one.withdrawn_at is not None
        assert set(LessonDone.objects.filter(enrolment=moved).values_list("done_at", flat=True)) == days
        assert standing(one) == ["enrolled"]

    def test_is_refused_for_a_full_cohort_another_course_and_another_trainers(self):
        first, second, trainer = self.two()
        one = made.person(first)
        second.capacity = 1
        second.save()
        made.person(second)
        elsewhere = planned.cohort("elsewhere")
        elsewhere.trainers.add(trainer)
        for to, match in ((second, "taken"), (elsewhere, "same course"), (first, "same course")):
            with pytest.raises(Refused, match=match) as refusal:
                transfer(enrolment=one, to=to, reason="", by=trainer)
            assert refusal.value.field == "to"
        with pytest.raises(Refused, match="both cohorts"):
            transfer(enrolment=one, to=planned.another(first.version), reason="", by=trainer)
        assert not Departure.objects.exists()
        assert Enrolment.objects.get(pk=one.pk).cohort == first

    def test_the_place_left_goes_to_the_next_in_line(self):
        first, second, trainer = self.two()
        first.open_enrolment, first.capacity = True, 1
        first.save()
        inside, waits = planned.analyst(), planned.analyst()
        planned.asking(first, inside)
        planned.asking(first, waits)
        one = Enrolment.objects.get(person=inside.person)
        client = cast.signed_in(trainer)
        answer = client.post(f"/teach/places/{one.pk}/transfer/", {"to": second.pk, "reason": "Dates."})
        assert answer.url == f"/teach/places/{one.pk}/"
        assert planned.state(first, waits) == "offered"
