"""/cohorts/: what can be asked for, and one's own place in a cohort."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.leaving import withdraw
from courses.actions.names import set_display_name
from courses.actions.places import ask, decline, take
from courses.enums import CandidateState
from courses.models import Candidate, Cohort, Enrolment
from courses.models.candidates import HOLDING, UNDECIDED
from courses.queries import offered
from courses.queries.candidates import place_in_line, room, takes_people, timing
from courses.queries.cohort_notices import display_name, fellows
from courses.queries.prerequisites import asked_of
from courses.web import words
from courses.web.cohorts.base import places_in_words, when
from lms.kit.errors import Refused
from lms.kit.tasks import nudge
from lms.outbox.tasks import send_due
from lms.people.models import Person
from lms.web.tables import Column
from lms.web.views import FormPage, ListPage, PageView


def starts(cohort: Any) -> str:
    return words.time_in(cohort.starts_at, cohort.zone) if cohort.starts_at else _("self-paced")


class OfferedPage(ListPage):
    """Cohorts with dates or a number of places, that one can join or ask for."""

    allowed = staticmethod(rules.may_take_courses)
    page_title = gettext_lazy("Cohorts to ask for")
    empty_text = gettext_lazy("Nothing with dates is planned that one could ask for now.")
    default_sort = "starts"
    columns = [
        Column(
            "course",
            gettext_lazy("Course"),
            value=lambda cohort: cohort.version.title,
            link=lambda cohort: reverse("cohort-place", args=[cohort.pk]),
            order=["version__title"],
        ),
        Column("starts", gettext_lazy("Starts"), value=starts, order=["starts_at"]),
        Column("place", gettext_lazy("Place"), value=lambda cohort: cohort.place or "–"),
        Column(
            "way",
            gettext_lazy("How"),
            value=lambda cohort: _("join") if cohort.open_enrolment else _("ask for a place"),
        ),
    ]

    def get_rows(self) -> QuerySet[Cohort]:
        return offered.on_offer()


class OfOwn(PageView, abstract=True):
    """A page about oneself and one cohort; what one has nothing to do with is not found."""

    allowed = staticmethod(rules.may_take_courses)

    @cached_property
    def cohort(self) -> Cohort:
        found = offered.seen_by(self.request.user.person).prefetch_related("trainers__person")
        cohort: Cohort = get_object_or_404(found, pk=self.kwargs["pk"])
        return cohort

    @cached_property
    def enrolment(self) -> Enrolment | None:
        mine = Enrolment.objects.filter(cohort=self.cohort, person=self.request.user.person_id)
        return mine.filter(withdrawn_at=None).first()


class PlacePage(OfOwn):
    """What a cohort is, how things stand between it and oneself, and the one thing to do next."""

    template_name = "courses/cohorts/own.html"

    def get_page_title(self) -> str:
        return self.cohort.version.title

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Cohorts to ask for"), reverse("cohorts"))]

    @cached_property
    def candidate(self) -> Candidate | None:
        person = self.request.user.person_id
        return Candidate.objects.filter(cohort=self.cohort, person=person).first()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            self.answer(request.POST.get("do", ""))
        except Refused as refusal:
            messages.warning(request, refusal.sentence)
        nudge(send_due)
        return redirect("cohort-place", pk=self.cohort.pk)

    def answer(self, what: str) -> None:
        user = self.request.user
        if user.person is None:
            raise Refused(_("Ask staff to link your login to you."))
        if what == "ask":
            ask(cohort=self.cohort, person=user.person, by=user)
        elif self.candidate is not None and what == "take":
            take(candidate=self.candidate, by=user)
        elif self.candidate is not None and what == "decline":
            decline(candidate=self.candidate, by=user)

    def get_context(self) -> dict[str, Any]:
        person, known = self.request.user.person, timing(self.cohort)
        asked = asked_of(self.cohort.version, person)
        ahead = takes_people(known, timezone.now())
        undecided = self.candidate is not None and self.candidate.state in UNDECIDED
        way = self.cohort.open_enrolment or self.cohort.takes_requests
        return {
            "cohort": self.cohort,
            "about": self.about(known),
            "enrolment": self.enrolment,
            "stands": stands(self.candidate, ahead) if self.candidate and not self.enrolment else "",
            "reason": self.reason(),
            "holding": self.candidate is not None and self.candidate.state in HOLDING and ahead,
            "undecided": undecided and not self.enrolment,
            "may_ask": way and ahead and not undecided and not self.enrolment,
            "asked": asked,
            "missing": [one for one in asked if not one.held],
            "fellows": self.fellows(person),
            "display_name": display_name(self.request.user.person_id),
        }

    def about(self, known: Any) -> list[tuple[str, Any]]:
        trainers = ", ".join(words.who(one) for one in self.cohort.trainers.all())
        return [
            *when(known),
            (_("How"), known.get_mode_display() if known else None),
            (_("Place"), known.place if known else None),
            (_("Trainers"), trainers),
            (_("Places"), places_in_words(room(self.cohort))),
        ]

    def fellows(self, person: Person | None) -> list[str]:
        """Only who is in sees who else is."""
        return fellows(self.cohort, person.pk) if person and self.enrolment else []

    def reason(self) -> str:
        """Why somebody was not taken, or was taken out, in the words of whoever did it."""
        if self.candidate is None or self.enrolment:
            return ""
        if self.candidate.state not in (CandidateState.REFUSED, CandidateState.WITHDRAWN):
            return ""
        last = self.candidate.steps.order_by("-number").first()
        return last.reason if last and last.recorded_by_id != self.request.user.pk else ""


def stands(candidate: Candidate, ahead: bool) -> str:
    """How things stand, for the person; ``ahead`` says that places can still be given."""
    if candidate.state in UNDECIDED and not ahead:
        return _("It has begun or is called off, and you have no place in it.")
    until = words.reader_time(candidate.answer_by) if candidate.answer_by else ""
    said = {
        CandidateState.INVITED: _("You are invited. A place is held for you until %(until)s."),
        CandidateState.OFFERED: _("A place is free for you. It is held until %(until)s."),
        CandidateState.REQUESTED: _("You asked for a place. A trainer decides."),
        CandidateState.NOMINATED: _("Your manager nominated you. A trainer decides."),
        CandidateState.WAITING: _("All places are taken. You are number %(line)s on the waiting list."),
        CandidateState.DECLINED: _("You said no. You can ask again."),
        CandidateState.REFUSED: _("There was no place for you this time."),
        CandidateState.EXPIRED: _("The time to answer is over, and the place went to somebody else."),
        CandidateState.WITHDRAWN: _("You are not in this cohort any more."),
        CandidateState.ACCEPTED: "",
    }[CandidateState(candidate.state)]
    line = place_in_line(candidate) if candidate.state == CandidateState.WAITING else ""
    return said % {"until": until, "line": line}


class LeaveForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("You need not say. Your trainers read it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class LeavePage(FormPage):
    """Take oneself out of a course; what was done stays."""

    allowed = staticmethod(rules.may_take_courses)
    page_title = gettext_lazy("Withdraw from the course")
    template_name = "courses/cohorts/withdraw.html"
    form_class = LeaveForm
    submit_label = gettext_lazy("Withdraw")
    success_message = gettext_lazy("You are not enrolled any more. What you did is kept.")

    @cached_property
    def enrolment(self) -> Enrolment:
        mine = Enrolment.objects.filter(person=self.request.user.person_id, withdrawn_at=None)
        return get_object_or_404(mine.select_related("cohort__version__course"), pk=self.kwargs["pk"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _found = self.enrolment
        return super().get(request, *args, **kwargs)

    def act(self, form: Any) -> None:
        withdraw(enrolment=self.enrolment, reason=form.cleaned_data["reason"], by=self.request.user)
        nudge(send_due)

    def get_success_url(self) -> str:
        return reverse("me")

    def get_context(self) -> dict[str, Any]:
        course = self.enrolment.cohort.version.course
        more = {"enrolment": self.enrolment, "cancel_url": reverse("course", args=[course.slug])}
        return super().get_context() | more


class NameForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("What you want to be called"), max_length=80, required=False)
    shown = forms.BooleanField(
        label=gettext_lazy("Others of my cohorts may see me by this name"), required=False
    )


class DisplayNamePage(FormPage):
    """How somebody is called; certificates keep the name on record."""

    allowed = staticmethod(rules.may_see_own_training)
    page_title = gettext_lazy("What you are called")
    template_name = "courses/me/display_name.html"
    form_class = NameForm
    success_message = gettext_lazy("Saved.")

    def get_form_kwargs(self) -> dict[str, Any]:
        known = display_name(self.request.user.person_id)
        return {"initial": {"name": known.name, "shown": known.shown} if known else {}}

    def act(self, form: Any) -> None:
        set_display_name(by=self.request.user, **form.cleaned_data)

    def get_success_url(self) -> str:
        return reverse("display-name")

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("My training"), reverse("me"))]
