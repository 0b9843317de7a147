"""What accounts of the other side are shown, held against itself: before somebody kept an answer, and after."""

import re
from collections.abc import Iterator

from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from lms.people.enums import Role
from lms.people.models import User
from tests import cast
from tests.attack.school import Site

OTHERS = (Role.STAFF, Role.ADMINISTRATOR, Role.WELFARE_OFFICER, Role.HOTLINE_MANAGER, Role.TRAINER)
# What differs at every request, whoever asks.
VOLATILE = re.compile(
    rb"csrf[^>]*>|nonce=\S+|[0-9a-f]{32}|\"X-CSRFToken\"[^}]*}|boundary=\S+|\d+\.\d+(?:e[+-]\d+)?", re.I
)
OWN_PAGE = "/checkins/"
Shown = dict[tuple[str, str], bytes]


def before_and_after(site: Site) -> tuple[int, int, bool]:
    """How many pages differ after one analyst answered, of how many; and whether the analyst's own does."""
    period = site.month(comes=0)
    somebody = site.users[0]
    clients = {role.value: cast.signed_in(_login(role)) for role in OTHERS}
    steady = _steady(shown(clients), shown(clients))
    own = cast.signed_in(somebody)
    mine = VOLATILE.sub(b"", own.get(OWN_PAGE).content)
    site.answer(own, somebody, period)
    site.shuffle()
    after = shown(clients)
    leaking = [key for key, page in steady.items() if after[key] != page]
    return len(leaking), len(steady), VOLATILE.sub(b"", own.get(OWN_PAGE).content) != mine


def _login(role: Role) -> User:
    at = cast.hotline() if role == Role.HOTLINE_MANAGER else None
    return cast.user(role, at)


def _steady(one: Shown, two: Shown) -> Shown:
    """Pages that are the same twice while nothing happens."""
    return {key: page for key, page in one.items() if two[key] == page}


def shown(clients: dict[str, Client]) -> Shown:
    """Every page without arguments that such an account may open, by account and address."""
    found: Shown = {}
    for who, client in clients.items():
        for path in addresses():
            response = client.get(path)
            content = b"".join(response) if response.streaming else response.content
            if response.status_code == 200:
                found[who, path] = VOLATILE.sub(b"", content)
    return found


def addresses() -> list[str]:
    return sorted({path for path in map(_path, _names(get_resolver().url_patterns)) if path})


def _names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            prefix = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from (prefix + name for name in _names(pattern.url_patterns))
        elif pattern.name and "logout" not in pattern.name:
            yield pattern.name


def _path(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
