"""The questions of a bank, each written in the form of its kind or, the second way, as text."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.actions.authoring import assessments as actions
from courses.actions.authoring.claims import Stale
from courses.kinds.fields import blank
from courses.kinds.questions import QuestionKind, kind_of
from courses.kinds.writing import posted, shapes, shown, sources, starters, toml
from courses.models import Question
from courses.queries.authoring.texts import digest, question_text
from courses.web.authoring.base import LockedFormPage
from courses.web.authoring.fields import SourceField
from lms.kit.errors import Refused

# What the names of the form's fields begin with.
PREFIX = "q"


class QuestionForm(forms.Form):
    source = SourceField(
        sources.read_question,
        label=gettext_lazy("The question"),
        help_text=gettext_lazy(
            "Texts stand in quotes; three quotes hold several lines. The key is a short name of the question "
            "that stays the same from version to version."
        ),
    )


class NewQuestionPage(LockedFormPage):
    """`?kind=` says which kind; `?as=text` shows its text instead of its form.

    A press of a button in the form, or from one way to the other, keeps everything and saves nothing.
    """

    form_class = QuestionForm
    page_title = gettext_lazy("New question")
    template_name = "courses/authoring/question.html"

    def saved(self) -> str:
        return ""

    def begun(self) -> dict[str, Any]:
        """What stands in the fields at first."""
        kind = known_kind(self.request.GET.get("kind"))
        return blank(kind_of(kind).parts) | {"kind": kind, "key": self.free_key(), "points": 1}

    def free_key(self) -> str:
        taken = set(Question.objects.filter(version=self.version).values_list("key", flat=True))
        numbers = range(len(taken) + 1, 2 * len(taken) + 2)
        return next(f"question-{number}" for number in numbers if f"question-{number}" not in taken)

    def get_form_kwargs(self) -> dict[str, Any]:
        shape = starters.QUESTIONS[known_kind(self.request.GET.get("kind"))]
        return {"initial": {"source": f'key = "{self.free_key()}"\n{shape}'}}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.is_draft and request.GET.get("as") != "text":
            data = self.begun()
            # What came in as a file may hold what no form can show.
            if not shown.wrong_in(data, shapes.BANK_QUESTION, PREFIX):
                return self.with_fields(data, seen=digest(self.saved()), unsaved=False)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        done = posted.press(request.POST.get("do", ""))
        if "source" in request.POST:
            return self.as_form() if done.way == "form" else super().post(request, *args, **kwargs)
        kind = known_kind(request.POST.get(f"{PREFIX}-kind"))
        data = posted.read(request.POST, kind_of(kind).parts, PREFIX) | {"kind": kind}
        return self.pressed(data, done) if done.way else self.save(data)

    def pressed(self, data: dict[str, Any], done: posted.Press) -> HttpResponse:
        if done.way == "text":
            form = QuestionForm(initial={"source": toml.written(data)})
            return self.render(form=form, seen=self.seen, unsaved=True)
        changed, focus = posted.changed(data, kind_of(data["kind"]).parts, done)
        return self.with_fields(changed, focus=focus)

    def as_form(self) -> HttpResponse:
        """The form of the text that was sent, or what cannot be read in it."""
        form = QuestionForm(self.request.POST)
        if form.is_valid():
            return self.with_fields(form.cleaned_data["source"])
        return self.render(form=form, seen=self.seen)

    def save(self, data: dict[str, Any]) -> HttpResponse:
        if wrong := shown.wrong_in(data, shapes.BANK_QUESTION, PREFIX):
            return self.with_fields(data, wrong=wrong)
        try:
            self.write(data)
        except Stale as stale:
            saved = self.saved()
            return self.with_fields(data, seen=digest(saved), stale=stale.sentence, theirs=saved)
        except Refused as refusal:
            return self.with_fields(data, wrong={f"{PREFIX}-{refusal.field}": [refusal.sentence]})
        messages.success(self.request, _("Saved."))
        return redirect(self.get_success_url())

    def with_fields(
        self,
        data: dict[str, Any],
        *,
        wrong: dict[str, list[str]] | None = None,
        focus: str = "",
        **frame: Any,
    ) -> HttpResponse:
        kind = kind_of(data["kind"])
        readable = not shown.wrong_in(data, shapes.BANK_QUESTION, PREFIX)
        shown_with: dict[str, Any] = {"seen": self.seen, "unsaved": True} | frame
        return self.render(
            **shown_with,
            kind=kind.kind.label,
            written=shown.form(data, kind.parts, PREFIX, wrong=wrong, focus=focus),
            wrong=wrong,
            gaps=kind.missing(data) if readable else None,
        )

    def act(self, form: Any) -> None:
        self.write(form.cleaned_data["source"])

    def write(self, data: dict[str, Any]) -> None:
        actions.add_question(version=self.version, written=data, by=self.request.user)

    def get_success_url(self) -> str:
        return self.address("teach-assessment")

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [*super().get_crumbs(), (_("Assessment"), self.address("teach-assessment"))]


class QuestionPage(NewQuestionPage):
    page_title = gettext_lazy("Question")

    @property
    def question(self) -> Question:
        return get_object_or_404(Question, version=self.version, pk=self.kwargs["pk"])

    def saved(self) -> str:
        return question_text(self.question)

    def begun(self) -> dict[str, Any]:
        one = self.question
        return {"key": one.key, "kind": one.kind, "points": one.points, **sources.as_written(one.data)}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"source": self.saved()}}

    def write(self, data: dict[str, Any]) -> None:
        actions.save_question(question=self.question, written=data, seen=self.seen, by=self.request.user)

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {
            "remove_seen": digest(self.saved()),
            "remove_url": self.address("teach-remove-question", self.kwargs["pk"]),
            "remove_label": _("Remove this question"),
        }


def known_kind(sent: str | None) -> str:
    return sent if sent in QuestionKind.values else QuestionKind.SINGLE.value
