"""An exchange whose visitors are paid by different grants: planned, counted, corrected, and called off."""

import datetime as dt
import threading

import pytest
from django.db import transaction

from courses.actions.exchanges.funding import fund_visits
from courses.actions.exchanges.moving import move
from courses.actions.exchanges.planning import Party, arrange_visit
from courses.actions.grants import delete_grant, remove_work_package
from courses.enums import ExchangeState
from courses.models import ExchangeMove, Funding, Grant, Traveller, Visit, WorkPackage
from courses.queries.counts import Question, count
from lms.kit.clock import Span, today
from lms.kit.errors import Refused
from tests import cast
from tests.courses.exchanges import made as exchanges
from tests.courses.grants import made
from tests.courses.test_counts_property import now
from tests.moments import next_moment
from tests.threads import at_once

pytestmark = pytest.mark.django_db
FIRST, SECOND = "ISF 2023/117", "CERV 9"
GONE = "A grant or work package of these is not there any more. Choose again."


def attended(**asked: object) -> dict[str | None, int]:
    span = Span(today() - dt.timedelta(days=90), today() + dt.timedelta(days=90))
    rows = count(Question(span, by="grant", **asked))
    return {row.value: row.number for row in rows if str(row.code) == "exchange.attended.participations"}


def written() -> tuple[object, ...]:
    return tuple(
        list(model.objects.order_by("pk").values()) for model in (Visit, Traveller, Funding, ExchangeMove)
    )


@pytest.fixture
def one():
    """Reported: two people by name and three without, the second of them paid by a grant of their own."""
    one = exchanges.exchange(ExchangeState.REPORTED)
    _first, second = Traveller.objects.order_by("pk")
    payers = {one.visit: made.payers(made.grant()), second: made.payers(made.grant("9", "CERV"))}
    fund_visits(exchange=one.exchange, payers=payers, by=one.staff)
    return one


def test_a_plan_is_no_fact_until_it_counts(one):
    assert not Funding.objects.exists()
    exchanges.confirmed(one)
    assert attended() == {FIRST: 4, SECOND: 1}
    assert Funding.objects.count() == 3


def test_whoever_has_none_counts_under_those_of_the_exchange(one):
    fund_visits(exchange=one.exchange, payers={one.visit: made.payers()}, by=one.staff)
    made.paid(one.exchange.activity, made.grant("X", "Other"))
    exchanges.confirmed(one)
    assert attended() == {"Other X": 4, SECOND: 1}


def test_a_correction_is_appended_with_its_reason_and_then_known_only_from_then_on(one):
    exchanges.confirmed(one)
    next_moment()
    before = now()
    second = Traveller.objects.order_by("pk")[1]
    fund_visits(exchange=one.exchange, payers={second: made.payers()}, by=one.staff, note="A mix-up.")
    next_moment()
    assert attended() == {FIRST: 5}
    assert attended(instant=before) == {FIRST: 4, SECOND: 1}
    assert ExchangeMove.objects.order_by("-number").first().note == "A mix-up."


def test_a_correction_needs_a_reason_and_saying_the_same_needs_none(one):
    exchanges.confirmed(one)
    before = written()
    with pytest.raises(Refused) as said:
        fund_visits(exchange=one.exchange, payers={one.visit: made.payers()}, by=one.staff)
    assert (said.value.field, written()) == ("note", before)
    grant = one.visit.grant
    fund_visits(exchange=one.exchange, payers={one.visit: made.payers(grant)}, by=one.staff)
    assert written() == before


def test_who_did_not_come_after_all_has_no_funding_and_the_others_keep_theirs(one):
    exchanges.confirmed(one)
    first = Traveller.objects.order_by("pk")[0]
    party = Party([first.person], 2, "ISF", "G-1")
    arrange_visit(visit=one.visit, party=party, by=one.staff, note="One fell ill.")
    assert attended() == {FIRST: 3}
    assert one.visit.grant.name == FIRST


def test_what_is_called_off_after_it_counted_was_paid_by_nobody(one):
    exchanges.confirmed(one)
    move(exchange=one.exchange, to=ExchangeState.CANCELLED, by=one.staff, note="It was another visit.")
    assert attended() == {}
    said = {row.participation_id: row.grants for row in Funding.objects.order_by("number")}
    assert set(map(tuple, said.values())) == {()}
    with pytest.raises(Refused):
        fund_visits(exchange=one.exchange, payers={one.visit: made.payers()}, by=one.staff, note="Late.")


def test_managers_do_not_say_it(one):
    before = written()
    with pytest.raises(Refused) as said:
        fund_visits(exchange=one.exchange, payers={one.visit: made.payers()}, by=one.visiting)
    assert (said.value.sentence, written()) == ("Which grant paid is said by INHOPE staff.", before)


def test_a_visitor_has_one_grant_and_is_still_there(one):
    before, gone = written(), Traveller.objects.order_by("pk")[0]
    both = made.payers(*(made.grant(number) for number in "ab"))
    with pytest.raises(Refused):
        fund_visits(exchange=one.exchange, payers={one.visit: both}, by=one.staff)
    assert written() == before
    gone.delete()
    gone.pk = before[1][0]["id"]
    with pytest.raises(Refused) as said:
        fund_visits(exchange=one.exchange, payers={gone: made.payers()}, by=one.staff)
    assert said.value.sentence.startswith("Who comes was changed since you looked.")


def test_its_own_hotline_reads_who_pays_and_the_host_does_not(one):
    url = f"/exchanges/{one.exchange.pk}/"
    assert FIRST in cast.signed_in(one.visiting).get(url).text
    assert FIRST not in cast.signed_in(one.hosting).get(url).text


def test_a_grant_that_pays_for_one_traveller_shows_the_visit(one):
    grant = Traveller.objects.order_by("pk")[1].grant
    text = cast.signed_in(one.staff).get(f"/staff/grants/{grant.pk}/").text
    assert "some who travel" in text
    assert one.guest.name in text


def test_the_number_that_a_hotline_typed_stays_beside_it(one):

    text = cast.signed_in(one.staff).get(f"/exchanges/{one.exchange.pk}/").text
    for said in ("G-1", FIRST, SECOND):
        assert said in text


def test_a_grant_or_work_package_that_is_gone_is_refused_in_words(one):
    grant = made.grant("late")
    payers = [made.payers(grant), made.payers(made.package(made.grant("later")))]
    Grant.objects.filter(number__startswith="late").delete()
    before = written()
    for said in payers:
        with pytest.raises(Refused) as refusal:
            fund_visits(exchange=one.exchange, payers={one.visit: said}, by=one.staff)
        assert refusal.value.sentence == GONE
        assert written() == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("removed", [delete_grant, remove_work_package])
def test_one_removed_while_a_visit_names_it_is_either_gone_or_named(removed):
    one = exchanges.exchange(ExchangeState.REPORTED)
    grant = made.grant()
    package = made.package(grant)
    gone = {"grant": grant} if removed is delete_grant else {"work_package": package}
    acts = [
        lambda: removed(**gone, by=one.staff),
        lambda: fund_visits(exchange=one.exchange, payers={one.visit: made.payers(package)}, by=one.staff),
    ]
    outcomes = at_once(2, lambda: acts.pop()())
    assert sorted(map(type, outcomes), key=str) == [type(None), Refused]
    assert one.visit.work_package_id == (package.pk if WorkPackage.objects.exists() else None)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("removed", [delete_grant, remove_work_package])
def test_who_names_it_first_has_the_other_wait_and_told(removed):
    """What is written and not committed yet holds the grant already."""
    one = exchanges.exchange(ExchangeState.REPORTED)
    grant = made.grant()
    package = made.package(grant)
    gone = {"grant": grant} if removed is delete_grant else {"work_package": package}
    outcomes: list[object] = []

    def remove() -> None:
        outcomes.extend(at_once(1, lambda: removed(**gone, by=one.staff)))

    remover = threading.Thread(target=remove)
    with transaction.atomic():
        fund_visits(exchange=one.exchange, payers={one.visit: made.payers(package)}, by=one.staff)
        remover.start()
        remover.join(timeout=0.5)
        assert remover.is_alive()
    remover.join(timeout=30)
    assert [str(said) for said in outcomes] == ["It is named by what it paid for, so it stays."]
    assert one.visit.work_package_id == package.pk
