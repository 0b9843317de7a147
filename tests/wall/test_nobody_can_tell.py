"""Whether somebody has reminders, was told, or answered: every page and command of others says the same.

The walk is taken in a world where an analyst has nothing of welfare, and again in the same world after that
analyst began reminders, took leave, and answered one of two. What differs in a letter fails.
"""

import datetime as dt

import pytest
from django.core.management import get_commands
from django.db import connections

from courses.actions.enrolments import enrol
from courses.actions.reflections import keep
from courses.queries.reflections import reflection_blocks
from courses.web.counts import page
from courses.web.hotlines import OwnHotlinePage
from lms.ops import health
from lms.outbox import drain
from lms.people.actions.own_keys import give_keys, offer_words, take_words
from lms.people.enums import Role
from lms.people.models import User
from lms.web import home
from tests import cast
from tests.courses.learn import school
from tests.house.test_urls_as_every_role import login
from tests.wall import walk
from tests.welfare import asking
from welfare.actions import engine, sealed
from welfare.actions.deliveries import choose_mail
from welfare.actions.schedules import add_leave, set_reminders
from welfare.enums import MailTo
from welfare.models import Occurrence, Schedule
from welfare.models.wall import as_engine, as_user, database_now

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _broker(monkeypatch):
    """The broker says how long ago it saw whom; nobody's doing."""
    monkeypatch.setattr(health, "_broker", lambda: (True, {}))


@pytest.fixture
def analyst() -> User:
    user = cast.user(Role.ANALYST, email="kept@test.example")
    give_keys(users=[user], by=None)
    cast.affiliate(user.person, cast.hotline())
    enrol(cohort=school.course(), person=user.person, by=user)
    # Somebody who can be asked, there before anybody looks.
    asking.supporter("Wanda")
    return user


def with_reminders(user: User) -> None:
    """Begun, with leave; one answered and the next one waiting."""
    set_reminders(
        by=user, cadence="weekly", day=1, at=dt.time(0), zone="UTC", working_days=[1, 2, 3, 4, 5, 6, 7],
        quiet_from=dt.time(0), quiet_until=dt.time(0),
    )  # fmt: skip
    add_leave(by=user, first=dt.date(2031, 1, 1), last=dt.date(2031, 1, 5))
    client = cast.signed_in(user)
    tell(user)
    assert client.post("/checkins/pulse/", {"sleep": "0"}).status_code == 200
    with as_user(user.pk):
        # As one of a period long ago, so that this one's may be told.
        Occurrence.objects.update(slot_key="W2001-01-01")
    tell(user)
    assert set(states()) == {"closed", "open"}
    # What the mails' own command tells is how many there are of all kinds, and they go within a minute.
    drain.run_once()


def tell(user: User) -> None:
    """This week's reminder comes now."""
    with as_user(user.pk):
        today = database_now().date()
        Schedule.objects.update(
            planned_until=today - dt.timedelta(days=today.isoweekday()), next_at=database_now()
        )
    engine.run_once()


def with_six_words(user: User) -> None:
    offer = offer_words(by=user)
    take_words(ticket=offer.ticket(user), typed=offer.words, by=user)


def with_a_kept_reflection(user: User) -> None:
    keep(block=reflection_blocks(user).get(), text="A walk helped.", by=user)


def with_a_kept_checkin(user: User) -> None:
    sealed.keep(answers={"sleep": "0", "supported": "4"}, by=user)


def with_a_private_address(user: User) -> None:
    choose_mail(by=user, mail=MailTo.PRIVATE, address="somewhere@private.example")


def with_a_request(user: User) -> None:
    """To somebody who is none of those who look."""
    asking.ask(user, User.objects.get(email="wanda@test.example"), reach="a number", remember=True)
    drain.run_once()


# Whoever adds something that an analyst can have behind the wall adds how it comes to be.
EVERYTHING = [
    with_reminders,
    with_six_words,
    with_a_kept_reflection,
    with_a_kept_checkin,
    with_a_private_address,
    with_a_request,
]


def states() -> list[str]:
    with as_engine():
        return list(Occurrence.objects.values_list("state", flat=True))


def looker(role: str, analyst: User) -> User:
    """Somebody of that role who has to do with the analyst."""
    found = login(role)
    one = analyst.person.enrolments.get()
    if role == Role.TRAINER:
        one.cohort.trainers.add(found)
        one.cohort.version.course.authors.add(found)
    return found


def differing(role: str, analyst: User) -> set[str]:
    client, given = cast.signed_in(looker(role, analyst)), walk.arguments(analyst)
    before = walk.pages(client, given)
    for begin in EVERYTHING:
        begin(analyst)
    after = walk.pages(client, given)
    assert sum(status == 200 for status, _text in before.values()) >= 8
    return {address for address in before if before[address] != after[address]}


def test_files_of_numbers_are_walked_too(analyst):
    """What a page offers as a file stands in the walk with its cells."""
    pages = walk.pages(cast.signed_in(looker(Role.STAFF, analyst)), walk.arguments(analyst))
    files = {link.partition("?")[0]: text for link, (status, text) in pages.items() if status == 200}
    assert "online,enrolled,people" in files["/staff/counts/download/csv/"]
    assert "<row" in files["/staff/counts/download/xlsx/"]


@pytest.mark.parametrize("role", sorted(role.value for role in Role))
def test_no_page_of_any_role_tells(role, analyst):
    assert differing(role, analyst) == set()


def count_of_schedules() -> int:
    with as_engine():
        return Schedule.objects.count()


@pytest.mark.long
class TestTheWalkFindsWhatWouldTell:
    def test_a_number_on_a_managers_page(self, analyst, monkeypatch):
        plain = OwnHotlinePage.get_page_title
        monkeypatch.setattr(
            OwnHotlinePage, "get_page_title", lambda page: f"{plain(page)} ({count_of_schedules()})"
        )
        assert differing(Role.HOTLINE_MANAGER, analyst) == {f"/hotline/{cast.hotline().pk}/"}

    def test_a_number_in_a_file_that_a_page_offers(self, analyst, monkeypatch):
        plain = page.workbook

        def told(statement):
            statement.notes.append(f"{count_of_schedules()} take part")
            return plain(statement)

        monkeypatch.setattr(page, "workbook", told)
        assert "/staff/counts/download/xlsx/" in {
            link.partition("?")[0] for link in differing(Role.STAFF, analyst)
        }

    def test_a_card_on_everybodys_home_page(self, analyst, monkeypatch):
        monkeypatch.setattr(home, "_functions", dict(home._functions))
        home.register(lambda user: [home.Card("Today", f"{count_of_schedules()} take part.", "/", "Open")])
        assert "/" in differing(Role.STAFF, analyst)

    def test_a_number_in_what_machines_are_told(self, analyst, monkeypatch):
        monkeypatch.setattr(health, "_reporters", lambda: [lambda: {"schedules": count_of_schedules()}])
        assert {"/readyz", "/metrics"} <= differing(Role.ADMINISTRATOR, analyst)


class TestCommands:
    def test_each_of_ours_is_walked_or_says_why_not(self):
        ours = {
            name for name, app in get_commands().items() if app.split(".")[0] in ("lms", "courses", "welfare")
        }
        assert ours == walk.TELLING.keys() | walk.SILENT.keys()

    def test_none_tells(self, analyst):
        before = walk.told()
        for begin in EVERYTHING:
            begin(analyst)
        assert walk.told() == before

    def test_one_that_told_would_be_found(self, analyst, monkeypatch):
        monkeypatch.setattr(health, "_reporters", lambda: [lambda: {"mails_parked": count_of_schedules()}])
        before = walk.told()
        with_reminders(analyst)
        assert "online.enrolled.people" in before["export_training_counts"]
        assert {name for name, text in walk.told().items() if text != before[name]} == {"doctor"}


def test_the_ordinary_connection_reads_none_of_its_tables(analyst):
    """Nothing outside can count what it cannot read: not even how many rows there are."""
    with_reminders(analyst)
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_user_tables WHERE schemaname = 'welfare'")
        assert cursor.fetchone()[0] > 0  # the names of the tables are no secret
        cursor.execute("SELECT has_schema_privilege(current_user, 'welfare', 'USAGE')")
        assert cursor.fetchone() == (False,)
