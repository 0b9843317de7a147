"""Check-ins kept sealed: opened with one's own words, erased without them, and rows that lead to nobody."""

import dataclasses
import datetime as dt

import hypothesis
import pytest
from django.core.cache import cache
from django.db import DatabaseError, IntegrityError, connections
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey

from lms.kit.errors import Refused
from lms.kit.keyring import keyring
from lms.kit.sealing import Unreadable, WrongWords, open_sealed, seal
from lms.people.actions.own_keys import give_keys, offer_words, open_keys, take_words
from lms.people.models import User
from lms.people.queries.own_keys import held
from tests import cast
from welfare.actions import sealed
from welfare.kinds.kept import SIZE, CheckIn, weeks_between
from welfare.kinds.pulse import ITEMS, PLACES
from welfare.models import Occurrence, SealedAnswer
from welfare.models.sealed import SEALED_BYTES
from welfare.models.wall import as_engine, as_holder, as_keeper, as_user, database_now
from welfare.queries.sealed import kept_by, marks, opened, week_at

pytestmark = pytest.mark.django_db
ANSWERS = {"sleep": "0", "images": "1", "away": "2", "temper": "3", "supported": "4"}
OTHERS = {"sleep": "4", "temper": "4"}
answers = st.dictionaries(st.sampled_from([item.key for item in ITEMS]), st.sampled_from(PLACES), min_size=1)


@pytest.fixture(autouse=True)
def fresh_count():
    cache.clear()


@pytest.fixture
def analyst() -> User:
    return with_keys("analyst@test.example")


@pytest.fixture
def words(analyst) -> str:
    return words_of(analyst)


def with_keys(email: str = "") -> User:
    """A login of five weeks' standing."""
    user = cast.user(email=email)
    give_keys(users=[user], by=None)
    joined = database_now() - dt.timedelta(weeks=5)
    User.objects.filter(pk=user.pk).update(date_joined=joined)
    user.date_joined = joined
    return user


def words_of(user: User) -> str:
    offer = offer_words(by=user)
    take_words(ticket=offer.ticket(user), typed=offer.words, by=user, confirmed=True)
    return offer.words


def table() -> list[tuple[str, bytes, bytes]]:
    with as_keeper():
        rows = SealedAnswer.objects.order_by("mark").values_list("period", "mark", "sealed")
        return [(period, bytes(mark), bytes(sealed)) for period, mark, sealed in rows]


def read(user: User, words: str) -> list[CheckIn | None]:
    private = open_keys(words=words, by=user)
    return [opened(one, private) for one in kept_by(user)]


def put_week(user: User, week: str, given: dict[str, str] = ANSWERS) -> None:
    """As if it had been kept in that week."""
    mark = marks(user.pk, week)[0]
    content = seal(CheckIn(week, given).pack(), to=held(user).pair.public, sizes=[SIZE])
    with as_holder([mark]):
        SealedAnswer.objects.create(
            period=f"M{week[1:8]}", mark=mark, sealed=keyring().wrap(content, about=mark)
        )


def weeks_ago(weeks: int) -> str:
    day = (database_now() - dt.timedelta(weeks=weeks)).date()
    return weeks_between(day, day)[0]


class TestKeeping:
    def test_it_is_read_again_with_ones_words(self, analyst, words):
        sealed.keep(answers=ANSWERS, by=analyst)
        assert read(analyst, words) == [CheckIn(week_at(database_now(), analyst), ANSWERS)]

    def test_a_second_answer_in_a_week_takes_the_place_of_the_first(self, analyst, words):
        for given_ in (ANSWERS, OTHERS):
            sealed.keep(answers=given_, by=analyst)
        assert [one.answers for one in read(analyst, words)] == [OTHERS]
        assert len(table()) == 1

    def test_without_words_nothing_is_kept(self, analyst):
        with pytest.raises(Refused, match="six words first"):
            sealed.keep(answers=ANSWERS, by=analyst)
        assert table() == []

    def test_where_everything_was_skipped_there_is_nothing_to_keep(self, analyst, words):
        with pytest.raises(Refused, match="skipped all of them"):
            sealed.keep(answers={}, by=analyst)
        assert table() == []

    def test_where_the_employer_runs_the_server_nothing_is_kept(self, analyst, words, settings):
        settings.WELFARE_KEEP = "nothing"
        with pytest.raises(Refused, match="Nothing is kept on this site"):
            sealed.keep(answers=ANSWERS, by=analyst)
        assert table() == []

    def test_the_week_is_the_one_of_the_writers_own_zone(self):
        late_on_sunday = dt.datetime(2026, 11, 29, 22, 30, tzinfo=dt.UTC)
        weeks = [week_at(late_on_sunday, User(zone=zone)) for zone in ("UTC", "Europe/Lisbon", "Asia/Tokyo")]
        assert weeks == ["W2026-11-23", "W2026-11-23", "W2026-11-30"]

    @pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Midway"])
    def test_it_is_found_on_the_first_day_of_a_login_in_any_zone(self, zone):
        user = cast.user()
        User.objects.filter(pk=user.pk).update(zone=zone)
        user = User.objects.get(pk=user.pk)
        words = words_of(user)
        sealed.keep(answers=ANSWERS, by=user)
        assert len(read(user, words)) == 1


class TestARow:
    def test_it_carries_period_mark_and_what_is_sealed_and_nothing_else(self, analyst, words):
        assert [field.name for field in SealedAnswer._meta.get_fields()] == ["period", "mark", "sealed"]
        with connections["welfare"].cursor() as cursor:
            columns = connections["welfare"].introspection.get_table_description(cursor, "sealed_answer")
        assert [column.name for column in columns] == ["period", "mark", "sealed"]
        sealed.keep(answers=ANSWERS, by=analyst)
        [(period, mark, content)] = table()
        assert period == f"M{database_now():%Y-%m}"
        assert (len(mark), len(content)) == (32, SEALED_BYTES)
        for telling in (str(analyst.pk).encode() * 3, b"sleep", week_at(database_now(), analyst).encode()):
            assert telling not in mark + content

    def test_two_peoples_rows_cannot_be_told_apart_nor_two_of_one(self, analyst, words):
        """The same answers in the same week: two rows share nothing but period, size and the key's name."""
        other = with_keys()
        words_of(other)
        for user in (analyst, other):
            sealed.keep(answers=ANSWERS, by=user)
        put_week(analyst, weeks_ago(2))
        rows = table()
        assert len({mark for _, mark, _ in rows}) == len({content for _, _, content in rows}) == 3
        assert {content[:9] for _, _, content in rows} == {keyring().newest.head}
        pieces = [{content[at : at + 8] for at in range(9, len(content) - 8)} for _, _, content in rows]
        assert not pieces[0] & pieces[1]
        assert not pieces[0] & pieces[2]
        assert not pieces[1] & pieces[2]

    @given(answers, st.dates(dt.date(2020, 1, 1), dt.date(2090, 1, 1)))
    @hypothesis.settings(max_examples=60, deadline=None)
    def test_all_are_of_one_size_and_come_back_as_they_were(self, given_, day):
        private = PrivateKey.generate()
        checkin = CheckIn(weeks_between(day, day)[0], given_)
        box = seal(checkin.pack(), to=bytes(private.public_key), sizes=[SIZE])
        assert len(keyring().wrap(box, about=b"mark")) == SEALED_BYTES
        assert CheckIn.unpack(open_sealed(box, private, sizes=[SIZE])) == checkin

    @pytest.mark.parametrize(
        ("wrong", "constraint"),
        [
            ({"period": "Q2026-10"}, "sealed_answer_of_a_month"),
            ({"period": "M2026-13"}, "sealed_answer_of_a_month"),
            ({"mark": b"x"}, "sealed_answer_mark_size"),
            ({"sealed": b"in clear"}, "sealed_answer_one_size"),
            ({"sealed": bytes(SEALED_BYTES + 1)}, "sealed_answer_one_size"),
        ],
    )
    def test_the_database_refuses_another_form(self, wrong, constraint):
        row = {"period": "M2026-11", "mark": bytes(32), "sealed": bytes(SEALED_BYTES)} | wrong
        with pytest.raises(IntegrityError, match=constraint), as_keeper():
            SealedAnswer.objects.create(**row)


class TestNothingElseOpensIt:
    @pytest.fixture(autouse=True)
    def kept(self, analyst, words):
        sealed.keep(answers=ANSWERS, by=analyst)

    def test_a_dump_with_welfare_keys_does_not(self, analyst, settings):
        """Whoever has both unwraps everything, and holds no key that opens the box in it."""
        [(_period, mark, content)] = table()
        box = keyring().unwrap(content, about=mark)
        pair = held(analyst).pair
        at_hand = [pair.public, pair.salt * 2, pair.locked[:32], pair.locked[-32:], *settings.WELFARE_KEYS]
        for secret in at_hand:
            with pytest.raises(Unreadable):
                open_sealed(box, PrivateKey(secret), sizes=[SIZE])
        for guess in ("", "password", "acre actor advice agile agree april"):
            with pytest.raises(WrongWords):
                pair.unlock(guess)

    def test_a_new_password_and_a_new_address_do_not(self, analyst, words):
        analyst.set_password("another-word-entirely-7")
        analyst.email = "changed@test.example"
        analyst.save()
        for guess in ("another-word-entirely-7", "changed@test.example"):
            with pytest.raises(Refused):
                open_keys(words=guess, by=analyst)
        assert [one.answers for one in read(analyst, words)] == [ANSWERS]

    def test_new_words_open_nothing_of_before(self, analyst):
        assert read(analyst, words_of(analyst)) == [None]

    def test_a_new_login_of_the_same_person_finds_and_opens_nothing(self, analyst):
        another = with_keys()
        assert read(another, words_of(another)) == []

    def test_a_row_put_in_anothers_place_does_not_open(self, analyst, words):
        week = weeks_ago(2)
        put_week(analyst, week)
        here, there = (marks(analyst.pk, one)[0] for one in (week_at(database_now(), analyst), week))
        with as_keeper():
            moved = SealedAnswer.objects.get(mark=here).sealed
            SealedAnswer.objects.filter(mark=there).update(sealed=moved)
        assert [one and one.answers for one in read(analyst, words)] == [ANSWERS, None]


class TestTheWall:
    @pytest.fixture(autouse=True)
    def kept(self, analyst, words):
        sealed.keep(answers=ANSWERS, by=analyst)
        self.own = marks(analyst.pk, week_at(database_now(), analyst))

    def count(self) -> int:
        return SealedAnswer.objects.count()

    def test_nobodys_name_opens_it_neither_the_engines_nor_the_logins_own(self, analyst):
        assert self.count() == 0
        with as_user(analyst.pk):
            assert self.count() == 0
        with as_engine():
            assert self.count() == 0
        with as_holder([]):
            assert self.count() == 0

    def test_who_names_a_mark_sees_that_row_alone(self, analyst):
        put_week(analyst, weeks_ago(2))
        with as_holder(self.own):
            assert [bytes(row.mark) for row in SealedAnswer.objects.all()] == self.own[:1]
        with as_keeper():
            assert self.count() == 2
        assert self.count() == 0

    def test_who_does_not_name_it_can_neither_write_nor_remove_it(self):
        row = SealedAnswer(period="M2026-11", mark=bytes(32), sealed=bytes(SEALED_BYTES))
        with pytest.raises(DatabaseError, match="row-level security"), as_holder(self.own):
            row.save(force_insert=True)
        with as_holder([bytes(32)]):
            assert SealedAnswer.objects.all().delete()[0] == 0
            assert SealedAnswer.objects.update(period="M2020-01") == 0
        assert [period for period, _mark, _sealed in table()] != ["M2020-01"]

    def test_the_keeper_sees_nobodys_reminders(self, schedule):
        schedule(7)
        with as_keeper():
            assert not Occurrence.objects.exists()


class TestErasing:
    @pytest.fixture(autouse=True)
    def kept(self, analyst, words):
        for weeks in (1, 2, 3):
            put_week(analyst, weeks_ago(weeks))
        other = with_keys()
        words_of(other)
        put_week(other, weeks_ago(1))

    def test_one_week_goes_and_the_others_stay(self, analyst, words):
        sealed.erase_week(week=weeks_ago(2), by=analyst)
        assert [one.week for one in kept_by(analyst)] == [weeks_ago(1), weeks_ago(3)]
        assert len(table()) == 3

    def test_all_go_and_anothers_stay(self, analyst):
        sealed.erase_all(by=analyst)
        assert kept_by(analyst) == []
        assert len(table()) == 1

    def test_a_row_under_an_earlier_key_goes_too(self, analyst, settings):
        settings.WELFARE_KEYS = [b"n" * 32, *settings.WELFARE_KEYS]
        sealed.erase_week(week=weeks_ago(2), by=analyst)
        assert len(table()) == 3


def test_what_a_later_version_sealed_is_not_misread(analyst, words):
    week = weeks_ago(1)
    text = CheckIn(week, ANSWERS).pack().replace('"version": 1', '"version": 2')
    with pytest.raises(ValueError, match="version 2"):
        CheckIn.unpack(text)


def test_a_check_in_cannot_be_changed_in_memory():
    with pytest.raises(dataclasses.FrozenInstanceError):
        CheckIn("W2026-11-23", {}).week = "W2026-11-30"
