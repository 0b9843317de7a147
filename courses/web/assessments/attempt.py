"""/learn/<enrolment>/assessment/: what to expect, the attempt, and its result."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses import rules
from courses.actions.attempts import save_answers, start_attempt, submit_attempt
from courses.models import Assessment, Attempt
from courses.queries import attempts
from courses.web import words
from courses.web.assessments.asked import ask_all, changed, was
from courses.web.learn.lesson import LearnView
from lms.kit.errors import Refused


class AssessmentView(LearnView, abstract=True):
    """A page about the assessment of one's own enrolment; where there is none it is not found."""

    allowed = staticmethod(rules.may_take_courses)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if getattr(request.user, "person_id", None) is None:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def assessment(self) -> Assessment:
        found = attempts.assessment_of(self.enrolment)
        if found is None:
            raise Http404
        return found

    @cached_property
    def attempt(self) -> Attempt:
        return get_object_or_404(self.enrolment.attempts, number=self.kwargs["number"])

    @cached_property
    def puts(self) -> list[attempts.Put]:
        return attempts.puts(self.attempt)

    def get_page_title(self) -> str:
        return self.assessment.title

    def get_crumbs(self) -> list[tuple[str, str]]:
        version = self.enrolment.cohort.version
        return [
            (_("Courses"), reverse("courses")),
            (version.title, reverse("course", args=[version.course.slug])),
        ]

    def to(self, name: str, number: int) -> HttpResponseRedirect:
        return redirect(name, pk=self.enrolment.pk, number=number)

    def about(self) -> dict[str, Any]:
        """What every one of these pages tells of the assessment as a whole."""
        tried = attempts.tried(self.enrolment)
        return {
            "enrolment": self.enrolment,
            "version": self.enrolment.cohort.version,
            "assessment": self.assessment,
            "tried": tried,
            "left": attempts.attempts_left(self.assessment, len(tried)),
            "passed": any(one.score and one.score.passed for one in tried),
        }


class StartPage(AssessmentView):
    """What to expect, earlier attempts, and the button that begins or goes on."""

    template_name = "courses/assessments/start.html"

    def get_context(self) -> dict[str, Any]:
        about = self.about()
        under_way = next((one.attempt for one in about["tried"] if one.attempt.submitted_at is None), None)
        return about | {"under_way": under_way, "expect": self.expect(about["left"])}

    def expect(self, left: int | None) -> list[tuple[str, str]]:
        bank = self.assessment.questions.count()
        minutes = attempts.minutes_allowed(self.assessment, self.enrolment)
        mark = self.enrolment.cohort.version.pass_mark
        limit = ngettext("%(n)s minute", "%(n)s minutes", minutes or 0) % {"n": minutes}
        to_pass = _("%(mark)s %% of the points") % {"mark": mark}
        return [
            (_("Questions"), str(min(self.assessment.draw or bank, bank))),
            (_("Time"), limit if minutes else _("as long as you like")),
            (
                _("To pass"),
                to_pass if mark else _("nothing is asked"),
            ),
            (_("Attempts left"), _("any number") if left is None else str(left)),
        ]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.assessment  # noqa: B018 -- a course without one is a 404 before anything is begun
        try:
            attempt = start_attempt(enrolment=self.enrolment, by=self.request.user)
        except Refused as refusal:
            messages.warning(request, refusal.sentence)
            return redirect("assessment", pk=self.enrolment.pk)
        return self.to("attempt", attempt.number)


class AttemptPage(AssessmentView):
    """All questions of an attempt in one form, which any of its buttons saves as a whole.

    With ``Accept: application/json`` the answer is data instead of a page: {"saved": {field: value}}, or
    409 and {"sentence"} where nothing is saved any more.
    """

    template_name = "courses/assessments/attempt.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.attempt.submitted_at:
            return self.to("attempt-result", self.attempt.number)
        return self.render()

    def get_crumbs(self) -> list[tuple[str, str]]:
        return []

    def get_context(self) -> dict[str, Any]:
        due_at = self.attempt.due_at
        asked = ask_all(self.attempt, self.puts, shuffle=self.assessment.shuffle)
        return {
            "enrolment": self.enrolment,
            "attempt": self.attempt,
            "over": attempts.is_over(self.attempt),
            "ends": words.reader_time(due_at) if due_at else "",
            "asked": asked,
            "blank": [one for one in asked if one.put.answer is None],
            "checking": "check" in self.request.GET,
            "extra": getattr(self.enrolment, "extra_time", None),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answers = changed(request.POST, self.puts)
        refusal = self.save(answers)
        if "application/json" in request.headers.get("Accept", ""):
            saved = {f"was-q{pk}": was(answer) for pk, answer in answers.items()}
            return refusal_as_data(refusal) if refusal else JsonResponse({"saved": saved})
        if "leave" in request.POST:
            return redirect("left")
        if "submit" in request.POST or attempts.is_over(self.attempt):
            return self.submit(refusal)
        if refusal:
            messages.warning(request, refusal.sentence)
        return self.go_on(request.POST.get("save", ""))

    def save(self, answers: dict[int, Any]) -> Refused | None:
        try:
            save_answers(attempt=self.attempt, answers=answers, by=self.request.user)
        except Refused as refusal:
            return refusal
        return None

    def submit(self, refusal: Refused | None) -> HttpResponse:
        """Twice, from two windows or after a lost answer: the result is the same page."""
        may_wait = not (refusal or attempts.is_over(self.attempt) or "sure" in self.request.POST)
        if may_wait and self.attempt.answers.count() < len(self.attempt.drawn):
            return redirect(f"{self.address()}?check=1#submit")
        submit_attempt(attempt=self.attempt, by=self.request.user)
        return self.to("attempt-result", self.attempt.number)

    def go_on(self, anchor: str) -> HttpResponse:
        known = {one.next for one in ask_all(self.attempt, self.puts, shuffle=False)}
        return redirect(self.address() + (f"#{anchor}" if anchor in known else ""))

    def address(self) -> str:
        return reverse("attempt", args=[self.enrolment.pk, self.attempt.number])


class ResultPage(AssessmentView):
    """The score, and for every question what was right and why."""

    template_name = "courses/assessments/result.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.attempt.submitted_at is None:
            return self.to("attempt", self.attempt.number)
        return self.render()

    def get_page_title(self) -> str:
        return _("%(title)s: your result") % {"title": self.assessment.title}

    def get_context(self) -> dict[str, Any]:
        about = self.about()
        score = next(one.score for one in about["tried"] if one.attempt == self.attempt)
        explained = [(put, put.kind.feedback(put.data, put.answer)) for put in self.puts]
        return about | {"attempt": self.attempt, "score": score, "explained": explained}


def refusal_as_data(refusal: Refused) -> JsonResponse:
    return JsonResponse({"sentence": refusal.sentence}, status=409)
