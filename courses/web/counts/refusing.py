"""The answer to a question that cannot be asked: numbers without its filters would pass for its numbers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.web.counts.asking import AskForm


def refused(request: HttpRequest, form: AskForm) -> HttpResponse:
    """400, with what is wrong in words."""
    context = {
        "page_title": _("This question cannot be answered"),
        "crumbs": [(_("Training counts"), reverse("staff-counts"))],
        "sentences": form.sentences(),
    }
    return render(request, "courses/counts/refused.html", context, status=400)
