"""/teach/marks/: essays that wait for a mark, and the page that marks one by its rubric."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.marks import mark_essay
from courses.models import Answer, Mark
from courses.queries.attempts import essays, essays_to_mark, newest_marks
from courses.web import words
from lms.web.tables import Column
from lms.web.views import FormPage, ListPage


def _submitted(answer: Answer) -> str:
    moment = answer.attempt.submitted_at
    return words.reader_time(moment) if moment else "–"


def _who(answer: Answer) -> str:
    enrolment = answer.attempt.enrolment
    return words.holder(enrolment.person, enrolment.hidden)


def _course(answer: Answer) -> str:
    return answer.attempt.enrolment.cohort.version.title


class EssaysPage(ListPage):
    """Essays without a mark, of one's own cohorts, the longest waiting first."""

    allowed = staticmethod(rules.may_teach)
    page_title = gettext_lazy("Essays to mark")
    template_name = "courses/assessments/marks.html"
    empty_text = gettext_lazy("No essay waits for you.")
    default_sort = "submitted"
    columns = [
        Column(
            "who",
            gettext_lazy("Written by"),
            value=_who,
            link=lambda answer: reverse("teach-essay", args=[answer.pk]),
            order=["shown_name", "pk"],
        ),
        Column("course", gettext_lazy("Course"), value=_course),
        Column("question", gettext_lazy("Question"), value=lambda answer: answer.question.key),
        Column(
            "submitted",
            gettext_lazy("Submitted"),
            value=_submitted,
            order=["attempt__submitted_at", "pk"],
        ),
    ]

    def get_rows(self) -> QuerySet[Answer]:
        return essays_to_mark(self.request.user)


class RubricForm(forms.Form):
    """Points for each criterion, a note, and which mark the page showed (``after``; 0 for none)."""

    after = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    note = forms.CharField(
        label=gettext_lazy("Note to who wrote it"), required=False, max_length=5000, widget=forms.Textarea
    )

    def __init__(self, *args: Any, rubric: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = [f"criterion-{number}" for number, _row in enumerate(rubric)]
        for name, row in zip(self.criteria, rubric, strict=True):
            self.fields[name] = forms.DecimalField(
                label=row["criterion"],
                min_value=0,
                max_value=row["points"],
                decimal_places=1,
                help_text=_("0 to %(points)s points") % {"points": row["points"]},
            )
        self.order_fields([*self.criteria, "note"])

    @property
    def given(self) -> list[Decimal]:
        return [self.cleaned_data[name] for name in self.criteria]


class EssayPage(FormPage):
    """One essay with its rubric; a mark already given is shown and can be followed by another."""

    allowed = staticmethod(rules.may_teach)
    page_title = gettext_lazy("Mark an essay")
    template_name = "courses/assessments/essay.html"
    form_class = RubricForm
    submit_label = gettext_lazy("Give these points")
    success_message = gettext_lazy("The mark is recorded.")

    @cached_property
    def answer(self) -> Answer:
        return get_object_or_404(essays(self.request.user), pk=self.kwargs["pk"])

    @property
    def newest(self) -> Mark | None:
        return newest_marks(self.answer.attempt.marks.all()).get(self.answer.question_id)

    def get_form_kwargs(self) -> dict[str, Any]:
        rubric, newest = self.answer.question.data["rubric"], self.newest
        initial: dict[str, Any] = {"after": newest.ordinal if newest else 0}
        if newest:
            initial["note"] = newest.note
            initial |= {f"criterion-{number}": points for number, points in enumerate(newest.criteria)}
        return {"rubric": rubric, "initial": initial}

    def act(self, form: Any) -> Mark:
        return mark_essay(
            attempt=self.answer.attempt,
            question=self.answer.question,
            criteria=form.given,
            note=form.cleaned_data["note"],
            after=form.cleaned_data["after"],
            by=self.request.user,
        )

    def get_success_url(self) -> str:
        return reverse("teach-marks")

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Essays to mark"), reverse("teach-marks"))]

    def get_context(self) -> dict[str, Any]:
        about = [
            (_("Written by"), _who(self.answer)),
            (_("Course"), _course(self.answer)),
            (_("Submitted"), _submitted(self.answer)),
        ]
        return super().get_context() | {"answer": self.answer, "about": about, "newest": self.newest}
