"""What every page gets beside its own content."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from lms.web import navigation, notices, search


def page(request: HttpRequest) -> dict[str, Any]:
    """`nav`, `unread`, `reader_zone` (IANA name), `language_name` and `request_id` for base.html.

    `nav`, `unread` (how many notices) and `search` (the box, or nothing) are only worked out when a template
    uses them, so a mail or a fragment costs no query.
    """
    return {
        "nav": SimpleLazyObject(lambda: navigation.links(request)),
        "unread": SimpleLazyObject(lambda: notices.unread(getattr(request, "user", None))),
        "search": SimpleLazyObject(lambda: search.box_for(getattr(request, "user", None))),
        "reader_zone": timezone.get_current_timezone_name(),
        "language_name": translation.get_language_info(translation.get_language() or "en")["name_local"],
        "request_id": getattr(request, "request_id", ""),
    }
