"""The files of a course: what there is, where it is shown, and one more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.media import add_media, remove_media, too_large
from courses.kinds.media import LARGEST
from courses.models import Block, Course, Media
from courses.queries import media as queries
from courses.queries.readiness import reasons_against
from courses.web.authoring.base import CourseView
from courses.web.authoring.mine import newest_title
from courses.web.files import media_response
from courses.web.learn.blocks import Files, ShownFile
from lms.kit.errors import Refused
from lms.web.uploads import was_too_large
from lms.web.views import PageView, RefuseMixin


def author_urls(course: Course, media: Mapping[str, Media]) -> Files:
    return {name: ShownFile(one, address(course, one)) for name, one in media.items()}


def address(course: Course, media: Media) -> str:
    return reverse("teach-media-file", args=[course.slug, media.pk])


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "A picture (PNG, JPEG, WebP; up to 10 MB), a video (MP4, WebM; up to 100 MB), captions (WebVTT), "
            "a PDF or plain text. Never abuse material, real or simulated."
        ),
    )


class MediaPage(RefuseMixin, CourseView):
    """All files of a course, and the form that adds one. Constant queries."""

    page_title = gettext_lazy("Files")
    template_name = "courses/authoring/media.html"
    most_upload_bytes = LARGEST + 1024 * 1024

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES)
        if was_too_large(request, "file"):
            form.errors.pop("file", None)
            form.add_error("file", too_large().sentence)
        if form.is_valid() and self.attempt(form, lambda: self.add(form.cleaned_data["file"])):
            return redirect("teach-media", slug=self.course.slug)
        return self.render(form=form)

    def add(self, file: Any) -> None:
        media = add_media(course=self.course, name=file.name, content=file, by=self.request.user)
        said = _("It is here as “%(name)s”: lessons say this name.") % {"name": media.name}
        messages.success(self.request, said)

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [
            *super().get_crumbs(),
            (newest_title(self.course), reverse("teach-course", args=[self.course.slug])),
        ]

    def get_context(self) -> dict[str, Any]:
        held = queries.held_by(self.course)
        shelf = [OnShelf(one.media, places(one.blocks, held)) for one in queries.shelf(self.course)]
        return {"course": self.course, "shelf": shelf, "form": UploadForm()}


@dataclass(frozen=True)
class Place:
    """A block that shows a file, and what it lacks for publication."""

    block: Block
    reasons: Sequence[str]


@dataclass(frozen=True)
class OnShelf:
    media: Media
    places: Sequence[Place]


def places(blocks: Sequence[Block], held: queries.Held) -> list[Place]:
    return [Place(block, reasons_against(block, held)) for block in blocks]


class RemoveMediaView(CourseView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        media = get_object_or_404(self.course.media, pk=kwargs["media"])
        try:
            remove_media(media=media, by=self.request.user)
        except Refused as refusal:
            messages.warning(request, refusal.sentence)
        else:
            messages.success(request, _("The file is removed."))
        return redirect("teach-media", slug=self.course.slug)


class MediaFileView(PageView):
    """A file as it is: for the authors of its course, and for who trains it."""

    allowed = staticmethod(rules.may_teach)
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        mine = queries.open_to(self.request.user).filter(course__slug=kwargs["slug"])
        return media_response(request, get_object_or_404(mine, pk=kwargs["media"]))
