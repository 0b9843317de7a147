"""The pages of allauth in our look, with allauth's own field names."""

import pytest
from django.test import Client

from lms.people.models import User
from tests.web import pages

OPEN = {
    "/accounts/login/": "Sign in",
    "/accounts/signup/": "By invitation only",
    "/accounts/inactive/": "This login is closed",
    "/accounts/password/reset/": "A new password",
    "/accounts/password/reset/done/": "Look into your mail",
    "/accounts/password/reset/key/1-bad/": "This link no longer works",
    "/accounts/password/reset/key/done/": "Your password is changed",
    "/accounts/confirm-email/": "Look into your mail",
    "/accounts/confirm-email/bad/": "This link no longer works",
}
OWN = {
    "/": "Hello, Ana",
    "/accounts/logout/": "Everything you did is saved",
    "/accounts/password/change/": "Change my password",
    "/accounts/2fa/": "No phone is needed",
    "/accounts/2fa/totp/activate/": "Set up an authenticator program",
    "/accounts/2fa/webauthn/": "Security Keys",
    "/accounts/2fa/webauthn/add/": "Add Security Key",
    "/accounts/reauthenticate/": "Is it still you?",
}
pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client: Client) -> Client:
    from allauth.account.models import EmailAddress

    from lms.people.models import Person

    person = Person.objects.create(given_name="Ana", family_name="Ruiz")
    user = User.objects.create_user("ana@hotline.example", "a long demo pass", person=person)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    client.post("/accounts/login/", {"login": user.email, "password": "a long demo pass"})
    # What concerns the second factor asks for the password once more.
    client.post("/accounts/reauthenticate/", {"password": "a long demo pass"})
    return client


@pytest.mark.parametrize("address", OPEN)
def test_opens_without_a_login_in_our_look(client: Client, address: str) -> None:
    text = pages.html(client.get(address))
    assert f"<h1>{OPEN[address]}" in text
    assert "css/app.css" in text


@pytest.mark.parametrize("address", OWN)
def test_opens_with_a_login_in_our_look(signed_in: Client, address: str) -> None:
    response = signed_in.get(address)
    assert OWN[address] in pages.html(response)
    assert 'class="side"' in pages.html(response)
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("address", sorted(OWN.keys() - {"/accounts/logout/"}))
def test_asks_for_a_login_first(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_the_login_form_keeps_the_names_of_allauth_and_what_was_typed(client: Client) -> None:
    text = pages.html(client.post("/accounts/login/", {"login": "ana@hotline.example", "password": "wrong"}))
    assert 'name="login"' in text
    assert 'value="ana@hotline.example"' in text
    assert 'name="password"' in text
    assert 'id="mistakes"' in text


def test_signing_out_takes_a_pressed_button(signed_in: Client) -> None:
    signed_in.get("/accounts/logout/")
    assert signed_in.get("/").status_code == 200
    signed_in.post("/accounts/logout/")
    assert signed_in.get("/").status_code == 302


def test_a_second_factor_is_set_up_shown_and_asked_for(signed_in: Client) -> None:
    from allauth.mfa.adapter import get_adapter
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    page = signed_in.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    signed_in.post("/accounts/2fa/totp/activate/", {"code": code})
    assert get_adapter().is_mfa_enabled(User.objects.get(email="ana@hotline.example"))
    assert "Turn it off" in pages.html(signed_in.get("/accounts/2fa/"))
    assert "Turn the authenticator program off" in pages.html(signed_in.get("/accounts/2fa/totp/deactivate/"))
    assert "Download the codes" in pages.html(signed_in.get("/accounts/2fa/recovery-codes/"))
    assert "the old ones stop working" in pages.html(signed_in.get("/accounts/2fa/recovery-codes/generate/"))
    signed_in.post("/accounts/logout/")
    login = {"login": "ana@hotline.example", "password": "a long demo pass"}
    assert "The second factor" in pages.html(signed_in.post("/accounts/login/", login, follow=True))


def test_nobody_changes_the_address_of_the_own_login(signed_in: Client) -> None:
    """A password reset goes to the address: an open session must not become a login for good."""
    from allauth.account.models import EmailAddress

    before = list(EmailAddress.objects.values_list("email", "primary"))
    asked = [
        signed_in.get("/accounts/email/"),
        signed_in.post("/accounts/email/", {"email": "thief@hotline.example", "action_add": ""}),
    ]
    for response in asked:
        assert response.status_code == 403
        assert "An administrator changes it with you" in pages.html(response)
    assert list(EmailAddress.objects.values_list("email", "primary")) == before
    assert "/accounts/email/" not in pages.html(signed_in.get("/"))


def test_a_session_left_open_asks_for_the_password_again_before_the_password_changes(client: Client) -> None:
    user = User.objects.create_user("ana@hotline.example", "a long demo pass")
    client.force_login(user)
    form = {"oldpassword": "wrong", "password1": "an0ther long pass", "password2": "an0ther long pass"}
    client.post("/accounts/password/change/", form)
    user.refresh_from_db()
    assert user.check_password("a long demo pass")
