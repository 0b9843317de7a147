"""One thing handed to one person: sealed, once, and nothing tells who did it."""

import datetime as dt
import io
import re
from html import unescape

import pytest
from django.core.management import call_command

from lms.kit.errors import Refused
from lms.kit.keyring import keyring
from lms.ops import wrapping
from lms.people.actions.own_keys import offer_words, open_keys, take_words
from lms.people.models import User
from tests import cast
from tests.welfare import asking
from tests.welfare.asking import supporter
from tests.welfare.test_contact_pages import analyst, browser
from tests.welfare.test_pages import everything_behind_the_wall
from welfare.actions import contact, sharing
from welfare.models import SharedItem
from welfare.models.wall import as_engine, as_officer, as_user
from welfare.queries.contact import reach_of

__all__ = ["analyst", "browser"]
pytestmark = pytest.mark.django_db(transaction=True)
ITEM = "In October I slept\nless well."


def words_of(user: User) -> str:
    offer = offer_words(by=user)
    take_words(ticket=offer.ticket(user), typed=offer.words, by=user)
    return offer.words


def rows() -> list[SharedItem]:
    with as_engine():
        return list(SharedItem.objects.all())


def test_it_is_read_with_the_receivers_words_and_says_whose_it_is(analyst):
    one = supporter()
    words = words_of(one)
    sharing.share(item_text=ITEM, to=one.pk, by=analyst)
    (row,) = rows()
    assert sharing.open_shared(item=row.pk, words=words, by=one) == sharing.Opened(analyst.person.name, ITEM)


def test_the_row_says_neither_who_nor_what_nor_when(analyst):
    one = supporter()
    words_of(one)
    sharing.share(item_text=ITEM, to=one.pk, by=analyst)
    (row,) = rows()
    assert {field.name for field in SharedItem._meta.fields} == {
        "id",
        "supporter_id",
        "kept",
        "until",
        "opened",
    }
    assert row.until == asking.now().date() + dt.timedelta(days=14)
    opened = keyring().unwrap(bytes(row.kept), about=sharing.about_shared(row))
    assert b"October" not in opened
    assert analyst.person.name.encode() not in opened


def test_two_of_different_length_look_alike(analyst):
    one = supporter()
    words_of(one)
    for text in ("x", ITEM * 20):
        sharing.share(item_text=text, to=one.pk, by=analyst)
    assert len({len(bytes(row.kept)) for row in rows()}) == 1


@pytest.mark.parametrize(
    ("item", "with_words", "sentence"),
    [
        (ITEM, False, "has no six words yet"),
        ("  ", True, "Choose an item"),
        ("x" * (sharing.LONGEST_ITEM + 1), True, "can be handed on"),
    ],
)
def test_what_cannot_be_handed_on(analyst, item, with_words, sentence):
    one = supporter()
    if with_words:
        words_of(one)
    with pytest.raises(Refused, match=sentence):
        sharing.share(item_text=item, to=one.pk, by=analyst)
    assert rows() == []


def test_the_longest_item_in_any_script_fits(analyst):
    one = supporter()
    words = words_of(one)
    item = "\U0001f33f" * sharing.LONGEST_ITEM
    sharing.share(item_text=item, to=one.pk, by=analyst)
    assert sharing.open_shared(item=rows()[0].pk, words=words, by=one).text == item


def test_only_somebody_of_the_list_is_handed_anything(analyst):
    stranger = cast.user()
    words_of(stranger)
    with pytest.raises(Refused, match="one of the people in the list"):
        sharing.share(item_text=ITEM, to=stranger.pk, by=analyst)
    assert rows() == []


def test_nobody_else_opens_or_erases_it(analyst):
    one, other = supporter("Wanda"), supporter("Tove")
    words_of(one)
    others_words = words_of(other)
    sharing.share(item_text=ITEM, to=one.pk, by=analyst)
    (row,) = rows()
    with pytest.raises(Refused, match="nothing like this"):
        sharing.open_shared(item=row.pk, words=others_words, by=other)
    for stranger in (other, analyst, asking.officer()):
        sharing.erase_shared(item=row.pk, by=stranger)
        with as_officer(stranger.pk):
            assert not SharedItem.objects.exists()
    assert len(rows()) == 1


def test_wrong_words_open_nothing_and_leave_it_new(analyst):
    one = supporter()
    words_of(one)
    sharing.share(item_text=ITEM, to=one.pk, by=analyst)
    with pytest.raises(Refused, match="do not open it"):
        sharing.open_shared(item=rows()[0].pk, words="apple " * 6, by=one)
    assert [row.opened for row in rows()] == [False]


def test_it_is_gone_after_14_days(analyst):
    one = supporter()
    words_of(one)
    sharing.share(item_text=ITEM, to=one.pk, by=analyst)
    with as_engine():
        SharedItem.objects.update(until=asking.now().date())
    contact.run_contacts_once()
    assert len(rows()) == 1
    with as_engine():
        SharedItem.objects.update(until=asking.now().date() - dt.timedelta(days=1))
    contact.run_contacts_once()
    assert rows() == []


def test_new_words_without_the_old_ones_leave_it_closed_in_words(analyst):
    one = supporter()
    words_of(one)
    sharing.share(item_text=ITEM, to=one.pk, by=analyst)
    offer = offer_words(by=one)
    take_words(ticket=offer.ticket(one), typed=offer.words, by=one, confirmed=True)
    assert open_keys(words=offer.words, by=one)
    with pytest.raises(Refused, match="words that you no longer have"):
        sharing.open_shared(item=rows()[0].pk, words=offer.words, by=one)


class TestPages:
    def hand_on(self, browser, to, **said):
        return browser.post("/checkins/share/", {"item": ITEM, "to": to.pk} | said).content.decode()

    def test_the_item_is_shown_and_handed_on_by_a_second_press(self, browser):
        one = supporter()
        words_of(one)
        page = browser.post("/checkins/share/", {"item": ITEM}).content.decode()
        assert "less well." in page
        assert "Wanda Example (counsellor)" in page
        assert rows() == []
        assert "It was handed on." in self.hand_on(browser, one)
        assert len(rows()) == 1

    def test_afterwards_nothing_tells_the_sharer(self, browser, analyst):
        one = supporter()
        words_of(one)
        pages = ["/checkins/", "/checkins/contact/", "/checkins/share/", "/support/", "/me/", "/me/notices/"]

        def seen() -> list[str]:
            return [browser.get(path).content.decode().split("<main")[1].count("hand") for path in pages]

        before = seen()
        self.hand_on(browser, one)
        assert seen() == before
        with as_user(analyst.pk):
            assert not SharedItem.objects.exists()

    def test_without_six_words_it_is_refused_in_a_sentence(self, browser):
        one = supporter()
        before = everything_behind_the_wall()
        assert "Wanda Example has no six words yet" in self.hand_on(browser, one)
        assert everything_behind_the_wall() == before

    def test_without_an_item_the_page_says_where_it_begins(self, browser):
        assert "choose it in your history first" in browser.get("/checkins/share/").content.decode()
        assert "Choose an item of your history first" in browser.post("/checkins/share/").content.decode()

    def test_the_receiver_opens_and_erases_it(self, analyst):
        one = supporter()
        words = words_of(one)
        sharing.share(item_text=ITEM, to=one.pk, by=analyst)
        (row,) = rows()
        client, path = cast.signed_in(one), f"/support/shared/{row.pk}/"
        assert "Something was handed to you" in client.get("/support/").content.decode()
        closed = client.get(path).content.decode()
        assert analyst.person.name not in closed
        assert "less well." not in closed
        opened = client.post(path, {"words": words}).content.decode()
        assert f"From {analyst.person.name}" in opened
        assert "less well." in opened
        assert [row.opened for row in rows()] == [True]
        client.post(f"{path}erase/")
        assert rows() == []

    def test_wrong_words_are_said_and_it_stays_closed(self, analyst):
        one = supporter()
        words_of(one)
        sharing.share(item_text=ITEM, to=one.pk, by=analyst)
        page = cast.signed_in(one).post(f"/support/shared/{rows()[0].pk}/", {"words": "apple"})
        assert "less well." not in page.content.decode()
        assert page.content.decode().count("words") > 2

    def test_to_everybody_else_it_does_not_exist(self, analyst, browser):
        one = supporter()
        words_of(one)
        sharing.share(item_text=ITEM, to=one.pk, by=analyst)
        path = f"/support/shared/{rows()[0].pk}/"
        for client in (browser, cast.signed_in(asking.officer()), cast.signed_in(supporter("Tove"))):
            assert client.get(path).status_code == 404
            assert client.post(path, {"words": "a b c d e f"}).status_code == 404


def test_a_new_key_takes_over_and_the_earlier_may_leave(analyst, settings):
    one = supporter()
    words = words_of(one)
    sharing.share(item_text=ITEM, to=one.pk, by=analyst)
    request = asking.ask(analyst, one, reach="room 4")
    settings.WELFARE_KEYS = [b"n" * 32, *settings.WELFARE_KEYS]
    assert wrapping.earlier()
    call_command("rotate_welfare_keys", stdout=io.StringIO())
    settings.WELFARE_KEYS = settings.WELFARE_KEYS[:1]
    assert not wrapping.earlier()
    with as_engine():
        request.refresh_from_db()
    assert reach_of(request) == "room 4"
    assert sharing.open_shared(item=rows()[0].pk, words=words, by=one).text == ITEM


def test_a_week_of_the_history_is_handed_on_from_the_page_that_opened_it(analyst, browser):
    receiver = supporter("Wanda")
    hers, own = words_of(receiver), words_of(analyst)
    browser.post("/checkins/pulse/", {"sleep": "1", "supported": "4", "keep": "sealed"})
    opened = browser.post("/checkins/history/", {"words": own}).text
    item = unescape(re.search(r'name="item" value="([^"]+)"', opened)[1])
    assert item.splitlines()[1:] == ["I slept well enough: some nights", "I felt supported: yes"]
    browser.post("/checkins/share/", {"item": item})
    browser.post("/checkins/share/", {"item": item, "to": receiver.pk})
    (row,) = rows()
    assert row.supporter_id == receiver.pk
    page = cast.signed_in(receiver)
    assert "I slept well enough: some nights" in page.post(f"/support/shared/{row.pk}/", {"words": hers}).text
