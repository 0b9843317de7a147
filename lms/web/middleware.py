"""What happens to every request: a log line without personal data, no caching, and the ask for a login."""

import time
import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth import middleware as auth_middleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect
from psycopg.errors import LockNotAvailable, QueryCanceled

from lms.web.errors import busy
from lms.web.logs import merged_label, place_of

log = structlog.get_logger("lms.request")
GetResponse = Callable[[HttpRequest], HttpResponse]

DEVICES = ("camera", "microphone", "geolocation", "payment", "usb", "display-capture", "browsing-topics")
PERMISSIONS_POLICY = ", ".join(f"{device}=()" for device in DEVICES)


class RequestLogMiddleware:
    """One line a request: method, route name, status, milliseconds, request id.

    Addresses under settings.MERGED_IN_LOG leave no line: a line's time could be held against somebody's
    working day. They are added up under their label, and a day's total is written once the day (UTC) is over.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.totals: Counter[str] = Counter()
        self.day = timezone.now().date()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Always our own: an id taken from a header could carry somebody's name into the log.
        request_id = uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]  # Django's way to hand things down
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            self.record(request, response, round((time.perf_counter() - started) * 1000, 1))
        response["X-Request-ID"] = request_id
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Of a fault there, too, only a day's number, by kind and place: lms/web/logs.py drops its line."""
        self._close_day()
        label = merged_label(request.path_info)
        if label and not isinstance(exception, Http404 | PermissionDenied):
            self.totals[f"{label}: {type(exception).__name__} at {place_of(exception)}"] += 1

    def record(self, request: HttpRequest, response: HttpResponse, ms: float) -> None:
        self._close_day()
        label = merged_label(request.path_info)
        if label:
            self.totals[label] += 1
        elif not request.path_info.startswith(settings.STATIC_URL):
            log.info(
                "request", method=request.method, route=route(request), status=response.status_code, ms=ms
            )

    def _close_day(self) -> None:
        today = timezone.now().date()
        if today == self.day:
            return
        for label, total in self.totals.items():
            log.info("requests of a day", route=label, day=self.day.isoformat(), total=total)
        self.totals.clear()
        self.day = today


def route(request: HttpRequest) -> str:
    """The name of the route; its pattern where it has none. Never the path, which may hold codes and ids."""
    match = request.resolver_match
    return (match.view_name or match.route) if match else "unrouted"


class HeadersMiddleware:
    """Nothing is kept by a browser or proxy unless its view says so, and no page asks for a device."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response


class BusyMiddleware:
    """A page that the database did not answer in time says so, instead of looking broken."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception.__cause__, QueryCanceled | LockNotAvailable):
            if not merged_label(request.path_info):
                log.warning("busy", route=route(request))
            return busy(request)
        return None


class ReaderZoneMiddleware:
    """Times are shown in the reader's own zone; whoever is not signed in reads the reporting zone's."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        zone = getattr(request.user, "zone", "") or settings.REPORTING_ZONE
        with timezone.override(zone):
            return self.get_response(request)


class LoginRequiredMiddleware(auth_middleware.LoginRequiredMiddleware):
    """Every view asks for a login unless it is marked login_not_required."""

    def handle_no_permission(  # type: ignore[override]  # htmx has a redirect of its own kind
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponse:
        """Send the whole window to the login page, even where only a part of it was asked for."""
        if not getattr(request, "htmx", False):
            return super().handle_no_permission(request, view_func)
        shown = request.htmx.current_url_abs_path or "/"  # type: ignore[attr-defined]  # set by django_htmx
        return HttpResponseClientRedirect(redirect_to_login(shown).url)
