"""The assessment of a draft, with the list of its questions."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.actions.authoring import assessments as actions
from courses.kinds.questions import QuestionKind, kind_of
from courses.models import Assessment, Question
from courses.queries.authoring.texts import ASSESSMENT_FIELDS, assessment_text, digest
from courses.web.authoring.base import LockedFormPage, VersionView
from lms.kit.errors import Refused


class AssessmentForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in its stubs only
    class Meta:
        model = Assessment
        fields = [*ASSESSMENT_FIELDS]
        help_texts = {
            "draw": gettext_lazy("Drawn from the bank for each attempt; empty for all of them."),
            "attempts": gettext_lazy("Empty for as many as one likes."),
            "minutes": gettext_lazy("Empty for no limit."),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("draw", "attempts", "minutes"):
            if cleaned.get(name) == 0:
                self.add_error(name, _("Leave it empty, or begin at 1."))
        return cleaned


class AssessmentPage(LockedFormPage):
    form_class = AssessmentForm
    page_title = gettext_lazy("Assessment")
    template_name = "courses/authoring/assessment.html"

    def found(self) -> Assessment | None:
        return Assessment.objects.filter(version=self.version).first()

    def saved(self) -> str:
        assessment = self.found()
        return assessment_text(assessment) if assessment else ""

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"instance": self.found()}

    def act(self, form: Any) -> None:
        actions.save_assessment(
            version=self.version, fields=form.cleaned_data, seen=self.seen, by=self.request.user
        )

    def get_success_url(self) -> str:
        return self.address("teach-assessment")

    def get_context(self) -> dict[str, Any]:
        bank = Question.objects.filter(version=self.version)
        assessment = self.found()
        return super().get_context() | {
            "version": self.version,
            "cancel_url": self.address("teach-version"),
            "assessment": assessment,
            "questions": [(one, kind_of(one.kind).missing(one.data)) for one in bank],
            "kinds": QuestionKind.choices,
            "remove_seen": digest(assessment_text(assessment)) if assessment else "",
            "remove_url": self.address("teach-remove-assessment") if assessment else "",
            "remove_label": _("Remove the assessment with all its questions"),
        }


class RemoveAssessmentView(VersionView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        get_object_or_404(Assessment, version=self.version)
        seen = request.POST.get("seen", "")
        try:
            actions.remove_assessment(version=self.version, seen=seen, by=self.request.user)
        except Refused as refusal:
            self.refused(refusal)
        return redirect(self.address("teach-assessment"))


class OfQuestion(VersionView, abstract=True):
    """Something done to one question, and back to the bank."""

    http_method_names = ["post"]

    @property
    def question(self) -> Question:
        return get_object_or_404(
            Question.objects.select_related("version__course", "assessment"),
            version=self.version,
            pk=self.kwargs["pk"],
        )

    def act(self) -> None:
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            self.act()
        except Refused as refusal:
            self.refused(refusal)
        else:
            messages.success(request, _("Done."))
        return redirect(f"{self.address('teach-assessment')}#question-{kwargs['pk']}")


class RemoveQuestionView(OfQuestion):
    def act(self) -> None:
        seen = self.request.POST.get("seen", "")
        actions.remove_question(question=self.question, seen=seen, by=self.request.user)


class MoveQuestionView(OfQuestion):
    """One place up or down; the order counts where questions are not shuffled."""

    def act(self) -> None:
        places = -1 if self.request.POST.get("way") == "up" else 1
        actions.move_question(question=self.question, places=places, by=self.request.user)
