"""The keys of a login and the six words that open them. Nobody can set another's, or open them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.core.cache import cache
from django.db import connection, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from nacl.public import PrivateKey

from lms.kit.errors import Refused
from lms.kit.keyring import MissingKey, keyring
from lms.kit.locks import Lock, hold, hold_shared
from lms.kit.phrases import new_phrase, strangers, tidied
from lms.kit.sealing import KeyPair, Unreadable, WrongWords, new_pair, nobodys_pair, under_new_words
from lms.people.models import OwnKeys, User
from lms.people.queries.own_keys import Held, held, opened

TRIES, MINUTES = 10, 15
EVERYBODY = "all"


@transaction.atomic
def give_keys(*, users: Iterable[User], by: User | None) -> None:
    """A pair of nobody's to each login that has none: from its first day it looks like all the others."""
    hold_shared(Lock.OWN_KEYS)
    rows = [OwnKeys(user=user, kept=Held(nobodys_pair(), in_use=False).wrapped(user.pk)) for user in users]
    OwnKeys.objects.bulk_create(rows, ignore_conflicts=True)


def offer_words(*, by: User) -> tuple[str, str]:
    """Six new words, and a ticket for ``take_words``. Nothing is stored: both live in the page alone."""
    words = new_phrase()
    ticket = keyring().wrap(words.encode(), about=_offered_to(by))
    return words, ticket.hex()


def words_on_offer(ticket: str, *, by: User) -> str:
    """The words of a ticket. Raises Refused for one that is not this login's, or is spoilt."""
    try:
        return keyring().unwrap(bytes.fromhex(ticket), about=_offered_to(by)).decode()
    except (ValueError, Unreadable, MissingKey) as error:
        raise Refused(_("These words can no longer be taken. Please ask for new ones."), "ticket") from error


def take_words(*, ticket: str, typed: str, by: User, old_words: str = "") -> None:
    """Make the offered words one's own, once they were typed as they were shown.

    With ``old_words`` the pair stays, and what was sealed to it stays readable. Without them a new pair takes
    its place, and nobody can open what was sealed to the former one. Raises Refused.
    """
    words = words_on_offer(ticket, by=by)
    if tidied(typed) != words:
        raise Refused(_("These are not the six words above. Please compare them once more."), "typed")
    pair = under_new_words(open_keys(words=old_words, by=by), words) if old_words else new_pair(words)
    _put(pair, by)


def open_keys(*, words: str, by: User) -> PrivateKey:
    """One's own private key, for as long as the caller holds it. Raises Refused for other words.

    Counts the tries of a login: each costs the server 64 MiB and a tenth of a second.
    """
    _count_try(by)
    own = held(by)
    try:
        if own is None:
            raise WrongWords
        return own.pair.unlock(words)
    except WrongWords as error:
        raise Refused(_wrong(words), "words") from error


def public_key(*, by: User) -> bytes | None:
    """What one's texts are sealed to; None as long as there are no words that would open them."""
    own = held(by)
    return own.pair.public if own and own.in_use else None


def shuffle_own_keys() -> int:
    """Wrap all rows anew and write them in random order in one transaction; how many there are.

    Afterwards neither place, bytes nor transaction number tell which of them changed since the last time.
    """
    with transaction.atomic(), speaking_for(EVERYBODY):
        hold(Lock.OWN_KEYS)
        rows = list(OwnKeys.objects.order_by("?"))
        again = [OwnKeys(user_id=row.user_id, kept=opened(row).wrapped(row.user_id)) for row in rows]
        OwnKeys.objects.all().delete()
        OwnKeys.objects.bulk_create(again)
    return len(again)


def _put(pair: KeyPair, by: User) -> None:
    kept = Held(pair, in_use=True).wrapped(by.pk)
    with transaction.atomic(), speaking_for(str(by.pk)):
        hold_shared(Lock.OWN_KEYS)
        OwnKeys.objects.bulk_create([OwnKeys(user=by, kept=kept)], ignore_conflicts=True)
        OwnKeys.objects.filter(user=by).update(kept=kept)


@contextmanager
def speaking_for(whom: str) -> Iterator[None]:
    """Tell the database for whom keys are changed; outside of it the rows cannot be."""
    _say(whom)
    yield
    # After an error the transaction is rolled back, and the setting with it.
    _say("")


def _say(whom: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lms.own_keys', %s, true)", [whom])


def _count_try(by: User) -> None:
    # In the cache and keyed: no row, and no name, says that somebody read what they keep.
    bucket = "words:" + salted_hmac("lms.people.own_keys", str(by.pk), algorithm="sha256").hexdigest()
    cache.add(bucket, 0, MINUTES * 60)
    try:
        tries = cache.incr(bucket)
    except ValueError:  # it ran out between the two lines
        tries = 1
    if tries > TRIES:
        raise Refused(_("That was often in a short time. Please try again in a quarter of an hour."), "words")


def _wrong(words: str) -> str:
    unknown = strangers(words)
    if unknown:
        return _("“%(word)s” is in nobody's six words. Is it a slip of the pen?") % {"word": unknown[0]}
    return _("These words do not open it. Please compare them with what you wrote down, in the same order.")


def _offered_to(user: User) -> bytes:
    return f"offer:{user.pk}".encode()
