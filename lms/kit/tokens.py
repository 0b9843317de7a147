"""Tokens in links of mails: made anew from a row and the site's secret, and kept in the database as a digest.

So a mail that is sent once more carries the same link, and whoever reads the database can use none.
"""

import hashlib
from collections.abc import Iterator

from django.conf import settings
from django.utils.crypto import salted_hmac


def token(purpose: str, value: str, *, secret: str | None = None) -> str:
    """The token of a value for one purpose, fit for an address; by SECRET_KEY unless another is given."""
    return salted_hmac(purpose, value, secret=secret, algorithm="sha256").hexdigest()


def tokens(purpose: str, value: str) -> Iterator[str]:
    """The token by the present SECRET_KEY, then by each earlier one."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield token(purpose, value, secret=secret)


def digest(token: str) -> str:
    """What the database keeps of a token: whoever reads the table cannot use the link."""
    return hashlib.sha256(token.encode()).hexdigest()
