"""Asking for feedback, and reading once what came of it."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.feedback import MOST_DAYS, ask_feedback, move_end
from courses.enums import FeedbackKind
from courses.kinds.feedback import (
    FEWEST,
    MOST_OPTIONS,
    MOST_OWN,
    OVERALL,
    Question,
    Unanswerable,
    own_question,
    standard,
)
from courses.models import Activity, ActivityVersion, FeedbackForm
from courses.queries import feedback
from courses.queries.sessions import planned
from courses.web import words
from courses.web.feedback.answering import until
from courses.web.feedback.results import pictures
from courses.web.feedback.titles import title, when
from lms.kit.clock import today
from lms.kit.errors import Refused
from lms.web.tables import Column
from lms.web.views import FormPage, ListPage

USUAL_DAYS = 14


def state(form: Any) -> str:
    if form.closed_at is None:
        return _("open until %(day)s") % {"day": words.day(form.closes_on)}
    if form.result.summed is None:
        return _("fewer than %(n)s answers: counted with others of the year only") % {"n": FEWEST}
    return _("%(n)s answers") % {"n": form.result.answered}


class AskedPage(ListPage):
    """Forms that a trainer asked for; staff see all."""

    allowed = staticmethod(rules.may_read_feedback)
    page_title = gettext_lazy("Feedback asked for")
    empty_text = gettext_lazy("No feedback was asked for yet. A cohort or an activity has a link to do so.")
    default_sort = "-until"
    columns = [
        Column(
            "training",
            gettext_lazy("Training"),
            value=title,
            link=lambda form: reverse("feedback-result", args=[form.pk]),
        ),
        Column("when", gettext_lazy("When"), value=when),
        Column("until", gettext_lazy("Last day"), value=until, order=["closes_on", "pk"]),
        Column("state", gettext_lazy("State"), value=state),
    ]

    def get_rows(self) -> QuerySet[FeedbackForm]:
        return feedback.asked_by(self.request.user, everything=rules.may_read_all_feedback(self.request.user))


class AskForm(forms.Form):
    """The last day, what it is about, the standard questions to leave in, and rows for own ones."""

    closes_on = forms.DateField(
        label=gettext_lazy("Last day for answers"), widget=forms.DateInput(attrs={"type": "date"})
    )
    about = forms.ChoiceField(label=gettext_lazy("About"), required=False)
    standard = forms.MultipleChoiceField(
        label=gettext_lazy("Questions"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Always first: “All in all, how was it?”, from very good to very poor."),
    )

    def __init__(self, *args: Any, about: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown: dict[str, Any] = self.fields
        shown["about"].choices = about
        if len(about) == 1:
            del self.fields["about"]
        shown["standard"].choices = [(one.key, one.text) for one in standard()[1:]]
        for number in range(1, MOST_OWN + 1):
            self._own(number)

    def _own(self, number: int) -> None:
        label = {"n": number}
        self.fields[f"own-{number}-text"] = forms.CharField(
            label=_("Own question %(n)s") % label, required=False, max_length=500
        )
        self.fields[f"own-{number}-kind"] = forms.ChoiceField(
            label=_("How question %(n)s is answered") % label, required=False, choices=FeedbackKind.choices
        )
        self.fields[f"own-{number}-options"] = forms.CharField(
            label=_("Options of question %(n)s, one a line") % label,
            required=False,
            widget=forms.Textarea(attrs={"rows": 2}),
            help_text=_("For “one of several” and “any of several”: 2 to %(most)s.") % {"most": MOST_OPTIONS},
        )

    @property
    def always_shown(self) -> list[forms.BoundField]:
        return [field for field in self if not field.name.startswith("own-")]

    @property
    def own_rows(self) -> list[list[forms.BoundField]]:
        """The three fields of each own question."""
        fields = [field for field in self if field.name.startswith("own-")]
        return [fields[start : start + 3] for start in range(0, len(fields), 3)]

    @property
    def own_begun(self) -> bool:
        """Whether something was written there, or is wrong there: then it stands open."""
        return any(field.errors or field.value() for row in self.own_rows for field in row[::2])

    def questions(self) -> list[Question]:
        """Raises Refused at the field where a question is none."""
        said = self.cleaned_data
        made = [one for one in standard() if one.key == OVERALL or one.key in said["standard"]]
        for number in range(1, MOST_OWN + 1):
            text, options = said[f"own-{number}-text"], said[f"own-{number}-options"]
            if not text and not options:
                continue
            try:
                made.append(own_question(number, said[f"own-{number}-kind"], text, options))
            except Unanswerable as mistake:
                raise Refused(mistake.sentence, field=mistake.name) from mistake
        return made


class AskPage(FormPage):
    """For who leads the activity; everybody else is told so."""

    allowed = staticmethod(rules.may_read_feedback)
    form_class = AskForm
    template_name = "courses/feedback/ask.html"
    submit_label = gettext_lazy("Ask")
    success_message = gettext_lazy(
        "Everybody who took part is asked, by a notice and a mail without details."
    )

    @cached_property
    def activity(self) -> Activity:
        activity = get_object_or_404(Activity, pk=self.kwargs["pk"])
        if not rules.may_ask_feedback(self.request.user, activity):
            raise PermissionDenied
        return activity

    @cached_property
    def sessions(self) -> dict[str, Any]:
        return {str(one.session_id): one for one in planned(self.activity)}

    def get_page_title(self) -> str:
        known = get_object_or_404(
            ActivityVersion.objects.in_force().select_related("kind"), activity=self.activity
        )
        return _("Ask for feedback on %(training)s") % {"training": words.title(known)}

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Feedback asked for"), reverse("feedback-asked"))]

    def get_form_kwargs(self) -> dict[str, Any]:
        about = [("", _("all of it"))]
        for key, one in self.sessions.items():
            about.append((key, f"{one.title or _('Session')}, {words.time_in(one.starts_at, one.timezone)}"))
        initial = {
            "closes_on": today() + dt.timedelta(days=USUAL_DAYS),
            "standard": [one.key for one in standard()[1:]],
        }
        return {"about": about, "initial": initial}

    def act(self, form: Any) -> None:
        chosen = self.sessions.get(form.cleaned_data.get("about", ""))
        ask_feedback(
            activity=self.activity,
            session=chosen.session if chosen else None,
            questions=form.questions(),
            closes_on=form.cleaned_data["closes_on"],
            by=self.request.user,
        )

    def get_success_url(self) -> str:
        return reverse("feedback-asked")

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"fewest": FEWEST, "cancel_url": reverse("feedback-asked")}


class EndForm(forms.Form):
    closes_on = forms.DateField(
        label=gettext_lazy("Last day for answers"),
        help_text=gettext_lazy("How many have answered is told after it, and not before."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )


class ResultPage(FormPage):
    """While it is open, its last day; once closed, what came of it. Never who answered."""

    allowed = staticmethod(rules.may_read_feedback)
    template_name = "courses/feedback/result.html"
    form_class = EndForm
    submit_label = gettext_lazy("Move the last day")
    success_message = gettext_lazy("The last day is moved.")

    @cached_property
    def asked(self) -> Any:
        everything = rules.may_read_all_feedback(self.request.user)
        return get_object_or_404(
            feedback.asked_by(self.request.user, everything=everything), pk=self.kwargs["pk"]
        )

    def get_page_title(self) -> str:
        return _("Feedback on %(training)s") % {"training": title(self.asked)}

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Feedback asked for"), reverse("feedback-asked"))]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"closes_on": self.asked.closes_on}}

    def act(self, form: Any) -> None:
        move_end(form=self.asked, closes_on=form.cleaned_data["closes_on"], by=self.request.user)

    def get_success_url(self) -> str:
        return reverse("feedback-result", args=[self.asked.pk])

    def get_context(self) -> dict[str, Any]:
        result = getattr(self.asked, "result", None)
        shown = pictures(self.asked, result) if result is not None and result.summed is not None else None
        return super().get_context() | {
            "asked": self.asked,
            "when": when(self.asked),
            "state": state(self.asked),
            "result": result,
            "shown": shown,
            "fewest": FEWEST,
            "most_days": MOST_DAYS,
        }
