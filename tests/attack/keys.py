"""What can be opened with everything that is not in the owner's head."""

from collections.abc import Iterable

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey

from lms.kit.keyring import keyring
from lms.kit.sealing import Unreadable, WrongWords, open_sealed
from lms.people.models import OwnKeys
from lms.people.queries.own_keys import opened
from tests.attack.school import Site
from welfare.kinds.kept import SIZE

BOXES = "SELECT mark, sealed FROM welfare.sealed_answer"
# How many pairs are tried with guesses: each costs a derivation of its key.
TRIED = 5


def boxes(site: Site) -> dict[bytes, bytes]:
    """Every sealed check-in without its outer wrapping, which WELFARE_KEYS open."""
    found = site.cluster.ask(BOXES)
    return {bytes(mark): keyring().unwrap(bytes(sealed), about=bytes(mark)) for mark, sealed in found}


def opened_without_words(site: Site) -> tuple[int, int]:
    """How many open to any key that dump and WELFARE_KEYS give, and how many there are."""
    sealed = boxes(site)
    keys = list(keys_at_hand(site))
    return sum(any(opens(box, key) for key in keys) for box in sealed.values()), len(sealed)


def keys_at_hand(site: Site) -> Iterable[PrivateKey]:
    """What the rows of key pairs yield: their bytes taken for keys, and what guesses at words open."""
    for row in OwnKeys.objects.select_related("user"):
        pair = opened(row).pair
        yield from (PrivateKey(piece) for piece in (pair.public, pair.locked[-32:], pair.locked[24:56]))
    for row in OwnKeys.objects.select_related("user")[:TRIED]:
        pair = opened(row).pair
        for guess in ("", row.user.email, str(row.user.pk), "password", site.sessions.get(row.user.pk, "")):
            try:
                yield pair.unlock(guess)
            except WrongWords:
                continue


def opened_with(site: Site) -> int:
    """The same rows with the words of their owners: the reader works."""
    sealed, pairs = boxes(site), {row.user_id: opened(row).pair for row in OwnKeys.objects.all()}
    keys = {user: pairs[user].unlock(words) for user, words in site.words.items()}
    return sum(opens(box, keys[site.written[mark][0]]) for mark, box in sealed.items())


def opens(box: bytes, key: PrivateKey) -> bool:
    try:
        return bool(open_sealed(box, key, sizes=[SIZE]))
    except (Unreadable, CryptoError, ValueError):
        return False


def found_marks(site: Site) -> int:
    """Marks can be computed for every login and week: that something is there is then known, not what it says."""
    from welfare.queries.sealed import marks, weeks_of

    computed = {mark for user in site.users for week in weeks_of(user) for mark in marks(user.pk, week)}
    return len(computed & set(boxes(site)))
