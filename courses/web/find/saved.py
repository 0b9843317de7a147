"""/staff/filters/: sets of filters with a name."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.saved_filters import (
    change_filter,
    delete_filter,
    open_with,
    restore_filter,
    save_filter,
)
from courses.enums import ListName
from courses.models import SavedFilter
from courses.queries.find import saved
from courses.queries.find.lists import LISTS
from courses.web import words
from courses.web.find.listing import address_of
from courses.web.find.search import ADDRESSES
from lms.kit.errors import Refused
from lms.web.tables import Cell, Header, Table, simple
from lms.web.views import FormPage, PageView


def list_url(name: str) -> str:
    return reverse(ADDRESSES[ListName(name)][0])


def in_words(listing: ListName, values: dict[str, str]) -> list[tuple[Any, Any]]:
    """Each filter and what it asks for, or that this is gone."""
    one = LISTS[listing]
    options = one.options()
    labels = {each.key: each.label for each in one.filters}
    return [
        (labels[key], options[key].get(value, _("something that is no longer there")))
        for key, value in values.items()
        if key in labels
    ]


class FiltersPage(PageView):
    """All that somebody sees, of every list, and those that were deleted."""

    allowed = staticmethod(rules.may_save_filters)
    page_title = gettext_lazy("Saved filters")
    template_name = "courses/find/filters.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take a deletion back."""
        found = saved.deleted(self.request.user)
        number = request.POST.get("restore", "")
        one = get_object_or_404(found, pk=int(number) if number.isdecimal() and len(number) < 19 else 0)
        try:
            restore_filter(saved=one, by=self.request.user)
            messages.success(request, _("The filter is there again."))
        except Refused as refusal:
            messages.warning(request, refusal.sentence)
        return redirect("staff-filters")

    def get_context(self) -> dict[str, Any]:
        user = self.request.user
        return {
            "table": filters_table(list(saved.of(user))),
            "deleted": [(one, ListName(one.listing).label) for one in saved.deleted(user)],
        }


def filters_table(rows: list[SavedFilter]) -> Table:
    headers = [_("Name"), _("List"), _("For"), _("Saved by"), _("The list opens with it"), _("Change")]
    made = [
        [
            Cell(one.name, f"{list_url(one.listing)}{address_of(one)}"),
            ListName(one.listing).label,
            _("all staff") if one.shared else _("yourself"),
            words.who(one.owner),
            _("yes") if one.is_default else _("no"),  # type: ignore[attr-defined]  # annotated
            Cell(_("Rename, share or delete"), reverse("staff-filter", args=[one.pk])),
        ]
        for one in rows
    ]
    return simple(_("Saved filters, by list and name"), [Header(label) for label in headers], made)


class FilterForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    shared = forms.BooleanField(
        label=gettext_lazy("For all staff, who may change and delete it, too"), required=False
    )
    default = forms.BooleanField(label=gettext_lazy("Open the list with it, for me"), required=False)


class NewFilterPage(FormPage):
    """What the address says of the list, with a name."""

    allowed = staticmethod(rules.may_save_filters)
    page_title = gettext_lazy("Save these filters")
    template_name = "courses/find/filter.html"
    form_class = FilterForm
    success_message = gettext_lazy("The filters are saved.")

    @cached_property
    def listing(self) -> ListName:
        if self.kwargs["listing"] not in ListName.values:
            raise Http404
        return ListName(self.kwargs["listing"])

    @cached_property
    def values(self) -> dict[str, str]:
        one = LISTS[self.listing]
        return one.known(self.request.GET.dict(), one.options())[0]

    def act(self, form: Any) -> None:
        said, by = form.cleaned_data, self.request.user
        self.made = save_filter(
            listing=self.listing, values=self.values, name=said["name"], shared=said["shared"], by=by
        )
        if said["default"]:
            open_with(listing=self.listing, saved=self.made, by=by)

    def get_success_url(self) -> str:
        return f"{list_url(self.listing)}{address_of(self.made)}"

    def get_crumbs(self) -> list[tuple[Any, str]]:
        return [(self.listing.label, list_url(self.listing))]

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"filters": in_words(self.listing, self.values)}


class FilterPage(FormPage):
    """Rename it, share it, open the list with it; or delete it, which can be taken back."""

    allowed = staticmethod(rules.may_save_filters)
    page_title = gettext_lazy("A saved filter")
    template_name = "courses/find/filter.html"
    form_class = FilterForm
    success_message = gettext_lazy("The filter is changed.")

    @cached_property
    def one(self) -> SavedFilter:
        return get_object_or_404(saved.of(self.request.user), pk=self.kwargs["pk"])

    def get_form_kwargs(self) -> dict[str, Any]:
        default = self.one.is_default  # type: ignore[attr-defined]  # annotated
        return {"initial": {"name": self.one.name, "shared": self.one.shared, "default": default}}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "delete" not in request.POST:
            return super().post(request, *args, **kwargs)
        try:
            delete_filter(saved=self.one, number=self.read, by=self.request.user)
            messages.success(request, _("The filter is deleted. It can be taken back below."))
        except Refused as refusal:
            messages.warning(request, refusal.sentence)
            return redirect("staff-filter", pk=self.one.pk)
        return redirect("staff-filters")

    @property
    def read(self) -> int:
        """Which state of the filter the page showed."""
        number = self.request.POST.get("number", "")
        return int(number) if number.isdecimal() and len(number) < 9 else 0

    def act(self, form: Any) -> None:
        said, by = form.cleaned_data, self.request.user
        change_filter(saved=self.one, number=self.read, name=said["name"], shared=said["shared"], by=by)
        if said["default"] != self.one.is_default:  # type: ignore[attr-defined]  # annotated
            listing = ListName(self.one.listing)
            open_with(listing=listing, saved=self.one if said["default"] else None, by=by)

    def get_success_url(self) -> str:
        return reverse("staff-filters")

    def get_crumbs(self) -> list[tuple[Any, str]]:
        return [(_("Saved filters"), reverse("staff-filters"))]

    def get_context(self) -> dict[str, Any]:
        listing = ListName(self.one.listing)
        return super().get_context() | {"one": self.one, "filters": in_words(listing, self.one.values)}
