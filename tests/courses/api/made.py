"""Programs for tests: a client that asks with a token of somebody's."""

import datetime as dt
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lms.kit.clock import end_of, today
from lms.kit.tokens import digest
from lms.people.actions.tokens import PREFIX
from lms.people.enums import Role, TokenScope
from lms.people.models import ApiToken, Hotline, User
from tests import cast

API = "/api/v1"
JSON, PROBLEM = "application/json", "application/problem+json"


def secret_of(user: User, *scopes: str, until: dt.date | None = None) -> str:
    """What a new token says; of all scopes unless some are named, whatever the user's roles are."""
    secret = f"{PREFIX}{ApiToken.objects.count():043}"
    ApiToken.objects.create(
        user=user,
        name="Nightly export",
        scopes=list(scopes or TokenScope.values),
        digest=digest(secret),
        expires_at=end_of(until or today()),
    )
    return secret


def bearer(user: User, *scopes: str) -> Client:
    """A program without cookies, with a token of this login."""
    return Client(headers={"Authorization": f"Bearer {secret_of(user, *scopes)}"})


def staff(*scopes: str) -> Client:
    return bearer(cast.user(Role.STAFF), *scopes)


def manager(of: Hotline, *scopes: str) -> Client:
    return bearer(cast.user(Role.HOTLINE_MANAGER, of), *scopes)


def results(client: Client, path: str, **query: Any) -> list[dict[str, Any]]:
    """The records of a list that has one page."""
    answer = client.get(f"{API}/{path}", query)
    assert answer.status_code == 200, answer.content
    assert answer.json()["next"] is None
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def queries_of(client: Client, path: str) -> int:
    """How many queries it takes; the first request of a day writes that the token is used."""
    assert client.get(f"{API}/{path}").status_code == 200
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"{API}/{path}").status_code == 200
    return len(queries)


def problem(answer: Any, status: int) -> dict[str, Any]:
    """The problem that an answer is, which has to be complete."""
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, PROBLEM), answer.content
    told: dict[str, Any] = answer.json()
    assert told["status"] == status
    assert {"type", "title", "detail"} <= set(told)
    return told
