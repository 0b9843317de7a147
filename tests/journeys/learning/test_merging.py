"""A merge is looked at, done and undone at a narrow screen by keyboard alone; every page on the way is sound."""

import pytest
from playwright.sync_api import expect

from courses.queries.counts import Question, count
from lms.kit.clock import Span
from lms.people.enums import Role
from lms.people.models import PersonMerge
from tests import cast
from tests.courses import ledger
from tests.journeys.test_ground_floor import faults
from tests.journeys.whole.keyboard import Keyboard

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("journeys"),
]
LOOKS = [(360, "light"), (360, "dark")]


def numbers() -> dict[str, int]:
    return {str(row.code): row.number for row in count(Question(Span.of_year(2023)))}


def test_a_merge_is_undone_by_keyboard(window):
    one, other = (cast.person(name, email="ada@test.example") for name in ("Ek", "Eck"))
    room = ledger.activity("Basic in May")
    for person in (one, other):
        ledger.fact(person, room)
    before = numbers()
    size = {"width": 360, "height": 800}
    page = window(cast.user(Role.STAFF), viewport=size, reduced_motion="reduce")
    keys, wrong = Keyboard(page), list[str]()
    page.goto(f"/staff/people/{one.pk}/")
    wrong += faults(page, LOOKS)
    keys.follow("Merge with another record")
    keys.follow("Ada Eck")
    expect(page.get_by_role("table", name="Counts of 2023 that change")).to_be_visible()
    wrong += faults(page, LOOKS)
    keys.follow("Read them as one person")
    assert numbers()["basic.attended.people"] == 1
    keys.follow("Undo")
    expect(page.get_by_role("table", name="Counts of 2023 that change")).to_be_visible()
    wrong += faults(page, LOOKS)
    keys.follow("Read them apart again")
    expect(page.get_by_text("The two records are read apart again.")).to_be_visible()
    wrong += faults(page, LOOKS)
    assert numbers() == before
    assert PersonMerge.objects.get().undone_at is not None
    assert (wrong, keys.unseen) == ([], [])
