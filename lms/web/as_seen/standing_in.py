"""A page as another role gets it, made by its own view for a visitor who is nobody."""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import resolve, reverse

from lms.people.models import RoleGrant, User
from lms.people.narrowing import narrowed_to
from lms.web.as_seen import Look

# No login has it: PostgreSQL counts them from 1.
NOBODY = 0
KEPT = ("SERVER_NAME", "SERVER_PORT", "HTTP_HOST", "wsgi.url_scheme")


def visitor(look: Look) -> User:
    """With the look's role and nothing else: no colleague's login, and in no table."""
    nobody = User(pk=NOBODY)
    grant = RoleGrant(user=nobody, role=look.role, hotline=look.hotline, from_on=dt.date.min)
    # Where the rules look for the grants of a login.
    nobody._prefetched_objects_cache = {"grants": [grant]}  # type: ignore[attr-defined]  # made by prefetching
    return nobody


def page_of(look: Look, persons: Iterable[int], request: HttpRequest) -> HttpResponse:
    """The true page, with the rows of ``persons`` alone. Nothing can be written while it is made.

    Raises what the view raises: Http404, and PermissionDenied where the role may not see it.
    """
    asked = _request(look, request)
    match = resolve(asked.path)
    asked.resolver_match = match
    with narrowed_to(persons), _read_only():
        made: HttpResponse = match.func(asked, *match.args, **match.kwargs)
    return made


def _request(look: Look, request: HttpRequest) -> HttpRequest:
    """A request of its own: neither session nor messages, and no word of the asker's address line."""
    asked = HttpRequest()
    asked.method = "GET"
    asked.META = {name: request.META[name] for name in KEPT if name in request.META}
    asked.path = asked.path_info = reverse(look.route, args=look.args)
    asked.user = visitor(look)
    asked.htmx = False  # type: ignore[attr-defined]  # django_htmx sets it on every request
    return asked


@contextmanager
def _read_only() -> Iterator[None]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        yield
