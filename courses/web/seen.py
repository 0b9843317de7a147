"""A form that saves over nothing that its reader has not seen."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from lms.kit.errors import Stale
from lms.web.views import FormPage


class SeenPage(FormPage, abstract=True):
    """Where somebody changed the same thing meanwhile, that is shown beside what was typed, and the next
    press goes over it.

    A subclass gives the ``mark`` of what is recorded now and says it in ``known``, and hands ``self.seen`` to
    its action, which raises Stale.
    """

    is_stale = False

    def mark(self) -> str:
        """Tells what is recorded now from what was before; each subclass has its own."""
        raise NotImplementedError

    def known(self) -> list[tuple[Any, Any]]:
        """What is recorded now, as label and words; empty where the page shows it anyway."""
        return []

    @property
    def seen(self) -> str:
        """The mark of what the form was made from; '' is none's."""
        return self.request.POST.get("seen", "")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Before the form: what changes between the two is told once too often rather than not at all.
        seen = self.mark()
        return self.render(form=self.get_form(), seen=seen)

    def attempt(self, form: forms.BaseForm, act: Callable[[], Any]) -> bool:
        def unless_stale() -> None:
            try:
                act()
            except Stale:
                self.is_stale = True
                raise

        return super().attempt(form, unless_stale)

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {
            "seen": self.mark() if self.is_stale else self.seen,
            "is_stale": self.is_stale,
            "meanwhile": self.known() if self.is_stale else [],
        }
