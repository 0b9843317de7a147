"""A login's own keys, as far as the server can read them: the private one stays under its owner's words."""

from dataclasses import dataclass

from django.db.models import BinaryField, QuerySet
from django.db.models.functions import Substr

from lms.kit.keyring import HEAD, MissingKey, keyring
from lms.kit.sealing import KeyPair, Unreadable
from lms.people.models import OwnKeys, User

UNUSED, USED = b"\0", b"\1"


@dataclass(frozen=True)
class Held:
    """``in_use`` once its owner was shown words for it; nobody could open what is sealed to it before."""

    pair: KeyPair
    in_use: bool

    def wrapped(self, user_id: int) -> bytes:
        """As a row keeps it, for this login and no other."""
        flag = USED if self.in_use else UNUSED
        return keyring().wrap(flag + self.pair.pack(), about=_about(user_id))


def held(user: User) -> Held | None:
    """The keys of a login; None where it has none yet. Raises what ``opened`` raises."""
    row = OwnKeys.objects.filter(user=user).first()
    return opened(row) if row else None


def opened(row: OwnKeys) -> Held:
    """Raises MissingKey without the key it needs in WELFARE_KEYS, and Unreadable for a row tampered with."""
    content = keyring().unwrap(bytes(row.kept), about=_about(row.user_id))
    if content[:1] not in (UNUSED, USED):
        raise Unreadable
    return Held(KeyPair.unpack(content[1:]), content[:1] == USED)


def opened_or_none(row: OwnKeys) -> Held | None:
    """None where the server cannot open the row: to its owner that is as if there were no keys in use."""
    try:
        return opened(row)
    except (MissingKey, Unreadable):
        return None


def usable(user: User) -> Held | None:
    """As ``held``, and None too for keys that cannot be opened; `manage.py doctor` tells the operator."""
    row = OwnKeys.objects.filter(user=user).first()
    return opened_or_none(row) if row else None


def are_lost(user: User) -> bool:
    """Whether this login has keys that cannot be opened, so that its pages say so."""
    row = OwnKeys.objects.filter(user=user).first()
    return row is not None and opened_or_none(row) is None


def has_words(user: User) -> bool:
    """Whether there are six words of this login's, for the pages that it alone sees."""
    own = usable(user)
    return own is not None and own.in_use


def wrapped_with() -> set[bytes]:
    """The head of every key that wraps a row, as lms.kit.keyring writes it."""
    heads = OwnKeys.objects.annotate(head=Substr("kept", 1, HEAD, output_field=BinaryField()))
    return {bytes(head) for head in heads.values_list("head", flat=True).distinct()}


def without_keys() -> QuerySet[User]:
    """Logins that were made past the actions that make them."""
    return User.objects.exclude(pk__in=OwnKeys.objects.values("user_id"))


def _about(user_id: int) -> bytes:
    return f"own-keys:{user_id}".encode()
