"""The lesson editor: one form, saved as a whole, that never overwrites what somebody else saved."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.actions.authoring.lessons import save_lesson
from courses.actions.authoring.outline import remove_lesson
from courses.actions.media import add_media, too_large
from courses.kinds.blocks import BlockKind
from courses.kinds.media import LARGEST
from courses.kinds.writing.order import STEPS
from courses.kinds.writing.posted import press
from courses.models import Lesson
from courses.queries.authoring.texts import digest, lesson_text
from courses.queries.media import held_by
from courses.web.authoring import rows
from courses.web.authoring.base import DraftPage, VersionView
from courses.web.authoring.fields import LinesField
from courses.web.authoring.rows import Row
from lms.kit.errors import Refused, Stale
from lms.web.uploads import was_too_large
from lms.web.views import show_refusal


class LessonForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in its stubs only
    aims = LinesField(label=gettext_lazy("Aims, one a line"), required=False)
    sources = LinesField(label=gettext_lazy("Sources, one a line"), required=False)

    class Meta:
        model = Lesson
        fields = [
            "title", "minutes", "intensity", "intensity_note", "aims", "sources",
            "alternative_title", "alternative_minutes",
        ]  # fmt: skip
        widgets = {"intensity_note": forms.Textarea(attrs={"rows": 3})}
        labels = {"alternative_minutes": gettext_lazy("Minutes of the alternative")}


class LessonView(VersionView, abstract=True):
    """A page about one lesson of a version of one's own course."""

    @property
    def lesson(self) -> Lesson:
        """As it is saved now, each time it is asked for."""
        found = Lesson.objects.select_related("version__course", "module")
        return get_object_or_404(found, version=self.version, pk=self.kwargs["pk"])

    def get_page_title(self) -> str:
        return self.lesson.title


class LessonPage(LessonView, DraftPage):
    """Every button but the two that save gives the form back, with all that was typed.

    Files come with whatever button was pressed: each is the course's own at once, and the block's text names
    it, so that a lesson that was not saved has lost no upload either.
    """

    template_name = "courses/authoring/lesson.html"
    most_upload_bytes = LARGEST + 1024 * 1024

    def get_form(self) -> LessonForm:
        lesson = self.lesson
        initial = {"aims": lesson.aims, "sources": lesson.sources}
        return LessonForm(self.request.POST or None, instance=lesson, initial=initial)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.is_draft:
            return redirect(self.address("teach-preview", self.kwargs["pk"]))
        lesson = self.lesson
        return self.render(
            form=self.get_form(),
            rows=rows.saved_rows(lesson.blocks.all(), held_by(self.version.course)),
            seen=digest(lesson_text(lesson)),
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, sent = self.get_form(), rows.sent_rows(request.POST)
        if self.is_draft:
            self.take_files(sent)
        if "add" in request.POST:
            return self.added(form, sent)
        if "move" in request.POST:
            return self.moved(form, sent)
        if "do" in request.POST:
            rows.pressed(sent, press(request.POST["do"]))
            return self.again(form, sent)
        return self.save(form, sent)

    def take_files(self, sent: list[Row]) -> None:
        """Into the course, and by name into their blocks; what is refused stands at its block."""
        for row in sent:
            field = f"upload-{row.name}"
            if was_too_large(self.request, field):
                row.mistakes = [*row.mistakes, too_large().sentence]
            for file in self.request.FILES.getlist(field) if row.takes_files else ():
                try:
                    media = add_media(
                        course=self.version.course, name=file.name or "", content=file, by=self.request.user
                    )
                except Refused as refusal:
                    row.mistakes = [*row.mistakes, f"{file.name}: {refusal.sentence}"]
                else:
                    rows.put_in(row, media)

    def added(self, form: LessonForm, sent: list[Row]) -> HttpResponse:
        """One more block, where the writing goes on."""
        more = rows.with_new(sent, self.request.POST["add"])
        return self.again(form, more, focus=f"text-{more[-1].name}" if more else "")

    def moved(self, form: LessonForm, sent: list[Row]) -> HttpResponse:
        way, _colon, name = self.request.POST["move"].partition(":")
        ordered = rows.moved(sent, name, STEPS.get(way, 0))
        return self.again(form, ordered, focus=f"{way}-{name}")

    def again(self, form: LessonForm, shown: list[Row], **extra: Any) -> HttpResponse:
        """The form with what was sent, not saved, and with what it lacks as it is now."""
        rows.look(shown)
        seen = self.request.POST.get("seen", "")
        frame: dict[str, Any] = {"form": form, "rows": shown, "seen": seen, "unsaved": True}
        return self.render(**(frame | extra))

    def save(self, form: LessonForm, sent: list[Row]) -> HttpResponse:
        readable = rows.read_rows(sent)
        if not form.is_valid() or not readable:
            return self.again(form, sent)
        try:
            save_lesson(
                lesson=self.lesson,
                fields=form.cleaned_data,
                blocks=rows.as_blocks(sent),
                seen=self.request.POST.get("seen", ""),
                by=self.request.user,
            )
        except Stale as stale:
            return self.beside(form, sent, stale.sentence)
        except Refused as refusal:
            show_refusal(form, refusal)
            return self.again(form, sent)
        messages.success(self.request, _("The lesson is saved."))
        then = "teach-preview" if "preview" in self.request.POST else "teach-lesson"
        return redirect(self.address(then, self.kwargs["pk"]))

    def beside(self, form: LessonForm, sent: list[Row], sentence: str) -> HttpResponse:
        """Both texts; saving once more is then a choice made with both in sight."""
        lesson = self.lesson
        return self.again(
            form,
            rows.beside_theirs(sent, lesson.blocks.all(), held_by(self.version.course)),
            seen=digest(lesson_text(lesson)),
            stale=sentence,
            theirs=self.other_fields(form, lesson),
        )

    def other_fields(self, form: LessonForm, lesson: Lesson) -> list[tuple[Any, Any]]:
        """Labels and saved values of the fields above the blocks that are not what was sent."""
        differing = [name for name in form.fields if getattr(lesson, name) != form.cleaned_data[name]]
        return [(form.fields[name].label, as_shown(getattr(lesson, name))) for name in differing]

    def get_context(self) -> dict[str, Any]:
        return {
            "version": self.version,
            "kinds": [(kind, kind.label) for kind in BlockKind],
            "held": sorted(held_by(self.version.course)),
            "lesson_pk": self.kwargs["pk"],
            "remove_url": self.address("teach-remove-lesson", self.kwargs["pk"]),
            "remove_seen": digest(lesson_text(self.lesson)),
            "remove_label": _("Remove this lesson"),
        }


def as_shown(value: Any) -> Any:
    return "; ".join(value) if isinstance(value, list) else value


class RemoveLessonView(LessonView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            remove_lesson(lesson=self.lesson, seen=request.POST.get("seen", ""), by=self.request.user)
        except Refused as refusal:
            self.refused(refusal)
            return redirect(self.address("teach-lesson", kwargs["pk"]))
        messages.success(request, _("The lesson is removed from this draft. Published versions keep theirs."))
        return redirect(self.address("teach-version"))
