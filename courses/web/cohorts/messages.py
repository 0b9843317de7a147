"""/teach/cohorts/<pk>/messages/: what was written to a cohort, a new message, what became of its mails."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses import rules
from courses.actions.cohort_messages import preview, send
from courses.enums import Recipients
from courses.models import Cohort, CohortMessage, CohortNotice, Enrolment
from courses.queries import boards
from courses.queries.cohort_notices import deliveries, messages_of
from courses.web import words
from courses.web.cohorts.base import home_of
from lms.kit.tasks import nudge
from lms.outbox.states import State
from lms.outbox.tasks import send_due
from lms.web.tables import Cell, Header, Table, paged, simple
from lms.web.views import PageView, RefuseMixin

DELIVERED = {
    State.SENT: gettext_lazy("sent"),
    State.FAILED: gettext_lazy("could not be delivered"),
    State.CANCELLED: gettext_lazy("not sent: no address is known, or they are not in the cohort any more"),
    State.UNCERTAIN: gettext_lazy("may have arrived: the connection was lost on the way"),
}


class MessageForm(forms.Form):
    recipients = forms.ChoiceField(
        label=gettext_lazy("To"), choices=Recipients.choices, widget=forms.RadioSelect, initial=Recipients.ALL
    )
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=150)
    text = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy(
            "Plain text, nothing of cases. It goes by mail as it stands, and to the notices on the site."
        ),
    )


class OfLed(PageView, abstract=True):
    """A page of a cohort for its trainers alone."""

    allowed = staticmethod(rules.may_teach)

    @cached_property
    def cohort(self) -> Cohort:
        return get_object_or_404(boards.cohorts_of(self.request.user), pk=self.kwargs["pk"])

    def get_crumbs(self) -> list[tuple[str, str]]:
        above = [(_("My cohorts"), reverse("teach-cohorts"))]
        return [*above, (self.cohort.version.title, home_of(self.cohort))]


class MessagesPage(RefuseMixin, OfLed):
    """What was written so far, and a new message: seen with everybody who would get it before it is sent."""

    page_title = gettext_lazy("Messages")
    template_name = "courses/cohorts/messages.html"

    def get_context(self) -> dict[str, Any]:
        sent = paged(messages_of(self.cohort), self.sent_table, self.request.GET, key="sent", page_size=50)
        return {"cohort": self.cohort, "form": MessageForm(), "sent": sent}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = MessageForm(request.POST)
        if not form.is_valid():
            return self.render(form=form)
        if "apply" in request.POST and self.attempt(form, lambda: self.send(form)):
            return redirect("teach-messages", pk=self.cohort.pk)
        found: list[Enrolment] = []
        if "change" in request.POST or not self.attempt(form, lambda: found.extend(self.look(form))):
            return self.render(form=form)
        return self.render(form=form, preview=recipients_table(found), found=found, said=form.cleaned_data)

    def look(self, form: MessageForm) -> list[Enrolment]:
        return preview(cohort=self.cohort, recipients=form.cleaned_data["recipients"], by=self.request.user)

    def send(self, form: MessageForm) -> None:
        expected = [
            int(pk) for pk in self.request.POST.getlist("expected") if pk.isdecimal() and len(pk) < 19
        ]
        made = send(cohort=self.cohort, expected=expected, by=self.request.user, **form.cleaned_data)
        nudge(send_due)
        number = made.notices.count()
        text = ngettext("On its way to %(n)s person.", "On its way to %(n)s people.", number)
        messages.success(self.request, text % {"n": number})

    def sent_table(self, shown: Sequence[CohortMessage]) -> Table:
        headers = [Header(_("Subject")), Header(_("To")), Header(_("Sent")), Header(_("By"))]
        rows = [
            [
                Cell(one.subject, reverse("teach-message", args=[self.cohort.pk, one.pk])),
                one.get_recipients_display(),
                words.reader_time(one.recorded_at),
                words.who(one.recorded_by),
            ]
            for one in shown
        ]
        return simple(_("The latest first"), headers, rows)


def recipients_table(found: Sequence[Enrolment]) -> Table:
    headers = [Header(_("Who")), Header(_("How"))]
    rows = [[one.person.name, way_to(one)] for one in found]
    return simple(_("Everybody who would get it"), headers, rows)


def way_to(one: Enrolment) -> str:
    login = getattr(one.person, "user", None)
    if login is not None and login.is_active:
        return _("mail and notice")
    return _("mail") if one.person.email else _("no way: no login and no address")


class MessagePage(OfLed):
    """One message, and what became of it person by person."""

    template_name = "courses/cohorts/message.html"

    @cached_property
    def message(self) -> CohortMessage:
        return get_object_or_404(messages_of(self.cohort), pk=self.kwargs["message"])

    def get_page_title(self) -> str:
        return self.message.subject

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [*super().get_crumbs(), (_("Messages"), reverse("teach-messages", args=[self.cohort.pk]))]

    def get_context(self) -> dict[str, Any]:
        return {
            "message": self.message,
            "about": [
                (_("To"), self.message.get_recipients_display()),
                (_("By"), words.who(self.message.recorded_by)),
                (_("Sent"), words.reader_time(self.message.recorded_at)),
            ],
            "deliveries": paged(deliveries(self.message), deliveries_table, self.request.GET, key="to"),
        }


def deliveries_table(shown: Sequence[CohortNotice]) -> Table:
    headers = [Header(_("Who")), Header(_("Mail")), Header(_("Read on the site"))]
    rows = [[one.person.name, delivered(one), _("yes") if one.read_at else _("not yet")] for one in shown]
    return simple(_("By family name"), headers, rows)


def delivered(one: CohortNotice) -> str:
    return str(DELIVERED.get(State(one.state), _("on its way")))
