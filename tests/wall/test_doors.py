"""Doors that are not imports, one for one; each check is shown a door left open and has to object.

| door | held by |
|---|---|
| history tables | test_running.py: no history, no trigger that writes elsewhere, no admin's log |
| sessions | here: no request behind the wall changes a session or a login |
| request logs, metrics | here: a walk leaves no line and no label; tests/web/test_logs.py: the day's total |
| titles, browser history | here: a title is the same before and after an answer, and in any state |
| the bell | here: the same markup as on any page, whatever waits behind the wall |
| Celery payloads | test_running.py: no task takes an argument |
| database errors | here: the server's log, and what setup_database sets for a server of one's own |
| error pages | here: no words of the fault, and no line |
| keys | here: nobody sets another's credentials, an address cannot be changed at all; tests/people/test_own_keys.py: a pair for everybody |
| caches, drafts | here: nothing in the cache, `no-store` on every answer; test_source.py: no import of a cache |
| dumps, write-ahead log | cannot be closed; docs/who-sees-what.md says so; tests/welfare/test_erasing.py: the drill |
| admin, API, counts, exports, managers' pages, commands | test_nobody_can_tell.py |
| courses | test_own_eyes.py, tests/courses/test_kept_to_themselves.py |
| who looks how others see them | tests/courses/test_as_others_see_me.py |
"""

import io
import logging
import re
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.db import Error, connection, connections, transaction
from django.test import Client
from django.urls import reverse
from prometheus_client.core import GaugeMetricFamily

from lms.config.celery import app as celery_app
from lms.ops import metrics, roles
from lms.ops.powers import talkative
from lms.people.enums import Role
from lms.people.models import OwnKeys, User
from lms.web import logs
from tests import cast
from tests.house.test_urls_as_every_role import TABLE
from tests.wall import walk
from tests.wall.open_doors import OPEN, SECRET
from tests.wall.test_nobody_can_tell import analyst, tell, with_reminders
from tests.wall.test_running import with_arguments

__all__ = ["analyst"]
pytestmark = pytest.mark.django_db(transaction=True)
# What a form behind the wall could be sent.
ANSWER = {"sleep": "0", "temper": "1", "first": "2031-02-01", "note": SECRET}
Ask = Callable[[Client, str], object]


@pytest.fixture
def behind(analyst: User) -> list[str]:
    """Every address behind the wall."""
    found = list(walk.addresses(walk.arguments(analyst), walk.is_behind))
    assert len(found) >= 7
    return found


@pytest.fixture
def client(analyst: User) -> Client:
    made = cast.signed_in(analyst)
    made.raise_request_exception = False
    return made


def asked(client: Client, addresses: list[str]) -> Iterator[object]:
    """Looked at and pressed, each."""
    for address in addresses:
        yield client.get(address)
        yield client.post(address, ANSWER)


def an_open(door: str) -> list[str]:
    return [f"/checkins/open/{door}/"]


# --- each check gives what it objects to -------------------------------------------------------------------


def keeping(client: Client, addresses: list[str]) -> list[str]:
    """Answers that a browser or a proxy may keep."""
    return [
        answer.request["PATH_INFO"]
        for answer in asked(client, addresses)
        if "no-store" not in answer.headers.get("Cache-Control", "")
    ]


def traces(client: Client, addresses: list[str]) -> list[str]:
    """What changed in sessions, logins or the cache."""
    before = stored()
    for _answer in asked(client, addresses):
        pass
    after = stored()
    return [name for name in before if before[name] != after[name]]


def stored() -> dict[str, object]:
    return {
        "sessions": list(Session.objects.order_by("pk").values_list()),
        "logins": list(User.objects.order_by("pk").values_list()),
        "cache": sorted(cache._cache),
    }


def lines(client: Client, addresses: list[str]) -> list[str]:
    """What is written into the log meanwhile, at any level."""
    before, level, stream = logging.root.handlers, logging.root.level, io.StringIO()
    logs.set_up(stream, level="DEBUG")
    try:
        for _answer in asked(client, addresses):
            pass
    finally:
        logging.root.handlers = before
        logging.root.setLevel(level)
    return stream.getvalue().splitlines()


def saying(client: Client, addresses: list[str]) -> list[str]:
    """Answers with the words of a fault."""
    return [answer.request["PATH_INFO"] for answer in asked(client, addresses) if SECRET in answer.text]


def titles(client: Client, addresses: list[str]) -> dict[str, set[str]]:
    """Address to the titles of its pages, as the history of a browser keeps them."""
    found: dict[str, set[str]] = {}
    for answer in asked(client, addresses):
        if answer.status_code == 200:
            (title,) = re.findall(r"<title>(.*?)</title>", answer.text)
            found.setdefault(answer.request["PATH_INFO"], set()).add(title)
    return found


def telling(client: Client, addresses: list[str]) -> list[str]:
    return [address for address, words in titles(client, addresses).items() if len(words) > 1]


# --- the doors --------------------------------------------------------------------------------------------


def test_nothing_behind_the_wall_leaves_a_door_open(client, behind, analyst):
    checks = (keeping, traces, lines, saying, telling)
    assert [check(client, behind) for check in checks] == [[]] * len(checks)
    with_reminders(analyst)
    assert [check(client, behind) for check in checks] == [[]] * len(checks)


@pytest.mark.urls("tests.wall.open_doors")
@pytest.mark.parametrize(
    ("check", "door"),
    [
        (keeping, "kept_by_the_browser"),
        (traces, "marked_in_the_session"),
        (traces, "seen_last"),
        (traces, "cached"),
        (lines, "logged"),
        (saying, "shown_with_locals"),
        (telling, "titled"),
    ],
)
def test_an_open_door_would_be_found(check, door, client):
    assert door in OPEN
    assert check(client, an_open(door))


@pytest.mark.urls("tests.wall.open_doors")
def test_a_fault_behind_the_wall_is_shown_without_its_words_and_leaves_no_line(client):
    address = an_open("broken")
    assert {answer.status_code for answer in asked(client, address)} == {500}
    assert saying(client, address) == []
    assert lines(client, address) == []
    assert keeping(client, address) == []


def test_titles_are_the_same_whatever_waits(client, behind, analyst):
    before = titles(client, behind)
    with_reminders(analyst)
    # Whoever has reminders has a page about their mails beside.
    after = titles(client, behind)
    assert {address: after[address] for address in before} == before
    assert len(before) >= 4


class TestTheBell:
    def bell(self, client: Client) -> str:
        (found,) = re.findall(r'<a class="bell".*?</a>', client.get("/me/").text, re.DOTALL)
        return found

    def test_it_says_how_many_and_never_what(self, client, analyst):
        assert re.fullmatch(r"Notices|Notices \d+ new", words_of(self.bell(client)))
        with_reminders(analyst)
        assert re.fullmatch(r"Notices|Notices \d+ new", words_of(self.bell(client)))

    def test_another_one_would_be_found(self):
        assert not re.fullmatch(r"Notices|Notices \d+ new", words_of("<a>Notices <b>1 check-in</b></a>"))


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


class TestMetrics:
    def labels(self) -> set[str]:
        return set(re.findall(r'="([^"]*)"', metrics.render().decode()))

    def test_no_label_names_an_address_or_a_login(self, client, behind, analyst, monkeypatch):
        monkeypatch.setattr("lms.ops.health._broker", lambda: (True, {}))
        before = self.labels()
        for _answer in asked(client, behind):
            pass
        assert self.labels() == before
        assert not [label for label in before if "checkin" in label or "support" in label or "@" in label]

    def test_nothing_is_told_of_the_process_that_served_it(self, monkeypatch):
        """Its seconds of the processor tell a long visit from a short one."""
        monkeypatch.setattr("lms.ops.health._broker", lambda: (True, {}))
        lines = metrics.render().decode().splitlines()
        assert {line[:4] for line in lines if not line.startswith("#")} == {"lms_"}

    def test_one_that_did_would_be_found(self, monkeypatch):
        monkeypatch.setattr("lms.ops.health._broker", lambda: (True, {}))
        before, plain = self.labels(), metrics.HealthCollector.collect

        def leaking(collector):
            leak = GaugeMetricFamily("lms_leak", "What nobody may count.", labels=["address"])
            leak.add_metric(["/checkins/pulse/"], 1)
            return [*plain(collector), leak]

        monkeypatch.setattr(metrics.HealthCollector, "collect", leaking)
        assert self.labels() - before == {"/checkins/pulse/"}


class TestTasks:
    def test_an_argument_would_be_found(self):
        @celery_app.task(name="leak", shared=False)
        def leak(user: int) -> None: ...

        try:
            assert with_arguments([leak]) == ["leak"]
        finally:
            celery_app.tasks.unregister("leak")


class TestTheServersLog:
    """Of a statement that fails, PostgreSQL usually writes the statement and the row it refused."""

    def provoke(self) -> None:
        for sql in (
            f"INSERT INTO welfare_schedule (user_id, cadence) VALUES (1, '{SECRET}')",
            f"SELECT '{SECRET}'::integer",
            f"SELECT {SECRET} FROM welfare_schedule",
        ):
            with (
                pytest.raises(Error),
                transaction.atomic(using="welfare"),
                connections["welfare"].cursor() as cursor,
            ):
                cursor.execute(sql)

    def test_the_embedded_server_writes_neither(self):
        log = settings.DATA_DIR / "pg.log"
        before = log.stat().st_size
        self.provoke()
        with log.open(errors="replace") as written:
            written.seek(before)
            news = written.read()
        assert "ERROR" in news
        assert "STATEMENT" not in news
        assert "DETAIL" not in news
        # An error of syntax or of a value quotes its word; the words of a person never stand in SQL.
        assert "VALUES" not in news

    @pytest.mark.parametrize("alias", ["default", "welfare"])
    def test_both_connections_are_terse(self, alias):
        assert talkative(connections[alias]) == []

    def test_a_server_as_it_comes_would_be_found(self, monkeypatch):
        usual = {"log_min_error_statement": "error", "log_error_verbosity": "default"}
        monkeypatch.setattr("lms.ops.powers.TERSE", usual)
        assert talkative(connection) == [*usual]

    def test_the_application_cannot_turn_it_on(self):
        with pytest.raises(Error, match="permission denied"), connections["welfare"].cursor() as cursor:
            cursor.execute("SET log_min_error_statement = 'error'")

    def test_a_server_of_ones_own_is_told_so(self):
        said = roles.bootstrap(roles.EMBEDDED)
        assert [line for line in said if line.startswith("ALTER ROLE")] == [
            f"ALTER ROLE \"hotline_app\" SET {name} = '{value}'" for name, value in roles.TERSE.items()
        ]

    def test_the_doctor_says_what_to_do(self, monkeypatch, capsys):
        monkeypatch.setattr("lms.ops.powers.TERSE", {"log_error_verbosity": "verbose"})
        with pytest.raises(SystemExit):
            call_command("doctor")
        assert "may write what people typed into its log (log_error_verbosity)" in capsys.readouterr().out


class TestKeys:
    """Whoever could set another's credentials could read what the other keeps, or sign in as them."""

    NEW = {
        "email": "taken-over@test.example", "password": "Apfel-Leiter-42", "password1": "Apfel-Leiter-42",
        "password2": "Apfel-Leiter-42", "new_password": "Apfel-Leiter-42", "action_add": "1", "words": "x",
        "oldpassword": "", "action_primary": "1", "confirm": "1", "reason": "x",
    }  # fmt: skip

    def credentials(self, user: User) -> tuple[object, ...]:
        keys = OwnKeys.objects.filter(user=user).values_list().get()
        login = User.objects.values_list("email", "password", "person").get(pk=user.pk)
        return (*login, *(bytes(one) if isinstance(one, memoryview) else one for one in keys))

    @pytest.mark.parametrize(
        "role", [Role.ADMINISTRATOR, Role.STAFF, Role.HOTLINE_MANAGER, Role.WELFARE_OFFICER]
    )
    def test_no_form_of_another_role_sets_an_analysts(self, role, analyst):
        before = self.credentials(analyst)
        given = walk.arguments(analyst)
        client = cast.signed_in(cast.user(role, cast.hotline() if role == Role.HOTLINE_MANAGER else None))
        for name in TABLE:
            if name not in ("account_logout", "staff-counts-download"):
                client.post(walk.address_of(name, given), self.NEW)
        assert self.credentials(analyst) == before

    def test_a_form_that_did_would_be_found(self, analyst):
        before = self.credentials(analyst)
        analyst.set_password("Apfel-Leiter-42")
        analyst.save()
        assert self.credentials(analyst) != before

    def test_nobody_changes_an_address_not_even_the_own(self, client, analyst):
        """So there is no change that would have to wait two days and be told to the old address."""
        url = reverse("account_email")
        assert client.get(url).status_code == 403
        assert client.post(url, {"action_add": "1", "email": "new@test.example"}).status_code == 403
        assert User.objects.get(pk=analyst.pk).email == "kept@test.example"


def test_a_reminder_that_comes_changes_nothing_that_others_can_see_of_the_login(analyst):
    with_reminders(analyst)
    before = stored()
    tell(analyst)
    assert stored() == before
