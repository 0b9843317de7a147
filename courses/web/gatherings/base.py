"""What the pages of one gathering share."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models import Activity, ActivityVersion, Participation
from courses.queries.gatherings import LAW_ENFORCEMENT, kept_by
from courses.web import words
from lms.people.models import Country
from lms.people.rules import may_enter_staff
from lms.web import permissions
from lms.web.views import PageView

JOINS = ("activity", "kind", "country", "host", "funder")


class KeptPage(PageView, abstract=True):
    """A page about an activity that the reader keeps; another's is not found, whatever is sent."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        permissions.require(self.allowed, request.user)
        self.version  # noqa: B018 - looked for before anything is done
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def version(self) -> ActivityVersion:
        return get_object_or_404(
            kept_by(self.request.user).select_related(*JOINS), activity=self.kwargs["pk"]
        )

    @property
    def activity(self) -> Activity:
        return self.version.activity

    @property
    def room_url(self) -> str:
        return reverse("gathering", args=[self.version.activity_id])

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [*above(self), (words.title(self.version), self.room_url)]

    def participation(self) -> Participation:
        """The one that the address names, if something stands of it."""
        found = Participation.objects.filter(activity=self.version.activity_id)
        one = found.select_related("activity", "person__pseudonym__agency").filter(pk=self.kwargs["one"])
        if (participation := one.first()) is None or not participation.entries.standing().exists():
            raise Http404
        return participation


def above(page: KeptPage) -> list[tuple[str, str]]:
    if page.version.kind_id != LAW_ENFORCEMENT and may_enter_staff(page.request.user):
        return [(_("Activities"), reverse("staff-activities"))]
    return [(_("Law-enforcement sessions"), reverse("teach-law-enforcement"))]


def times(version: ActivityVersion, *, anybody: bool = False) -> list[tuple[str, str]]:
    """When it is, at its place and where the reader is; ``anybody`` has no zone here: universal time."""
    if version.starts_at is None:
        return [(_("Time"), _("not set"))]
    moments = [version.starts_at, *([version.ends_at] if version.ends_at else [])]
    pairs = [(_("Time at the place"), words.times_in(version.timezone, *moments))]
    reader = "UTC" if anybody else timezone.get_current_timezone_name()
    if reader != version.timezone:
        label = _("Universal time") if anybody else _("Your time")
        pairs.append((label, words.times_in(reader, *moments)))
    return pairs


def listed(attrs_list: str, **attrs: Any) -> forms.TextInput:
    """A line to type in, with the words of a ``datalist`` of the page to choose from."""
    return forms.TextInput(attrs={"list": attrs_list, "autocomplete": "off", **attrs})


class CountryField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in its stubs only
    """A country by its name."""

    def __init__(self, **kwargs: Any) -> None:
        label = kwargs.pop("label", gettext_lazy("Country"))
        super().__init__(Country.objects.order_by("name"), label=label, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class NamedChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in its stubs only
    """Anything with a name, by it."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)
