"""/api/v1/docs/: the API for readers, and to try it out with a token."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.web import permissions
from lms.web.api import problems
from lms.web.api.schema import METHODS, description
from lms.web.tables import Header, simple
from lms.web.views import PageView

BELOW = "/api/v1"


class DocsPage(PageView):
    """Whole without JavaScript: the table of addresses and the problems; with it they can be tried."""

    allowed = staticmethod(permissions.signed_in)
    page_title = gettext_lazy("The API")
    template_name = "api/docs.html"

    def get_context(self) -> dict[str, Any]:
        headers = [Header(_("Address")), Header(_("What it does"))]
        table = simple(_("All below %(address)s") % {"address": BELOW}, headers, operations())
        return {"operations": table, "problems": sorted(problems.KINDS.items())}


@cache
def operations() -> tuple[tuple[str, str], ...]:
    """(method and address, what it does) of everything; it changes with the program only."""
    return tuple(_operations())


def _operations() -> Iterator[tuple[str, str]]:
    for address, found in description()["paths"].items():
        for method in METHODS:
            if method in found:
                yield f"{method.upper()} {address.removeprefix(BELOW)}", found[method].get("summary", "")
