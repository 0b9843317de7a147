"""Pages for machines: none asks for a login, and /metrics is for those who run the site."""

from hmac import compare_digest

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from lms.ops import health, metrics

LOOPBACK = ("127.0.0.1", "::1")


@require_safe
@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """The process is up; asks nobody else."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether pages can be served: 200, or 503 with what is missing."""
    seen = health.look()
    body = {
        "ready": seen.ready,
        "database": "up" if seen.database else "down",
        "broker": "up" if seen.broker else "down",
        "migrations": [f"{app}.{name}" for app, name in seen.missing_migrations],
        "seconds_since": seen.ages,
        **seen.reported,
    }
    return JsonResponse(body, status=200 if seen.ready else 503)


@require_safe
@login_not_required
def metrics_page(request: HttpRequest) -> HttpResponse:
    """Metrics for whoever holds METRICS_TOKEN; without one set, for this machine itself."""
    if not _may_measure(request):
        raise PermissionDenied
    return HttpResponse(metrics.render(), content_type=CONTENT_TYPE_LATEST)


def _may_measure(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    # A proxy on this machine comes from the loopback address too, and says for whom it asks.
    forwarded = {"X-Forwarded-For", "Forwarded", "X-Forwarded-Proto"} & {*request.headers}
    return request.META.get("REMOTE_ADDR") in LOOPBACK and not forwarded
