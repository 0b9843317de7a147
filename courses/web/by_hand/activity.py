"""Correcting what is known of an activity of any kind: every counted column, looked at side by side first."""

from typing import Any

from django import forms
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.by_hand.activities import AsItWas, correct_activity, look_at_correction, undo_version
from courses.enums import ActivityStatus, Mode
from courses.models import ActivityKind, ActivityVersion, Funder
from courses.queries.sessions import planned
from courses.web import versions, words
from courses.web.by_hand import undo
from courses.web.by_hand.base import LookPage, OfActivity, why
from courses.web.by_hand.undo import UndoPage
from courses.web.gatherings.base import CountryField, NamedChoice, listed
from courses.web.local_time import LocalTimeField, wall
from lms.kit import clock
from lms.people.models import Hotline
from lms.web.accounts.zone import zones
from lms.web.tables import Header, Table, simple


class CorrectForm(forms.Form):
    kind = NamedChoice(ActivityKind.objects.all(), label=gettext_lazy("Kind"), empty_label=None)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=10_000, required=False)
    starts_at = LocalTimeField(
        label=gettext_lazy("Starts"), required=False, help_text=gettext_lazy("Empty where it is self-paced.")
    )
    ends_at = LocalTimeField(label=gettext_lazy("Ends"), required=False)
    timezone = forms.ChoiceField(
        label=gettext_lazy("Time zone of the place"),
        help_text=gettext_lazy("Both times above are on the clock of this zone."),
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("How"), choices=[("", gettext_lazy("not known")), *Mode.choices], required=False
    )
    place = forms.CharField(label=gettext_lazy("Place"), max_length=10_000, required=False)
    country = CountryField(required=False)
    host = NamedChoice(
        Hotline.objects.order_by("name"), label=gettext_lazy("Hotline that hosts"), required=False
    )
    funder = forms.CharField(
        label=gettext_lazy("Funder"), max_length=200, required=False, widget=listed("funders")
    )
    topics = forms.CharField(
        label=gettext_lazy("Topics"),
        max_length=10_000,
        required=False,
        help_text=gettext_lazy("Several are parted by semicolons."),
    )
    status = forms.ChoiceField(label=gettext_lazy("Status"), choices=ActivityStatus)
    reason = why()

    def __init__(self, *args: Any, zone: str, several: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["timezone"]
        if isinstance(field, forms.ChoiceField):
            known = zones()[1:]
            # A register may have named a place's zone by another of its names.
            field.choices = known if zone in dict(known) else [(zone, zone or _("not known")), *known]
        if several:
            del self.fields["starts_at"], self.fields["ends_at"]

    def right(self) -> AsItWas:
        said = self.cleaned_data
        known = {
            name: said[name] for name in ("kind", "title", "timezone", "mode", "place", "country", "host")
        }
        for name in ("starts_at", "ends_at"):
            if name in self.fields:
                known[name] = clock.instant(said[name], said["timezone"]) if said[name] else None
        topics = [topic.strip() for topic in said["topics"].split(";") if topic.strip()]
        return AsItWas(
            known | {"topics": list(dict.fromkeys(topics))}, said["funder"], ActivityStatus(said["status"])
        )


class CorrectActivityPage(OfActivity, LookPage):
    allowed = staticmethod(rules.may_record_by_hand)
    page_title = gettext_lazy("Correct the record")
    template_name = "courses/by_hand/activity.html"
    submit_label = gettext_lazy("Record the change")
    form_class = CorrectForm

    @cached_property
    def has_several(self) -> bool:
        return planned(self.activity).count() > 1

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            "initial": initial(self.version),
            "zone": self.version.timezone,
            "several": self.has_several,
        }

    def stamp(self) -> str:
        return f"{self.version.pk}"

    def asked(self, form: CorrectForm) -> dict[str, Any]:
        right = form.right()
        if self.has_several:
            times = {"starts_at": self.version.starts_at, "ends_at": self.version.ends_at}
            right = AsItWas({**right.known, **times}, right.funder, right.status)
        reason = form.cleaned_data["reason"]
        return {"activity": self.activity, "right": right, "reason": reason, "by": self.request.user}

    def look(self, form: Any) -> dict[str, Any]:
        before, would = look_at_correction(**self.asked(form))
        return {"shown": [side_by_side(before, would)]}

    def act(self, form: Any) -> ActivityVersion:
        return correct_activity(**self.asked(form))

    def done(self, made: ActivityVersion) -> None:
        url = reverse("staff-undo-version", args=[made.activity_id, made.number])
        undo.tell(self.request, _("The change is recorded."), url)

    def get_success_url(self) -> str:
        return self.record_url

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {
            "cancel_url": self.record_url,
            "has_several": self.has_several,
            "imported": self.activity.register_id is not None,
            "funders": list(Funder.objects.values_list("name", flat=True)[:500]),
        }


def initial(version: ActivityVersion) -> dict[str, Any]:
    zone = version.timezone
    return {
        "kind": version.kind_id,
        "title": version.title,
        "starts_at": wall(version.starts_at, zone),
        "ends_at": wall(version.ends_at, zone),
        "timezone": zone,
        "mode": version.mode,
        "place": version.place,
        "country": version.country_id,
        "host": version.host_id,
        "funder": version.funder.name if version.funder else "",
        "topics": "; ".join(version.topics),
        "status": version.status,
    }


def side_by_side(before: ActivityVersion, after: ActivityVersion) -> Table:
    """Each column that would be otherwise, old and new; times at the place and in the reader's zone."""
    old, new = (versions.facts(one) | _reader_times(one) for one in (before, after))
    rows = [[label, old[label], new[label]] for label in new if old[label] != new[label]]
    headers = [Header(label) for label in (_("What"), _("Now"), _("Then"))]
    return simple(_("Old and new"), headers, rows)


def _reader_times(version: ActivityVersion) -> dict[str, str]:
    zone = timezone.get_current_timezone_name()
    named = ((_("starts, your time"), version.starts_at), (_("ends, your time"), version.ends_at))
    return {label: words.time_in(moment, zone) for label, moment in named}


class UndoVersionPage(OfActivity, UndoPage):
    allowed = staticmethod(rules.may_record_by_hand)

    @cached_property
    def undone(self) -> ActivityVersion:
        made = ActivityVersion.objects.select_related(*("kind", "country", "host", "funder", "activity"))
        return get_object_or_404(made, activity=self.kwargs["pk"], number=self.kwargs["number"])

    def sentence(self) -> str:
        return _(
            "What was known before this change is known again. Both stay in the history. Training sessions"
            " that were cancelled with it stay so."
        )

    def act(self, form: Any) -> ActivityVersion:
        return undo_version(version=self.undone, reason=form.cleaned_data["reason"], by=self.request.user)

    def get_success_url(self) -> str:
        return self.record_url

    def get_context(self) -> dict[str, Any]:
        made = self.undone
        earlier = made.activity.versions.filter(recorded_at__lt=made.recorded_at).order_by("-number")
        before = earlier.select_related("kind", "country", "host", "funder").first()
        return super().get_context() | {"shown": side_by_side(made, before) if before else None}
