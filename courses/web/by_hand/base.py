"""What the pages by hand share: one activity, a look before the press, and a reason."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models import Activity, ActivityVersion, Cohort, Exchange
from courses.queries.by_hand import behind
from courses.web import words
from lms.kit.tokens import digest
from lms.web import htmx, permissions
from lms.web.views import FormPage, PageView

JOINS = ("activity__cohort", "activity__exchange", "kind", "country", "host", "funder")
NOT_LOOKED_AT = ("csrfmiddlewaretoken", "apply", "looked")


def why() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        help_text=gettext_lazy("Kept with the change. No names."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def elsewhere(activity: Activity) -> tuple[str, str] | None:
    """(what is behind it, address) of a cohort or exchange, where that says what the activity is."""
    found = behind(activity)
    if isinstance(found, Cohort):
        return _("the cohort behind it"), reverse("teach-cohort", args=[found.pk])
    if isinstance(found, Exchange):
        return _("the exchange behind it"), reverse("exchange", args=[found.pk])
    return None


class OfActivity(PageView, abstract=True):
    """A page about one activity of any kind; where a cohort or an exchange is behind it, it leads back."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        permissions.require(self.allowed, request.user)
        if elsewhere(self.version.activity) is not None:
            messages.info(request, _("This activity is kept elsewhere: follow the link below."))
            return redirect(self.record_url)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def version(self) -> ActivityVersion:
        versions = ActivityVersion.objects.in_force().select_related(*JOINS)
        return get_object_or_404(versions, activity=self.kwargs["pk"])

    @property
    def activity(self) -> Activity:
        return self.version.activity

    @property
    def record_url(self) -> str:
        return reverse("staff-activity", args=[self.version.activity_id])

    @property
    def people_url(self) -> str:
        return reverse("staff-activity-people", args=[self.version.activity_id])

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Activities"), reverse("staff-activities")), (words.title(self.version), self.record_url)]


class LookPage(FormPage, abstract=True):
    """A form that is pressed twice: first it shows what would happen, then it does it.

    ``look`` gives what the template shows of it. Where something was typed or recorded since, which ``stamp``
    tells, the second press looks once more.
    """

    template_name = "courses/by_hand/look.html"
    look_label = gettext_lazy("Show what would change")

    def look(self, form: Any) -> dict[str, Any]:
        raise NotImplementedError

    def stamp(self) -> str:
        raise NotImplementedError

    def done(self, made: Any) -> None:
        """Tell what was done."""
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, found = self.get_form(), list[Any]()
        if not form.is_valid():
            return self.render(form=form)
        seen = self.seen()
        if "apply" in request.POST and request.POST.get("looked") == seen:
            if not self.attempt(form, lambda: found.append(self.act(form))):
                return self.render(form=form)
            self.done(found[0])
            return htmx.see_other(request, self.get_success_url())
        if not self.attempt(form, lambda: found.append(self.look(form))):
            return self.render(form=form)
        moved_on = "apply" in request.POST
        return self.render(form=form, looked=seen, moved_on=moved_on, **found[0])

    def seen(self) -> str:
        sent = self.request.POST
        pairs = [(name, sent.getlist(name)) for name in sorted(sent) if name not in NOT_LOOKED_AT]
        return digest(f"{self.stamp()}|{pairs}")

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"look_label": self.look_label}
