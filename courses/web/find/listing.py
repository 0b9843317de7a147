"""A list that is searched, narrowed and chosen from."""

from collections.abc import Callable
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.actions.bulk.choosing import COLUMNS as CHOSEN_FROM
from courses.enums import ListName
from courses.models import SavedFilter
from courses.queries.find import saved
from courses.queries.find.lists import LISTS
from lms.people.models import User
from lms.web.search import asked
from lms.web.tables import Column
from lms.web.templatetags.ui import Chip
from lms.web.views import ListPage

# Says that nothing is asked for, so that a list does not open with what it usually opens with.
EVERYTHING = "all"
SAVED = "saved"


class NarrowedPage(ListPage, abstract=True):
    """``?q=`` and a parameter for each filter narrow the list; what names nothing that is there is left out,
    and the page says so. ``?saved=`` is the saved filter it came from.
    """

    template_name = "courses/find/list.html"
    listing: ClassVar[ListName]
    search_label: ClassVar[Any]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        default = next((one for one in self.saved if one.is_default), None)  # type: ignore[attr-defined]  # annotated
        if default and not request.GET:
            return HttpResponseRedirect(f"{request.path}{address_of(default)}")
        return self.render()

    @cached_property
    def saved(self) -> list[SavedFilter]:
        user = self.request.user
        return list(saved.of(user, self.listing)) if isinstance(user, User) else []

    @cached_property
    def choices(self) -> dict[str, Any]:
        return LISTS[self.listing].options()

    @cached_property
    def known(self) -> tuple[dict[str, str], dict[str, str]]:
        return LISTS[self.listing].known(self.request.GET.dict(), self.choices)

    def get_rows(self) -> QuerySet[Any]:
        return LISTS[self.listing].rows(self.known[0], asked(self.request))

    def get_context(self) -> dict[str, Any]:
        values, gone = self.known
        labels = {one.key: one.label for one in LISTS[self.listing].filters}
        query = self.request.GET
        context = super().get_context()
        return context | {
            "asked": asked(self.request),
            "search_label": self.search_label,
            "selects": [
                (key, label, self.choices[key].items(), values.get(key, "")) for key, label in labels.items()
            ],
            "sort": query.get("sort", ""),
            "applied": [
                (labels[key], self.choices[key][value], without(query, key)) for key, value in values.items()
            ],
            "gone": [(labels[key], without(query, key)) for key in gone],
            "saved_chips": list(self.saved_chips(values)) if self.saved else [],
            "save_url": self.save_url(values) if values else "",
            "listing": self.listing.value,
            "chosen_from": self.listing in CHOSEN_FROM,
            "values": values,
            "total": context["table"].pager.total,
        }

    def saved_chips(self, values: dict[str, str]) -> list[Chip]:
        own = self.request.GET.get(SAVED, "")
        chips = [Chip(_("Everything"), f"?{EVERYTHING}=1", not values)]
        return chips + [
            Chip(one.name, address_of(one), own == str(one.pk) and one.values == values) for one in self.saved
        ]

    def save_url(self, values: dict[str, str]) -> str:
        return f"{reverse('staff-new-filter', args=[self.listing.value])}?{urlencode(values)}"


def address_of(one: SavedFilter) -> str:
    return f"?{urlencode(one.values | {SAVED: one.pk})}"


def without(query: QueryDict, key: str) -> str:
    """The address without one filter; without any it asks for everything."""
    left = query.copy()
    for name in (key, "page", SAVED):
        left.pop(name, None)
    return f"?{left.urlencode() or f'{EVERYTHING}=1'}"


def tick(key: str, name: Callable[[Any], str]) -> Column:
    """A box to choose a row by, of the form beneath the list."""

    def box(record: Any) -> str:
        return format_html(
            '<input type="checkbox" name="tick" value="{}" form="chosen" aria-label="{}">',
            getattr(record, key),
            _("Choose %(name)s") % {"name": name(record)},
        )

    return Column("tick", gettext_lazy("Choose"), value=box)
