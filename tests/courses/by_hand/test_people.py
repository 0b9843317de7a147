"""People made known, renamed, tied and moved by hand: each change is explained and has a way back."""

import datetime as dt

import pytest
from django.urls import reverse

from courses.actions.by_hand.facts import Said, add_person
from courses.actions.by_hand.people import ahead_of_move, undo_change
from lms.kit.errors import Refused
from lms.people.actions.persons import (
    Names,
    Tie,
    add_affiliation,
    correct_affiliation,
    create_person,
    edit_person,
    move_person,
    remove_affiliation,
)
from lms.people.enums import Audience, PersonChangeKind, Role
from lms.people.models import Affiliation, Person, PersonChange
from tests import cast
from tests.courses import ledger
from tests.courses.registers import SWEDEN, import_folder, register, write
from tests.courses.registers import person as line
from tests.threads import at_once

pytestmark = pytest.mark.django_db
JULY = dt.date(2023, 7, 1)
WHY = "She wrote to us."


@pytest.fixture
def staff():
    return cast.user(Role.STAFF)


@pytest.fixture
def ada():
    return cast.person("Ek")


def ties(person: Person) -> list[tuple]:
    return list(person.affiliations.values_list("hotline__name", "from_on", "until_on"))


def test_a_new_person_has_a_name_and_a_place(staff):
    at = cast.hotline()
    tie = Tie(Audience.HOTLINE, hotline=at, country=at.country, from_on=JULY)
    made = create_person(names=Names("Ada", "Ek", "Ada@Test.example"), tie=tie, by=staff)
    assert (made.register_id, made.email, ties(made)) == (None, "ada@test.example", [("Linea", JULY, None)])
    with pytest.raises(Refused, match="Give a name"):
        create_person(names=Names(" ", ""), by=staff)
    with pytest.raises(Refused, match="Only INHOPE staff"):
        create_person(names=Names("Ida", "Ek"), by=cast.user(Role.TRAINER))
    assert Person.objects.filter(family_name="Ek").count() == 1


def test_a_name_is_changed_and_put_back(ada, staff):
    change = edit_person(person=ada, names=Names("Ida", "Eck"), reason=WHY, by=staff)
    ada.refresh_from_db()
    assert (ada.name, change.reason) == ("Ida Eck", WHY)
    undo_change(person_change=change, reason="It was right.", by=staff)
    ada.refresh_from_db()
    assert ada.name == "Ada Ek"
    with pytest.raises(Refused, match="taken back already"):
        undo_change(person_change=change, reason="Again.", by=staff)
    with pytest.raises(Refused, match="recorded already"):
        edit_person(person=ada, names=Names("Ada", "Ek"), reason=WHY, by=staff)


def test_affiliations_do_not_overlap_and_the_refusal_is_a_sentence(ada, staff):
    cast.affiliate(ada, cast.hotline())
    tie = Tie(Audience.HOTLINE, hotline=cast.hotline(), from_on=JULY)
    with pytest.raises(Refused, match="belong to this hotline already") as refusal:
        add_affiliation(person=ada, tie=tie, reason=WHY, by=staff)
    assert refusal.value.field == "from_on"
    backwards = Tie(Audience.OTHER, from_on=JULY, until_on=JULY - dt.timedelta(days=1))
    with pytest.raises(Refused, match="lies before the first"):
        add_affiliation(person=ada, tie=backwards, reason=WHY, by=staff)
    assert (ties(ada), PersonChange.objects.count()) == ([("Linea", None, None)], 0)


def test_an_affiliation_is_ended_corrected_removed_and_put_back(ada, staff):
    tie = cast.affiliate(ada, cast.hotline())
    ended = Tie(Audience.HOTLINE, hotline=tie.hotline, country=tie.country, until_on=JULY)
    first = correct_affiliation(affiliation=tie, tie=ended, reason=WHY, by=staff)
    assert ties(ada) == [("Linea", None, JULY)]
    second = remove_affiliation(affiliation=tie, reason="Never there.", by=staff)
    assert ties(ada) == []
    with pytest.raises(Refused, match="changed since"):
        undo_change(person_change=first, reason="x", by=staff)
    undo_change(person_change=second, reason="It was.", by=staff)
    assert ties(ada) == [("Linea", None, JULY)]
    with pytest.raises(Refused, match="Somebody else changed"):
        remove_affiliation(affiliation=tie, reason="Gone meanwhile.", by=staff)


class TestMoving:
    def test_one_ends_the_day_before_and_one_begins(self, ada, staff):
        tie = cast.affiliate(ada, cast.hotline())
        to = cast.hotline("Other", "SE")
        change = move_person(affiliation=tie, hotline=to, from_on=JULY, reason=WHY, by=staff)
        assert change.kind == PersonChangeKind.MOVED
        assert ties(ada) == [("Linea", None, dt.date(2023, 6, 30)), ("Other", JULY, None)]

    def test_the_preview_writes_nothing_and_tells_what_keeps_its_hotline(self, ada, staff):
        tie = cast.affiliate(ada, cast.hotline())
        before, after = ledger.activity(), ledger.activity("Late", on="2023-08-01T09:00+02:00")
        for room in (before, after):
            ledger.fact(ada, room)
        asked = {
            "affiliation": tie,
            "hotline": cast.hotline("Other"),
            "from_on": JULY,
            "reason": WHY,
            "by": staff,
        }
        ahead = ahead_of_move(**asked)
        assert (ahead.facts, [fact.entry.activity for fact in ahead.later]) == (2, [after])
        assert [tie["until_on"] for tie in ahead.after] == ["2023-06-30", None]
        assert (ties(ada), PersonChange.objects.count()) == ([("Linea", None, None)], 0)
        move_person(**asked)
        assert {entry.hotline.name for entry in ada.entries.all()} == {"Linea"}

    def test_it_is_refused_where_they_do_not_belong_or_belong_already(self, ada, staff):
        tie = cast.affiliate(ada, cast.hotline(), JULY)
        for to, day, match in (
            (tie.hotline, dt.date(2024, 1, 1), "belong to this hotline already"),
            (cast.hotline("Other"), JULY, "On the day before"),
        ):
            with pytest.raises(Refused, match=match):
                move_person(affiliation=tie, hotline=to, from_on=day, reason=WHY, by=staff)
        assert ties(ada) == [("Linea", JULY, None)]

    def test_it_is_taken_back_unless_a_fact_leans_on_it(self, ada, staff):
        tie = cast.affiliate(ada, cast.hotline())
        asked = {"hotline": cast.hotline("Other"), "from_on": JULY, "reason": WHY, "by": staff}
        change = move_person(affiliation=tie, **asked)
        undo_change(person_change=change, reason="She stayed.", by=staff)
        assert ties(ada) == [("Linea", None, None)]
        again = move_person(affiliation=Affiliation.objects.get(), **asked)
        room = ledger.activity("Late", on="2023-08-01T09:00+02:00")
        add_person(activity=room, person=ada, said=Said(attended=True), reason=WHY, by=staff)
        with pytest.raises(Refused, match="1 fact was recorded with it since"):
            undo_change(person_change=again, reason="She stayed.", by=staff)
        assert len(ties(ada)) == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_moves_at_once_one_wins_and_the_other_is_told(staff):
    ada = cast.person("Ek")
    tie = cast.affiliate(ada, cast.hotline())
    hotlines = iter([cast.hotline("One"), cast.hotline("Two")])

    def act():
        return move_person(affiliation=tie, hotline=next(hotlines), from_on=JULY, reason=WHY, by=staff)

    outcomes = at_once(2, act)
    (told,) = [outcome.sentence for outcome in outcomes if isinstance(outcome, Refused)]
    assert told.startswith("On the day before and on this day")
    assert len(ties(ada)) == 2
    assert PersonChange.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("hotlines")
def test_the_next_register_says_again_where_somebody_belongs(tmp_path, staff):
    folder = write(tmp_path / "r", register(people=[line("P1")]))
    import_folder(folder)
    ada = Person.objects.get(register_id="P1")
    move_person(
        affiliation=ada.affiliations.get(), hotline=cast.hotline("Other"), from_on=JULY, reason=WHY, by=staff
    )
    told = import_folder(folder).data["people"]
    assert (told["changed"], ties(ada)) == (1, [(SWEDEN, None, None)])
    with pytest.raises(Refused, match="changed since"):
        undo_change(person_change=PersonChange.objects.get(), reason="x", by=staff)


def test_what_is_typed_of_a_place_without_an_audience_is_not_dropped():
    client = cast.signed_in(cast.user(Role.STAFF))
    sent = {"family_name": "Ek", "audience": "", "country": "NL", "from_on": "2024-01-01"}
    page = client.post(reverse("staff-new-person"), sent)
    assert "Say as what they belong there" in page.text
    assert not Person.objects.filter(family_name="Ek").exists()
    client.post(reverse("staff-new-person"), sent | {"audience": "government"})
    assert Person.objects.get(family_name="Ek").affiliations.get().audience == "government"
