"""Own keys: every login has them, they all look alike, and only six words of their owner's open them."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction

from lms.kit import sealing
from lms.kit.errors import Refused
from lms.kit.keyring import MissingKey
from lms.kit.sealing import Unreadable
from lms.outbox.drain import run_once
from lms.people import demo
from lms.people.actions import invitations
from lms.people.actions.logins import ensure_login
from lms.people.actions.own_keys import (
    TRIES,
    give_keys,
    offer_words,
    open_keys,
    public_key,
    shuffle_own_keys,
    speaking_for,
    take_words,
)
from lms.people.actions.rewrapping import rewrap_own_keys
from lms.people.enums import Role
from lms.people.models import OwnKeys, User
from lms.people.models.keys import KEPT_BYTES
from lms.people.queries.own_keys import held, without_keys
from lms.people.tasks import shuffle
from tests import cast

pytestmark = pytest.mark.django_db
WRONG = "acre bison cedar delay ebony fabric"


@pytest.fixture(autouse=True)
def fresh_count():
    cache.clear()


@pytest.fixture
def analyst():
    user = cast.user(Role.ANALYST)
    give_keys(users=[user], by=None)
    return user


def with_words(user: User, **more: str | bool) -> str:
    offer = offer_words(by=user)
    take_words(ticket=offer.ticket(user), typed=offer.words, by=user, **more)
    return offer.words


def table() -> list[tuple[int, bytes]]:
    return [(row.user_id, bytes(row.kept)) for row in OwnKeys.objects.order_by("pk")]


class TestFromTheFirstDay:
    def test_by_invitation(self):
        invitations.invite(email="x@test.example", role=Role.ANALYST, by=cast.user(Role.ADMINISTRATOR))
        run_once()
        token = re.search(r"/accounts/invitation/(\S+)/", mail.outbox[-1].body)[1]
        invited = invitations.accept_invitation(
            token=token, given_name="Ana", family_name="", password="stapel-lampe-17"
        )
        assert held(invited) is not None

    def test_by_command_and_in_the_demo(self):
        made = ensure_login(email="x@test.example", given_name="", family_name="", password=None, by=None)
        demo.load("stapel-lampe-17")
        assert held(made) is not None
        assert not without_keys().exists()

    def test_a_login_made_past_the_actions_has_them_within_the_hour(self):
        login = cast.user()
        assert held(login) is None
        shuffle()
        assert held(login) is not None

    def test_used_or_not_all_rows_are_of_one_size(self, analyst):
        others = [cast.user() for _ in range(3)]
        give_keys(users=others, by=None)
        with_words(analyst)
        assert {len(kept) for _pk, kept in table()} == {KEPT_BYTES}

    def test_a_second_gift_changes_nothing(self, analyst):
        before = table()
        give_keys(users=[analyst], by=None)
        assert table() == before


class TestWords:
    def test_there_are_none_until_they_are_asked_for(self, analyst):
        assert public_key(by=analyst) is None
        with pytest.raises(Refused):
            open_keys(words=WRONG, by=analyst)

    def test_they_are_taken_by_typing_them_and_then_open_the_keys(self, analyst):
        words = with_words(analyst)
        private = open_keys(words=words.upper().replace(" ", "\n"), by=analyst)
        assert bytes(private.public_key) == public_key(by=analyst)

    def test_typed_otherwise_than_shown_they_are_not_taken(self, analyst):
        before = table()
        offer = offer_words(by=analyst)
        typed = offer.words.partition(" ")[2]
        with pytest.raises(Refused, match="not the six words above"):
            take_words(ticket=offer.ticket(analyst), typed=typed, by=analyst)
        assert table() == before

    @pytest.mark.parametrize("spoil", [lambda t: t[:-1], lambda t: "zz", lambda t: "00" * 80, lambda t: ""])
    def test_words_of_ones_own_choice_are_not_taken(self, analyst, spoil):
        before = table()
        ticket = offer_words(by=analyst).ticket(analyst)
        with pytest.raises(Refused, match="ask for new ones"):
            take_words(ticket=spoil(ticket), typed="acre acre acre acre acre acre", by=analyst)
        assert table() == before

    def test_nobody_takes_words_that_were_offered_to_another(self, analyst):
        other = cast.user(Role.ADMINISTRATOR)
        offer = offer_words(by=other)
        with pytest.raises(Refused):
            take_words(ticket=offer.ticket(other), typed=offer.words, by=analyst)
        assert public_key(by=analyst) is None

    def test_pressing_twice_takes_them_once(self, analyst):
        offer = offer_words(by=analyst)
        ticket = offer.ticket(analyst)
        take_words(ticket=ticket, typed=offer.words, by=analyst)
        public = public_key(by=analyst)
        take_words(ticket=ticket, typed=offer.words, by=analyst)
        assert public_key(by=analyst) == public

    def test_of_two_windows_the_first_wins_and_the_second_is_told(self, analyst):
        first, second = offer_words(by=analyst), offer_words(by=analyst)
        take_words(ticket=first.ticket(analyst), typed=first.words, by=analyst)
        public = public_key(by=analyst)
        with pytest.raises(Refused, match="no longer be taken"):
            take_words(ticket=second.ticket(analyst), typed=second.words, by=analyst, confirmed=True)
        assert public_key(by=analyst) == public

    def test_new_words_open_nothing_that_was_sealed_before(self, analyst):
        first = with_words(analyst)
        sealed = sealing.seal("mine", to=public_key(by=analyst))
        second = with_words(analyst, confirmed=True)
        with pytest.raises(Refused):
            open_keys(words=first, by=analyst)
        with pytest.raises(Unreadable):
            sealing.open_sealed(sealed, open_keys(words=second, by=analyst))

    def test_with_the_old_words_what_was_sealed_stays_readable(self, analyst):
        first = with_words(analyst)
        sealed = sealing.seal("mine", to=public_key(by=analyst))
        second = with_words(analyst, old_words=first)
        assert sealing.open_sealed(sealed, open_keys(words=second, by=analyst)) == "mine"
        with pytest.raises(Refused):
            with_words(analyst, old_words=first)

    def test_an_open_session_alone_does_not_change_them(self, analyst):
        words = with_words(analyst)
        before = table()
        with pytest.raises(Refused, match="confirm first that it is you") as refused:
            with_words(analyst)
        assert refused.value.field == "old_words"
        assert table() == before
        assert open_keys(words=words, by=analyst)

    @pytest.mark.parametrize("way", ["old_words", "confirmed"])
    def test_a_change_is_told_by_mail_and_the_first_words_are_not(
        self, analyst, way, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            words = with_words(analyst)
        assert mail.outbox == []
        with django_capture_on_commit_callbacks(execute=True):
            with_words(analyst, **{way: words if way == "old_words" else True})
        (told,) = mail.outbox
        assert told.to == [analyst.email]
        assert told.body.startswith("The six words of your login were changed. If that was not you, ")
        assert not set(words.split()) & set(told.body.split())

    def test_a_mail_server_that_is_down_takes_no_words_back(
        self, analyst, settings, django_capture_on_commit_callbacks
    ):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
        first = with_words(analyst)
        with django_capture_on_commit_callbacks(execute=True):
            second = with_words(analyst, old_words=first)
        assert open_keys(words=second, by=analyst)

    def test_a_slip_of_the_pen_is_told_and_a_wrong_phrase_calmly_refused(self, analyst):
        with_words(analyst)
        with pytest.raises(Refused, match="“bisson” is in nobody's six words"):
            open_keys(words="acre bisson", by=analyst)
        with pytest.raises(Refused, match="do not open it"):
            open_keys(words=WRONG, by=analyst)

    def test_after_ten_tries_one_waits_and_another_does_not(self, analyst):
        words = with_words(analyst)
        for _try in range(TRIES):
            with pytest.raises(Refused, match="do not open it"):
                open_keys(words=WRONG, by=analyst)
        with pytest.raises(Refused, match="quarter of an hour"):
            open_keys(words=words, by=analyst)
        other = cast.user()
        assert open_keys(words=with_words(other), by=other)


class TestNobodyElse:
    def test_a_new_password_opens_nothing(self, analyst, client):
        words = with_words(analyst)
        before = table()
        analyst.set_password("another-lampe-18")
        analyst.save()
        assert table() == before
        assert open_keys(words=words, by=analyst)

    @pytest.mark.parametrize("way", ["update", "delete"])
    def test_the_database_refuses_who_does_not_say_for_whom(self, analyst, way):
        before = table()
        rows = OwnKeys.objects.filter(user=analyst)
        act = {"update": lambda: rows.update(kept=b"\0" * KEPT_BYTES), "delete": rows.delete}[way]
        with pytest.raises(IntegrityError, match="changed by its owner only"), transaction.atomic():
            act()
        assert table() == before

    def test_and_who_says_so_for_another(self, analyst):
        rows = OwnKeys.objects.filter(user=analyst)
        say = "SELECT set_config('lms.own_keys', %s, true)"
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(say, [str(analyst.pk + 1)])
            with pytest.raises(IntegrityError, match="changed by its owner only"), transaction.atomic():
                rows.update(kept=b"\0" * KEPT_BYTES)

    def test_another_size_is_refused(self, analyst):
        with pytest.raises(IntegrityError, match="own_keys_one_size"):
            OwnKeys.objects.create(user=cast.user(), kept=b"\0")

    def test_keys_planted_by_a_hand_in_the_database_open_nothing(self, analyst):
        """Somebody who writes the table takes the pair of another login, whose words they know."""
        staff = cast.user(Role.STAFF)
        with_words(staff)
        planted = OwnKeys.objects.get(user=staff).kept
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lms.own_keys', 'all', true)")
            cursor.execute("UPDATE people_ownkeys SET kept = %s WHERE user_id = %s", [planted, analyst.pk])
        with pytest.raises(Unreadable):
            held(analyst)


@pytest.mark.django_db(transaction=True)
class TestShuffle:
    def test_afterwards_no_row_tells_that_it_was_written_later(self, analyst):
        others = [cast.user() for _ in range(30)]
        give_keys(users=others, by=None)
        words = with_words(analyst)
        assert transactions() > 1
        before = dict(table())
        assert shuffle_own_keys() == 31
        assert transactions() == 1
        assert not set(before.values()) & set(dict(table()).values())
        assert open_keys(words=words, by=analyst)

    def test_where_a_row_lies_does_not_follow_from_where_it_lay(self, analyst):
        give_keys(users=[cast.user() for _ in range(60)], by=None)
        places = []
        for _ in range(4):
            shuffle_own_keys()
            with connection.cursor() as cursor:
                cursor.execute("SELECT user_id FROM people_ownkeys ORDER BY ctid")
                places.append(cursor.fetchall())
        assert len({tuple(place) for place in places}) == 4


class TestRotation:
    def test_a_newer_key_takes_over_and_the_older_can_go(self, analyst, settings):
        words = with_words(analyst)
        old, new = settings.WELFARE_KEYS[0], b"n" * 32
        settings.WELFARE_KEYS = [new, old]
        assert list(rewrap_own_keys()) == [(1, 1)]
        settings.WELFARE_KEYS = [new]
        assert open_keys(words=words, by=analyst)
        settings.WELFARE_KEYS = [old]
        with pytest.raises(MissingKey):
            held(analyst)

    def test_a_key_that_is_missing_changes_nothing(self, analyst, settings):
        before = table()
        settings.WELFARE_KEYS = [b"n" * 32]
        with pytest.raises(MissingKey):
            list(rewrap_own_keys())
        assert table() == before


class TestKeysThatCannotBeOpened:
    """A key of WELFARE_KEYS is lost, or a row was changed: to its owner that is as if there were none."""

    @pytest.fixture(params=["a key is missing", "a row of another"])
    def lost(self, request, analyst, settings):
        words = with_words(analyst)
        if request.param == "a key is missing":
            settings.WELFARE_KEYS = [b"n" * 32]
        else:
            other = cast.user(Role.STAFF)
            give_keys(users=[other], by=None)
            planted = bytes(OwnKeys.objects.get(user=other).kept)
            with transaction.atomic(), speaking_for("all"):
                OwnKeys.objects.filter(user=analyst).update(kept=planted)
        return words

    @pytest.mark.parametrize("url", ["/me/words/", "/me/reflections/"])
    def test_the_pages_say_so_calmly(self, analyst, lost, url):
        page = cast.signed_in(analyst).get(url)
        assert page.status_code == 200
        assert "cannot be opened at the moment" in page.text
        assert "You have six words." not in page.text

    def test_new_words_are_taken_on_the_page(self, analyst, lost):
        page = cast.signed_in(analyst)
        shown = page.post("/me/words/").context
        typed = {"ticket": shown["form"].initial["ticket"], "typed": " ".join(shown["words"])}
        answer = page.post("/me/words/", typed)
        assert "These are now your six words." in answer.text
        assert "cannot be opened at the moment" not in answer.text
        assert open_keys(words=typed["typed"], by=analyst)

    def test_the_former_words_are_not_called_wrong(self, analyst, lost):
        assert public_key(by=analyst) is None
        with pytest.raises(Refused, match="not because of your words"):
            open_keys(words=lost, by=analyst)

    def test_an_offer_made_meanwhile_takes_nothing_once_the_key_is_back(self, analyst, settings):
        words, keys = with_words(analyst), settings.WELFARE_KEYS
        settings.WELFARE_KEYS = [b"n" * 32]
        offer = offer_words(by=analyst)
        ticket = offer.ticket(analyst)
        settings.WELFARE_KEYS = [*keys, b"n" * 32]
        with pytest.raises(Refused, match="no longer be taken"):
            take_words(ticket=ticket, typed=offer.words, by=analyst, confirmed=True)
        assert open_keys(words=words, by=analyst)


def transactions() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM people_ownkeys")
        return int(cursor.fetchone()[0])
