"""/support/reminders/: what welfare officers propose to whoever asks to be reminded, and public holidays.

Nothing here says who has reminders. A preview tells totals in tens, and none below ten.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit import clock
from lms.people.models import Hotline
from lms.web import permissions, tables
from lms.web.views import FormPage, PageView
from welfare import rules
from welfare.actions.defaults import set_default
from welfare.actions.holidays import add_holiday, put_back_holiday, take_off_holiday
from welfare.kinds.holidays import is_calendar
from welfare.kinds.proposals import BUILT_IN
from welfare.queries.defaults import Said, default_at, defaults_kept_by
from welfare.queries.holidays import days_of
from welfare.queries.proposals import preview
from welfare.web.forms import CalendarForm, DefaultForm, HolidayForm
from welfare.web.words import calendar, groups_said


class DefaultsPage(PageView):
    """The network's and each hotline's, with what is said there."""

    allowed = staticmethod(rules.may_set_reminder_defaults)
    page_title = gettext_lazy("Reminder defaults")
    template_name = "welfare/defaults.html"

    def get_context(self) -> dict[str, Any]:
        headers = [tables.Header(_("For")), tables.Header(_("Said here"))]
        built_in = [tables.Cell(_("Built in, where nothing is said")), in_words(BUILT_IN)]
        rows = [built_in, *(self.row(said) for said in defaults_kept_by(self.request.user))]
        return {
            "table": tables.simple(self.page_title, headers, rows),
            "keeps_holidays": rules.may_keep_holidays(self.request.user),
        }

    def row(self, said: Said) -> list[Any]:
        address = reverse("reminder-default", args=[said.hotline.pk if said.hotline else 0])
        return [tables.Cell(name_of(said.hotline), address), in_words(said.fields) or _("nothing")]


def in_words(fields: Mapping[str, Any]) -> str:
    return "; ".join(f"{group}: {what}" for group, what in groups_said(fields))


def name_of(hotline: Hotline | None) -> str:
    return hotline.name if hotline else _("The whole network")


class DefaultPage(FormPage):
    """One default: changed in a form, looked at beforehand, then saved."""

    allowed = staticmethod(rules.may_set_reminder_defaults)
    template_name = "welfare/default.html"
    form_class = DefaultForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        permissions.require(self.allowed, request.user)
        # Number 0 is the network.
        self.number: int | None = kwargs["hotline"] or None
        self.hotline = get_object_or_404(Hotline, pk=self.number) if self.number else None
        if not rules.may_set_default(self.request.user, self.hotline):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str:
        return name_of(self.hotline)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"default": default_at(self.number, reader=self.request.user)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "save" in request.POST:
            return super().post(request, *args, **kwargs)
        form: Any = self.get_form()
        if "change" in request.POST or not form.is_valid():
            return self.render(form=form)
        fields = form.fields_said()
        seen = preview(hotline=self.number, fields=fields)
        return self.render(form=form, preview=seen, said=groups_said(fields))

    def act(self, form: DefaultForm) -> None:
        set_default(hotline=self.number, by=self.request.user, **form.fields_said())
        messages.success(self.request, _("Saved. Whoever follows it has new dates within minutes."))

    def get_success_url(self) -> str:
        return reverse("reminder-defaults")

    def get_crumbs(self) -> list[tuple[str, str]]:
        return crumbs_of_defaults()


def crumbs_of_defaults() -> list[tuple[str, str]]:
    return [(_("Reminder defaults"), reverse("reminder-defaults"))]


class HolidaysPage(PageView):
    """Choose a calendar and a year; its days can be taken off, put back and added to."""

    allowed = staticmethod(rules.may_keep_holidays)
    page_title = gettext_lazy("Public holidays")
    template_name = "welfare/holidays.html"

    def get_crumbs(self) -> list[tuple[str, str]]:
        return crumbs_of_defaults()

    def get_context(self) -> dict[str, Any]:
        form = CalendarForm(self.request.GET or {"country": "NL", "year": clock.today().year})
        if not form.is_valid():
            return {"form": form}
        code, year = form.cleaned_data["code"], form.cleaned_data["year"]
        return {"form": form, **self.chosen(code, year), "day_form": HolidayForm(year=year)}

    def chosen(self, code: str, year: int) -> dict[str, Any]:
        days = days_of(code, year, reader=self.request.user)
        return {"code": code, "year": year, "name": calendar(code), "days": days}


class AddHolidayPage(FormPage):
    allowed = staticmethod(rules.may_keep_holidays)
    http_method_names = ["post"]
    page_title = gettext_lazy("Add a holiday")
    form_class = HolidayForm
    success_message = gettext_lazy("Added. Dates that fell on it move.")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        permissions.require(self.allowed, request.user)
        require_calendar(kwargs["code"])
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"year": self.kwargs["year"]}

    def act(self, form: HolidayForm) -> None:
        add_holiday(code=self.kwargs["code"], by=self.request.user, **form.cleaned_data)

    def get_success_url(self) -> str:
        return address_of(self.kwargs["code"], self.kwargs["year"])

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [*crumbs_of_defaults(), (_("Public holidays"), self.get_success_url())]


class MarkHolidayView(PageView):
    """Take a day off, or put it back: each undoes the other."""

    allowed = staticmethod(rules.may_keep_holidays)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require_calendar(kwargs["code"])
        try:
            day = dt.date.fromisoformat(kwargs["day"])
        except ValueError as no_day:
            raise Http404 from no_day
        mark = put_back_holiday if "put-back" in request.POST else take_off_holiday
        mark(code=kwargs["code"], day=day, by=self.request.user)
        return redirect(address_of(kwargs["code"], day.year))


def require_calendar(code: str) -> None:
    if not is_calendar(code):
        raise Http404


def address_of(code: str, year: int) -> str:
    country, _dash, region = code.partition("-")
    asked = urlencode({"country": country, "region": region, "year": str(year)})
    return f"{reverse('reminder-holidays')}?{asked}"
