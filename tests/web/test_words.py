"""The page of one's own six words: an open session alone does not change them."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client

from lms.people.actions.own_keys import give_keys, offer_words, open_keys, take_words
from lms.people.enums import Role
from lms.people.models import User
from tests import cast

pytestmark = pytest.mark.django_db
WORDS, PASSWORD = "/me/words/", "stapel-lampe-17"


@pytest.fixture
def analyst() -> User:
    cache.clear()
    user = cast.user(Role.ANALYST)
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    give_keys(users=[user], by=None)
    return user


@pytest.fixture
def page(analyst: User) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": analyst.email, "password": PASSWORD})
    return client


def words_of(user: User) -> str:
    offer = offer_words(by=user)
    take_words(ticket=offer.ticket(user), typed=offer.words, by=user)
    return offer.words


def take(page: Client, **more: str) -> tuple[str, str]:
    """The words that the page offers, and what it answers once they were typed."""
    offered = page.post(WORDS).text
    words = " ".join(re.findall(r"<li>([a-z]+)</li>", offered)[:6])
    ticket = re.search(r'name="ticket" value="(\w+)"', offered)[1]
    return words, page.post(WORDS, {"ticket": ticket, "typed": words, **more}).text


def test_the_first_words_ask_for_nothing(page, analyst):
    words, answer = take(page)
    assert "These are now your six words." in answer
    assert open_keys(words=words, by=analyst)


def test_an_open_session_alone_does_not_change_them(page, analyst):
    former = words_of(analyst)
    words, answer = take(page, old_words="")
    assert "Enter them, or confirm first that it is you." in answer
    assert 'href="/accounts/reauthenticate/?next=/me/words/"' in answer
    assert open_keys(words=former, by=analyst)
    assert words not in str(dict(page.session))


def test_with_the_former_words_nothing_else_is_asked(page, analyst):
    words, answer = take(page, old_words=words_of(analyst))
    assert "These are now your six words." in answer
    assert open_keys(words=words, by=analyst)


def test_who_confirmed_a_moment_ago_needs_no_former_words(page, analyst):
    words_of(analyst)
    back = page.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": WORDS})
    assert back.url == WORDS
    words, answer = take(page)
    assert "These are now your six words." in answer
    assert open_keys(words=words, by=analyst)
