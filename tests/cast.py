"""A small cast of test people: one login for each role, made without the cost of a password."""

import datetime as dt
import re
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lms.people.enums import Audience, Role
from lms.people.models import Affiliation, Hotline, Person, RoleGrant, User

SINCE = dt.date(2020, 1, 1)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def hotline(name: str = "Linea", country: str = "FR") -> Hotline:
    return Hotline.objects.get_or_create(name=name, defaults={"country_id": country})[0]


def person(family_name: str = "Example", given_name: str = "Ada", **fields: object) -> Person:
    return Person.objects.create(given_name=given_name, family_name=family_name, **fields)


def user(role: Role | None = None, at: Hotline | None = None, *, email: str = "") -> User:
    """A login with one role since 2020, for a hotline where one is given."""
    address = email or f"{role or 'nobody'}-{User.objects.count()}@test.example"
    login = User.objects.create(email=address, person=person(given_name=str(role or "nobody")), password="!")
    if role is not None:
        RoleGrant.objects.create(user=login, role=role, hotline=at, from_on=SINCE)
    return login


def affiliate(someone: Person, at: Hotline, from_on: dt.date | None = None) -> Affiliation:
    return Affiliation.objects.create(
        person=someone, audience=Audience.HOTLINE, hotline=at, country=at.country, from_on=from_on
    )


def signed_in(login: User | None) -> Client:
    client = Client()
    if login is not None:
        client.force_login(login, backend=BACKEND)
    return client


def seen(answer: Any) -> dict[str, str]:
    """What a form sends along of what it was made from."""
    found = re.search(r'name="seen" value="([^"]*)"', answer.text)
    assert found, answer.text
    return {"seen": found[1]}


def queries_of(client: Client, path: str) -> int:
    """How many queries a page takes, which has to be answered with 200."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)
