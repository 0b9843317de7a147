"""Many people at once: who is meant by a line, what would happen, and all of it or nothing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.actions.enrolments import enrol, enrol_many
from courses.actions.leaving import withdraw
from courses.actions.places import accept, nominate, take
from courses.enums import CandidateState, Stage
from courses.models import Candidate, Cohort, Enrolment, Entry
from courses.queries.matching import Why, lines_of, matched
from courses.queries.outlooks import Verdict, outlooks
from lms.kit.errors import Refused
from lms.people.actions.merges import merge_persons
from lms.people.enums import Role
from lms.people.models import Person
from tests import cast
from tests.courses.certificates import made as certified
from tests.courses.cohorts import made, planned
from tests.courses.learn import school

pytestmark = pytest.mark.django_db


def found(text: str) -> list[tuple[list[int], str | None]]:
    """For each line who is suggested, and by what the first of them."""
    return [
        (
            [one.person.pk for one in row.suggestions],
            row.suggestions[0].why.value if row.suggestions else None,
        )
        for row in matched(lines_of(text))
    ]


class TestMatching:
    def test_by_register_id_address_and_name_in_either_order_without_accents(self):
        dana = cast.person("Dvořák", "Dana", register_id="P7", email="dana@test.example")
        login = cast.user(Role.ANALYST, email="work@test.example")
        text = "P7\nDANA@test.example\nDana Dvorak\ndvořák, dana\nWho <work@test.example>\nNobody Known"
        assert found(text) == [
            ([dana.pk], "register_id"),
            ([dana.pk], "email"),
            ([dana.pk], "name"),
            ([dana.pk], "name"),
            ([login.person_id], "email"),
            ([], None),
        ]

    def test_lines_of_a_csv_file_and_its_headings(self):
        ada = cast.person("Example", "Ada", email="ada@test.example")
        text = "\ufeffgiven_name;family_name;email\r\nAda;Example;ada@test.example\r\n\r\n"
        assert found(text) == [([ada.pk], "email")]
        assert lines_of(text)[0].number == 2

    def test_a_character_that_no_column_holds_is_passed_over(self):
        ada = cast.person("Example", "Ada", email="ada@test.example")
        assert found("ada\0@test.example") == [([ada.pk], "email")]

    def test_two_of_a_name_are_for_a_person_to_tell_apart_and_so_is_a_family_name_alone(self):
        one, two = cast.person("Twin", "Ada"), cast.person("Twin", "Ada")
        cast.person("Twin", "Bea")
        (both,) = matched(lines_of("Ada Twin"))
        assert (both.sure, {found.person for found in both.suggestions if found.why == Why.NAME}) == (
            None, {one, two},
        )  # fmt: skip
        (family,) = matched(lines_of("A. Twin"))
        assert (family.sure, len(family.suggestions)) == (None, 3)

    def test_a_merged_record_suggests_the_one_it_is_read_as(self):
        duplicate, survivor = cast.person("Old", "Ada"), cast.person("New", "Ada")
        merge_persons(duplicate=duplicate, survivor=survivor, by=None)
        assert found("Ada Old") == [([survivor.pk], "name")]

    def test_costs_the_same_at_any_length(self):
        def queries(number: int) -> int:
            text = "\n".join(f"Ada Example{n}, a{n}@test.example" for n in range(number))
            with CaptureQueriesContext(connection) as counted:
                assert len(matched(lines_of(text))) == number
            return len(counted)

        for n in range(30):
            cast.person(f"Example{n}", email=f"a{n}@test.example")
        assert queries(1) == queries(30)


class TestOutlooks:
    def test_says_for_each_what_would_happen_one_after_the_other(self):
        before = school.course("before")
        cohort = planned.cohort(capacity=3, first=before)
        ready = [planned.analyst() for _ in range(4)]
        for login in ready:
            certified.certificate(login.person, before)
        lacking = cast.person("Lacking")
        enrol(cohort=cohort, person=ready[0].person, by=None)
        people = [*(login.person for login in ready), lacking]
        assert [(one.verdict, one.missing, one.answers) for one in outlooks(cohort, people)] == [
            (Verdict.INSIDE, (), True),
            (Verdict.ENROL, (), True),
            (Verdict.ENROL, (), True),
            (Verdict.FULL, (), True),
            (Verdict.LACKS, ["Before"], False),
        ]

    def test_costs_the_same_for_many(self):
        cohort = planned.cohort(capacity=2, seats_per_hotline=1, first=school.course("before"))

        def queries(number: int) -> int:
            people = [cast.person() for _ in range(number)]
            with CaptureQueriesContext(connection) as counted:
                outlooks(cohort, people)
            return len(counted)

        assert queries(1) == queries(25)

    def test_all_or_nobody(self):
        cohort = planned.cohort(capacity=1)
        people = [cast.person(), cast.person()]
        with pytest.raises(Refused, match="Nobody was"):
            enrol_many(cohort=cohort, people=people, by=made.trainer(cohort))
        assert not Enrolment.objects.exists()
        with pytest.raises(Refused, match="Only a trainer"):
            enrol_many(cohort=cohort, people=people[:1], by=cast.user(Role.TRAINER))


def test_whoever_is_enrolled_by_somebody_else_hears_of_it_and_whoever_begins_alone_does_not():
    cohort = planned.cohort()
    trainer, login, own = made.trainer(cohort), planned.analyst("Listed"), planned.analyst("Ownway")
    enrol_many(cohort=cohort, people=[login.person], by=trainer)
    assert planned.told(login) == ["accepted"]
    assert "You are enrolled in" in cast.signed_in(login).get("/me/notices/").text
    enrol(cohort=cohort, person=own.person, by=own)
    assert planned.told(own) == []


class TestThePage:
    def post(self, cohort, login, **data):
        return cast.signed_in(login).post(f"/teach/cohorts/{cohort.pk}/enrol/", data)

    def test_a_pasted_list_is_shown_and_then_enrolled(self):
        cohort = planned.cohort(capacity=2)
        trainer = made.trainer(cohort)
        one, two = cast.person("Sure", "Ada"), cast.person("Twin", "Bea")
        cast.person("Twin", "Bea")
        text = "Ada Sure\nBea Twin\nAda Sure\nNobody Known"
        look = {"look": "list", "list-people": text, "list-how": "enrol"}
        shown = self.post(cohort, trainer, **look).text
        assert "1 person would be enrolled" in shown
        assert "Choose who is meant, then look again." in shown
        assert "The same person again." in shown
        assert "Nobody found. Nothing happens." in shown
        assert not Enrolment.objects.exists()
        again = self.post(cohort, trainer, look="again", text=text, how="enrol", person=[one.pk, two.pk])
        assert "2 people would be enrolled" in again.text
        answer = self.post(cohort, trainer, apply="1", how="enrol", person=[one.pk, two.pk])
        assert answer.url == f"/teach/cohorts/{cohort.pk}/"
        assert Entry.objects.standing().filter(stage=Stage.ENROLLED).count() == 2

    def test_a_file_that_is_no_text_is_refused_at_its_field(self):
        cohort = planned.cohort()
        trainer = made.trainer(cohort)
        file = SimpleUploadedFile("people.csv", b"\xff\xfe\x00A")
        text = self.post(cohort, trainer, **{"look": "list", "list-how": "enrol", "list-file": file}).text
        assert "no text in UTF-8" in text
        good = SimpleUploadedFile("people.csv", b"name\nAda Sure\n")
        cast.person("Sure", "Ada")
        text = self.post(cohort, trainer, **{"look": "list", "list-how": "enrol", "list-file": good}).text
        assert "1 person would be enrolled" in text

    def test_whoever_was_shown_is_shown_again_where_things_have_changed_meanwhile(self):
        cohort = planned.cohort(capacity=1)
        trainer, one = made.trainer(cohort), planned.analyst("Pasted")
        text = f"{one.email}\nNobody Known"
        shown = self.post(cohort, trainer, **{"look": "list", "list-how": "enrol", "list-people": text}).text
        assert "1 person would be enrolled" in shown
        enrol(cohort=cohort, person=planned.analyst().person, by=trainer)
        sent = {"apply": "1", "how": "enrol", "person": one.person_id}
        for more in ({"text": text}, {}):
            again = self.post(cohort, trainer, **sent, **more).text
            assert "Nobody was: please look again." in again
            assert "Pasted" in again
            assert "No place is left." in again
            assert ("Nobody Known" in again) == bool(more)

    def test_a_rule_names_only_who_is_new_when_it_is_run_again(self):
        linea, other = cast.hotline(), cast.hotline("Other")
        cohort = planned.cohort()
        staff = cast.user(Role.STAFF)
        one = planned.analyst("Rulewise", at=linea)
        planned.analyst("Elsewhere", at=other)
        look = {"look": "rule", "rule-how": "invite", "rule-hotlines": linea.pk}
        shown = self.post(cohort, staff, **look).text
        assert "1 person would be asked" in shown
        assert "Rulewise" in shown
        assert "Elsewhere" not in shown
        self.post(cohort, staff, apply="1", how="invite", person=one.person_id)
        assert Candidate.objects.get().state == "invited"
        enrol(cohort=cohort, person=one.person, by=staff)
        late = planned.analyst("Newcome", at=linea)
        shown = self.post(cohort, staff, **look).text
        assert "Newcome" in shown
        assert "Rulewise" not in shown
        assert "1 more is in the cohort already" in shown
        everybody = self.post(cohort, staff, **{"look": "rule", "rule-how": "enrol", "rule-everybody": "on"})
        assert "2 people would be enrolled" in everybody.text
        assert late.person_id

    def test_a_rule_by_a_completed_course_leaves_out_what_is_kept_private(self):
        before, cohort = school.course("before", self_care=True), planned.cohort()
        seen, hidden = planned.analyst("Visible"), planned.analyst("Private")
        for login in (seen, hidden):
            made.person(before, login.person.family_name, login=login)
        Enrolment.objects.filter(person=hidden.person).update(hidden=True)
        text = self.post(
            cohort, made.trainer(cohort), **{
                "look": "rule", "rule-how": "enrol", "rule-completed": before.version.course_id,
            },
        ).text  # fmt: skip
        assert "Visible" in text
        assert "Private" not in text

    def test_somebody_elses_cohort_is_not_found(self):
        cohort = planned.cohort()
        person = cast.person()
        answer = self.post(cohort, cast.user(Role.TRAINER), apply="1", how="enrol", person=person.pk)
        assert answer.status_code == 404
        assert not Person.objects.filter(enrolments__isnull=False).exists()


class TestWhoKeepsItToThemselves:
    """Trainers and managers learn of them neither by a look nor by trying."""

    @pytest.fixture
    def unseen(self):
        cohort = school.course("care", self_care=True)
        return made.person(cohort, "Private", lessons=1, hidden=True)

    def test_they_look_like_anybody_outside_and_stay_as_they_are(self, unseen):
        cohort, person, before = unseen.cohort, unseen.person, Entry.objects.count()
        trainer = made.trainer(cohort)
        (look,) = outlooks(cohort, [person])
        assert look.verdict == Verdict.ENROL
        asked = {"look": "list", "list-people": person.name, "list-how": "enrol"}
        page = cast.signed_in(trainer).post(f"/teach/cohorts/{cohort.pk}/enrol/", asked)
        assert "Would be enrolled." in page.text
        assert enrol_many(cohort=cohort, people=[person], by=trainer) == [unseen]
        unseen.refresh_from_db()
        assert (unseen.hidden, Entry.objects.count()) == (True, before)

    def test_an_invitation_reaches_them_and_leads_nowhere_else(self, unseen):
        cohort, person = unseen.cohort, unseen.person
        candidate = planned.invited(cohort, person.user, made.trainer(cohort))
        assert candidate.state == CandidateState.INVITED
        assert take(candidate=candidate, by=person.user) == unseen
        unseen.refresh_from_db()
        assert unseen.hidden
        assert planned.state(cohort, person.user) == CandidateState.ACCEPTED

    def test_a_manager_nominates_them_like_anybody(self, unseen):
        cohort, person, hotline = unseen.cohort, unseen.person, cast.hotline()
        Cohort.objects.filter(pk=cohort.pk).update(open_enrolment=False, takes_requests=True)
        cast.affiliate(person, hotline)
        manager = cast.user(Role.HOTLINE_MANAGER, hotline)
        (candidate,) = nominate(cohort=cohort, people=[person], hotline=hotline, by=manager)
        assert accept(candidate=candidate, by=made.trainer(cohort)).state == CandidateState.ACCEPTED
        unseen.refresh_from_db()
        assert unseen.hidden

    def test_what_they_did_before_they_left_is_not_shown_when_a_trainer_enrols_them(self, unseen):
        withdraw(enrolment=unseen, reason="", by=unseen.person.user)
        enrol_many(cohort=unseen.cohort, people=[unseen.person], by=made.trainer(unseen.cohort))
        unseen.refresh_from_db()
        assert (unseen.hidden, unseen.withdrawn_at) == (True, None)
