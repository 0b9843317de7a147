"""/teach/questions/: say what is right after all, see whom it concerns, and only then mark again."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.marks import Change, digest, regrade
from courses.models import Cohort, Question
from courses.queries.attempts import Put, Score, bank_of_trainer, corrected
from courses.web import words
from courses.web.assessments.asked import ask
from courses.web.learn.blocks import sent_for
from lms.kit.errors import Refused
from lms.web.tables import Column, Header, Table, simple
from lms.web.views import ListPage, PageView


class QuestionsPage(ListPage):
    """Every question of the versions that one's cohorts take."""

    allowed = staticmethod(rules.may_teach)
    page_title = gettext_lazy("Questions")
    empty_text = gettext_lazy("None of your cohorts has an assessment with questions to correct.")
    default_sort = "course"
    columns = [
        Column(
            "key",
            gettext_lazy("Question"),
            link=lambda question: reverse("teach-correction", args=[question.pk]),
            order=["key"],
        ),
        Column(
            "course",
            gettext_lazy("Course"),
            value=lambda question: question.version.title,
            order=["version__title", "version_id", "position"],
        ),
        Column("kind", gettext_lazy("Kind"), value=lambda question: question.get_kind_display()),
        Column("prompt", gettext_lazy("It asks"), value=lambda question: question.data["prompt"]),
    ]

    def get_rows(self) -> QuerySet[Question]:
        return bank_of_trainer(self.request.user)

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Essays to mark"), reverse("teach-marks"))]


class CorrectionPage(PageView):
    """The question, answered with what counts as right now; a changed answer becomes the right one.

    ``look`` shows whom that would concern. ``apply`` does it, if that is still what the page showed.
    """

    allowed = staticmethod(rules.may_teach)
    page_title = gettext_lazy("Correct a question")
    template_name = "courses/assessments/correction.html"

    @cached_property
    def question(self) -> Question:
        return get_object_or_404(bank_of_trainer(self.request.user), pk=self.kwargs["pk"])

    @cached_property
    def put(self) -> Put:
        data = corrected([self.question])[self.question.pk]
        return Put(1, self.question, data, None, None)

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [
            (_("Essays to mark"), reverse("teach-marks")),
            (_("Questions"), reverse("teach-questions")),
        ]

    def get_context(self) -> dict[str, Any]:
        answer = self.put.kind.right(self.put.data)
        return {
            "question": self.question,
            "one": ask(self.put, answer, seed=0, shuffle=False),
            "waived": bool(self.put.data.get("waived")),
            "reason": "",
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        applying = "apply" in request.POST
        try:
            changes = self.regrade(preview=not applying)
        except Refused as refusal:
            messages.warning(request, refusal.sentence)
            applying, changes = False, self.regrade(preview=True)
        if applying:
            messages.success(request, str(_("The question is corrected and marked again.")))
            return redirect("teach-questions")
        return self.render(**self.sent(), changes=self.table(changes), seen=digest(changes))

    def regrade(self, *, preview: bool) -> list[Change]:
        posted = self.request.POST
        return regrade(
            question=self.question,
            data=self.data(),
            reason=posted.get("reason", "").strip()[:2000],
            by=self.request.user,
            preview=preview,
            seen=posted.get("seen", ""),
        )

    def data(self) -> dict[str, Any]:
        """The question as it was sent; a blank answer leaves what is right as it is."""
        answer = self.put.kind.clean(self.put.data, sent_for(self.request.POST, f"q{self.question.pk}"))
        data = self.put.kind.with_right(self.put.data, answer) if answer else dict(self.put.data)
        return data | {"waived": "waived" in self.request.POST}

    def sent(self) -> dict[str, Any]:
        data = self.data()
        put = Put(1, self.question, data, None, None)
        answer = self.put.kind.clean(data, sent_for(self.request.POST, f"q{self.question.pk}"))
        return {
            "one": ask(put, answer, seed=0, shuffle=False),
            "waived": data["waived"],
            "reason": self.request.POST.get("reason", ""),
        }

    def table(self, changes: list[Change]) -> Table:
        own = set(Cohort.objects.filter(trainers=self.request.user).values_list("pk", flat=True))
        headers = [
            Header(_("Who")),
            Header(_("Attempt"), numeric=True),
            Header(_("Points now")),
            Header(_("Points then")),
            Header(_("Score now")),
            Header(_("Score then")),
        ]
        rows = [
            [
                _name(change, own),
                change.attempt.number,
                change.before,
                change.after,
                _verdict(change.score_before),
                _verdict(change.score_after),
            ]
            for change in changes
        ]
        return simple(_("What would change"), headers, rows)


def _name(change: Change, own: set[int]) -> str:
    enrolment = change.attempt.enrolment
    if enrolment.cohort_id not in own:
        return _("somebody in another cohort")
    return words.holder(enrolment.person, enrolment.hidden)


def _verdict(score: Score) -> str:
    said = {True: _("passed"), False: _("not passed"), None: _("open")}[score.passed]
    return f"{score.per_cent} %, {said}"
