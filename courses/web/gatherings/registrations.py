"""The desk of an activity as its keepers see it: who registered, and who was in the call."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses import rules
from courses.actions.attendees import (
    HEAD,
    LEFT_OUT,
    NEW,
    Match,
    candidates,
    enter_all,
    matches,
    record_attendees,
)
from courses.actions.registrations import forget_registration, keep_desk
from courses.kinds import calls
from courses.models import Registration, RegistrationDesk
from courses.queries.registrations import shown, standing_of
from courses.web import words
from courses.web.gatherings.base import KeptPage
from courses.web.local_time import LocalTimeField, wall
from lms.kit import clock
from lms.kit.errors import Refused
from lms.people.mail import address
from lms.web.accounts.confirm import ConfirmPage
from lms.web.tables import Header, Table, paged, simple
from lms.web.views import FormPage, RefuseMixin

CONSENT = gettext_lazy(
    "INHOPE keeps my name, address and organisation to run this event, and records that I took part. INHOPE"
    " publishes numbers only. I can ask to have my data removed at any time."
)


class DeskForm(forms.Form):
    slug = forms.SlugField(
        label=gettext_lazy("Address"),
        max_length=60,
        help_text=gettext_lazy("Small letters, digits and hyphens: what follows /register/."),
    )
    capacity = forms.IntegerField(
        label=gettext_lazy("Places"), min_value=1, max_value=100_000, required=False
    )
    closes_at = LocalTimeField(
        label=gettext_lazy("Closes"),
        required=False,
        help_text=gettext_lazy("In the zone of the event; otherwise when it begins."),
    )
    consent = forms.CharField(
        label=gettext_lazy("What people agree to"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    is_open = forms.BooleanField(label=gettext_lazy("Open"), required=False)


class DeskPage(KeptPage, FormPage):
    allowed = staticmethod(rules.may_plan_activities)
    page_title = gettext_lazy("Registration for everybody")
    template_name = "courses/gatherings/desk.html"
    form_class = DeskForm
    success_message = gettext_lazy("Saved.")

    def get_form_kwargs(self) -> dict[str, Any]:
        desk = RegistrationDesk.objects.filter(activity=self.activity).first()
        if desk is None:
            slug = slugify(self.version.title)[:50] or f"event-{self.version.activity_id}"
            return {"initial": {"slug": slug, "consent": CONSENT, "is_open": True}}
        closes_at = wall(desk.closes_at, self.version.timezone)
        said = {name: getattr(desk, name) for name in ("slug", "capacity", "consent", "is_open")}
        return {"initial": said | {"closes_at": closes_at}}

    def act(self, form: Any) -> None:
        said = dict(form.cleaned_data)
        local = said.pop("closes_at")
        closes_at = clock.instant(local, self.version.timezone) if local else None
        keep_desk(activity=self.activity, closes_at=closes_at, by=self.request.user, **said)

    def get_success_url(self) -> str:
        return reverse("gathering-registrations", args=[self.version.activity_id])

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"cancel_url": self.room_url}


class RegistrationsPage(KeptPage):
    """Who registered; a post takes all of them into the record as expected."""

    allowed = staticmethod(rules.may_plan_gatherings)
    page_title = gettext_lazy("Registrations")
    template_name = "courses/gatherings/registrations.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            done = enter_all(activity=self.activity, by=self.request.user)
        except Refused as refusal:
            messages.warning(request, refusal.sentence)
        else:
            text = ngettext("%(n)s person is on the list now.", "%(n)s people are on the list now.", done)
            messages.success(request, text % {"n": done})
        return redirect(request.path)

    def get_context(self) -> dict[str, Any]:
        desk = RegistrationDesk.objects.filter(activity=self.activity).first()
        standing = standing_of(desk) if desk else None
        rows = shown(self.activity)
        return {
            "desk": desk,
            "standing": standing,
            "url": address("register", desk.slug) if desk else "",
            "registrations": paged(rows, registrations_table, self.request.GET, key="page", page_size=200),
            "may_open_desk": rules.may_plan_activities(self.request.user),
            "activity_id": self.version.activity_id,
        }


def registrations_table(rows: Any) -> Table:
    labels = [
        _("Name"),
        _("Organisation"),
        _("Audience"),
        _("Registered"),
        _("Mail"),
        _("Standing"),
        _("Change"),
    ]
    return simple(
        _("By family name"),
        [Header(label) for label in labels],
        [
            [
                name_of(one),
                f"{one.organisation or '–'} ({one.country_id or '–'})",
                one.get_audience_display(),
                words.reader_time(one.registered_at),
                next((mail.get_state_display() for mail in one.mails.all()), "–"),
                state(one),
                forget_link(one),
            ]
            for one in rows
        ],
    )


def name_of(one: Registration) -> str:
    return f"{one.given_name} {one.family_name}".strip() or _("(removed)")


def forget_link(one: Registration) -> SafeString | str:
    if not one.family_name:
        return ""
    url = reverse("gathering-forget", args=[one.desk.activity_id, one.pk])
    label = _("Remove what %(name)s typed") % {"name": name_of(one)}
    return format_html('<a href="{}" aria-label="{}">{}</a>', url, label, _("Remove"))


class ForgetPage(KeptPage, ConfirmPage):
    """Somebody asked to be removed from the registrations."""

    allowed = staticmethod(rules.may_plan_gatherings)
    page_title = gettext_lazy("Remove what somebody typed")
    submit_label = gettext_lazy("Remove it for good")
    success_message = gettext_lazy("It is removed.")

    @cached_property
    def registration(self) -> Registration:
        found = Registration.objects.filter(desk__activity=self.version.activity_id)
        return get_object_or_404(found.select_related("desk__activity"), pk=self.kwargs["one"])

    def sentence(self) -> str:
        said = _(
            "Name, address and organisation of %(name)s leave the registrations for good, and the place is"
            " free again. Whoever is on the list of who takes part stays there."
        )
        return said % {"name": name_of(self.registration)}

    def confirmed(self) -> None:
        forget_registration(registration=self.registration, by=self.request.user)

    def get_success_url(self) -> str:
        return reverse("gathering-registrations", args=[self.version.activity_id])

    get_cancel_url = get_success_url


def state(one: Registration) -> str:
    if one.withdrawn_at is not None:
        return _("withdrawn")
    return _("on the list") if one.participation_id else _("registered")


class AttendeesForm(forms.Form):
    list = forms.FileField(
        label=gettext_lazy("List of the call"),
        required=False,
        help_text=gettext_lazy("The CSV file that the call's provider gives after it has ended."),
    )
    text = forms.CharField(
        label=gettext_lazy("Or paste it"),
        max_length=400_000,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        given = said.get("list")
        if given is not None:
            said["text"] = text_of(given.read())
        if not (said.get("text") or "").strip():
            raise forms.ValidationError(_("Choose the file, or paste what is in it."))
        return said


def text_of(content: bytes) -> str:
    """What stands in a file: as calls are written, else as much of it as can be read."""
    try:
        return calls.decoded(content)
    except calls.Unreadable:
        return content.decode("utf-8-sig", errors="replace").replace("\0", "")


class AttendeesPage(RefuseMixin, KeptPage):
    """The list of a call, held against those registered; nothing is recorded before it was looked at."""

    allowed = staticmethod(rules.may_plan_gatherings)
    page_title = gettext_lazy("Who was in the call")
    template_name = "courses/gatherings/attendees.html"
    most_upload_bytes = 1024 * 1024

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = AttendeesForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.render(form=form)
        text = form.cleaned_data["text"]
        if "apply" in request.POST:
            return self.apply(form, text)
        found: list[Match] = []
        if not self.attempt(form, lambda: found.extend(self.look(text))):
            return self.render(form=form)
        return self.render(form=form, rows=self.rows(found, {}), text=text)

    def look(self, text: str) -> list[Match]:
        return matches(activity=self.activity, text=text, by=self.request.user)

    def apply(self, form: AttendeesForm, text: str) -> HttpResponse:
        chosen: dict[int, str] = {
            int(name.removeprefix("row-")): self.request.POST[name]
            for name in self.request.POST
            if name.startswith("row-") and name.removeprefix("row-").isdecimal() and len(name) < 12
        }
        done: list[int] = []

        def record() -> None:
            by = self.request.user
            done.append(record_attendees(activity=self.activity, text=text, chosen=chosen, by=by))

        if not self.attempt(form, record):
            return self.render(form=form, rows=self.rows(self.look(text), chosen), text=text)
        told = ngettext("%(n)s person was there.", "%(n)s people were there.", done[0])
        messages.success(self.request, told % {"n": done[0]})
        return redirect(self.room_url)

    def rows(self, found: list[Match], chosen: dict[int, str]) -> list[dict[str, Any]]:
        """Each caller with all that they can be; what was chosen before stays chosen."""
        known = [(one.key, one.name) for one in candidates(self.activity)]
        always = [
            (NEW, _("somebody new, by name")),
            (HEAD, _("counted without a name")),
            (LEFT_OUT, _("left out")),
        ]
        names = dict(known)
        return [
            {
                "match": one,
                "choices": known + always,
                "chosen": chosen.get(one.number, one.suggested),
                "said": said_of(one, names),
            }
            for one in found
        ]

    def get_context(self) -> dict[str, Any]:
        return {"form": AttendeesForm(), "room_url": self.room_url}


def said_of(match: Match, names: dict[str, str]) -> str:
    if match.suggested not in names:
        return _("nobody of this name or address")
    return _("the same address") if match.sure else _("the same name")
