"""What changes after a figure was frozen, by keyboard alone: a late correction explained, a merge and its undoing."""

import pytest
from playwright.sync_api import expect

from courses.models import Entry, FactChange, Snapshot
from lms.people.models import PersonMerge
from tests import cast
from tests.courses import ledger
from tests.journeys.desk import Desk
from tests.journeys.learning.conftest import window

__all__ = ["window"]
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
WIDTHS = [pytest.param(360, id="360"), pytest.param(1280, id="1280", marks=pytest.mark.long)]

TITLE = "People trained in 2023"


class Freezer(Desk):
    def freeze(self, code: str) -> None:
        self.page.goto(f"/staff/counts/facts/?year=2023&count={code}")
        self.look()
        self.keys.follow("Freeze this figure")
        self.look()
        self.at("title")
        self.type(TITLE)
        self.at("place")
        self.type("Annual report, p. 12")
        self.press("Freeze it")
        expect(self.page.get_by_text("Today's numbers are those of the figure.")).to_be_visible()
        self.look()

    def figure(self) -> None:
        """From the list of published figures to the only one."""
        self.page.goto("/staff/figures/")
        self.look()
        self.keys.follow(TITLE)
        self.look()

    def reads(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.get_by_role("main")).to_contain_text(text)

    def is_sound(self) -> None:
        assert self.wrong == []
        assert [" ".join(one.split()) for one in self.keys.unseen] == []


@pytest.mark.parametrize("width", WIDTHS)
def test_a_late_correction_is_explained_entry_by_entry(window, width):
    room = ledger.activity("Basic in May")
    for name in ("Ek", "Lind"):
        ledger.fact(cast.person(name), room)
    desk = Freezer(window, width)
    desk.freeze("basic.attended.people")
    desk.page.goto(f"/staff/activities/{room.pk}/")
    desk.keys.follow("Who took part, by hand")
    desk.look()
    desk.keys.to("Ada Lind")
    desk.keys.follow("Correct")
    desk.look()
    desk.at("attended")
    desk.type("no")
    desk.at("reason")
    desk.type("The list on paper has her name struck.")
    desk.press("Correct it")
    desk.reads("Corrected. Both facts stand below, side by side.")
    desk.look()
    desk.figure()
    desk.reads(
        "Today's numbers are not those of the figure any more",
        "taken back: attended",
        "Ada Lind",
        "The list on paper has her name struck.",
        "−1",
    )
    desk.keys.follow("1")
    desk.look()
    desk.reads("Ada Ek")
    desk.is_sound()
    assert Snapshot.objects.get().counts
    assert FactChange.objects.get().reason == "The list on paper has her name struck."
    assert list(Entry.objects.standing().order_by("pk").values_list("absent", flat=True)) == [False, True]


@pytest.mark.parametrize("width", WIDTHS)
def test_a_merge_is_looked_at_done_explained_and_undone(window, width):
    room = ledger.activity("Basic in May")
    one, other = cast.person("Ek", register_id="P1"), cast.person("Eck", register_id="P2")
    for person in (one, other):
        ledger.fact(person, room)
    desk = Freezer(window, width)
    desk.freeze("basic.attended.people")
    desk.page.goto(f"/staff/people/{one.pk}/")
    desk.keys.follow("Merge with another record")
    desk.look()
    desk.at("other")
    desk.type("P2")
    desk.press("Show what would happen")
    desk.look()
    desk.reads("Counts of 2023 that change", "the whole network", "Differences of published figures")
    desk.press("Read them as one person")
    desk.reads("The two records are read as one person from now on.")
    desk.figure()
    desk.reads("Ada Ek is read as Ada Eck", "−1")
    desk.page.goto(f"/staff/people/{other.pk}/")
    desk.keys.follow("Undo")
    desk.look()
    desk.reads("Counts of 2023 that change")
    desk.press("Read them apart again")
    desk.reads("The two records are read apart again.")
    desk.figure()
    desk.reads("Today's numbers are those of the figure.", "+1")
    desk.is_sound()
    assert PersonMerge.objects.get().undone_at is not None
