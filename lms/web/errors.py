"""Answers for what went wrong, in plain words; `handler…` in the root urls names them."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

from lms.web.api import problems


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _plain(request, "errors/400.html", 400)


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    if problems.wants_problem(request):
        return problems.plain(403)
    return render(request, "errors/403.html", status=403)


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if problems.wants_problem(request):
        return problems.plain(404)
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return _plain(request, "errors/500.html", 500)


def busy(request: HttpRequest) -> HttpResponse:
    """The database did not answer in the time that a page has."""
    return _plain(request, "errors/503.html", 503)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """For settings.CSRF_FAILURE_VIEW; the reason is for the log, not for the reader."""
    return _plain(request, "errors/csrf.html", 403)


def method_not_allowed(request: HttpRequest, methods: Sequence[str]) -> HttpResponse:
    response = render(request, "errors/405.html", status=405)
    response["Allow"] = ", ".join(methods)
    return response


def _plain(request: HttpRequest, template: str, status: int) -> HttpResponse:
    """Without request and context processors: the database, or who is asking, may be what is broken."""
    if problems.wants_problem(request):
        return problems.plain(status)
    context: dict[str, Any] = {"request_id": getattr(request, "request_id", "")}
    return HttpResponse(render_to_string(template, context), status=status)
