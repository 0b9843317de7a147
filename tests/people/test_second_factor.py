"""A copy of the database alone gives nobody a second factor."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters

from tests import cast

OTHER_KEY = "y" * 60


def code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(counters()))))


def test_the_secret_is_sealed_and_still_makes_codes(db):
    secret = generate_totp_secret()
    TOTP.activate(cast.user(None), secret)
    stored = Authenticator.objects.get()
    assert secret not in str(stored.data)
    assert get_adapter().decrypt(stored.data["secret"]) == secret
    assert stored.wrap().validate_code(code(secret))


def test_the_same_secret_is_never_sealed_alike():
    assert get_adapter().encrypt("secret") != get_adapter().encrypt("secret")


def test_an_earlier_key_opens_while_it_is_kept(settings):
    sealed = get_adapter().encrypt("secret")
    earlier, settings.SECRET_KEY = settings.SECRET_KEY, OTHER_KEY
    assert get_adapter().decrypt(sealed) != "secret"
    settings.SECRET_KEY_FALLBACKS = [earlier]
    assert get_adapter().decrypt(sealed) == "secret"


def test_without_the_key_codes_are_refused_and_nothing_breaks(db, settings):
    secret = generate_totp_secret()
    TOTP.activate(cast.user(None), secret)
    settings.SECRET_KEY = OTHER_KEY
    assert not Authenticator.objects.get().wrap().validate_code(code(secret))
