"""/me/time-zone/: in which zone somebody reads times."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.people.actions.zones import set_zone
from lms.people.rules import is_known
from lms.web.views import FormPage


def zones() -> list[tuple[str, str]]:
    """The reporting zone, universal time, then the zones people live in by name."""
    places = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    here = _("%(zone)s (the network's reporting zone)") % {"zone": settings.REPORTING_ZONE}
    return [("", here), ("UTC", "UTC"), *((name, name.replace("_", " ")) for name in places)]


class ZoneForm(forms.Form):
    zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=zones, required=False)


class ZonePage(FormPage):
    allowed = staticmethod(is_known)
    page_title = gettext_lazy("My time zone")
    form_class = ZoneForm
    success_message = gettext_lazy("Times are now shown in your zone.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"zone": self.request.user.zone}}

    def act(self, form: ZoneForm) -> None:
        set_zone(zone=form.cleaned_data["zone"], by=self.request.user)

    def get_success_url(self) -> str:
        return reverse("own-zone")
