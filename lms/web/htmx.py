"""Pages work without JavaScript; htmx only swaps a part instead of the whole.

A page never answers a part request with less than the page: the browser picks its part with hx-select, so
both ways end alike by construction.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django_htmx.http import HttpResponseClientRedirect


def is_part_request(request: HttpRequest) -> bool:
    """Whether htmx asked, and wants a part of the page (a boosted link wants all of it)."""
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.boosted


def see_other(request: HttpRequest, url: str) -> HttpResponse:
    """Lead the whole window to `url` after a change, however the change was sent."""
    if is_part_request(request):
        return HttpResponseClientRedirect(url)
    return HttpResponseRedirect(url)
