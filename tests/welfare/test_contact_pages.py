"""The pages under /checkins/ and /support/ about contact: who is shown what, and what is sent when."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lms.outbox import drain
from lms.people.enums import Role
from lms.web import notices
from tests import cast
from tests.welfare import asking
from tests.welfare.asking import ask, run_after, state, states, supporter
from tests.welfare.test_pages import everything_behind_the_wall
from welfare.actions import contact, contact_mail
from welfare.models import ContactMail, ContactRequest, LocalHelp, OwnLadder, Supporter
from welfare.models.wall import as_engine, as_user
from welfare.queries.contact import remembered_ladder

pytestmark = pytest.mark.django_db(transaction=True)

CONTACT = "/checkins/contact/"


@pytest.fixture
def analyst():
    return cast.user(email="analyst@test.example")


@pytest.fixture
def browser(analyst):
    return cast.signed_in(analyst)


def shown_in(page: str) -> str:
    return re.search(r'name="shown" value="(\w+)"', page)[1]


def press(browser, **said):
    """Choose, look, and press "Send it" with what the page carried along."""
    looked = browser.post(CONTACT, said).content.decode()
    carried = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', looked))
    carried.pop("csrfmiddlewaretoken", None)
    return looked, browser.post(CONTACT, carried, follow=True).content.decode()


class TestSending:
    def test_the_words_are_shown_before_and_nothing_is_written_until_it_is_sent(self, browser):
        one = supporter(nights="Nights: nobody.", danger="Must call 112.")
        before = everything_behind_the_wall()
        page = browser.get(CONTACT).content.decode()
        looked = browser.post(CONTACT, {"first": one.pk, "reach": "room 4"}).content.decode()
        for text in (page, looked):
            assert "Nights: nobody." in text
            assert "Must call 112." in text
            assert "on weekends too" in text
        assert "room 4" in looked
        assert everything_behind_the_wall() == before

    def test_it_is_sent_in_the_chosen_order_and_its_state_told(self, browser, analyst):
        first, second = supporter("Wanda"), supporter("Tove")
        looked, sent = press(browser, first=second.pk, second=first.pk, reach="room 4", remember="on")
        assert looked.index("Tove Example") < looked.index("Wanda Example")
        assert "Tove Example: sent, not seen yet" in sent
        assert "Wanda Example: not asked yet" in sent
        assert remembered_ladder(analyst) == [second.pk, first.pk]
        assert cast.signed_in(second).get("/support/").content.decode().count("room 4") == 1

    def test_a_post_that_looked_at_somebody_else_is_not_sent(self, browser):
        first, second = supporter("Wanda"), supporter("Tove")
        shown = shown_in(browser.post(CONTACT, {"first": first.pk}).content.decode())
        page = browser.post(CONTACT, {"first": second.pk, "shown": shown}).content.decode()
        assert "Please read this before you send it." in page
        assert states() == []

    def test_a_link_cannot_send(self, browser):
        one = supporter()
        shown = shown_in(browser.post(CONTACT, {"first": one.pk}).content.decode())
        browser.get(CONTACT, {"first": one.pk, "shown": shown})
        assert states() == []

    def test_going_back_keeps_what_was_typed(self, browser):
        one = supporter()
        page = browser.post(CONTACT, {"first": one.pk, "reach": "room 4", "back": "1"}).content.decode()
        assert 'value="room 4"' in page
        assert states() == []

    def test_what_cannot_be_is_said_and_what_was_typed_stays(self, browser):
        one = supporter()
        page = browser.post(CONTACT, {"first": one.pk, "second": one.pk, "reach": "room 4"}).content.decode()
        assert "Choose each person once" in page
        assert 'value="room 4"' in page
        assert states() == []

    def test_a_second_one_is_refused_in_words(self, browser, analyst):
        one = supporter()
        ask(analyst, one)
        _looked, answer = press(browser, first=one.pk)
        assert "under way" in answer
        assert states() == ["sent"]

    def test_where_nobody_was_named_the_page_says_whom_to_call(self, browser):
        page = browser.get(CONTACT).content.decode()
        assert "Nobody has been named here yet" in page
        assert "112" in page

    def test_what_was_remembered_is_offered_and_forgotten_by_a_press(self, browser, analyst):
        first, second = supporter("Wanda"), supporter("Tove")
        ask(analyst, second, first, remember=True)
        contact.withdraw(by=analyst)
        page = browser.get(CONTACT).content.decode()
        assert f'<option value="{second.pk}" selected>' in page
        browser.post("/checkins/contact/forget/")
        assert "selected>Tove" not in browser.get(CONTACT).content.decode()
        with as_user(analyst.pk):
            assert not OwnLadder.objects.exists()

    def test_the_pulses_end_leads_there_and_says_whom_to_call(self, browser):
        page = browser.post("/checkins/pulse/", {"sleep": "0"}).content.decode()
        assert f'href="{CONTACT}"' in page
        assert "Whom you can call" in page


class TestItsState:
    def test_each_move_is_told(self, browser, analyst):
        first = supporter("Wanda")
        request = ask(analyst, first)
        contact.mark_seen(request=request.pk, by=first)
        assert "Wanda Example: has seen it" in browser.get(CONTACT).content.decode()
        contact.mark_answered(request=request.pk, by=first)
        assert "Wanda Example: has answered" in browser.get(CONTACT).content.decode()

    def test_it_ends_in_words_with_a_number_to_call(self, browser, analyst):
        ask(analyst, supporter())
        run_after(24.1)
        page = browser.get(CONTACT).content.decode()
        assert page.index("Nobody has answered yet. Please call") < page.index("Whom you can call")

    def test_withdrawing_takes_a_press(self, browser, analyst):
        ask(analyst, supporter())
        assert browser.get("/checkins/contact/withdraw/").status_code == 405
        browser.post("/checkins/contact/withdraw/")
        assert state() == "withdrawn"
        assert "Your last request" not in browser.get(CONTACT).content.decode()


class TestWhoIsAsked:
    def test_sees_it_and_answers(self, analyst):
        first = supporter()
        request = ask(analyst, first)
        client = cast.signed_in(first)
        page = client.get("/support/").content.decode()
        assert analyst.person.name in page
        assert "analyst@test.example" in page
        client.post(f"/support/requests/{request.pk}/seen/")
        assert states() == ["seen"]
        client.post(f"/support/requests/{request.pk}/in-touch/")
        assert state() == "answered"
        assert "You have been in touch." in client.get("/support/").content.decode()

    @pytest.mark.parametrize("button", ["seen", "in-touch"])
    def test_another_cannot(self, analyst, button):
        first = supporter("Wanda")
        request = ask(analyst, first)
        for other in (supporter("Tove"), analyst, asking.officer()):
            client = cast.signed_in(other)
            client.post(f"/support/requests/{request.pk}/{button}/")
            assert "Would like to be contacted" not in client.get("/support/").content.decode()
        assert states() == ["sent"]

    def test_the_next_one_learns_of_it_only_when_it_is_their_turn(self, analyst):
        second = supporter("Tove")
        ask(analyst, supporter("Wanda"), second)
        client = cast.signed_in(second)
        assert "There is no message for you." in client.get("/support/").content.decode()
        run_after(24.1)
        assert analyst.person.name in client.get("/support/").content.decode()

    def test_sees_that_it_was_withdrawn_and_no_longer_how_to_reach(self, analyst):
        first = supporter()
        ask(analyst, first, reach="room 4")
        contact.withdraw(by=analyst)
        page = cast.signed_in(first).get("/support/").content.decode()
        assert "Withdrawn." in page
        assert "room 4" not in page

    def test_the_bell_rings_until_it_is_seen_and_says_nothing_of_it(self, analyst):
        first = supporter()
        request = ask(analyst, first)
        client = cast.signed_in(first)
        assert notices.unread(first) == 1
        page = client.get("/me/notices/").content.decode()
        assert "A message for you" in page
        for word in (analyst.person.name, "analyst@", "contact", "Turn off: Messages"):
            assert word not in page.split("<main")[1].split("</main>")[0], word
        client.post("/me/notices/read/")
        assert notices.unread(first) == 1
        contact.mark_seen(request=request.pk, by=first)
        assert notices.unread(first) == 0

    def test_the_bell_asks_one_statement(self, analyst):
        with CaptureQueriesContext(connections["welfare"]) as asked:
            assert notices.source("messages").unread(analyst) == 0
        assert len(asked) == 1

    def test_the_link_of_a_mail_ends_the_mails_and_not_the_messages(self, analyst, client):
        one = supporter()
        ask(analyst, one)
        drain.run_once()
        with as_engine():
            mail = ContactMail.objects.get()
            off = reverse("notice-off", args=[contact_mail.token(contact_mail.OFF_TOKEN, mail.message_id)])
        assert client.get(off).status_code == 200
        with as_engine():
            assert Supporter.objects.get().by_mail
        client.post(off)
        with as_engine():
            assert not Supporter.objects.get().by_mail
        assert "You get no mail" in cast.signed_in(one).get("/support/").content.decode()
        cast.signed_in(one).post("/support/mail/", {"on": "yes"})
        with as_engine():
            assert Supporter.objects.get().by_mail


def sessions() -> dict[str, dict]:
    return {row.pk: row.get_decoded() | {"until": row.expire_date} for row in Session.objects.all()}


class TestNobodyElseLearns:
    """What others are shown is the same before and after: answers, participation, links and requests."""

    @pytest.mark.parametrize(
        "role", [Role.ADMINISTRATOR, Role.STAFF, Role.HOTLINE_MANAGER, Role.TRAINER, Role.ANALYST]
    )
    def test_others_find_an_empty_page_and_no_way_to_the_lists(self, analyst, role):
        ask(analyst, supporter())
        client = cast.signed_in(cast.user(role, cast.hotline() if role == Role.HOTLINE_MANAGER else None))
        page = client.get("/support/").content.decode()
        assert "There is no message for you." in page
        assert "/support/people/" not in page
        assert client.get("/support/people/").status_code == 403
        assert client.get("/support/local-help/").status_code == 403

    def test_an_officer_sees_who_can_be_asked_and_not_who_was(self, analyst):
        client = cast.signed_in(asking.officer())
        one = supporter()
        pages = ["/support/", "/support/people/", f"/support/people/{one.pk}/", "/support/local-help/"]

        def seen() -> list[str]:
            noise = r'csrfmiddlewaretoken" value="\w+"|nonce-\S+|[0-9a-f]{32}'
            return [re.sub(noise, "", client.get(path).content.decode()) for path in pages]

        before = seen()
        ask(analyst, one)
        assert seen() == before

    def test_nothing_is_left_in_session_log_or_cache(self, browser, analyst, capfd):
        one = supporter()
        before = sessions()
        press(browser, first=one.pk, reach="room 4")
        answer = browser.get(CONTACT)
        assert sessions() == before
        assert answer.headers["Cache-Control"] == "no-store"
        assert cast.signed_in(one).get("/support/").headers["Cache-Control"] == "no-store"
        assert "messages" not in browser.cookies
        said = "".join(capfd.readouterr())
        for word in ("checkins", "support", "room 4", str(analyst.email)):
            assert word not in said, word

    def test_titles_are_neutral(self, analyst):
        one = supporter()
        ask(analyst, one)
        title = re.compile(r"<title>(.*?) ·", re.DOTALL)
        assert title.search(cast.signed_in(analyst).get(CONTACT).content.decode())[1] == "Contact"
        assert title.search(cast.signed_in(one).get("/support/").content.decode())[1] == "Messages to me"


class TestQueries:
    def count(self, client, path) -> tuple[int, int]:
        with CaptureQueriesContext(connections["welfare"]) as behind:
            own = cast.queries_of(client, path)
        return own, len(behind)

    def test_asking_takes_as_many_whoever_can_be_asked(self, browser):
        supporter("Ann")
        first = self.count(browser, CONTACT)
        supporter("Bo")
        supporter("Cy")
        assert self.count(browser, CONTACT) == first

    def test_the_inbox_takes_as_many_however_much_is_in_it(self):
        one = supporter()
        ask(cast.user(), one)
        client = cast.signed_in(one)
        first = self.count(client, "/support/")
        for _number in range(2):
            ask(cast.user(), one)
        assert self.count(client, "/support/") == first

    @pytest.mark.parametrize("path", ["/support/people/", "/support/local-help/", "/checkins/help/"])
    def test_a_list_takes_as_many_however_long_it_is(self, path):
        client = cast.signed_in(asking.officer())

        def add(number: int) -> None:
            supporter(f"Person{number}", hotline=cast.hotline(f"Line {number}"))
            with as_engine():
                LocalHelp.objects.create(country="FR", name=f"Line {number}", phone="1", **HELP)

        add(1)
        first = self.count(client, path)
        add(2)
        add(3)
        assert self.count(client, path) == first


HELP = {
    "purpose": "To talk.",
    "hours": "always",
    "source": "https://line.example/",
    "checked_on": "2026-11-01",
}


def test_a_request_has_no_number_that_counts():
    """No address tells how many asked before."""
    assert ContactRequest._meta.pk.get_internal_type() == "UUIDField"
