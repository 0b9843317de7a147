"""Lists, transcripts and pages say the same as the counts, merged persons included: one rule for one thing."""

import pytest
from hypothesis import given

from courses.enums import Dimension, Stage, Unit
from courses.models import Entry
from courses.queries import activities, standing
from courses.queries.counts import Question, count
from courses.queries.counts.counting import counted_elsewhere
from courses.queries.counts.facts import open_number
from courses.queries.counts.years import EVER
from courses.queries.facts import load
from lms.people.models import Hotline
from tests.courses.naive import Book
from tests.courses.random_registers import registers
from tests.courses.test_counts_property import YEAR, fewer, merge_two, take, taken_back

pytestmark = pytest.mark.usefixtures("hotlines")


def opened(question: Question) -> dict[int, Entry]:
    """Every entry that any count of participations has."""
    codes = {row.code for row in count(question) if row.code.unit == Unit.PARTICIPATIONS}
    pages = [open_number(code, question, offset=0, limit=1_000) for code in codes]
    return {fact.entry.pk: fact.entry for page in pages for fact in page.rows}


def attended_by_activity(entries: dict[int, Entry]) -> dict[int, int]:
    numbers: dict[int, int] = {}
    for entry in entries.values():
        if entry.stage == Stage.ATTENDED:
            numbers[entry.activity_id] = numbers.get(entry.activity_id, 0) + entry.headcount
    return numbers


def years_of_hotlines() -> dict[tuple[str, str], int]:
    """By hotline and stage, what the pages of the hotlines say of the year."""
    found = {}
    for hotline in Hotline.objects.filter(pk__in=Entry.objects.values("hotline")):
        for year in standing.of_hotline(hotline).years:
            if year.year == YEAR.year:
                found |= {(hotline.name, stage): getattr(year, stage) for stage in Stage.values}
    return {key: number for key, number in found.items() if number}


def counted_by_hotline() -> dict[tuple[str, str], int]:
    numbers: dict[tuple[str, str], int] = {}
    for row in count(Question(YEAR, by=Dimension.HOTLINE)):
        if row.code.unit == Unit.PARTICIPATIONS and row.value:
            key = (row.value, row.code.stage)
            numbers[key] = numbers.get(key, 0) + row.number
    return numbers


@fewer
@given(registers(most_people=4))
def test_every_list_has_the_attendances_and_facts_that_the_counts_have(drawn):
    book = Book().take(drawn)
    with taken_back():
        take(drawn)
        merge_two(book, 1)
        merge_two(book, 0)
        counted = opened(Question(EVER))
        facts = load(Entry.objects.all())
        elsewhere = set(counted_elsewhere())
        assert {f.entry.pk for f in facts if f.counts and f.entry.pk not in elsewhere} == set(counted)
        listed = {one.activity_id: one.participations for one in activities.current() if one.participations}
        assert listed == attended_by_activity(counted)
        assert years_of_hotlines() == counted_by_hotline()
