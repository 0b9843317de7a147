"""One training session: as it stands, how it came to be so, and the ways to change it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.actions.sessions import Change, cancel_session, change_session, preview_change, reinstate_session
from courses.models import SessionVersion
from courses.queries import sessions
from courses.web import words as facts
from courses.web.sessions import words
from courses.web.sessions.base import OfSession, PreviewedPage, mailed
from courses.web.sessions.forms import FOLLOWING, THIS, ChangeForm, said_of, there_on
from lms.kit.errors import Refused
from lms.kit.tasks import nudge
from lms.outbox.tasks import send_due
from lms.web.tables import Header, Table, simple
from lms.web.views import FormPage


class SessionPage(OfSession):
    template_name = "courses/sessions/detail.html"

    def get_page_title(self) -> str:
        return words.title(self.version)

    def get_crumbs(self) -> list[tuple[str, str]]:
        return self.above()

    def get_context(self) -> dict[str, Any]:
        version = self.version
        return {
            "version": version,
            "about": [
                (_("State"), words.state(version)),
                (_("Time at the place"), words.at_place(version)),
                (_("Your time"), words.for_reader(version)),
                (_("Place"), version.place),
                (_("Led by"), words.led_by(version)),
            ],
            "history": history(sessions.history(self.session)),
            "told": mailed(sessions.told(self.session.activity, self.session)),
        }


class ChangePage(OfSession, PreviewedPage):
    """What was typed is shown beside what stands, for each session concerned, before it is said."""

    page_title = gettext_lazy("Change a training session")
    template_name = "courses/sessions/plan.html"
    form_class = ChangeForm
    look_label = gettext_lazy("See what would change")
    submit_label = gettext_lazy("Change it so")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            "initial": said_of(self.version, self.session.trainers.all()),
            "alone": sessions.following(self.version).count() < 2,
        }

    def look(self, form: ChangeForm) -> Table:
        changes = preview_change(session=self.session, by=self.request.user, **asked(form))
        labels = [
            _("Now"),
            _("From now on"),
            _("Your time"),
            _("Public holidays"),
            _("Changes"),
        ]
        holidays = words.Holidays(sessions.countries_of(self.session.activity))
        rows = [changed_row(change, holidays) for change in changes]
        return simple(_("Nothing is changed yet"), [Header(label) for label in labels], rows)

    def act(self, form: ChangeForm) -> None:
        chosen = form.cleaned_data["trainers"]
        self.made = change_session(session=self.session, by=self.request.user, trainers=chosen, **asked(form))

    def done(self, form: ChangeForm) -> str:
        if not self.made:
            return _("Saved. Nothing else has changed: only who comes to lead it, or leaves, is told.")
        number = len(self.made)
        text = ngettext("%(n)s training session is changed.", "%(n)s training sessions are changed.", number)
        return text % {"n": number}

    def get_success_url(self) -> str:
        return self.session_url

    def get_context(self) -> dict[str, Any]:
        told = mailed(sessions.told(self.session.activity, self.session))
        return super().get_context() | {"cancel_url": self.session_url, "told": told}


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Everybody enrolled reads it. No names of others."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    which = forms.ChoiceField(
        label=gettext_lazy("Cancel"),
        choices=[
            (THIS, gettext_lazy("this one alone")),
            (FOLLOWING, gettext_lazy("this one and the following ones")),
        ],
        widget=forms.RadioSelect,
        initial=THIS,
    )
    after = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, alone: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if alone:
            del self.fields["which"]


class CancelPage(OfSession, FormPage):
    page_title = gettext_lazy("Cancel a training session")
    template_name = "courses/sessions/cancel.html"
    form_class = CancelForm
    submit_label = gettext_lazy("Cancel it")
    success_message = gettext_lazy("Cancelled. You can take that back on this page.")

    def get_form_kwargs(self) -> dict[str, Any]:
        alone = sessions.following(self.version).count() < 2
        return {"initial": {"after": self.version.number}, "alone": alone}

    def act(self, form: Any) -> None:
        said = form.cleaned_data
        cancel_session(
            session=self.session,
            after=said["after"],
            reason=said["reason"],
            following_too=said.get("which") == FOLLOWING,
            by=self.request.user,
        )
        nudge(send_due)

    def get_success_url(self) -> str:
        return self.session_url

    def get_context(self) -> dict[str, Any]:
        following = [words.at_place(one) for one in sessions.following(self.version)]
        return super().get_context() | {
            "about": [(_("What"), words.title(self.version)), (_("When"), words.at_place(self.version))],
            "following": following if len(following) > 1 else [],
            "told": mailed(sessions.told(self.session.activity, self.session)),
            "cancel_url": self.session_url,
        }


class ReinstateView(OfSession):
    """The press that undoes a cancellation."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        after = request.POST.get("after", "")
        try:
            reinstate_session(
                session=self.session, after=int(after[:9]) if after.isdecimal() else -1, by=self.request.user
            )
        except Refused as refusal:
            messages.warning(request, refusal.sentence)
        else:
            nudge(send_due)
            messages.success(
                request, _("It takes place again, and everybody enrolled and who leads it is told.")
            )
        return redirect("training-session", pk=self.session.pk)


def asked(form: ChangeForm) -> dict[str, Any]:
    said = form.cleaned_data
    return {
        "after": said["after"],
        "starts": form.local(),
        "minutes": said["minutes"],
        "zone": said["zone"],
        "following_too": said.get("which") == FOLLOWING,
        **form.texts(),
    }


def changed_row(change: Change, holidays: words.Holidays) -> list[str]:
    starts_at, ends_at, zone = (change.said(name) for name in ("starts_at", "ends_at", "timezone"))
    return [
        words.at_place(change.before),
        words.span(starts_at, ends_at, zone),
        words.of_reader(starts_at, ends_at, zone),
        holidays.on(there_on(starts_at, zone)),
        ", ".join(names_of(change.says)) or _("nothing"),
    ]


def names_of(says: Any) -> list[str]:
    """What a change is about, in words."""
    labels = {
        ("starts_at", "ends_at", "timezone"): _("the time"),
        ("title",): _("the title"),
        ("place",): _("the place"),
        ("call_link",): _("the call"),
        ("materials",): _("the materials"),
    }
    return [label for names, label in labels.items() if set(names) & set(says)]


def history(versions: Any) -> Table:
    labels = [_("Version"), _("Recorded"), _("By"), _("At the place"), _("Where"), _("What it says")]
    rows = [_version_row(one) for one in versions]
    return simple(_("The newest first"), [Header(label) for label in labels], rows)


def _version_row(version: SessionVersion) -> list[Any]:
    said = _("cancelled: %(reason)s") % {"reason": version.reason} if version.cancelled else version.title
    return [
        version.number,
        facts.reader_time(version.recorded_at),
        facts.who(version.recorded_by),
        words.at_place(version),
        version.place or "–",
        said or "–",
    ]
