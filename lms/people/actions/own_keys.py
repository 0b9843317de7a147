"""The keys of a login and the six words that open them. Nobody can set another's, or open them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.cache import cache
from django.db import connection, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from nacl.public import PrivateKey, PublicKey

from lms.kit.errors import Refused
from lms.kit.keyring import MissingKey, keyring
from lms.kit.locks import Lock, hold, hold_shared
from lms.kit.phrases import new_phrase, strangers, tidied
from lms.kit.sealing import KeyPair, Unreadable, WrongWords, new_pair, nobodys_pair, under_new_words
from lms.outbox.models import new_message_id
from lms.people.mail import words_changed
from lms.people.models import OwnKeys, User
from lms.people.queries.own_keys import Held, are_lost, opened, opened_or_none, usable

TRIES, MINUTES = 10, 15
EVERYBODY = "all"
KEY_BYTES = PublicKey.SIZE
NOBODYS = bytes(KEY_BYTES)


@transaction.atomic
def give_keys(*, users: Iterable[User], by: User | None) -> None:
    """A pair of nobody's to each login that has none: from its first day it looks like all the others."""
    hold_shared(Lock.OWN_KEYS)
    rows = [OwnKeys(user=user, kept=Held(nobodys_pair(), in_use=False).wrapped(user.pk)) for user in users]
    OwnKeys.objects.bulk_create(rows, ignore_conflicts=True)


@dataclass(frozen=True)
class Offer:
    """Six new words for a login, beside the keys it has; nothing of it is stored but in the page."""

    words: str
    beside: bytes

    def ticket(self, user: User) -> str:
        """The offer as the page carries it, wrapped for this login."""
        return keyring().wrap(self.beside + self.words.encode(), about=_offered_to(user)).hex()


def offer_words(*, by: User) -> Offer:
    """Six words by chance, for ``take_words``. Writes nothing."""
    return Offer(new_phrase(), _present(usable(by)))


def offer_of(ticket: str, *, by: User) -> Offer:
    """What a ticket offers. Raises Refused for one that is not this login's, or is spoilt."""
    try:
        content = keyring().unwrap(bytes.fromhex(ticket), about=_offered_to(by))
    except (ValueError, Unreadable, MissingKey) as error:
        raise Refused(_too_late(), "ticket") from error
    return Offer(content[KEY_BYTES:].decode(), content[:KEY_BYTES])


def take_words(*, ticket: str, typed: str, by: User, old_words: str = "", confirmed: bool = False) -> None:
    """Make the offered words one's own, once they were typed as they were shown. Twice is as once.

    With ``old_words`` the pair stays, and what was sealed to it stays readable. Without them a new pair takes
    its place, and nobody can open what was sealed to the former one: only for who is ``confirmed`` to be the
    login's owner just now, since whoever finds an open session could do it. So it is, too, with keys that
    cannot be opened here: whoever waits for a lost one of WELFARE_KEYS has the page say so. Raises Refused.
    """
    offer = offer_of(ticket, by=by)
    if tidied(typed) != offer.words:
        raise Refused(_("These are not the six words above. Please compare them once more."), "typed")
    own = usable(by)
    if _opens(own, offer.words):
        return
    if own and own.in_use and not (old_words or confirmed):
        raise Refused(_("Enter your former words, or confirm first that it is you."), "old_words")
    if old_words:
        pair = under_new_words(open_keys(words=old_words, by=by), offer.words)
    else:
        pair = new_pair(offer.words)
    _put(pair, offer, by)


def open_keys(*, words: str, by: User) -> PrivateKey:
    """One's own private key, for as long as the caller holds it. Raises Refused for other words.

    Counts the tries of a login: each costs the server 64 MiB and a tenth of a second.
    """
    _count_try(by)
    own = usable(by)
    try:
        if own is None:
            raise WrongWords
        return own.pair.unlock(words)
    except WrongWords as error:
        raise Refused(_cannot_open() if are_lost(by) else _wrong(words), "words") from error


def public_key(*, by: User) -> bytes | None:
    """What one's texts are sealed to; None as long as there are no words that would open them."""
    own = usable(by)
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


def _put(pair: KeyPair, offer: Offer, by: User) -> None:
    with transaction.atomic(), speaking_for(str(by.pk)):
        give_keys(users=[by], by=by)
        row = OwnKeys.objects.select_for_update().get(user=by)
        before = opened_or_none(row)
        unseen = offer.beside == NOBODYS and not (before and before.in_use)
        if offer.beside != _present(before) and not unseen:
            raise Refused(_too_late(), "ticket")
        row.kept = Held(pair, in_use=True).wrapped(by.pk)
        row.save(update_fields=["kept"])
        if before is None or before.in_use:
            transaction.on_commit(lambda: _announce(by), robust=True)


def _announce(by: User) -> None:
    # Not through lms.outbox: its row would say for ever whose words were changed, and when.
    words_changed(by).as_email(new_message_id()).send(fail_silently=True)


def _present(own: Held | None) -> bytes:
    return own.pair.public if own else NOBODYS


def _opens(own: Held | None, words: str) -> bool:
    try:
        return own is not None and own.in_use and bool(own.pair.unlock(words))
    except WrongWords:
        return False


def _too_late() -> str:
    return _("These words can no longer be taken. Please ask for new ones.")


def _cannot_open() -> str:
    return _("What you keep cannot be opened just now, and that is not because of your words.")


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
