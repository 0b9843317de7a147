"""What somebody is asked, and the form to answer it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.feedback import give_feedback
from courses.enums import FeedbackKind
from courses.kinds.feedback import FEWEST, LONGEST_TEXT, Question, Unanswerable, read
from courses.models import FeedbackForm
from courses.queries import feedback
from courses.web import words
from courses.web.feedback.titles import title, when
from lms.kit.errors import Refused
from lms.web.tables import Column
from lms.web.views import FormPage, ListPage


def until(form: FeedbackForm) -> str:
    return words.day(form.closes_on)


def answered(form: Any) -> str:
    return _("have answered") if form.answered else _("have not answered")


class AskedOfMePage(ListPage):
    """Open forms of trainings that somebody took part in."""

    allowed = staticmethod(rules.may_take_courses)
    page_title = gettext_lazy("Feedback")
    empty_text = gettext_lazy("Nobody asks you for feedback just now.")
    default_sort = "until"
    columns = [
        Column(
            "training",
            gettext_lazy("Training"),
            value=title,
            link=lambda form: reverse("feedback-answer", args=[form.pk]),
        ),
        Column("when", gettext_lazy("When"), value=when),
        Column("until", gettext_lazy("Open until"), value=until, order=["closes_on"]),
        Column("state", gettext_lazy("You"), value=answered),
    ]

    def get_rows(self) -> QuerySet[FeedbackForm]:
        person = self.request.user.person
        return feedback.asked_of(person) if person else FeedbackForm.objects.none()


class AnswerForm(forms.Form):
    """One field for each question."""

    def __init__(self, *args: Any, questions: Sequence[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in questions:
            self.fields[question.key] = field_of(question)


def field_of(question: Question) -> forms.Field:
    shared: Mapping[str, Any] = {"label": question.text, "required": question.needed}
    if question.kind == FeedbackKind.TEXT:
        help_text = _("No names, please, neither yours nor those of others.")
        area = forms.Textarea(attrs={"rows": 3})
        return forms.CharField(**shared, max_length=LONGEST_TEXT, widget=area, help_text=help_text)
    if question.kind == FeedbackKind.CHOICES:
        return forms.MultipleChoiceField(
            **shared, choices=question.choices, widget=forms.CheckboxSelectMultiple
        )
    return forms.ChoiceField(**shared, choices=question.choices, widget=forms.RadioSelect)


class AnswerPage(FormPage):
    """The form itself. Who has answered reads that, and can send no second one."""

    allowed = staticmethod(rules.may_take_courses)
    template_name = "courses/feedback/answer.html"
    form_class = AnswerForm
    submit_label = gettext_lazy("Send")
    success_message = gettext_lazy("Thank you. Your answer stands among the others, without your name.")

    @cached_property
    def asked(self) -> Any:
        person = self.request.user.person
        mine = feedback.asked_of(person) if person else FeedbackForm.objects.none()
        return get_object_or_404(mine, pk=self.kwargs["pk"])

    def get_page_title(self) -> str:
        return _("Feedback on %(training)s") % {"training": title(self.asked)}

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Feedback"), reverse("feedback"))]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"questions": read(self.asked.questions)}

    def act(self, form: Any) -> None:
        posted = {name: self.request.POST.getlist(name) for name in form.fields}
        try:
            give_feedback(form=self.asked, posted=posted, by=self.request.user)
        except Unanswerable as mistake:
            raise Refused(mistake.sentence, field=mistake.name) from mistake

    def get_success_url(self) -> str:
        return reverse("feedback")

    def get_context(self) -> dict[str, Any]:
        about = {"asked": self.asked, "when": when(self.asked), "until": until(self.asked)}
        return super().get_context() | about | {"fewest": FEWEST, "cancel_url": reverse("feedback")}
