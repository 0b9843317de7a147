import datetime as dt

import pytest
from django.utils import timezone

from courses.enums import Stage
from courses.queries import counts, standing
from lms.kit import clock
from lms.people.actions.merges import merge_persons, undo_merge
from lms.people.models import Hotline
from tests import cast
from tests.courses import ledger

pytestmark = pytest.mark.django_db(transaction=True)


def now():
    return timezone.now()


def stages(one):
    return [bool(one.enrolled), bool(one.attended), bool(one.completed)]


class TestPerson:
    def test_a_person_stands_by_what_was_recorded_and_not_taken_back(self):
        ada, basic = cast.person(), ledger.activity()
        ledger.fact(ada, basic, Stage.ENROLLED, on="2023-04-01")
        wrong = ledger.fact(ada, basic, Stage.COMPLETED, on="2023-05-10")
        before = now()
        ledger.take_back(wrong)
        (one,) = standing.of_person(ada).participations
        assert stages(one) == [True, False, False]
        assert stages(standing.of_person(ada, before).participations[0]) == [True, False, True]
        assert [fact.stands for fact in standing.of_person(ada).facts] == [False, True]

    def test_nothing_is_known_before_it_was_recorded(self):
        ada, before = cast.person(), now()
        ledger.fact(ada, ledger.activity())
        assert standing.of_person(ada, before).facts == []
        assert len(standing.of_person(ada, now()).facts) == 1

    def test_a_fact_keeps_the_hotline_of_its_day(self):
        ada, old, new = cast.person(), cast.hotline("Old"), cast.hotline("New")
        ledger.fact(ada, ledger.activity("First", "2022-01-10T09:00+01:00"), at=old)
        ledger.fact(ada, ledger.activity("Second", "2023-01-10T09:00+01:00"), at=new)
        took_part = standing.of_person(ada).participations
        assert [one.entry.hotline.name for one in took_part] == ["New", "Old"]

    def test_merged_records_are_read_together_while_the_merge_is_in_force(self):
        ada, twin = cast.person(), cast.person("Twin")
        basic, other = ledger.activity(), ledger.activity("Other")
        ledger.fact(ada, basic)
        ledger.fact(twin, basic)
        ledger.fact(twin, other)
        apart = now()
        merge = merge_persons(duplicate=twin, survivor=ada, by=None)
        together = now()
        for record in (ada, twin):
            stood = standing.of_person(record)
            assert (stood.survivor, len(stood.participations), len(stood.facts)) == (ada, 2, 3)
            assert [merge.duplicate for merge in stood.merges] == [twin]
        undo_merge(merge=merge, by=None)
        assert len(standing.of_person(ada).participations) == 1
        assert len(standing.of_person(ada, apart).participations) == 1
        assert len(standing.of_person(ada, together).participations) == 2

    def test_an_absence_is_shown_and_counts_for_nothing(self):
        ada = cast.person()
        ledger.fact(ada, ledger.activity(), absent=True)
        (one,) = standing.of_person(ada).participations
        assert one.attended.entry.absent
        assert not one.attended.counts

    def test_what_belongs_to_a_withdrawn_activity_stands_no_more(self):
        ada, basic = cast.person(), ledger.activity()
        ledger.fact(ada, basic)
        before = now()
        ledger.version(basic, withdrawn=True)
        assert not standing.of_person(ada).participations[0].stands
        assert standing.of_person(ada, before).participations[0].stands


class TestActivity:
    def test_two_merged_records_in_one_room_are_one_participant(self):
        ada, twin, basic = cast.person(), cast.person("Twin"), ledger.activity()
        ledger.fact(ada, basic)
        ledger.fact(twin, basic)
        assert len(standing.of_activity(basic).participants) == 2
        merge_persons(duplicate=twin, survivor=ada, by=None)
        assert [one.person for one in standing.of_activity(basic).participants] == [ada]

    def test_head_counts_stand_apart_from_names(self):
        basic = ledger.activity()
        ledger.fact(None, basic, headcount=12)
        ledger.fact(cast.person(), basic)
        stood = standing.of_activity(basic)
        assert len(stood.participants) == 1
        assert [one.entry.headcount for one in stood.head_counts] == [12]

    def test_versions_are_read_as_of_the_moment(self):
        basic, before_all = ledger.activity("First title"), None
        before_all = now() - dt.timedelta(days=1)
        then = now()
        ledger.version(basic, title="Second title")
        assert standing.of_activity(basic).version.title == "Second title"
        assert standing.of_activity(basic, then).version.title == "First title"
        assert standing.of_activity(basic, before_all).version is None


class TestHotline:
    def test_a_year_of_a_hotline_is_what_the_counts_say(self):
        """Every number of every year, by hotline, against the one relation that counts."""
        here, there = cast.hotline("Here"), cast.hotline("There")
        ada, twin, eve = cast.person(), cast.person("Twin"), cast.person("Eve")
        held = ledger.activity("Held", "2023-12-31T23:30+00:00")
        planned = ledger.activity("Planned", "2023-03-01T09:00+01:00", status="planned", host=here)
        cancelled = ledger.activity("Cancelled", "2023-03-01T09:00+01:00", status="cancelled")
        exchange = ledger.activity("Exchange", "2023-06-01T09:00+02:00", kind_id="exchange", host=here)
        online = ledger.activity("Online", "", kind_id="online")
        for who, at in ((ada, here), (twin, there), (eve, here)):
            ledger.fact(who, held, at=at)
            ledger.fact(who, planned, at=at)
            ledger.fact(who, cancelled, Stage.ENROLLED, at=at, on="2023-02-01")
        ledger.fact(eve, exchange, at=there, absent=True)
        ledger.fact(ada, online, Stage.ENROLLED, at=here, on="2023-02-01")
        ledger.fact(ada, online, Stage.COMPLETED, at=here, on="2024-02-01")
        ledger.fact(None, exchange, at=here, headcount=5)
        merge_persons(duplicate=twin, survivor=ada, by=None)
        for hotline in Hotline.objects.all():
            for year in (2023, 2024):
                assert shown(hotline, year) == counted(hotline, year)
        assert shown(here, 2024) == {"attended": 2, "completed": 1, "hosted": 0, "enrolled": 0}

    def test_what_somebody_does_elsewhere_later_is_not_the_hotlines(self):
        ada, old, new = cast.person(), cast.hotline("Old"), cast.hotline("New")
        ledger.fact(ada, ledger.activity("First"), at=old)
        ledger.fact(ada, ledger.activity("Second"), at=new)
        assert [one.version.title for one in standing.of_hotline(old).participations] == ["First"]


def shown(hotline, year):
    names = ("enrolled", "attended", "completed", "hosted")
    found = [one for one in standing.of_hotline(hotline).years if one.year == year]
    return {name: getattr(found[0], name) if found else 0 for name in names}


def counted(hotline, year):
    question = counts.Question(clock.Span.of_year(year), where=(("hotline", hotline.name),))
    total = dict.fromkeys(("enrolled", "attended", "completed", "hosted"), 0)
    for one in counts.count(question):
        if one.code.unit == "participations":
            total[one.code.stage] += one.number
        if one.code.unit == "events":
            total["hosted"] += one.number
    return total
