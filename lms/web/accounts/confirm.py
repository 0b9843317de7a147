"""A page that asks before it acts: GET shows what will happen, only a pressed POST does it."""

from typing import Any

from django import forms

from lms.web.views import FormPage


class ConfirmPage(FormPage, abstract=True):
    """A subclass says what will happen in ``sentence()`` and does it in ``confirmed()``."""

    template_name = "people/confirm.html"
    form_class = forms.Form

    def sentence(self) -> str:
        raise NotImplementedError

    def confirmed(self) -> Any:
        raise NotImplementedError

    def get_cancel_url(self) -> str:
        raise NotImplementedError

    def act(self, form: Any) -> Any:
        return self.confirmed()

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"sentence": self.sentence(), "cancel_url": self.get_cancel_url()}
