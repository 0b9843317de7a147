"""The addresses of the site and, behind the wall, views that each leave one door open: for tests/wall/test_doors.py."""

import logging
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.urls import path

from lms.config.urls import handler400, handler403, handler404, handler500
from lms.config.urls import urlpatterns as all_of_the_site

__all__ = ["handler400", "handler403", "handler404", "handler500"]
# What nobody may read anywhere.
SECRET = "Kirschbaumblau"


def kept_by_the_browser(request: HttpRequest) -> HttpResponse:
    return HttpResponse("x", headers={"Cache-Control": "private, max-age=60"})


def marked_in_the_session(request: HttpRequest) -> HttpResponse:
    request.session["seen"] = "checkins"
    return HttpResponse("x")


def seen_last(request: HttpRequest) -> HttpResponse:
    request.session.modified = True
    return HttpResponse("x")


def logged(request: HttpRequest) -> HttpResponse:
    logging.getLogger("leak").warning("somebody checked in")
    return HttpResponse("x")


def cached(request: HttpRequest) -> HttpResponse:
    cache.set("a draft", SECRET)
    return HttpResponse("x")


def broken(request: HttpRequest) -> HttpResponse:
    answer = SECRET
    raise ValueError(answer)


def shown_with_locals(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"ValueError: answer = {SECRET}", status=500)


def titled(request: HttpRequest) -> HttpResponse:
    """Its title tells that there was an answer."""
    word = "Thank you" if request.method == "POST" else "Check-ins"
    return HttpResponse(f"<title>{word}</title>")


OPEN: dict[str, Any] = {
    view.__name__: view
    for view in (
        kept_by_the_browser, marked_in_the_session, seen_last, logged, cached, shown_with_locals, titled
    )
}  # fmt: skip
urlpatterns = [
    *(path(f"checkins/open/{name}/", view) for name, view in OPEN.items()),
    path("checkins/open/broken/", broken),
    *all_of_the_site,
]
