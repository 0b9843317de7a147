"""Two at once: both sides confirm, two take the same offer."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from courses.actions.exchanges.moving import say_yes
from courses.actions.exchanges.wishes import meet
from courses.enums import ExchangeState, YesTo
from courses.models import ActivityVersion, Entry, Exchange, ExchangeMove, ExchangeYes
from lms.kit.errors import Refused
from tests import cast
from tests.courses.exchanges import made

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each returned, or the refusal it ended in."""
    gate = Barrier(len(acts), timeout=60)

    def run(act: Callable[[], Any]) -> Any:
        try:
            gate.wait()
            return act()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_two_managers_confirm_at_once_and_it_counts_once():
    one = made.exchange(ExchangeState.REPORTED)

    def says(hotline, login):
        return lambda: say_yes(exchange=one.exchange, hotline=hotline, to=YesTo.OUTCOME, by=login)

    host, guest = says(one.host, one.hosting), says(one.guest, one.visiting)
    at_once(host, guest, host, guest)
    assert one.again().state == ExchangeState.COUNTED
    assert ExchangeMove.objects.filter(exchange=one.exchange, after=ExchangeState.COUNTED).count() == 1
    assert sorted(Entry.objects.values_list("headcount", flat=True)) == [1, 1, 3]
    assert ExchangeYes.objects.filter(to=YesTo.OUTCOME).count() == 2
    assert ActivityVersion.objects.filter(activity=one.exchange.activity).count() == 2


def test_of_two_who_take_the_same_offer_at_once_one_gets_it_and_the_other_is_told():
    host, first, second = cast.hotline(), cast.hotline("One", "NL"), cast.hotline("Two", "BE")
    offer = made.wish("offer", host, made.manager(host))
    guests = [
        (made.wish("request", at, login), login) for at in (first, second) for login in [made.manager(at)]
    ]
    ends = at_once(
        *(
            lambda wish=wish, login=login: meet(own=wish, other=offer, plan=made.plan(), by=login)
            for wish, login in guests
        )
    )
    assert Exchange.objects.count() == 1
    (refusal,) = [end for end in ends if isinstance(end, Refused)]
    assert "no longer on the board" in refusal.sentence
