"""Whoever travels, or said a hotline's word, sees the page of the exchange as its managers and staff do."""

import pytest
from django.urls import reverse

from courses.actions.exchanges.planning import Party, arrange_visit
from courses.enums import ExchangeState
from lms.people.enums import Role
from lms.web.as_seen import Look, about
from lms.web.as_seen.inert import content_of
from tests import cast
from tests.courses.exchanges import made

pytestmark = pytest.mark.django_db
STATE = ExchangeState
OTHER = "Wolkenstein"


@pytest.fixture
def one():
    """An exchange whose one traveller has a login."""
    exchange = made.exchange(STATE.HELD)
    analyst = cast.user(Role.ANALYST)
    cast.affiliate(analyst.person, exchange.guest)
    arrange_visit(visit=exchange.visit, party=Party([analyst.person], 2, "ISF"), by=exchange.visiting)
    return exchange, analyst


def looks(login):
    return [one for one in about(login.person) if isinstance(one, Look) and one.route == "exchange"]


def seen(login, look):
    return cast.signed_in(login).get(reverse("as-others-see-my", args=[look.role, look.route, *look.args]))


def test_a_traveller_has_the_page_of_the_own_hotlines_manager_and_of_staff(one):
    exchange, analyst = one
    assert [(look.role, look.hotline) for look in looks(analyst)] == [
        (Role.HOTLINE_MANAGER, exchange.guest),
        (Role.STAFF, None),
    ]
    for look in looks(analyst):
        page = seen(analyst, look)
        assert page.status_code == 200
        assert analyst.person.name in page.text


def test_it_is_the_page_that_a_colleague_gets_but_for_the_names_of_others(one):
    exchange, analyst = one
    arrange_visit(visit=exchange.visit, party=Party([analyst.person], 2, "ISF"), by=exchange.visiting)
    for look in looks(analyst):
        colleague = cast.user(look.role, look.hotline)
        true = cast.signed_in(colleague).get(reverse("exchange", args=[exchange.exchange.pk])).text
        content, _body_class = content_of(true)
        own = seen(analyst, look).text
        before, _heading, _history = content.partition("Who said yes")
        assert before.strip() in own


def test_others_who_travel_or_spoke_are_left_out(one):
    exchange, analyst = one
    other = made.person(exchange.guest, OTHER)
    arrange_visit(visit=exchange.visit, party=Party([analyst.person, other], 0), by=exchange.visiting)
    for login in (exchange.visiting, exchange.hosting):
        login.person.family_name = OTHER
        login.person.save()
    for look in looks(analyst):
        assert OTHER not in seen(analyst, look).text
    url = reverse("exchange", args=[exchange.exchange.pk])
    assert cast.signed_in(exchange.staff).get(url).text.count(OTHER) >= 3


def test_whoever_said_a_word_sees_it_too_and_nobody_else_has_one(one):
    exchange, _analyst = one
    assert {look.role for look in looks(exchange.visiting)} == {Role.HOTLINE_MANAGER, Role.STAFF}
    assert looks(cast.user(Role.ANALYST)) == []
