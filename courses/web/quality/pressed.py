"""A page whose table has a button in each row."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse

from lms.kit.errors import Refused
from lms.web import htmx
from lms.web.views import PageView


class PressPage(PageView, abstract=True):
    """``press`` does what one button says and returns the sentence to show; a refusal is shown instead."""

    def press(self, request: HttpRequest) -> str:
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            messages.success(request, self.press(request))
        except Refused as refusal:
            messages.warning(request, refusal.sentence)
        return htmx.see_other(request, request.get_full_path())

    def pressed(self, name: str) -> int:
        """The key that the button of this name holds; 404 for what is none."""
        return _key(self.request.POST.get(name, ""))

    def pressed_both(self, name: str) -> tuple[int, int]:
        """Two keys with a space between them."""
        first, _space, second = self.request.POST.get(name, "").partition(" ")
        return _key(first), _key(second)


def _key(value: str) -> int:
    if not (value.isascii() and value.isdecimal() and len(value) < 19):
        raise Http404
    return int(value)
