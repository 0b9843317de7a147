"""The keys of WELFARE_KEYS at work: they wrap what is sealed once more, and make marks that lead to nobody.

They are kept outside the database, so that a dump alone opens nothing and links nothing. The newest key is
the first; older ones still open what they wrapped until `manage.py rotate_welfare_keys` has been through.
"""

import hashlib
import hmac
from collections.abc import Sequence
from functools import lru_cache

from django.conf import settings
from nacl.exceptions import CryptoError
from nacl.secret import Aead

from lms.kit.sealing import Unreadable

FORM = b"\1"
NAME = 8
HEAD = len(FORM) + NAME
# What wrapping adds: the form, the name of the key, a nonce and a tag.
WRAP_BYTES = HEAD + Aead.NONCE_SIZE + Aead.MACBYTES
MARK_BYTES = 32


class MissingKey(Exception):
    """What is wrapped needs a key that is not in WELFARE_KEYS (any more)."""


class Key:
    """One of the keys. Wrapping, marking and its name each use a key of their own, derived from it."""

    def __init__(self, secret: bytes) -> None:
        self.name = _derived(secret, b"name")[:NAME]
        self._wrapping = Aead(_derived(secret, b"wrap"))
        self._marking = _derived(secret, b"mark")

    @property
    def head(self) -> bytes:
        return FORM + self.name

    def wrap(self, content: bytes, *, about: bytes) -> bytes:
        return self.head + bytes(self._wrapping.encrypt(content, about))

    def unwrap(self, wrapped: bytes, *, about: bytes) -> bytes:
        try:
            return self._wrapping.decrypt(wrapped[HEAD:], about)
        except (CryptoError, ValueError) as error:
            raise Unreadable from error

    def mark(self, *parts: object) -> bytes:
        text = "\0".join(map(str, parts))
        return hmac.digest(self._marking, text.encode(), "sha256")


class Keyring:
    """All keys, the newest first: it wraps and marks, the others only open and find."""

    def __init__(self, secrets: Sequence[bytes]) -> None:
        self.keys = [Key(secret) for secret in secrets]
        self._by_head = {key.head: key for key in self.keys}

    @property
    def newest(self) -> Key:
        return self.keys[0]

    def wrap(self, content: bytes, *, about: bytes) -> bytes:
        """Wrapped with the newest key; ``about`` says what it is and whose, and is not in the result."""
        return self.newest.wrap(content, about=about)

    def unwrap(self, wrapped: bytes, *, about: bytes) -> bytes:
        """Raises MissingKey, and Unreadable for what was changed or was wrapped about something else."""
        key = self._by_head.get(wrapped[:HEAD])
        if key is None:
            raise MissingKey
        return key.unwrap(wrapped, about=about)

    def is_newest(self, wrapped: bytes) -> bool:
        return wrapped[:HEAD] == self.newest.head

    def knows(self, wrapped: bytes) -> bool:
        return wrapped[:HEAD] in self._by_head

    def marks(self, *parts: object) -> list[bytes]:
        """A row's mark under each key, the newest first: HMAC-SHA-256 of what it is about."""
        return [key.mark(*parts) for key in self.keys]


def keyring() -> Keyring:
    """The keys of this deployment."""
    return _of(tuple(settings.WELFARE_KEYS))


@lru_cache(maxsize=4)
def _of(secrets: tuple[bytes, ...]) -> Keyring:
    return Keyring(secrets)


def _derived(secret: bytes, purpose: bytes) -> bytes:
    """32 bytes for one purpose, by BLAKE2b with a key and a personalisation (RFC 7693)."""
    return hashlib.blake2b(b"", key=secret, person=b"lms " + purpose, digest_size=32).digest()
