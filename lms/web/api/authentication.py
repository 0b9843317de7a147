"""Who asks: the login behind a token, and nobody else; a session's cookie opens nothing."""

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from lms.people.actions.tokens import mark_used
from lms.people.models import ApiToken, User
from lms.people.queries.tokens import by_secret

# One sentence for a missing, unknown, expired and revoked one: it tells a guesser nothing.
NO_TOKEN = _("Send a valid token: “Authorization: Bearer …”. Tokens are made at /me/tokens/.")


class BearerToken(BaseAuthentication):
    """``Authorization: Bearer`` with a token that works; one query, and one write a day."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken]:
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        token = by_secret(secret.strip()) if scheme.lower() == "bearer" else None
        if token is None:
            raise AuthenticationFailed(NO_TOKEN)
        mark_used(token=token)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'
