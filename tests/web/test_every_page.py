"""Every address of ours names the rule that opens it."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, get_resolver

from lms.web.views import PageView

OURS = ("courses.", "lms.", "welfare.")
# Views that are no pages, by the start of their module, with the reason.
NO_PAGES = {
    "lms.ops.": "probes answer machines, before any login and without a user",
    "courses.api.": "the API asks its rules through permission classes",
    "lms.web.api.schema": "describes the API to every login; it asks through a permission class",
}


def patterns(resolver: Any) -> Iterator[URLPattern]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield entry
        else:
            yield from patterns(entry)


def is_open(view: Any) -> bool:
    return not getattr(view, "login_required", True)


def test_every_page_of_ours_asks_a_rule_or_is_marked_as_open() -> None:
    views = [entry.callback for entry in patterns(get_resolver())]
    ours = [
        view
        for view in views
        if view.__module__.startswith(OURS) and not view.__module__.startswith(tuple(NO_PAGES))
    ]
    unruled = [
        view
        for view in ours
        if not is_open(view) and not issubclass(getattr(view, "view_class", object), PageView)
    ]
    assert ours
    assert [f"{view.__module__}.{view.__name__}" for view in unruled] == []
