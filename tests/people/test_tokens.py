"""Tokens of the API: shown once, kept as a digest, bounded in what and for how long, ended at once."""

import datetime as dt
import hashlib
import re

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from lms.kit.clock import today
from lms.kit.errors import Refused
from lms.people.actions.tokens import MOST_DAYS, MOST_TOKENS, make_token, revoke_token
from lms.people.enums import Role
from lms.people.models import ApiToken, User
from lms.people.queries.tokens import by_secret
from tests import cast
from tests.threads import at_once

pytestmark = pytest.mark.django_db
NEW, PASSWORD = "/me/tokens/new/", "stapel-lampe-17"
SECRET = re.compile(r"hlat_[\w-]{43}", re.ASCII)


def made(by: User, name: str = "Nightly export", days: int = 30, scopes: tuple[str, ...] = ("read",)):
    return make_token(name=name, scopes=scopes, until=today() + dt.timedelta(days=days), by=by)


class TestMaking:
    def test_it_is_kept_as_a_digest_of_256_random_bits(self):
        token, secret = made(cast.user(Role.STAFF))
        assert SECRET.fullmatch(secret)
        assert token.digest == hashlib.sha256(secret.encode()).hexdigest()
        assert by_secret(secret) == token
        assert secret not in str(ApiToken.objects.values().get())
        assert made(token.user)[1] != secret

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"name": "  "}, "name"),
            ({"scopes": ()}, "scopes"),
            ({"scopes": ("everything",)}, "scopes"),
            ({"days": -1}, "until"),
            ({"days": MOST_DAYS + 1}, "until"),
        ],
    )
    def test_what_cannot_be_is_refused_at_its_field(self, changed, field):
        with pytest.raises(Refused) as refusal:
            made(cast.user(Role.STAFF), **changed)
        assert refusal.value.field == field
        assert not ApiToken.objects.exists()

    def test_a_manager_makes_none_that_writes_and_other_roles_make_none(self):
        manager = cast.user(Role.HOTLINE_MANAGER, cast.hotline())
        made(manager, scopes=("read", "counts"))
        with pytest.raises(Refused, match="your roles allow"):
            made(manager, scopes=("write",))
        for role in (Role.ANALYST, Role.TRAINER, Role.WELFARE_OFFICER, Role.ADMINISTRATOR):
            with pytest.raises(Refused, match="your roles allow"):
                made(cast.user(role))
        assert ApiToken.objects.count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_there_are_never_more_than_anybody_needs(self):
        user = cast.user(Role.STAFF)
        for _ in range(MOST_TOKENS - 1):
            made(user)
        outcomes = at_once(3, lambda: made(User.objects.get(pk=user.pk)))
        assert sum(isinstance(one, Refused) for one in outcomes) == 2
        assert ApiToken.objects.count() == MOST_TOKENS
        revoke_token(token=ApiToken.objects.first(), by=user)
        made(user)

    @pytest.mark.parametrize(
        ("constraint", "changed"),
        [
            ("token_has_name", {"name": ""}),
            ("token_digest_is_one", {"digest": "x"}),
            ("token_may_something_known", {"scopes": []}),
            ("token_may_something_known", {"scopes": ["all"]}),
            ("token_expires_within_a_year", {"expires_at": timezone.now() + dt.timedelta(days=400)}),
            ("token_expires_within_a_year", {"expires_at": timezone.now() - dt.timedelta(days=1)}),
            ("token_revoked_at_and_by", {"revoked_at": timezone.now()}),
        ],
    )
    def test_the_database_refuses_what_must_never_be(self, constraint, changed):
        sound = {
            "name": "x",
            "digest": "0" * 64,
            "scopes": ["read"],
            "expires_at": timezone.now() + dt.timedelta(1),
        }
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            ApiToken.objects.create(user=cast.user(Role.STAFF), **sound | changed)


class TestEnding:
    def test_the_owner_and_an_administrator_end_it_and_nobody_else(self):
        token, secret = made(cast.user(Role.STAFF))
        with pytest.raises(Refused, match="Only its owner"):
            revoke_token(token=token, by=cast.user(Role.STAFF))
        assert by_secret(secret) == token
        admin = cast.user(Role.ADMINISTRATOR)
        revoke_token(token=token, by=admin)
        assert by_secret(secret) is None
        revoke_token(token=token, by=token.user)
        token.refresh_from_db()
        assert token.revoked_by == admin


class TestPages:
    @pytest.fixture
    def owner(self) -> User:
        user = cast.user(Role.STAFF)
        user.set_password(PASSWORD)
        user.save()
        return user

    @pytest.fixture
    def client(self, owner):
        """Signed in, and proved just now to be the owner."""
        client = cast.signed_in(owner)
        assert client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": NEW}).url == NEW
        return client

    def form(self, **changed):
        return {"name": "Nightly export", "scopes": ["read"], "until": today().isoformat()} | changed

    def test_it_is_shown_once_and_not_again(self, client):
        answer = client.post(NEW, self.form())
        (secret,) = SECRET.findall(answer.text)
        assert by_secret(secret).name == "Nightly export"
        assert answer.headers["Cache-Control"] == "no-store"
        for path in ("/me/tokens/", NEW, "/"):
            assert secret not in client.get(path).text
        assert "Nightly export" in client.get("/me/tokens/").text

    def test_whoever_finds_an_open_session_makes_none(self, owner):
        client = cast.signed_in(owner)
        for answer in (client.get(NEW), client.post(NEW, self.form())):
            assert answer.url.startswith("/accounts/reauthenticate/")
        assert not ApiToken.objects.exists()

    def test_what_was_typed_stays_where_it_is_refused(self, client):
        late = (today() + dt.timedelta(days=500)).isoformat()
        text = client.post(NEW, self.form(until=late)).text
        assert "Nightly export" in text
        assert f'value="{late}"' in text
        assert "at the latest" in text
        assert not ApiToken.objects.exists()

    def test_a_manager_is_not_offered_to_write(self, client, owner):
        assert 'value="write"' in client.get(NEW).text
        owner.grants.update(role=Role.HOTLINE_MANAGER, hotline=cast.hotline())
        assert 'value="write"' not in client.get(NEW).text

    def test_ending_asks_first_and_only_finds_ones_own(self, client, owner):
        token, secret = made(owner)
        theirs, their_secret = made(cast.user(Role.STAFF))
        assert "Nightly export" in client.get(f"/me/tokens/{token.pk}/end/").text
        assert by_secret(secret)
        client.post(f"/me/tokens/{token.pk}/end/")
        assert by_secret(secret) is None
        assert "ended" in client.get("/me/tokens/").text
        assert client.post(f"/me/tokens/{theirs.pk}/end/").status_code == 404
        assert by_secret(their_secret)

    def test_an_administrator_sees_whose_there_are_and_ends_any(self, owner):
        _token, secret = made(owner)
        admin = cast.signed_in(cast.user(Role.ADMINISTRATOR))
        text = admin.get("/admin/tokens/").text
        assert owner.email in text
        assert secret not in text
        admin.post(f"/admin/tokens/{ApiToken.objects.get().pk}/end/")
        assert by_secret(secret) is None

    def test_who_lost_the_role_still_ends_what_there_is(self, owner):
        token, secret = made(owner)
        owner.grants.update(revoked_at=timezone.now(), revoked_by=owner)
        client = cast.signed_in(owner)
        text = client.get("/me/tokens/").text
        assert "holds nothing for your roles" in text
        assert client.get(NEW).status_code == 403
        client.post(f"/me/tokens/{token.pk}/end/")
        assert by_secret(secret) is None

    @pytest.mark.parametrize("path", ["/me/tokens/", "/admin/tokens/"])
    def test_lists_cost_the_same_at_one_and_at_three_rows(self, path):
        user = cast.user(Role.ADMINISTRATOR)
        user.grants.create(role=Role.STAFF, from_on=cast.SINCE)
        client = cast.signed_in(user)
        made(user)
        one = cast.queries_of(client, path)
        made(user)
        made(user)
        assert cast.queries_of(client, path) == one

    def test_nobody_with_a_token_yet_reads_what_it_is_for(self):
        text = cast.signed_in(cast.user(Role.STAFF)).get("/me/tokens/").text
        assert "You have no tokens." in text
