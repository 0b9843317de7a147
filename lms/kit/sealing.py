"""Sealing a text to somebody's key pair, so that only that person's six words open it again.

Knows no model and no setting. A text is padded to one of a few sizes and put into a sealed box
(X25519 and XSalsa20-Poly1305, libsodium's crypto_box_seal): to seal takes the public key only, and a box
does not tell whose it is. The private key lies under a key that Argon2id makes of the words. What is kept in
a database is wrapped once more with keys that are not in it (lms/kit/keyring.py).
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from nacl import bindings, pwhash
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox
from nacl.utils import random as random_bytes

from lms.kit.phrases import tidied

# Bytes of a text after padding. Nearly every text takes the first; a longer one shows that it is longer.
SIZES = (2_048, 8_192, 32_768)
LENGTH = struct.Struct(">I")
# How many characters fit whatever they are: one takes four bytes of UTF-8 at most.
LONGEST = (SIZES[-1] - LENGTH.size) // 4
SEAL_BYTES = bindings.crypto_box_SEALBYTES

SALT = pwhash.argon2id.SALTBYTES
LOCKED = SecretBox.NONCE_SIZE + SecretBox.MACBYTES + PrivateKey.SIZE
# Public key, salt, Argon2id's operations and bytes of memory, and the private key under the derived key.
PAIR = struct.Struct(f">{PublicKey.SIZE}s{SALT}sII{LOCKED}s")


class Unreadable(Exception):
    """What was sealed does not open: with this key, or because it was changed."""


class WrongWords(Exception):
    """The words are not those of this key pair."""


@dataclass(frozen=True)
class Cost:
    """What one try at the words costs, for Argon2id (RFC 9106): passes, and bytes of memory."""

    operations: int
    memory: int


# About a tenth of a second and 64 MiB a try; written beside each key, so that it can be raised later.
COST = Cost(operations=3, memory=64 * 2**20)
# A key that asks for more was not written by us, and would only keep the server busy.
DEAREST = Cost(operations=16, memory=2**30)


@dataclass(frozen=True)
class KeyPair:
    """A public key, and the private one as it lies under its words. All pairs are of one size."""

    public: bytes
    salt: bytes
    cost: Cost
    locked: bytes

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """Raises Unreadable for what is not a pair."""
        if len(packed) != PAIR.size:
            raise Unreadable
        public, salt, operations, memory, locked = PAIR.unpack(packed)
        return cls(public, salt, Cost(operations, memory), locked)

    def pack(self) -> bytes:
        return PAIR.pack(self.public, self.salt, self.cost.operations, self.cost.memory, self.locked)

    def unlock(self, words: str) -> PrivateKey:
        """The private key. Raises WrongWords; takes as long for wrong words as for right ones."""
        if self.cost.operations > DEAREST.operations or self.cost.memory > DEAREST.memory:
            raise Unreadable
        try:
            private = PrivateKey(SecretBox(_derived(words, self.salt, self.cost)).decrypt(self.locked))
        except CryptoError as error:
            raise WrongWords from error
        if bytes(private.public_key) != self.public:
            raise WrongWords
        return private


def new_pair(words: str, *, cost: Cost = COST) -> KeyPair:
    """A pair whose private key opens with these words."""
    salt = random_bytes(SALT)
    return lock(PrivateKey.generate(), key=_derived(words, salt, cost), salt=salt, cost=cost)


def nobodys_pair() -> KeyPair:
    """A pair that no words open, and that looks like any other: its key is thrown away here and now."""
    return lock(PrivateKey.generate(), key=random_bytes(SecretBox.KEY_SIZE), salt=random_bytes(SALT))


def under_new_words(private: PrivateKey, words: str, *, cost: Cost = COST) -> KeyPair:
    """The same pair with other words: what was sealed to it before stays readable."""
    salt = random_bytes(SALT)
    return lock(private, key=_derived(words, salt, cost), salt=salt, cost=cost)


def lock(private: PrivateKey, *, key: bytes, salt: bytes, cost: Cost = COST) -> KeyPair:
    locked = bytes(SecretBox(key).encrypt(bytes(private)))
    return KeyPair(bytes(private.public_key), salt, cost, locked)


def seal(text: str, *, to: bytes, sizes: Sequence[int] = SIZES) -> bytes:
    """The text for the owner of a public key, padded to one of ``sizes`` in bytes.

    Raises ValueError for what does not fit the last of them: beyond LONGEST characters of the usual ones.
    """
    return SealedBox(PublicKey(to)).encrypt(padded(text.encode(), sizes))


def open_sealed(sealed: bytes, private: PrivateKey, *, sizes: Sequence[int] = SIZES) -> str:
    """The text again. Raises Unreadable for another's, and for what was changed."""
    try:
        return unpadded(SealedBox(private).decrypt(sealed), sizes).decode()
    except (CryptoError, UnicodeDecodeError) as error:
        raise Unreadable from error


def padded(content: bytes, sizes: Sequence[int] = SIZES) -> bytes:
    """Its length in four bytes, itself, and zeros up to the next of the sizes."""
    wanted = LENGTH.size + len(content)
    size = next((size for size in sizes if size >= wanted), None)
    if size is None:
        raise ValueError(f"more than {sizes[-1] - LENGTH.size} bytes")
    return (LENGTH.pack(len(content)) + content).ljust(size, b"\0")


def unpadded(content: bytes, sizes: Sequence[int] = SIZES) -> bytes:
    """Raises Unreadable for what ``padded`` did not make."""
    if len(content) not in sizes:
        raise Unreadable
    (length,) = LENGTH.unpack_from(content)
    end = LENGTH.size + length
    if end > len(content) or any(content[end:]):
        raise Unreadable
    return content[LENGTH.size : end]


def _derived(words: str, salt: bytes, cost: Cost) -> bytes:
    return pwhash.argon2id.kdf(
        SecretBox.KEY_SIZE, tidied(words).encode(), salt, opslimit=cost.operations, memlimit=cost.memory
    )
