"""One version: its outline, what is missing, and the buttons that publish or discard it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.actions.authoring.drafts import discard_draft, publish_draft
from courses.actions.authoring.outline import add_lesson, add_module, arrange, remove_module, save_module
from courses.kinds.writing.order import STEPS, Outline, shift_lesson, shift_module
from courses.models import Module
from courses.queries.authoring import own
from courses.queries.authoring.texts import digest, module_text, order_text
from courses.queries.cohorts import open_cohort
from courses.queries.readiness import Gap, gaps
from courses.web.authoring.base import LockedFormPage, VersionView
from lms.kit.errors import Refused


class VersionPage(VersionView):
    """The outline. Posting the places of modules and lessons puts them in that order."""

    template_name = "courses/authoring/version.html"

    def get_page_title(self) -> str:
        return _("%(title)s, version %(number)s") % {
            "title": self.version.title,
            "number": self.version.number,
        }

    def get_crumbs(self) -> list[tuple[str, str]]:
        return super().get_crumbs()[:-1]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        way, _colon, what = request.POST.get("move", "").partition(":")
        try:
            outline = shifted(sent_outline(request.POST), what, STEPS.get(way, 0))
            seen = request.POST.get("seen", "")
            arrange(version=self.version, outline=outline, seen=seen, by=self.request.user)
        except (Refused, ValueError, LookupError, StopIteration):
            messages.warning(request, _("The outline was changed meanwhile. This is how it is now."))
            return redirect(self.address("teach-version"))
        messages.success(request, _("The order is saved."))
        return redirect(f"{self.address('teach-version')}?moved={what}&way={way}")

    def get_context(self) -> dict[str, Any]:
        missing = gaps(self.version) if self.is_draft else []
        before = own.version_before(self.version)
        return {
            "version": self.version,
            "draft": self.is_draft,
            "modules": own.outline_of(self.version),
            "seen": digest(order_text(self.version)),
            "gaps": [(gap, self.place_of(gap)) for gap in missing],
            "before": before,
            "open_enrolment": is_open(before) if before else True,
            "moved": self.request.GET.get("moved", ""),
            "way": self.request.GET.get("way", ""),
        }

    def place_of(self, gap: Gap) -> str:
        """Where the gap is mended."""
        if gap.part == "lesson":
            anchor = f"#text-b{gap.block}" if gap.block else ""
            return self.address("teach-lesson", gap.record) + anchor
        if gap.part == "question":
            return self.address("teach-question", gap.record)
        pages = {"settings": "teach-settings", "assessment": "teach-assessment"}
        return self.address(pages[gap.part]) if gap.part in pages else "#add"


def is_open(version: Any) -> bool:
    return open_cohort(version) is not None


def sent_outline(posted: QueryDict) -> Outline:
    """The places as the page sent them: m7 opens a module, l3 is a lesson in it."""
    outline: Outline = []
    for place in posted.getlist("place"):
        if place.startswith("m"):
            outline.append((int(place[1:]), []))
        else:
            outline[-1][1].append(int(place[1:]))
    return outline


def shifted(outline: Outline, what: str, by: int) -> Outline:
    """With a module or lesson moved; raises ValueError or StopIteration where it is not in it."""
    if not what or not by:
        return outline
    shift = shift_module if what.startswith("m") else shift_lesson
    return shift(outline, int(what[1:]), by)


class TitleForm(forms.Form):
    title = forms.CharField(max_length=200)


class AddModuleView(VersionView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = TitleForm(request.POST)
        if not form.is_valid():
            messages.warning(request, _("Give the module a title first."))
            return redirect(self.address("teach-version"))
        try:
            add_module(version=self.version, title=form.cleaned_data["title"], by=self.request.user)
        except Refused as refusal:
            self.refused(refusal)
        return redirect(f"{self.address('teach-version')}#add")


class AddLessonView(VersionView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, sent = TitleForm(request.POST), request.POST.get("module", "")
        wanted = int(sent) if sent.isdecimal() and len(sent) < 19 else 0
        module = get_object_or_404(self.version.modules, pk=wanted)
        if not form.is_valid():
            messages.warning(request, _("Give the lesson a title first."))
            return redirect(self.address("teach-version"))
        try:
            lesson = add_lesson(module=module, title=form.cleaned_data["title"], by=self.request.user)
        except Refused as refusal:
            self.refused(refusal)
            return redirect(self.address("teach-version"))
        return redirect(self.address("teach-lesson", lesson.pk))


class ModuleForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in its stubs only
    class Meta:
        model = Module
        fields = ["title", "summary"]


class ModulePage(LockedFormPage):
    form_class = ModuleForm
    page_title = gettext_lazy("Module")

    @property
    def module(self) -> Module:
        return get_object_or_404(self.version.modules, pk=self.kwargs["pk"])

    def saved(self) -> str:
        return module_text(self.module)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"instance": self.module}

    def act(self, form: Any) -> None:
        save_module(module=self.module, seen=self.seen, by=self.request.user, **form.cleaned_data)

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {
            "remove_url": self.address("teach-remove-module", self.kwargs["pk"]),
            "remove_label": _("Remove this module"),
        }


class RemoveModuleView(VersionView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            remove_module(
                module=get_object_or_404(self.version.modules, pk=kwargs["pk"]), by=self.request.user
            )
        except Refused as refusal:
            self.refused(refusal)
        return redirect(self.address("teach-version"))


def sent_revision(request: HttpRequest) -> int:
    sent = request.POST.get("revision", "")
    return int(sent) if sent.isdecimal() and len(sent) < 10 else 0


class PublishView(VersionView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            publish_draft(
                version=self.version,
                seen=sent_revision(request),
                open_enrolment="open_enrolment" in request.POST,
                by=self.request.user,
            )
        except Refused as refusal:
            self.refused(refusal)
            return redirect(self.address("teach-version"))
        messages.success(request, _("Published. Who is under way stays on the version they began."))
        return redirect("teach-course", slug=self.kwargs["slug"])


class DiscardView(VersionView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            discard_draft(version=self.version, seen=sent_revision(request), by=self.request.user)
        except Refused as refusal:
            self.refused(refusal)
            return redirect(self.address("teach-version"))
        messages.success(request, _("The draft is deleted."))
        return redirect("teach-course", slug=self.kwargs["slug"])
