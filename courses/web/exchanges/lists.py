"""/exchanges/: what waits for somebody, and all exchanges that they see."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from courses import rules
from courses.enums import ExchangeState
from courses.queries.exchanges import own
from courses.queries.exchanges.situations import waiting_for
from courses.web.exchanges import shown
from courses.web.exchanges.forms import HotlineField
from courses.web.exchanges.steps import Step, steps
from lms.people.enums import Region
from lms.people.models import Hotline
from lms.web.tables import Column
from lms.web.views import ListPage

MOST_WAITING = 10


class FilterForm(forms.Form):
    """What is none of the known ones narrows nothing."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("all")), *ExchangeState.choices]
    )
    year = forms.ChoiceField(label=_("Year"), required=False)
    region = forms.ChoiceField(
        label=_("Region of the host"), required=False, choices=[("", _("all")), *Region.choices]
    )
    hotline = HotlineField(
        label=_("Hotline"),
        required=False,
        queryset=Hotline.objects.all(),
        empty_label=_("all"),
        to_field_name="pk",
    )

    def __init__(self, years: list[int], **kwargs: Any) -> None:
        super().__init__(auto_id="filter-%s", **kwargs)
        year: Any = self.fields["year"]
        year.choices = [("", _("all")), *((str(one), str(one)) for one in years)]

    def asked(self) -> dict[str, Any]:
        self.is_valid()
        data = getattr(self, "cleaned_data", {})
        hotline = data.get("hotline")
        return {
            "state": data.get("state", ""),
            "year": int(data.get("year") or 0) or None,
            "region": data.get("region", ""),
            "hotline": hotline.pk if hotline else None,
        }


class ExchangesPage(ListPage):
    """`?state=`, `?year=`, `?region=` and `?hotline=` narrow the list."""

    allowed = staticmethod(rules.may_enter_exchanges)
    page_title = _("Exchanges")
    template_name = "courses/exchanges/list.html"
    empty_text = _("There is no exchange here.")
    default_sort = "-starts"
    columns = [
        Column(
            "title",
            _("Exchange"),
            link=lambda exchange: reverse("exchange", args=[exchange.pk]),
            order=["title"],
        ),
        Column("state", _("State"), value=shown.state, order=["state"]),
        Column("starts", _("When"), value=shown.days, order=["starts_at"]),
        Column("host", _("Host"), value=lambda exchange: exchange.host.name, order=["host__name"]),
        Column("visiting", _("Visiting"), value=shown.visitors),
        Column(
            "region",
            _("Region"),
            value=lambda exchange: exchange.host.country.get_region_display(),
            order=["host__country__region"],
        ),
    ]

    @cached_property
    def filters(self) -> FilterForm:
        return FilterForm(own.years(self.request.user), data=self.request.GET)

    def get_rows(self) -> QuerySet[Any]:
        return own.listed(self.request.user, **self.filters.asked())

    def get_context(self) -> dict[str, Any]:
        user = self.request.user
        waiting = waiting_for(user)
        return super().get_context() | {
            "filters": self.filters,
            "narrowed": any(self.filters.asked().values()),
            "waiting": [self._step(*pair) for pair in waiting[:MOST_WAITING]],
            "more": max(len(waiting) - MOST_WAITING, 0),
        }

    def _step(self, exchange: Any, situated: Any) -> tuple[Any, Step | None, str]:
        found = steps(self.request.user, exchange, situated)
        return exchange, found[0] if found else None, shown.days(exchange)
