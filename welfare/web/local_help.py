"""Whom to call: /checkins/help/ for everybody, /support/local-help/ for welfare officers who keep it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.people.models import Country
from lms.web.views import FormPage, PageView
from welfare import rules
from welfare.actions.local_help import keep_help, remove_help
from welfare.models import LocalHelp
from welfare.models.wall import as_officer
from welfare.queries.local_help import all_entries, help_near
from welfare.web.support_forms import HelpForm


class HelpPage(PageView):
    """The directory of one's own country, or of another one that is chosen; nothing of the choice is kept."""

    allowed = staticmethod(rules.may_check_in)
    page_title = gettext_lazy("Local help")
    template_name = "welfare/help.html"

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Check-ins"), reverse("checkins"))]

    def get_context(self) -> dict[str, Any]:
        return {"directory": help_near(self.request.user, self.request.GET.get("country", ""))}


class HelpListPage(PageView):
    allowed = staticmethod(rules.may_keep_people)
    page_title = gettext_lazy("Local help")
    template_name = "welfare/help_list.html"

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Messages to me"), reverse("support"))]

    def get_context(self) -> dict[str, Any]:
        with as_officer(self.request.user.pk):
            entries = all_entries()
        known = Country.objects.filter(pk__in={one.country for one in entries})
        names = dict(known.values_list("pk", "name"))
        return {"entries": [(one, names.get(one.country, one.country)) for one in entries]}


class NewHelpPage(FormPage):
    allowed = staticmethod(rules.may_keep_people)
    page_title = gettext_lazy("A new entry")
    form_class = HelpForm

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Local help"), reverse("support-local-help"))]

    def act(self, form: HelpForm) -> None:
        keep_help(by=self.request.user, **form.cleaned_data)

    def get_success_url(self) -> str:
        return reverse("support-local-help")

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"cancel_url": self.get_success_url()}


class HelpEntryPage(NewHelpPage):
    """Change an entry, or remove it."""

    allowed = staticmethod(rules.may_keep_people)
    page_title = gettext_lazy("Change an entry")
    template_name = "welfare/help_entry.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        with as_officer(self.request.user.pk):
            row = LocalHelp.objects.filter(pk=self.kwargs["entry"]).first()
        if row is None:
            raise Http404
        return {"row": row}

    def act(self, form: HelpForm) -> None:
        keep_help(by=self.request.user, entry=self.kwargs["entry"], **form.cleaned_data)

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"entry": self.kwargs["entry"]}


class RemoveHelpView(PageView):
    allowed = staticmethod(rules.may_keep_people)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        remove_help(entry=kwargs["entry"], by=self.request.user)
        return redirect("support-local-help")
