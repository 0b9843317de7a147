"""The questions of a bank, each written in the form of its kind or, the second way, as text."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.actions.authoring import assessments as actions
from courses.kinds.fields import Part, blank
from courses.kinds.questions import QuestionKind, kind_of
from courses.kinds.writing import posted, shapes, sources, starters
from courses.models import Question
from courses.queries.authoring.texts import digest, question_text
from courses.web.authoring.fields import SourceField
from courses.web.authoring.written import PREFIX, WrittenPage


class QuestionForm(forms.Form):
    source = SourceField(
        sources.read_question,
        label=gettext_lazy("The question"),
        help_text=gettext_lazy(
            "Texts stand in quotes; three quotes hold several lines. The key is a short name of the question "
            "that stays the same from version to version."
        ),
    )


class NewQuestionPage(WrittenPage):
    """`?kind=` says which kind."""

    form_class = QuestionForm
    page_title = gettext_lazy("New question")
    shape = shapes.BANK_QUESTION

    def parts(self, data: Mapping[str, Any]) -> Sequence[Part]:
        return kind_of(data["kind"]).parts

    def saved(self) -> str:
        return ""

    def begun(self) -> dict[str, Any]:
        kind = known_kind(self.request.GET.get("kind"))
        return blank(kind_of(kind).parts) | {"kind": kind, "key": self.free_key(), "points": 1}

    def free_key(self) -> str:
        taken = set(Question.objects.filter(version=self.version).values_list("key", flat=True))
        numbers = range(len(taken) + 1, 2 * len(taken) + 2)
        return next(f"question-{number}" for number in numbers if f"question-{number}" not in taken)

    def get_form_kwargs(self) -> dict[str, Any]:
        shape = starters.QUESTIONS[known_kind(self.request.GET.get("kind"))]
        return {"initial": {"source": f'key = "{self.free_key()}"\n{shape}'}}

    def sent(self) -> dict[str, Any]:
        kind = known_kind(self.request.POST.get(f"{PREFIX}-kind"))
        return posted.read(self.request.POST, kind_of(kind).parts, PREFIX) | {"kind": kind}

    def told(self, data: Mapping[str, Any]) -> dict[str, Any]:
        kind = kind_of(data["kind"])
        return {"gaps": kind.missing(data), "lead": kind.kind.label}

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
