"""Who took part: by name, by a code, as a head count; never added together, and the counts say the same."""

import pytest

from courses.actions.amendments import Right, put_right
from courses.actions.gatherings import cancel_gathering
from courses.actions.taking_part import Place, record_came
from courses.models import Entry, Pseudonym, Reversal
from courses.queries.gatherings import Total, roll_of
from lms.kit.errors import Refused
from lms.people.actions.merges import merge_persons
from lms.people.enums import Audience, Role
from lms.people.models import Affiliation, Country, Person
from tests import cast
from tests.courses.gatherings import made

pytestmark = pytest.mark.django_db


class TestCounts:
    def test_what_was_entered_is_what_the_counts_have(self):
        held = made.held()
        made.named(held, "Nowak")
        made.named(held, "Kowalska")
        made.named(held, "Absent-today", came=False)
        made.coded(held, "K-17")
        made.heads(held, 12)
        made.heads(held, 20, came=False)
        assert made.counts(held) == {
            "law_enforcement.held.events": 1,
            "law_enforcement.enrolled.participations": 24,
            "law_enforcement.enrolled.people": 4,
            "law_enforcement.enrolled.unidentified": 20,
            "law_enforcement.attended.participations": 15,
            "law_enforcement.attended.people": 3,
            "law_enforcement.attended.unidentified": 12,
        }
        roll = roll_of(held)
        assert roll.totals == [Total(3, 2), Total(1, 1), Total(20, 12)]
        assert (roll.people, roll.uncounted) == (3, 12)

    def test_a_room_of_mixed_audiences_is_counted_by_each(self):
        held = made.held()
        made.named(held, "Nowak")
        made.named(held, "Ministry", at=made.place("Ministry", audience=Audience.GOVERNMENT))
        linea = cast.hotline()
        made.named(held, "Analyst", at=Place(Audience.HOTLINE, hotline=linea, country=linea.country))
        made.heads(held, 4, at=made.place("Provider", audience=Audience.INDUSTRY))
        people = "law_enforcement.attended.participations"
        assert {word: made.counts(held, audience=word)[people] for word in ("law_enforcement", "government", "hotline", "industry")} == {
            "law_enforcement": 1, "government": 1, "hotline": 1, "industry": 4,
        }  # fmt: skip

    def test_the_same_code_of_the_same_agency_is_the_same_person_next_time(self):
        first, second = made.held(), made.held()
        made.coded(first, "k-17 ")
        made.coded(second, "K-17")
        made.coded(second, "K-17", at=made.place("Other police"))
        assert Pseudonym.objects.count() == 2
        assert made.counts(first)["law_enforcement.attended.people"] == 2
        assert made.counts(first)["law_enforcement.attended.participations"] == 3
        assert not Person.objects.filter(pseudonym__isnull=False).exclude(family_name="", email="").exists()

    def test_two_records_of_one_person_in_the_room_are_one(self):
        held = made.held()
        one = made.named(held, "Nowak").person
        two = made.named(held, "Nowak-Double").person
        merge_persons(duplicate=two, survivor=one, by=None)
        assert roll_of(held).people == made.counts(held)["law_enforcement.attended.people"] == 1

    def test_the_place_of_an_entry_is_the_one_on_the_line(self):
        held = made.held()
        taking = made.named(held)
        entry = taking.entries.first()
        assert (entry.agency, entry.country_id, entry.audience) == (made.agency(), "PL", "law_enforcement")
        assert Affiliation.objects.get(person=taking.person).agency == made.agency()


class TestRefused:
    def test_nobody_was_there_before_it_began(self):
        coming = made.planned()
        for way in (made.named, made.coded, made.heads):
            with pytest.raises(Refused, match="has not begun"):
                way(coming)
        assert made.facts() == []
        made.named(coming, came=False)
        assert [fact[0] for fact in made.facts()] == ["enrolled"]

    def test_nobody_takes_part_in_what_is_cancelled(self):
        coming, keeper = made.planned(), made.staff()
        cancel_gathering(activity=coming, reason="The room burnt down.", by=keeper)
        with pytest.raises(Refused, match="cancelled"):
            made.named(coming, came=False)
        assert made.facts() == []

    @pytest.mark.parametrize("role", [Role.ANALYST, Role.HOTLINE_MANAGER, Role.TRAINER, Role.ADMINISTRATOR])
    def test_whoever_does_not_keep_it_says_nothing(self, role):
        held = made.held()
        login = cast.user(role, cast.hotline() if role == Role.HOTLINE_MANAGER else None)
        for way in (made.named, made.coded, made.heads):
            with pytest.raises(Refused, match="Only staff and the trainers"):
                way(held, by=login)
        assert made.facts() == []

    def test_the_trainer_who_leads_it_may(self):
        trainer = cast.user(Role.TRAINER)
        held = made.held(trainers=[trainer])
        made.named(held, by=trainer)
        assert len(made.facts()) == 2

    def test_somebody_is_on_the_list_once(self):
        held = made.held()
        made.named(held, "Nowak", email="ola@test.example")
        made.coded(held)
        before = made.facts()
        with pytest.raises(Refused, match="on the list already"):
            made.named(held, "Other", email="OLA@test.example")
        with pytest.raises(Refused, match="on the list already"):
            made.named(held, "NOWAK")
        with pytest.raises(Refused, match="on the list already"):
            made.coded(held)
        assert made.facts() == before

    def test_the_same_heads_are_counted_once(self):
        held = made.held()
        made.heads(held, 12)
        with pytest.raises(Refused, match="12 of them are counted already"):
            made.heads(held, 12)
        assert [fact[:2] for fact in made.facts()] == [("attended", 12)]


class TestPuttingRight:
    def right(self, **how) -> Right:
        return Right(**{"place": made.place(), "expected": 1, "came": 0} | how)

    def test_the_old_fact_is_reversed_and_stands_beside_the_new_one(self):
        held, keeper = made.held(), made.staff()
        taking = made.heads(held, 12)
        (one,) = put_right(
            participation=taking, right=self.right(expected=0, came=9), reason="Three left.", by=keeper
        )
        assert (one.reversal.entry.headcount, one.successor.headcount, one.reason) == (12, 9, "Three left.")
        assert made.counts(held)["law_enforcement.attended.unidentified"] == 9

    def test_a_head_count_moves_to_another_organisation(self):
        held, keeper = made.held(), made.staff()
        taking = made.heads(held, 12)
        put_right(
            participation=taking,
            right=self.right(place=made.place("Other"), expected=0, came=12),
            reason="Theirs.",
            by=keeper,
        )
        assert [fact[4] for fact in made.facts()] == ["Other"]

    def test_it_is_refused_where_those_are_counted_already_and_nothing_changes(self):
        held, keeper = made.held(), made.staff()
        taking = made.heads(held, 12)
        made.heads(held, 3, at=made.place("Other"))
        before = made.facts()
        with pytest.raises(Refused, match="3 of them are counted already"):
            put_right(
                participation=taking,
                right=self.right(place=made.place("Other"), expected=0, came=12),
                reason="Theirs.",
                by=keeper,
            )
        assert made.facts() == before
        assert not Reversal.objects.exists()

    def test_somebody_did_not_come_after_all(self):
        held, keeper = made.held(), made.staff()
        taking = made.named(held)
        put_right(participation=taking, right=self.right(absent=True), reason="Was ill.", by=keeper)
        assert [fact[:3] for fact in made.facts()] == [("enrolled", 1, False), ("attended", 1, True)]
        assert "law_enforcement.attended.people" not in made.counts(held)

    def test_somebody_was_never_to_be_on_the_list(self):
        held, keeper = made.held(), made.staff()
        taking = made.named(held)
        done = put_right(
            participation=taking, right=self.right(expected=0), reason="Another room.", by=keeper
        )
        assert [one.successor for one in done] == [None, None]
        assert roll_of(held).named == []
        made.named(held, "Nowak")
        assert len(made.facts()) == 2

    def test_another_country_is_recorded_for_both_stages(self):
        held, keeper = made.held(), made.staff()
        taking = made.named(held)
        place = made.place("Federal police", "CZ")
        put_right(participation=taking, right=self.right(place=place, came=1), reason="Seconded.", by=keeper)
        assert set(Entry.objects.standing().values_list("country", flat=True)) == {"CZ"}
        assert Country.objects.get(pk="CZ").name in {"Czechia", "Czech Republic"}

    def test_a_code_stays_with_its_agency(self):
        held, keeper = made.held(), made.staff()
        taking = made.coded(held)
        with pytest.raises(Refused, match="stays with the agency"):
            put_right(
                participation=taking,
                right=self.right(place=made.place("Other"), came=1),
                reason="x",
                by=keeper,
            )

    @pytest.mark.parametrize(("reason", "match"), [("", "Say why"), ("x", "recorded already")])
    def test_it_needs_a_reason_and_a_difference(self, reason, match):
        held, keeper = made.held(), made.staff()
        taking = made.heads(held, 12)
        with pytest.raises(Refused, match=match):
            put_right(participation=taking, right=self.right(expected=0, came=12), reason=reason, by=keeper)
        assert not Reversal.objects.exists()


class TestThoseWhoWereThere:
    def test_some_of_those_expected_were(self):
        held, keeper = made.held(), made.staff()
        came, other = made.named(held, "Came", came=False), made.named(held, "Other", came=False)
        assert record_came(activity=held, chosen=[came.pk], by=keeper) == 1
        assert record_came(activity=held, chosen=[came.pk], by=keeper) == 0
        assert [one.came for one in roll_of(held).named] == [True, False]
        assert other.entries.count() == 1

    def test_nobody_of_another_room(self):
        held, keeper = made.held(), made.staff()
        elsewhere = made.named(made.held(), came=False)
        with pytest.raises(Refused, match="Choose who was there"):
            record_came(activity=held, chosen=[elsewhere.pk], by=keeper)


def test_nobody_corrects_that_they_were_there_themselves():
    trainer = cast.user(Role.TRAINER)
    room = made.held(trainers=[trainer])
    mine = made.named(room, came=False, known=trainer.person)
    with pytest.raises(Refused, match="Somebody else"):
        put_right(
            participation=mine, right=Right(made.place(), expected=1, came=1), reason="I was.", by=trainer
        )
    assert not [fact for fact in made.facts() if fact[0] == "attended"]
