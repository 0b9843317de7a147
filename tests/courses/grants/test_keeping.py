"""Grants, their work packages, and who paid: what is kept, what is refused, and that nothing then changed."""

import datetime as dt
import threading

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from courses.actions.funding import Payers, fund_activity, funding_mark
from courses.actions.grants import (
    Terms,
    add_work_package,
    change_grant,
    change_work_package,
    delete_grant,
    make_grant,
    remove_work_package,
)
from courses.actions.imports import import_register
from courses.actions.imports.undo import undo_import
from courses.models import Activity, Funder, Funding, Grant, GrantChange, Import, Participation, WorkPackage
from courses.queries.counts import Question, count
from lms.kit.errors import Refused
from lms.people.enums import Role
from tests import cast
from tests.courses import ledger
from tests.courses.grants import made
from tests.courses.registers import activity, participation, person, register, write
from tests.courses.test_counts_property import YEAR, end_of_recording
from tests.threads import at_once

pytestmark = pytest.mark.django_db
TERMS = Terms("2023/117", dt.date(2023, 1, 1), dt.date(2024, 6, 30))


def written() -> tuple[object, ...]:
    return tuple(
        list(model.objects.order_by("pk").values())
        for model in (Funder, Grant, WorkPackage, GrantChange, Funding)
    )


def refused(act, field: str | None = None) -> str:
    before = written()
    with pytest.raises(Refused) as said:
        act()
    assert (written(), said.value.field) == (before, field)
    return said.value.sentence


@pytest.fixture
def staff():
    return cast.user(Role.STAFF)


class TestGrants:
    def test_a_grant_is_written_as_its_funder_and_number(self, staff):
        one = make_grant(funder=" ISF ", terms=Terms(" 2023/117 ", TERMS.first, TERMS.last), by=staff)
        assert (one.name, one.funder.name, one.number) == ("ISF 2023/117", "ISF", "2023/117")

    @pytest.mark.parametrize("funder", ["ISF", "ISF 2023"])
    def test_no_two_grants_are_written_alike(self, funder):
        made.grant("2023 117", "ISF")
        terms = Terms("2023 117" if funder == "ISF" else "117", TERMS.first, TERMS.last)
        said = refused(lambda: make_grant(funder=funder, terms=terms, by=None), "number")
        assert said == "There is a grant that is written like this already."

    @pytest.mark.parametrize(
        ("funder", "terms", "field"),
        [
            ("ISF", Terms(" ", TERMS.first, TERMS.last), "number"),
            ("ISF", Terms("1", TERMS.last, TERMS.first), "last"),
            (" ", TERMS, "funder"),
        ],
    )
    def test_what_cannot_be_is_refused_at_its_field(self, funder, terms, field):
        refused(lambda: make_grant(funder=funder, terms=terms, by=None), field)

    def test_only_staff_keep_them(self):
        grant, trainer = made.grant(), cast.user(Role.TRAINER)
        package = made.package(grant)
        for act in (
            lambda: make_grant(funder="X", terms=TERMS, by=trainer),
            lambda: change_grant(grant=grant, terms=TERMS, by=trainer),
            lambda: delete_grant(grant=grant, by=trainer),
            lambda: add_work_package(grant=grant, code="WP9", by=trainer),
            lambda: change_work_package(work_package=package, code="WP9", by=trainer),
            lambda: remove_work_package(work_package=package, by=trainer),
        ):
            assert refused(act) == "Grants are kept by INHOPE staff."

    def test_a_change_of_number_or_period_keeps_what_was_and_who_made_it(self, staff):
        grant = made.grant()
        other = Terms("2023/118", TERMS.first, dt.date(2025, 6, 30), "Renamed")
        assert change_grant(grant=grant, terms=other, by=staff).name == "ISF 2023/118"
        (kept,) = grant.changes.all()
        assert (kept.number_before, kept.number) == ("2023/117", "2023/118")
        assert (kept.last_before, kept.last, kept.first_before) == (made.LAST, other.last, made.FIRST)
        assert kept.recorded_by == staff
        change_grant(grant=grant, terms=Terms("2023/118", other.first, other.last, "Again"), by=staff)
        assert grant.changes.count() == 1

    def test_one_that_nothing_names_goes_and_its_changes_stay(self, staff):
        grant = made.grant()
        made.package(grant)
        change_grant(grant=grant, terms=Terms("2", TERMS.first, TERMS.last), by=staff)
        delete_grant(grant=grant, by=staff)
        delete_grant(grant=grant, by=staff)
        assert (Grant.objects.count(), WorkPackage.objects.count()) == (0, 0)
        assert GrantChange.objects.count() == 1

    def test_one_that_was_named_stays_also_after_a_correction(self, staff):
        grant = made.grant()
        package, at = made.package(grant), ledger.activity()
        made.paid(at, package)
        made.paid(at)
        assert refused(lambda: delete_grant(grant=grant, by=staff)).endswith("so it stays.")
        assert refused(lambda: remove_work_package(work_package=package, by=staff)).endswith("so it stays.")
        assert refused(
            lambda: change_work_package(work_package=package, code="WP3", by=staff), "code"
        ).endswith("so its code stays.")
        change_work_package(work_package=package, code="WP2", title="Renamed", by=staff)
        assert WorkPackage.objects.get().title == "Renamed"

    @pytest.mark.parametrize("code", ["", " ", "WP·2", "WP2"])
    def test_a_code_is_one_and_parts_from_its_grant(self, code):
        grant = made.grant()
        made.package(grant)
        refused(lambda: add_work_package(grant=grant, code=code, by=None), "code")


class TestTheDatabaseRefuses:
    def refused(self, constraint, **said):
        at = ledger.activity()
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            Funding.objects.create(activity=said.pop("activity", at), number=1, **said)
        assert error.value.__cause__.diag.constraint_name == constraint
        assert not Funding.objects.exists()

    def test_a_grant_that_is_not_there_or_comes_twice(self):
        pk = made.grant().pk
        for grants in ([pk + 1], [pk, pk]):
            self.refused("funding_names_what_is_there", grants=grants)

    def test_a_work_package_of_no_grant_beside_it(self):
        grant, other = made.grant(), made.grant("2")
        package = made.package(grant)
        for grants in ([], [other.pk]):
            self.refused("funding_names_what_is_there", grants=grants, work_packages=[package.pk])

    def test_a_participation_of_another_activity(self):
        entry = ledger.fact(cast.person(), ledger.activity("Other"))
        grants = [made.grant().pk]
        self.refused("funding_names_its_activity", participation=entry.participation, grants=grants)

    def test_removing_what_is_named(self):
        grant = made.grant()
        made.paid(ledger.activity(), made.package(grant))
        for table, constraint in (("workpackage", "work_package_is_named"), ("grant", "grant_is_named")):
            with (
                pytest.raises(IntegrityError) as error,
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(f"DELETE FROM courses_{table}")
            assert error.value.__cause__.diag.constraint_name == constraint

    def test_changing_what_was_said_and_dating_it_back(self):

        said = made.paid(ledger.activity(), made.grant())
        for sql in (
            "UPDATE courses_funding SET grants = '{}'",
            "DELETE FROM courses_funding",
            "UPDATE courses_workpackage SET grant_id = grant_id",
            "UPDATE courses_grant SET name = 'x'",
        ):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql)
        with pytest.raises(IntegrityError), transaction.atomic():
            Funding.objects.create(
                activity=said.activity, number=9, recorded_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
            )


class TestWhoPaid:
    def test_only_staff_say_it(self):
        at, grant = ledger.activity(), made.grant()
        trainer = cast.user(Role.TRAINER)
        said = refused(lambda: fund_activity(activity=at, payers=made.payers(grant), by=trainer))
        assert said == "Which grant paid is said by INHOPE staff."

    def test_a_grant_that_is_gone_is_refused_in_words(self, staff):
        at, grant = ledger.activity(), made.grant()
        payers = made.payers(grant)
        delete_grant(grant=grant, by=staff)
        said = refused(lambda: fund_activity(activity=at, payers=payers, by=staff), "payers")
        assert said.startswith("A grant or work package of these is not there any more.")

    def test_who_looked_at_something_else_changes_nothing(self, staff):
        at, grant = ledger.activity(), made.grant()
        made.paid(at, grant)
        seen = funding_mark(ledger.activity())
        said = refused(lambda: fund_activity(activity=at, payers=Payers(), seen=seen, by=staff))
        assert said == "Somebody else said who pays meanwhile. Nothing was saved."


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_who_say_who_paid_at_once_come_one_after_the_other(self):
        at, staff = ledger.activity(), cast.user(Role.STAFF)
        payers = [made.payers(made.grant(str(number))) for number in range(4)]
        mine = threading.local()
        waiting = list(payers)

        def say():
            mine.said = waiting.pop()
            return fund_activity(activity=at, payers=mine.said, by=staff).number

        assert sorted(at_once(4, say)) == [1, 2, 3, 4]

    def test_of_two_equal_grants_entered_at_once_one_is_refused(self):
        Funder.objects.create(name="ISF")
        outcomes = at_once(3, lambda: make_grant(funder="ISF", terms=TERMS, by=None).name)
        assert sorted(map(str, outcomes)) == [
            "ISF 2023/117", *["There is a grant that is written like this already."] * 2,
        ]  # fmt: skip

    def test_one_removed_while_it_is_named_is_either_gone_or_named(self):
        at, grant, staff = ledger.activity(), made.grant(), cast.user(Role.STAFF)
        acts = [
            lambda: delete_grant(grant=grant, by=staff),
            lambda: fund_activity(activity=at, payers=made.payers(grant), by=staff),
        ]
        outcomes = at_once(2, lambda: acts.pop()())
        assert sum(isinstance(one, Refused) for one in outcomes) == 1
        assert Grant.objects.exists() == Funding.objects.exists()

    def test_a_work_package_added_while_its_grant_is_removed_is_there_or_refused(self):
        grant, staff = made.grant(), cast.user(Role.STAFF)
        acts = [
            lambda: delete_grant(grant=grant, by=staff),
            lambda: add_work_package(grant=grant, code="WP1", by=staff),
        ]
        outcomes = at_once(2, lambda: acts.pop()())
        assert all(isinstance(one, WorkPackage | Refused | None) for one in outcomes)
        assert not Grant.objects.exists()
        assert not WorkPackage.objects.exists()


@pytest.mark.parametrize("act", ["add", "change", "package"])
def test_what_somebody_removed_is_not_changed_any_more(act):
    grant = made.grant()
    package = made.package(grant)
    Grant.objects.all().delete()
    said = refused({
        "add": lambda: add_work_package(grant=grant, code="WP9", by=None),
        "change": lambda: change_grant(grant=grant, terms=TERMS, by=None),
        "package": lambda: change_work_package(work_package=package, code="WP9", by=None),
    }[act])  # fmt: skip
    assert said.startswith("Somebody removed this")


def test_undoing_and_repeating_an_import_leaves_who_paid_alone(hotlines, tmp_path):

    told = register(people=[person()], activities=[activity()], participations=[participation()])
    folder = write(tmp_path, told)
    import_register(folder=folder, by=None)
    end_of_recording()
    at = Activity.objects.get()
    made.paid(at, made.grant())
    made.paid(Participation.objects.get(), made.grant("2"))
    before = list(Funding.objects.order_by("pk").values())
    undo_import(number=Import.objects.get().pk, by=None)
    end_of_recording()
    import_register(folder=folder, by=None)
    end_of_recording()
    assert list(Funding.objects.order_by("pk").values()) == before

    rows = count(Question(YEAR, where=(("grant", "ISF 2"),)))
    assert {str(row.code): row.number for row in rows}["basic.attended.people"] == 1
