"""What the pages of authors share: whose course it is, and forms that never overwrite unseen."""

import re
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from courses import rules
from courses.enums import VersionStatus
from courses.models import Course, CourseVersion
from courses.queries.authoring import own
from courses.queries.authoring.texts import digest
from lms.kit.errors import Refused, Stale
from lms.web import htmx
from lms.web.views import FormPage, PageView, show_refusal

# Fields that hold nothing somebody wrote.
MACHINERY = re.compile(
    r"csrfmiddlewaretoken|seen|block|place|revision|do|(kind|as|alternative|remove)-.*|.*-(kept|was|kind)"
)


class CourseView(PageView, abstract=True):
    """A page about a course of one's own; another's is not found.

    Where a thing was removed while somebody wrote to it, the text comes back instead of a bare "not found".
    """

    allowed = staticmethod(rules.may_teach)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().dispatch(request, *args, **kwargs)
        except Http404:
            if request.method == "POST" and self.is_own() and (texts := written(request)):
                return self.give_back(request, texts)
            raise

    def is_own(self) -> bool:
        return own.courses_of(self.request.user).filter(slug=self.kwargs.get("slug")).exists()

    def give_back(self, request: HttpRequest, texts: list[str]) -> HttpResponse:
        frame = {"page_title": _("This is not there any more"), "texts": texts, "slug": self.kwargs["slug"]}
        return render(request, "courses/authoring/given_back.html", frame, status=404)

    @cached_property
    def course(self) -> Course:
        return get_object_or_404(own.courses_of(self.request.user), slug=self.kwargs["slug"])

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("My courses"), reverse("teach"))]


class VersionView(CourseView, abstract=True):
    """A page about one version of it."""

    @cached_property
    def version(self) -> CourseVersion:
        mine = own.versions_of(self.request.user)
        return get_object_or_404(mine, course__slug=self.kwargs["slug"], number=self.kwargs["number"])

    @property
    def is_draft(self) -> bool:
        return self.version.status == VersionStatus.DRAFT

    def address(self, name: str, *more: object) -> str:
        """The address of another page about this version."""
        return reverse(name, args=[self.kwargs["slug"], self.kwargs["number"], *more])

    def get_crumbs(self) -> list[tuple[str, str]]:
        course = reverse("teach-course", args=[self.kwargs["slug"]])
        version = _("Version %(number)s") % {"number": self.version.number}
        return [*super().get_crumbs(), (self.version.title, course), (version, self.address("teach-version"))]

    def refused(self, refusal: Refused) -> None:
        messages.warning(self.request, refusal.sentence)


class DraftPage(VersionView, abstract=True):
    """A page that changes a draft; a frozen version has none of them."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.is_draft:
            return super().get(request, *args, **kwargs)
        messages.warning(request, _("This version is frozen: make a draft of it to change it."))
        return redirect(self.address("teach-version"))


class LockedFormPage(DraftPage, FormPage, abstract=True):
    """A form made from a saved text: where somebody saved another meanwhile, both are shown.

    A subclass gives that text in ``saved`` and hands ``self.seen`` to its action.
    """

    template_name = "courses/authoring/form.html"

    def saved(self) -> str:
        """The text as it is saved now; '' where there is none yet."""
        raise NotImplementedError

    @property
    def seen(self) -> str:
        return self.request.POST.get("seen", "")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.is_draft:
            return DraftPage.get(self, request)  # type: ignore[return-value]  # a redirect
        return self.render(form=self.get_form(), seen=digest(self.saved()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form()
        if not form.is_valid():
            return self.render(form=form, seen=self.seen)
        try:
            self.act(form)
        except Stale as stale:
            saved = self.saved()
            return self.render(form=form, seen=digest(saved), stale=stale.sentence, theirs=saved)
        except Refused as refusal:
            show_refusal(form, refusal)
            return self.render(form=form, seen=self.seen)
        messages.success(request, str(self.success_message or _("Saved.")))
        return htmx.see_other(request, self.get_success_url())

    def get_success_url(self) -> str:
        return self.address("teach-version")

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"cancel_url": self.get_success_url()}


def written(request: HttpRequest) -> list[str]:
    """Every text that a form sent, as it was typed."""
    sent = ((name, text) for name, texts in request.POST.lists() for text in texts)
    return [text for name, text in sent if not MACHINERY.fullmatch(name) and len(text.strip()) > 1]
