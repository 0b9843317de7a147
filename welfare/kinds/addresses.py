"""A private address as it is stored: of one length, and wrapped for one login."""

from lms.kit.keyring import MissingKey, keyring
from lms.kit.sealing import Unreadable

# An address has at most 254 characters; all that is stored is of one length.
LENGTH = 1024


def wrapped(address: str, *, of: int) -> bytes:
    """For the login with this number alone."""
    return keyring().wrap(address.encode().ljust(LENGTH, b"\0"), about=_about(of))


def unwrapped(kept: bytes | memoryview, *, of: int) -> str:
    """Raises MissingKey, and Unreadable for what was changed or is another login's."""
    return keyring().unwrap(bytes(kept), about=_about(of)).rstrip(b"\0").decode()


def shown(kept: bytes | memoryview | None, *, of: int) -> str:
    """For its owner; blank where there is none, or none that can be opened here."""
    try:
        return unwrapped(kept, of=of) if kept else ""
    except (MissingKey, Unreadable):
        return ""


def rewrapped(kept: bytes | memoryview, *, of: int) -> bytes:
    """The same under the newest of WELFARE_KEYS."""
    return wrapped(unwrapped(kept, of=of), of=of)


def _about(user_id: int) -> bytes:
    return f"private address:{user_id}".encode()
