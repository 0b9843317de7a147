"""/teach/places/<pk>/: one person's place in a cohort, and the ways out of it."""

from typing import Any

from django import forms
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.leaving import transfer, withdraw
from courses.models import Cohort, Departure, Enrolment, RegisterMark
from courses.queries import boards, cohorts, offered
from courses.queries.attending import said_by
from courses.queries.cohort_notices import display_name
from courses.queries.progress import Progress, progress_of
from courses.web import words
from courses.web.cohorts.base import home_of
from courses.web.cohorts.progress import attendance_in_words, lessons_in_words, missing, next_step
from lms.kit.tasks import nudge
from lms.outbox.tasks import send_due
from lms.web.tables import Header, Table, simple
from lms.web.views import FormPage, PageView


class OfPlace(PageView, abstract=True):
    """A page of one enrolment that is not kept private, for those who plan its cohort."""

    allowed = staticmethod(rules.may_plan_cohorts)

    @cached_property
    def enrolment(self) -> Enrolment:
        planned = Cohort.objects.filter(cohorts.planned_by(self.request.user))
        found = boards.seen().filter(cohort__in=planned.values("pk"))
        return get_object_or_404(
            found.select_related("person", "cohort__version__course", "participation"), pk=self.kwargs["pk"]
        )

    @property
    def cohort(self) -> Cohort:
        return self.enrolment.cohort

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [
            (_("My cohorts"), reverse("teach-cohorts")),
            (self.cohort.version.title, home_of(self.cohort)),
        ]


class PersonPage(OfPlace):
    """How far somebody has come, session by session."""

    template_name = "courses/cohorts/person.html"

    def get_page_title(self) -> str:
        return self.enrolment.person.name

    def get_context(self) -> dict[str, Any]:
        (progress,) = progress_of(self.cohort, Enrolment.objects.filter(pk=self.enrolment.pk))
        called = display_name(self.enrolment.person_id)
        return {
            "enrolment": self.enrolment,
            "about": [
                (_("Called"), called.name if called else None),
                (_("Enrolled"), words.reader_time(self.enrolment.enrolled_at)),
                (_("Lessons"), lessons_in_words(progress)),
                (_("Sessions"), attendance_in_words(progress)),
                (_("What is missing"), missing(progress.place)),
                (_("What to do next"), next_step(progress)),
            ],
            "sessions": sessions_table(progress) if progress.marks else None,
            "completed": progress.place.completion is not None,
            "departures": departures_table(self.enrolment),
        }


def sessions_table(progress: Progress) -> Table:
    headers = [Header(_("Training session")), Header(_("Register"))]
    rows = [
        [words.time_in(session.starts_at, session.timezone), word_on(mark) if mark else "–"]
        for session, mark in progress.marks
    ]
    return simple(_("In their order"), headers, rows)


def word_on(mark: RegisterMark) -> str:
    """The register's word; with where it was said, and of which day, where that was not at this session."""
    said = said_by(mark)
    about = {"word": mark.get_presence_display(), "day": words.day(said.day)}
    if said.brought:
        return _("%(word)s, in the cohort before, on %(day)s") % about
    if said.made_up:
        return _("%(word)s, made up in another cohort on %(day)s") % about
    return about["word"]


def departures_table(enrolment: Enrolment) -> Table | None:
    found = list(Departure.objects.filter(enrolment=enrolment).select_related("recorded_by__person"))
    headers = [Header(_("When")), Header(_("What")), Header(_("By")), Header(_("Why"))]
    rows = [
        [
            words.reader_time(one.recorded_at),
            _("moved to another cohort") if one.moved_to_id else _("left"),
            words.who(one.recorded_by),
            one.reason or "–",
        ]
        for one in found
    ]
    return simple(_("Times they left or moved"), headers, rows) if found else None


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        help_text=gettext_lazy("The person reads it. No names of others."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WithdrawPage(FormPage, OfPlace):
    page_title = gettext_lazy("Withdraw somebody")
    template_name = "courses/cohorts/withdraw.html"
    form_class = WithdrawForm
    submit_label = gettext_lazy("Withdraw them")
    success_message = gettext_lazy("They are not in this cohort any more. What they did is kept.")

    def act(self, form: Any) -> None:
        withdraw(enrolment=self.enrolment, reason=form.cleaned_data["reason"], by=self.request.user)
        nudge(send_due)

    def get_success_url(self) -> str:
        return home_of(self.cohort)

    def get_context(self) -> dict[str, Any]:
        about = [(_("Who"), self.enrolment.person.name), (_("Course"), self.cohort.version.title)]
        back = reverse("teach-place", args=[self.enrolment.pk])
        return super().get_context() | {"about": about, "cancel_url": back}


class TransferForm(forms.Form):
    to = forms.ModelChoiceField(label=gettext_lazy("To which cohort"), queryset=Cohort.objects.none())
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=500, required=False)

    def __init__(self, *args: Any, cohorts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to: Any = self.fields["to"]
        to.queryset = cohorts
        to.label_from_instance = cohort_in_words


def cohort_in_words(cohort: Any) -> str:
    starts = words.time_in(cohort.starts_at, cohort.zone) if cohort.starts_at else _("self-paced")
    return _("Version %(number)s, %(starts)s") % {"number": cohort.version.number, "starts": starts}


class TransferPage(FormPage, OfPlace):
    """To another cohort of the same course, with what was done."""

    page_title = gettext_lazy("Move to another cohort")
    template_name = "courses/cohorts/transfer.html"
    form_class = TransferForm
    submit_label = gettext_lazy("Move them")
    success_message = gettext_lazy("Moved, with all that was done.")

    def get_form_kwargs(self) -> dict[str, Any]:
        mine = Cohort.objects.filter(
            cohorts.planned_by(self.request.user), version__course=self.cohort.version.course_id
        ).exclude(pk=self.cohort.pk)
        return {"cohorts": offered.with_times(mine).order_by("-starts_at", "-pk")}

    def act(self, form: Any) -> None:
        data = form.cleaned_data
        self.made = transfer(
            enrolment=self.enrolment, to=data["to"], reason=data["reason"], by=self.request.user
        )
        nudge(send_due)

    def get_success_url(self) -> str:
        return reverse("teach-place", args=[self.made.pk])

    def get_context(self) -> dict[str, Any]:
        about = [(_("Who"), self.enrolment.person.name), (_("Course"), self.cohort.version.title)]
        back = reverse("teach-place", args=[self.enrolment.pk])
        return super().get_context() | {"about": about, "cancel_url": back}
