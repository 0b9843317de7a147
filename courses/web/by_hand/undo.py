"""The way back from what was just done, in the message that says so."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.web.by_hand.base import why
from lms.web.views import FormPage


def tell(request: HttpRequest, done: str, url: str) -> None:
    """A message with a link to the page that takes it back."""
    messages.success(request, format_html('{} <a href="{}">{}</a>', done, url, _("Undo")))


class WhyForm(forms.Form):
    """Asks for a reason and nothing else."""

    reason = why()


class UndoPage(FormPage, abstract=True):
    """Says what would be put back and asks why; a subclass says the sentence and does it."""

    template_name = "courses/by_hand/undo.html"
    form_class = WhyForm
    page_title = gettext_lazy("Take it back")
    submit_label = gettext_lazy("Take it back")
    success_message = gettext_lazy("It is taken back. Both changes stay on record.")

    def sentence(self) -> str:
        raise NotImplementedError

    def get_context(self) -> dict[str, Any]:
        cancel = self.get_success_url()
        return super().get_context() | {"sentence": self.sentence(), "cancel_url": cancel}
