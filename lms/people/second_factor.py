"""How the secrets of second factors lie in the database: sealed with a key that is not in it."""

import base64
import secrets
from functools import lru_cache

import structlog
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"hotline-learning/second-factor/1"
log = structlog.get_logger("lms.accounts")


@lru_cache
def _seal(*keys: str) -> MultiFernet:
    """The first key seals; any of them opens."""
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key))) for key in keys])


def _derived(key: str) -> bytes:
    """32 bytes for this purpose alone, by HKDF (RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode())


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Seals with a key derived from SECRET_KEY; settings.SECRET_KEY_FALLBACKS still open."""

    def encrypt(self, text: str) -> str:
        return self._keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Without the right key a secret that nobody has: every code is refused, and no page breaks."""
        try:
            return self._keys().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            log.warning("a second factor cannot be opened: is its SECRET_KEY missing in OLD_SECRET_KEYS?")
            return base64.b32encode(secrets.token_bytes(20)).decode()

    @staticmethod
    def _keys() -> MultiFernet:
        return _seal(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
