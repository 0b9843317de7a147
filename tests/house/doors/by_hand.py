"""Doors of what staff write down by hand."""

from courses.actions.by_hand.facts import Said, add_person
from lms.kit import clock
from lms.people.actions.persons import Names, edit_person
from tests import cast
from tests.courses import ledger
from tests.courses.gatherings import made
from tests.house.doors.base import STAFF, Door

RECORD = "the record of the whole network is put right by INHOPE staff"
PEOPLE = "what people are called and where they belong is INHOPE staff's to say"
FUNDER = "totals by gender are for a funder and for nobody else"
DOORS: dict[str, Door] = {
    "staff-edit-activity": Door(STAFF, RECORD, args=("by_hand",)),
    "staff-undo-version": Door(STAFF, RECORD, args=("by_hand", "1")),
    "staff-activity-people": Door(STAFF, RECORD, args=("by_hand",)),
    "staff-activity-add": Door(STAFF, RECORD, args=("by_hand",)),
    "staff-activity-correct": Door(STAFF, RECORD, args=("by_hand", "taken_by_hand")),
    "staff-undo-facts": Door(STAFF, RECORD, args=("fact_change",)),
    "staff-genders": Door(STAFF, FUNDER, args=("by_hand",)),
    "staff-funder-file": Door(STAFF, FUNDER, args=("by_hand",)),
    "staff-new-person": Door(STAFF, PEOPLE),
    "staff-edit-person": Door(STAFF, PEOPLE, args=("person",)),
    "staff-move-person": Door(STAFF, PEOPLE, args=("person",)),
    "staff-new-affiliation": Door(STAFF, PEOPLE, args=("person",)),
    "staff-affiliation": Door(STAFF, PEOPLE, args=("affiliation",)),
    "staff-undo-person-change": Door(STAFF, PEOPLE, args=("person_change",)),
}


def things() -> dict[str, int | str]:
    """One of each thing that these addresses are about."""
    staff, somebody = made.staff(), cast.person("Lind")
    room = ledger.activity("Given elsewhere")
    tie = cast.affiliate(somebody, cast.hotline())
    said = Said(enrolled_on=clock.today())
    change = add_person(activity=room, person=somebody, said=said, reason="A list came by mail.", by=staff)
    names = Names("Ida", "Lind", "ida@test.example")
    edited = edit_person(person=somebody, names=names, reason="She wrote.", by=staff)
    return {
        "by_hand": room.pk,
        "taken_by_hand": change.added.get().entry.participation_id,
        "fact_change": change.pk,
        "affiliation": tie.pk,
        "person_change": edited.pk,
    }
