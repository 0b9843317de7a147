"""Who took part is said by hand for any kind: with a reason, looked at first, put right beside what it was."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.actions.by_hand.facts import Said, add_head_count, add_new_person, add_person, mark_of, set_facts
from courses.actions.by_hand.several import Step, look_at_several, say_of_several
from courses.actions.by_hand.undoing import undo_facts
from courses.actions.taking_part import Place
from courses.enums import CalendarMethod, Stage
from courses.models import Amendment, Certificate, Entry, FactChange, Participation, SessionMail
from courses.queries.counts import Question, count
from lms.kit import clock
from lms.kit.clock import Span
from lms.kit.errors import Refused
from lms.people.actions.persons import Names
from lms.people.enums import Audience, Role
from lms.people.models import Affiliation, Agency, Person
from tests import cast
from tests.courses import ledger
from tests.courses.cohorts import made as cohorts
from tests.courses.gatherings import made
from tests.threads import at_once

pytestmark = pytest.mark.django_db
MAY, JUNE = dt.date(2023, 5, 1), dt.date(2023, 6, 1)
WHY = "A list came by mail."


@pytest.fixture
def staff():
    return cast.user(Role.STAFF)


@pytest.fixture
def room():
    return ledger.activity("Basic, given elsewhere")


def queries(act) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def facts() -> list[tuple]:
    standing = Entry.objects.standing().order_by("person__family_name", "stage")
    return list(
        standing.values_list(
            "person__family_name", "stage", "happened_on", "absent", "headcount", "hotline__name"
        )
    )


def counts(year: int = 2023) -> dict[str, int]:
    return {str(one.code): one.number for one in count(Question(Span.of_year(year)))}


def add(room, staff, name="Ek", **said) -> Participation:
    person = cast.person(name)
    cast.affiliate(person, cast.hotline())
    add_person(activity=room, person=person, said=Said(**said), reason=WHY, by=staff)
    return Participation.objects.get(activity=room, person=person)


class TestAdding:
    def test_somebody_known_comes_with_the_hotline_of_each_day(self, room, staff):
        person = cast.person("Ek")
        first, later = (
            cast.affiliate(person, cast.hotline("First")),
            cast.affiliate(person, cast.hotline("Later"), JUNE),
        )
        Affiliation.objects.filter(pk=first.pk).update(until_on=JUNE - dt.timedelta(days=1))
        said = Said(enrolled_on=MAY, attended=True, completed_on=JUNE)
        change = add_person(activity=room, person=person, said=said, reason=WHY, by=staff)
        assert facts() == [
            ("Ek", "attended", None, False, 1, "First"),
            ("Ek", "completed", JUNE, False, 1, "Later"),
            ("Ek", "enrolled", MAY, False, 1, "First"),
        ]
        assert counts()["basic.completed.people"] == 1
        assert (change.reason, change.added.count()) == (WHY, 3)
        assert later.hotline.name == "Later"
        assert not Certificate.objects.exists()

    def test_somebody_new_belongs_there_from_that_day(self, room, staff):
        place = Place(Audience.HOTLINE, hotline=cast.hotline(), country=cast.hotline().country)
        said = Said(enrolled_on=MAY, place=place)
        add_new_person(
            activity=room, names=Names(" Ada ", "Ek", "ADA@test.example"), said=said, reason=WHY, by=staff
        )
        person = Person.objects.get(family_name="Ek")
        assert (person.given_name, person.email) == ("Ada", "ada@test.example")
        assert person.affiliations.get().from_on == MAY

    @pytest.mark.parametrize("enrolled_on", [None, MAY])
    def test_somebody_new_belongs_from_the_earliest_day_known_and_never_from_a_day_to_come(
        self, staff, enrolled_on
    ):
        room = ledger.activity(on=f"{clock.today().year + 1}-05-10T09:00+02:00", status="planned")
        place = Place(Audience.OTHER, agency=Agency.objects.create(name="Polis"))
        said = Said(enrolled_on=enrolled_on or clock.today(), place=place)
        add_new_person(activity=room, names=Names("Ada", "Ek"), said=said, reason=WHY, by=staff)
        person = Person.objects.get(family_name="Ek")
        assert person.affiliations.get().from_on == (enrolled_on or clock.today())

    def test_a_head_count_has_every_stage(self, room, staff):
        place = Place(Audience.INDUSTRY)
        said = Said(
            enrolled_on=MAY, enrolled=9, attended=True, came=7, completed_on=JUNE, completed=6, place=place
        )
        add_head_count(activity=room, said=said, reason=WHY, by=staff)
        found = counts()
        assert [found[f"basic.{stage}.unidentified"] for stage in Stage] == [9, 7, 6]
        with pytest.raises(Refused, match="counted already"):
            add_head_count(activity=room, said=said, reason=WHY, by=staff)
        assert counts() == found

    def test_a_self_paced_one_takes_an_enrolment_and_a_completion_and_no_attendance(self, staff):
        online = ledger.activity("Online", on="", kind_id="online")
        add(online, staff, enrolled_on=MAY, completed_on=JUNE)
        with pytest.raises(Refused, match="self-paced"):
            add(online, staff, "Lind", attended=True)
        assert [fact[:2] for fact in facts()] == [("Ek", "completed"), ("Ek", "enrolled")]

    def test_whoever_is_on_the_list_is_not_added_again(self, room, staff):
        one = add(room, staff, enrolled_on=MAY)
        with pytest.raises(Refused, match="on the list already"):
            add_person(activity=room, person=one.person, said=Said(completed_on=JUNE), reason=WHY, by=staff)
        assert len(facts()) == 1


class TestRefused:
    @pytest.mark.parametrize(
        ("said", "reason", "match"),
        [
            ({"enrolled_on": JUNE, "completed_on": MAY}, WHY, "before they enrol"),
            ({"completed_on": MAY}, " ", "Say why"),
            ({"enrolled_on": dt.date(2199, 1, 1)}, WHY, "still to come"),
            ({}, WHY, "how far they came"),
        ],
    )
    def test_what_cannot_be_writes_nothing(self, room, staff, said, reason, match):
        with pytest.raises(Refused, match=match):
            add_person(activity=room, person=cast.person(), said=Said(**said), reason=reason, by=staff)
        assert (facts(), FactChange.objects.count()) == ([], 0)

    def test_nobody_completes_what_is_cancelled_or_attends_what_has_not_begun(self, staff):
        off = ledger.activity("Off", status="cancelled")
        coming = made.planned("webinar")
        for room, said in (
            (off, {"completed_on": MAY}),
            (off, {"enrolled_on": MAY}),
            (coming, {"attended": True}),
        ):
            with pytest.raises(Refused, match=r"cancelled|not begun"):
                add(room, staff, **said)
        assert facts() == []

    def test_a_cohort_has_ways_of_its_own(self, staff):
        cohort = cohorts.cohort(on=cohorts.DAY)
        with pytest.raises(Refused, match="Only staff and the trainers"):
            add(cohort.activity, staff, completed_on=MAY)

    def test_nobody_but_staff_and_nobody_of_themselves(self, room, staff):
        for by in (cast.user(Role.TRAINER), cast.user(Role.ADMINISTRATOR)):
            with pytest.raises(Refused, match="Only INHOPE staff"):
                add_person(activity=room, person=cast.person(), said=Said(enrolled_on=MAY), reason=WHY, by=by)
        with pytest.raises(Refused, match="Somebody else"):
            add_person(activity=room, person=staff.person, said=Said(enrolled_on=MAY), reason=WHY, by=staff)
        assert facts() == []


class TestCorrecting:
    def test_the_old_fact_is_reversed_and_stands_beside_the_new_one(self, room, staff):
        one = add(room, staff, enrolled_on=MAY, completed_on=JUNE)
        right = Said(enrolled_on=MAY, completed_on=dt.date(2023, 7, 1))
        set_facts(participation=one, said=right, reason="A slip.", by=staff)
        (amendment,) = Amendment.objects.all()
        assert (amendment.reversal.entry.happened_on, amendment.successor.happened_on) == (
            JUNE,
            dt.date(2023, 7, 1),
        )
        assert amendment.change.reason == "A slip."
        assert [fact[1:3] for fact in facts()] == [("completed", dt.date(2023, 7, 1)), ("enrolled", MAY)]

    def test_a_place_recorded_otherwise_stays_unless_it_is_said(self, room, staff):
        one = add(room, staff, enrolled_on=MAY)
        Affiliation.objects.all().delete()
        set_facts(participation=one, said=Said(enrolled_on=JUNE), reason="A slip.", by=staff)
        assert facts() == [("Ek", "enrolled", JUNE, False, 1, "Linea")]

    def test_the_same_again_is_refused(self, room, staff):
        one = add(room, staff, enrolled_on=MAY)
        with pytest.raises(Refused, match="recorded already"):
            set_facts(participation=one, said=Said(enrolled_on=MAY), reason="A slip.", by=staff)
        assert FactChange.objects.count() == 1

    def test_a_change_is_taken_back_and_that_too(self, room, staff):
        one = add(room, staff, enrolled_on=MAY, attended=True)
        before = facts(), counts()
        change = set_facts(participation=one, said=Said(completed_on=JUNE), reason="A slip.", by=staff)
        after = facts(), counts()
        undone = undo_facts(change=change, reason="It was right.", by=staff)
        assert (facts(), counts()) == before
        with pytest.raises(Refused, match="taken back already"):
            undo_facts(change=change, reason="Once more.", by=staff)
        undo_facts(change=undone, reason="No, it was not.", by=staff)
        assert (facts(), counts()) == after

    def test_an_undone_addition_leaves_nothing_standing(self, room, staff):
        add(room, staff, enrolled_on=MAY, attended=True)
        undo_facts(change=FactChange.objects.get(), reason="Another room.", by=staff)
        assert (facts(), Entry.objects.count()) == ([], 2)

    def test_what_later_facts_lean_on_is_not_taken_back(self, room, staff):
        one = add(room, staff, enrolled_on=MAY)
        first = FactChange.objects.get()
        set_facts(participation=one, said=Said(enrolled_on=JUNE), reason="A slip.", by=staff)
        before = facts()
        with pytest.raises(Refused, match="recorded since"):
            undo_facts(change=first, reason="Another room.", by=staff)
        assert facts() == before

    def test_a_completion_does_not_come_back_to_what_is_cancelled_since(self, room, staff):
        one = add(room, staff, completed_on=JUNE)
        change = set_facts(participation=one, said=Said(enrolled_on=MAY), reason="Not yet.", by=staff)
        ledger.version(room, status="cancelled")
        with pytest.raises(Refused, match="cancelled since"):
            undo_facts(change=change, reason="It was.", by=staff)
        assert [fact[1] for fact in facts()] == ["enrolled"]


class TestSeveral:
    def test_a_preview_says_what_would_be_and_writes_nothing(self, room, staff):
        ones = [add(room, staff, name, enrolled_on=MAY) for name in ("Ek", "Lind")]
        chosen, step = [one.pk for one in ones], Step(Stage.COMPLETED, JUNE)
        before = facts()
        lines = look_at_several(activity=room, chosen=chosen, step=step, reason=WHY, by=staff)
        assert [(line.person.family_name, line.after.completed_on, line.changes) for line in lines] == [
            ("Ek", JUNE, True), ("Lind", JUNE, True),
        ]  # fmt: skip
        assert facts() == before
        change = say_of_several(activity=room, chosen=chosen, step=step, reason=WHY, by=staff)
        assert counts()["basic.completed.people"] == 2
        undo_facts(change=change, reason="Too early.", by=staff)
        assert facts() == before

    def test_one_that_cannot_be_keeps_all_back(self, room, staff):
        ones = [add(room, staff, "Ek", enrolled_on=MAY), add(room, staff, "Lind", enrolled_on=JUNE)]
        asked = {"activity": room, "chosen": [one.pk for one in ones], "reason": WHY, "by": staff}
        step = Step(Stage.COMPLETED, MAY)
        lines = look_at_several(step=step, **asked)
        assert [line.fault for line in lines] == ["", "Nobody completes before they enrol."]
        before = facts()
        with pytest.raises(Refused, match="Nothing was recorded"):
            say_of_several(step=step, **asked)
        assert facts() == before

    def test_those_of_whom_it_stands_stay_as_they_are(self, room, staff):
        done, other = add(room, staff, "Ek", completed_on=JUNE), add(room, staff, "Lind", enrolled_on=MAY)
        chosen = [done.pk, other.pk]
        say_of_several(activity=room, chosen=chosen, step=Step(Stage.COMPLETED, JUNE), reason=WHY, by=staff)
        assert Entry.objects.filter(person=done.person).count() == 1
        with pytest.raises(Refused, match="Choose who"):
            say_of_several(activity=room, chosen=[0], step=Step(Stage.COMPLETED, JUNE), reason=WHY, by=staff)

    @pytest.mark.parametrize(
        "step", [Step(Stage.ATTENDED, attended=True), Step(Stage.COMPLETED, JUNE), Step(Stage.ENROLLED, JUNE)]
    )
    def test_three_take_as_many_queries_as_one(self, room, staff, step):
        ones = [add(room, staff, f"P{number}", enrolled_on=MAY).pk for number in range(4)]
        asked = {"activity": room, "step": step, "reason": WHY, "by": staff}
        changes: list[FactChange] = []
        costs = [
            (
                queries(lambda: look_at_several(chosen=chosen, **asked)),  # noqa: B023
                queries(lambda: changes.append(say_of_several(chosen=chosen, **asked))),  # noqa: B023
                queries(lambda: undo_facts(change=changes[-1], reason="Another day.", by=staff)),
            )
            for chosen in (ones[:1], ones[1:])
        ]
        assert costs[0] == costs[1]

    def test_who_leaves_the_list_has_the_sessions_to_come_struck_out_however_many_leave(self, staff):
        room = made.planned("webinar", by=staff)
        ones = []
        for number in range(4):
            person = cast.person(f"P{number}", email=f"p{number}@test.example")
            said = Said(enrolled_on=clock.today())
            add_person(activity=room, person=person, said=said, reason=WHY, by=staff)
            ones.append(room.participations.get(person=person).pk)
        asked = {"activity": room, "step": Step(Stage.ENROLLED), "reason": WHY, "by": staff}
        told = [queries(lambda: say_of_several(chosen=chosen, **asked)) for chosen in (ones[:1], ones[1:])]  # noqa: B023
        assert told[0] == told[1]
        cancelled = SessionMail.objects.filter(kind=CalendarMethod.CANCEL)
        assert sorted(cancelled.values_list("person__family_name", flat=True)) == ["P0", "P1", "P2", "P3"]


@pytest.mark.django_db(transaction=True)
def test_of_two_corrections_of_what_both_looked_at_one_wins_and_the_other_is_told(staff):
    room = ledger.activity()
    one = add(room, staff, enrolled_on=MAY)
    seen = mark_of(one)
    days = iter([dt.date(2023, 5, 2), dt.date(2023, 5, 3)])

    def act():
        said, again = Said(enrolled_on=next(days)), Participation.objects.get(pk=one.pk)
        return set_facts(participation=again, said=said, reason=WHY, by=staff, seen=seen)

    outcomes = at_once(2, act)
    (told,) = [outcome.sentence for outcome in outcomes if isinstance(outcome, Refused)]
    assert told.startswith("Somebody else changed this meanwhile")
    (standing,) = Entry.objects.standing()
    assert (standing.ordinal, standing.happened_on.month) == (2, 5)
    # Who looks again corrects it.
    right = Said(enrolled_on=JUNE)
    set_facts(participation=one, said=right, reason=WHY, by=staff, seen=mark_of(one))
    assert facts()[0][2] == JUNE


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_the_same_change_back_one_is_told(staff):
    room = ledger.activity()
    add(room, staff, enrolled_on=MAY)
    change = FactChange.objects.get()
    outcomes = at_once(2, lambda: undo_facts(change=change, reason=WHY, by=staff))
    assert [o.sentence for o in outcomes if isinstance(o, Refused)] == ["This change is taken back already."]
    assert facts() == []


def test_today_is_no_day_to_come(room, staff):
    add(room, staff, enrolled_on=clock.today())
    assert len(facts()) == 1
