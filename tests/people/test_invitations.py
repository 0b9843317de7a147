import datetime as dt
import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone

from lms.kit.errors import Refused
from lms.outbox.drain import run_once
from lms.outbox.states import State
from lms.people.actions.invitations import accept_invitation, invite, withdraw_invitation
from lms.people.enums import Role
from lms.people.models import Invitation, InvitationMail, Person, User
from lms.people.rules import managed_hotline_ids, may_enter_staff
from tests import cast

pytestmark = pytest.mark.django_db
PASSWORD = "stapel-lampe-17"


@pytest.fixture
def admin():
    return cast.user(Role.ADMINISTRATOR)


def sent(admin, email="new@test.example", role=Role.ANALYST, **asked):
    """Invite, have the mail sent, and read the token from it, as the invited person does."""
    invite(email=email, role=role, by=admin, **asked)
    run_once()
    return re.search(r"/accounts/invitation/(\S+)/", mail.outbox[-1].body)[1]


def accept(token, **typed):
    return accept_invitation(
        token=token, **{"given_name": "Nia", "family_name": "New", "password": PASSWORD} | typed
    )


def test_an_accepted_invitation_makes_a_login_with_its_role_and_a_verified_address(admin):
    own = cast.hotline()
    user = accept(sent(admin, " New@Test.Example ", Role.HOTLINE_MANAGER, hotline=own))
    assert (user.email, user.person.name) == ("new@test.example", "Nia New")
    assert user.check_password(PASSWORD)
    assert managed_hotline_ids(user) == {own.pk}
    assert user.person.affiliations.get().hotline == own
    assert EmailAddress.objects.get(user=user).verified
    assert Invitation.objects.get().accepted_by == user


def test_the_database_keeps_no_token(admin):
    token = sent(admin)
    kept = Invitation.objects.values().get()
    assert token not in str(kept)
    assert len(kept["token_digest"]) == 64


def test_a_link_works_once(admin):
    token = sent(admin)
    accept(token)
    with pytest.raises(Refused):
        accept(token)
    assert User.objects.count() == 2


def test_a_link_ends_after_fourteen_days(admin, time_machine):
    token = sent(admin)
    time_machine.move_to(timezone.now() + dt.timedelta(days=14, seconds=-60))
    assert Client().get(f"/accounts/invitation/{token}/").status_code == 200
    time_machine.shift(dt.timedelta(seconds=120))
    assert Client().get(f"/accounts/invitation/{token}/").status_code == 404
    with pytest.raises(Refused):
        accept(token)


def test_a_withdrawn_link_and_one_replaced_by_a_later_invitation_are_useless(admin):
    first = sent(admin)
    second = sent(admin)
    with pytest.raises(Refused):
        accept(first)
    withdraw_invitation(invitation=Invitation.objects.first(), by=admin)
    with pytest.raises(Refused):
        accept(second)
    with pytest.raises(Refused):
        withdraw_invitation(invitation=Invitation.objects.first(), by=admin)
    assert User.objects.count() == 1


def test_a_person_of_the_register_keeps_their_record_and_name(admin):
    known = cast.person("Known", register_id="P1")
    user = accept(sent(admin, person=known), given_name="Somebody", family_name="Else")
    assert (user.person, user.person.name) == (known, "Ada Known")
    assert Person.objects.filter(family_name="Else").count() == 0


def test_an_address_or_person_with_a_login_is_not_invited(admin):
    user = cast.user(email="there@test.example")
    for asked in ({"email": "There@test.example"}, {"person": user.person}):
        with pytest.raises(Refused):
            sent(admin, **asked)
    assert not mail.outbox
    assert not Invitation.objects.exists()


def test_a_weak_password_is_refused_and_the_link_stays_good(admin):
    token = sent(admin)
    with pytest.raises(Refused) as refused:
        accept(token, password="password")
    assert refused.value.field == "password"
    assert User.objects.count() == 1
    assert accept(token)


def test_the_mail_is_written_with_the_invitation_and_sent_once(admin, settings):
    settings.SITE_URL = "https://learning.example"
    invite(email="new@test.example", role=Role.ANALYST, by=admin)
    assert not mail.outbox
    assert InvitationMail.objects.get().state == State.PENDING
    for _tick in range(2):
        run_once()
    (message,) = mail.outbox
    assert message.to == ["new@test.example"]
    assert "https://learning.example/accounts/invitation/" in message.body
    assert InvitationMail.objects.get().state == State.SENT


def test_a_refused_invitation_leaves_no_mail(admin):
    with pytest.raises(Refused):
        invite(email=admin.email, role=Role.ANALYST, by=admin)
    assert not InvitationMail.objects.exists()


def test_the_mail_of_an_invitation_that_ended_before_is_not_sent(admin):
    invite(email="new@test.example", role=Role.ANALYST, by=admin)
    withdraw_invitation(invitation=Invitation.objects.get(), by=admin)
    run_once()
    assert not mail.outbox
    assert InvitationMail.objects.get().state == State.CANCELLED


def test_a_link_made_before_the_secret_key_changed_is_sent_all_the_same(admin, settings):
    invite(email="new@test.example", role=Role.ANALYST, by=admin)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 10
    run_once()
    token = re.search(r"/accounts/invitation/(\S+)/", mail.outbox[-1].body)[1]
    assert accept(token).email == "new@test.example"


def test_nobody_but_an_administrator_invites():
    with pytest.raises(Refused):
        sent(cast.user(Role.STAFF))
    assert not mail.outbox


class TestPages:
    def test_an_administrator_invites_and_the_invited_person_signs_in(self, admin):
        page = cast.signed_in(admin)
        answer = page.post("/admin/invitations/new/", {"email": "new@test.example", "role": "staff"})
        assert answer.status_code == 302
        run_once()
        link = re.search(r"http://localhost:\d+(\S+)", mail.outbox[0].body)[1]
        guest = Client()
        assert "new@test.example" in guest.get(link).text
        assert Invitation.objects.get().accepted_at is None
        typed = {"given_name": "Nia", "password": PASSWORD, "again": PASSWORD}
        assert guest.post(link, typed).url == "/accounts/login/"
        signed = guest.post("/accounts/login/", {"login": "new@test.example", "password": PASSWORD})
        assert signed.url == "/"
        assert guest.get("/staff/").status_code == 200
        assert may_enter_staff(User.objects.get(email="new@test.example"))

    def test_two_different_passwords_make_no_login(self, admin):
        link = f"/accounts/invitation/{sent(admin)}/"
        answer = Client().post(link, {"given_name": "N", "password": PASSWORD, "again": "other"})
        assert "differ" in answer.text
        assert User.objects.count() == 1

    def test_signing_up_without_an_invitation_is_closed(self):
        form = {"email": "x@test.example", "password1": PASSWORD, "password2": PASSWORD}
        answer = Client().post("/accounts/signup/", form)
        assert "invitation" in answer.text
        assert not User.objects.exists()

    def test_a_link_that_was_never_sent_is_not_found(self):
        assert Client().get("/accounts/invitation/guess/").status_code == 404
        assert Client().post("/accounts/invitation/guess/", {}).status_code == 404

    def test_the_list_shows_each_state(self, admin):
        sent(admin, "open@test.example")
        accept(sent(admin, "accepted@test.example"))
        Invitation.objects.filter(email="open@test.example").update(expires_at=timezone.now())
        sent(admin, "withdrawn@test.example")
        withdraw_invitation(invitation=Invitation.objects.get(email="withdrawn@test.example"), by=admin)
        sent(admin, "fresh@test.example")
        text = cast.signed_in(admin).get("/admin/invitations/").text
        assert all(state in text for state in ("accepted", "expired", "withdrawn", "open"))
        assert text.count("Withdraw the invitation to") == 1

    def test_withdrawing_asks_first(self, admin):
        sent(admin)
        invitation, page = Invitation.objects.get(), cast.signed_in(admin)
        url = f"/admin/invitations/{invitation.pk}/withdraw/"
        assert "new@test.example" in page.get(url).text
        invitation.refresh_from_db()
        assert invitation.withdrawn_at is None
        page.post(url)
        invitation.refresh_from_db()
        assert invitation.withdrawn_by == admin


def test_a_forgotten_password_is_set_anew_by_mail(admin):
    accept(sent(admin))
    guest = Client()
    guest.post("/accounts/password/reset/", {"email": "new@test.example"})
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", mail.outbox[-1].body)[1]
    form = guest.get(link, follow=True)
    new = {"password1": "neue-lampe-18", "password2": "neue-lampe-18"}
    guest.post(form.redirect_chain[-1][0], new)
    assert User.objects.get(email="new@test.example").check_password("neue-lampe-18")
