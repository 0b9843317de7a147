"""The mail of a reminder: one for each, nameless, at a humane hour, to where its reader wants it."""

import datetime as dt
import re
import uuid

import pytest
from django.core import mail
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from courses.actions.nudges import plan_nudges
from lms.kit.keyring import keyring
from lms.outbox import moves
from lms.outbox.drain import run_once
from lms.outbox.states import State
from tests import cast
from tests.courses.nudges import made as nudged
from tests.welfare.mails import now_due, only, put
from welfare.actions import deliveries, engine
from welfare.actions.checkins import close_checkin
from welfare.actions.deliveries import choose_mail, rewrap_addresses
from welfare.actions.retention import forget
from welfare.enums import MailTo
from welfare.models import Delivery, Leave, Occurrence, Schedule
from welfare.models.wall import as_engine, as_user, database_now
from welfare.queries.schedules import wrapped_with

pytestmark = pytest.mark.django_db(transaction=True)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
PAGE = "/checkins/reminders/mail/"
HIDDEN = "quiet@elsewhere.example"


@pytest.fixture
def analyst():
    return cast.user(email="analyst@test.example")


@pytest.fixture
def browser(analyst):
    return cast.signed_in(analyst)


@pytest.fixture
def told(schedule, analyst):
    """Somebody whose reminder was opened a moment ago."""
    schedule(analyst.pk)
    engine.run_once()
    return analyst


def edit(user, **fields) -> None:
    with as_user(user.pk):
        Schedule.objects.update(**fields)


def settings_of(user) -> Schedule:
    with as_user(user.pk):
        return Schedule.objects.get()


def off_link(body: str) -> str:
    return re.search(r"/notices/off/\w+/", body)[0]


class TestOneForEach:
    def test_it_is_written_with_the_notice_and_sent_once(self, told):
        assert only().state == State.PENDING
        assert run_once().ended == {State.SENT: 1}
        engine.run_once()
        assert not run_once().ended
        (sent,) = mail.outbox
        assert (sent.to, sent.extra_headers["Message-ID"]) == ([told.email], only().message_id)

    def test_none_where_no_mail_is_wanted(self, schedule, analyst):
        schedule(analyst.pk, mail=MailTo.NOWHERE)
        engine.run_once()
        with as_engine():
            assert not Delivery.objects.exists()

    @pytest.mark.parametrize("how", ["closed", "turned off", "login closed"])
    def test_none_where_it_is_no_longer_wanted_and_the_row_does_not_say_why(self, told, how):
        if how == "closed":
            close_checkin(by=told)
        elif how == "turned off":
            choose_mail(by=told, mail=MailTo.NOWHERE)
        else:
            type(told).objects.update(is_active=False)
        assert run_once().ended == {State.CANCELLED: 1}
        assert (mail.outbox, only().fault) == ([], "no longer wanted")

    @pytest.mark.parametrize(("asked_for", "ended"), [(False, State.RETRY), (True, State.SENT)])
    def test_on_a_day_off_only_for_a_date_that_was_asked_for(self, told, asked_for, ended):
        edit(told, working_days=[(database_now() + 3 * DAY).isoweekday()])
        if asked_for:
            with as_user(told.pk):
                Occurrence.objects.update(slot_key=f"event:{uuid.uuid4()}")
        assert run_once().ended == {ended: 1}

    def test_it_is_the_mail_of_a_training_notice_but_for_its_link(self, told):
        nudged.not_begun(told)
        plan_nudges()
        assert run_once().ended == {State.SENT: 2}
        one, other = (
            (
                sent.to,
                sent.from_email,
                sent.subject,
                re.sub(r"off/\w{64}/", "off/", sent.body),
                re.sub(r"off/\w{64}/", "off/", sent.alternatives[0].content),
                {name: len(value) for name, value in sent.extra_headers.items()},
            )
            for sent in mail.outbox
        )
        assert one == other


class TestAtAHumaneHour:
    def test_a_late_one_waits_for_the_end_of_quiet_hours_and_no_try_counts(self, told):
        now = database_now()
        edit(told, quiet_from=(now - HOUR).time(), quiet_until=(now + HOUR).time())
        assert run_once().ended == {State.RETRY: 1}
        row = only()
        assert (row.tries, row.early, row.failures) == (1, 1, 0)
        assert abs(row.available_at - now - HOUR) < dt.timedelta(seconds=5)
        edit(told, quiet_from=dt.time(0), quiet_until=dt.time(0))
        now_due()
        assert run_once().ended == {State.SENT: 1}

    def test_one_that_was_put_off_often_still_has_its_five_tries(self, told, monkeypatch):
        put(only(), tries=7, early=5, state=State.RETRY, available_at=database_now() - HOUR)
        monkeypatch.setattr(deliveries, "reader_of", lambda schedule: 1 / 0)
        for ended in (State.RETRY, State.RETRY, State.FAILED):
            assert run_once().ended == {ended: 1}
            now_due()
        assert only().tries == 10

    def test_leave_that_came_later_is_kept(self, told):
        today = database_now().date()
        with as_user(told.pk):
            Leave.objects.create(schedule=Schedule.objects.get(), first=today, last=today + DAY)
        assert run_once().ended == {State.RETRY: 1}
        assert only().available_at.date() == today + 2 * DAY


class TestWhere:
    def test_the_other_address_stands_in_no_row_and_gets_the_mail(self, told, browser):
        answer = browser.post(PAGE, {"mail": "private", "address": HIDDEN}, follow=True)
        assert HIDDEN in answer.text
        kept = bytes(settings_of(told).private_address)
        assert HIDDEN.encode() not in kept
        run_once()
        assert mail.outbox[0].to == [HIDDEN]

    def test_every_kept_address_is_of_one_length_and_opens_for_its_login_alone(self, schedule, told):
        other = cast.user(email="other@test.example")
        schedule(other.pk)
        choose_mail(by=told, mail=MailTo.PRIVATE, address="a@b.example")
        choose_mail(by=other, mail=MailTo.PRIVATE, address=f"{'x' * 60}@{'y' * 60}.example")
        mine, others = (bytes(settings_of(user).private_address) for user in (told, other))
        assert len(mine) == len(others)
        edit(other, private_address=mine)
        assert run_once().ended == {State.SENT: 1}
        run_once()
        assert "a@b.example" in mail.outbox[0].to

    @pytest.mark.parametrize(
        ("sent", "sentence"),
        [
            ({"mail": "private", "address": ""}, "Enter the address that mails are to go to."),
            ({"mail": "private", "address": "nowhere"}, "Enter a valid email address."),
            ({"mail": "pigeon"}, "Select a valid choice"),
        ],
    )
    def test_what_cannot_be_is_said(self, told, browser, sent, sentence):
        assert sentence in browser.post(PAGE, sent).text
        assert settings_of(told).mail == MailTo.LOGIN

    def test_without_reminders_there_is_nothing_to_choose(self, browser):
        for answer in (browser.get(PAGE), browser.post(PAGE, {"mail": "nowhere"})):
            assert answer.url == "/checkins/reminders/"

    def test_the_database_refuses_an_address_that_is_not_asked_for(self, told):
        with pytest.raises(Exception, match="schedule_private_address"):
            edit(told, private_address=b"x")

    def test_a_new_key_wraps_addresses_anew(self, told, settings):
        choose_mail(by=told, mail=MailTo.PRIVATE, address=HIDDEN)
        settings.WELFARE_KEYS = [b"n" * 32, *settings.WELFARE_KEYS]
        assert not any(map(keyring().is_newest, wrapped_with()))
        assert list(rewrap_addresses()) == [(1, 1)]
        assert all(map(keyring().is_newest, wrapped_with()))
        settings.WELFARE_KEYS = settings.WELFARE_KEYS[:1]
        run_once()
        assert mail.outbox[0].to == [HIDDEN]


class TestATestMessage:
    def test_is_the_very_mail_and_leaves_no_row(self, told, browser):
        run_once()
        assert "has taken a message" in browser.post(f"{PAGE}test/", follow=True).text
        real, test = mail.outbox
        assert (real.subject, len(real.body), real.to) == (test.subject, len(test.body), test.to)
        only()

    def test_its_link_ends_mails_as_well(self, told, browser):
        browser.post(f"{PAGE}test/")
        Client().post(off_link(mail.outbox[0].body))
        assert settings_of(told).mail == MailTo.NOWHERE

    def test_nobody_is_flooded(self, told, browser):
        for _time in range(7):
            answer = browser.post(f"{PAGE}test/", follow=True)
        assert "often in a short time" in answer.text
        assert len(mail.outbox) == 5
        forget()
        assert "has taken a message" in browser.post(f"{PAGE}test/", follow=True).text

    def test_a_server_that_takes_none_is_said(self, told, browser, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
        assert "has not taken the message" in browser.post(f"{PAGE}test/", follow=True).text

    def test_none_where_no_mail_is_wanted(self, told, browser):
        choose_mail(by=told, mail=MailTo.NOWHERE)
        assert "Choose first" in browser.post(f"{PAGE}test/", follow=True).text
        assert mail.outbox == []


class TestTheLinkInTheMail:
    @pytest.fixture
    def link(self, told):
        choose_mail(by=told, mail=MailTo.PRIVATE, address=HIDDEN)
        run_once()
        return off_link(mail.outbox[0].body)

    def test_a_look_changes_nothing(self, told, link):
        assert "Nothing has changed yet." in Client().get(link).text
        assert settings_of(told).mail == MailTo.PRIVATE

    def test_one_click_of_a_mail_program_ends_the_mails_and_forgets_the_address(self, told, link):
        strict = Client(enforce_csrf_checks=True)
        for _time in range(2):
            assert strict.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
        kept = settings_of(told)
        assert (kept.mail, kept.private_address) == (MailTo.NOWHERE, None)

    def test_the_page_is_the_one_of_a_training_notice(self, told, link):
        nudged.not_begun(told)
        plan_nudges()
        run_once()
        other = off_link(mail.outbox[-1].body)
        for ask in (Client().get, Client().post):
            assert words(ask(link)) == words(ask(other))


def words(answer) -> str:
    """A page without what chance puts into it."""
    return re.sub(r"nonce-\S+|\w{64}|[0-9a-f]{32}", "", answer.text)


class TestAdministrators:
    def test_a_parked_one_cannot_be_told_from_a_training_notice(self, told):
        choose_mail(by=told, mail=MailTo.PRIVATE, address=HIDDEN)
        other = cast.user("analyst", email="other@test.example")
        nudged.not_begun(other)
        plan_nudges()
        from courses.models import Nudge

        for model in (Delivery, Nudge):
            moves.move(moves.claim(model), State.FAILED, fault="SMTP 550 5.1.1")
        page = cast.signed_in(cast.user("administrator")).get("/admin/deliveries/").text
        assert HIDDEN not in page
        rows = [row for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if "SMTP" in row]
        one, another = (re.sub(rf"{told.email}|{other.email}|[0-9a-f-]{{36}}|\s+", "", row) for row in rows)
        assert one == another

    def test_is_tried_again_and_given_up_as_any_other(self, told):
        moves.move(moves.claim(Delivery), State.FAILED, fault="SMTP 550 5.1.1")
        page = cast.signed_in(cast.user("administrator"))
        url = f"/admin/deliveries/{only().message_id[1:].partition('@')[0]}"
        assert told.email in page.get(f"{url}/retry/").text
        page.post(f"{url}/retry/")
        assert only().state == State.RETRY
        moves.move(moves.claim(Delivery), State.FAILED, fault="SMTP 550 5.1.1")
        page.post(f"{url}/give-up/")
        assert only().state == State.CANCELLED


class TestTheBell:
    def new(self, browser) -> bool:
        bell = re.search(r'<a class="bell".*?</a>', browser.get("/").text, re.DOTALL)[0]
        return "1 new" in " ".join(re.sub(r"<[^>]+>", " ", bell).split())

    def test_it_rings_until_the_reminder_is_closed_and_looking_closes_nothing(self, told, browser):
        assert self.new(browser)
        for path in ("/checkins/", "/me/notices/", "/checkins/pulse/"):
            browser.get(path)
        assert self.new(browser)
        close_checkin(by=told)
        assert not self.new(browser)
        assert "There is no notice for you." in browser.get("/me/notices/").text

    def test_the_notices_page_says_why_and_what_became_of_the_mail(self, told, browser):
        text = browser.get("/me/notices/").text
        assert "A minute for yourself" in text
        assert "every week" in text
        assert "A mail is on its way." in text
        choose_mail(by=told, mail=MailTo.NOWHERE)
        run_once()
        assert "No mail was sent: none was wanted any more." in browser.get("/me/notices/").text

    def test_reminders_and_messages_cost_a_page_one_statement_each(self, told, browser):
        with CaptureQueriesContext(connections["welfare"]) as asked:
            browser.get("/courses/")
        assert [query["sql"].split("(")[0] for query in asked] == [
            "SELECT count_messages",
            "SELECT is_waiting",
        ]

    def test_marking_all_as_read_closes_it(self, told, browser):
        browser.post("/me/notices/read/")
        assert not self.new(browser)

    def test_nobody_elses_rings(self, told):
        assert not self.new(cast.signed_in(cast.user(email="other@test.example")))

    def test_who_has_no_reminders_sees_nothing_of_them_on_the_notices_page(self, browser):
        assert "minute" not in browser.get("/me/notices/").text
