"""/exchanges/year/: a year of exchanges in pictures, and the counts by region."""

from collections import Counter
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from courses import rules
from courses.enums import ActivityStatus, CountStage, Dimension, ExchangeState, Unit
from courses.models import Exchange
from courses.queries import activities
from courses.queries.counts import Code, Question, count
from courses.queries.exchanges import own
from courses.web import words
from courses.web.counts.links import facts_url
from courses.web.exchanges import pictures, shown
from courses.web.exchanges.pictures import Stay
from lms.kit import clock
from lms.people.models import Country
from lms.web import charts
from lms.web.charts import Bars
from lms.web.tables import address
from lms.web.templatetags.ui import Chip
from lms.web.views import PageView

KIND = "exchange"
HELD = Code(KIND, CountStage.HELD, Unit.EVENTS)
# More than so many rows are no picture any more; the list has them all.
MOST_DRAWN = 80


class YearPage(PageView):
    """`?year=` chooses. Staff see the network's exchanges as the counts have them, managers their own."""

    allowed = staticmethod(rules.may_enter_exchanges)
    template_name = "courses/exchanges/year.html"

    def get_page_title(self) -> str:
        return _("Exchanges in %(year)s") % {"year": self.year}

    def get_crumbs(self) -> list[tuple[str, str]]:
        return shown.CRUMBS()

    @property
    def whole_network(self) -> bool:
        return rules.may_oversee_exchanges(self.request.user)

    @cached_property
    def years(self) -> list[int]:
        return activities.years_of(KIND) if self.whole_network else own.years(self.request.user)

    @cached_property
    def year(self) -> int:
        asked = self.request.GET.get("year", "")
        known = {str(year): year for year in self.years}
        this_year = clock.today().year
        return known.get(asked) or (
            this_year if this_year in self.years else max(self.years, default=this_year)
        )

    @cached_property
    def question(self) -> Question:
        return Question(clock.Span.of_year(self.year))

    def get_context(self) -> dict[str, Any]:
        stays = list(self.stays())
        numbers = self.numbers()
        names = Country.objects.in_bulk(list(numbers))
        chips = [
            Chip(str(year), address(self.request.GET, year=year), year == self.year) for year in self.years
        ]
        return {
            "chips": chips,
            "timeline": pictures.timeline(self.year, stays[:MOST_DRAWN]) if stays else None,
            "left_out": max(len(stays) - MOST_DRAWN, 0),
            "world": pictures.world(numbers, names) if numbers else None,
            "regions": self.regions() if self.whole_network and numbers else None,
            "whole_network": self.whole_network,
        }

    def stays(self) -> Iterator[Stay]:
        return self._of_network() if self.whole_network else self._of_own()

    def _of_network(self) -> Iterator[Stay]:
        """Every activity of this kind, those of registers too; ours lead to their own page."""
        ours = dict(Exchange.objects.values_list("activity", "pk"))
        for version in activities.current(kind=KIND, year=self.year).order_by("starts_at", "pk"):
            if version.starts_at is None:
                continue
            pk = ours.get(version.activity_id)
            url = (
                reverse("exchange", args=[pk])
                if pk
                else reverse("staff-activity", args=[version.activity_id])
            )
            zone = ZoneInfo(version.timezone)
            yield Stay(
                title=words.title(version),
                url=url,
                first=version.starts_at.astimezone(zone).date(),
                last=(version.ends_at or version.starts_at).astimezone(zone).date(),
                state=version.get_status_display(),
                cancelled=version.status == ActivityStatus.CANCELLED,
            )

    def _of_own(self) -> Iterator[Stay]:
        for one in own.listed(self.request.user, year=self.year).order_by("starts_at", "pk"):
            zone = ZoneInfo(one.zone)
            yield Stay(
                title=one.title,
                url=reverse("exchange", args=[one.pk]),
                first=one.starts_at.astimezone(zone).date(),
                last=one.ends_at.astimezone(zone).date(),
                state=shown.state(one),
                cancelled=one.state == ExchangeState.CANCELLED,
            )

    def numbers(self) -> dict[str, int]:
        """Exchanges that count, by the host's country: for staff by the very query of the counts page."""
        if self.whole_network:
            return self.counted_by(Dimension.COUNTRY)
        counted = own.listed(self.request.user, year=self.year, state=ExchangeState.COUNTED)
        return dict(Counter(counted.values_list("host__country", flat=True)))

    def counted_by(self, dimension: Dimension) -> dict[str, int]:
        rows = count(self.question.broken_down_by(dimension), only_adding_up=True)
        return {row.value: row.number for row in rows if row.code == HELD and row.value}

    def regions(self) -> Bars:
        question = self.question.broken_down_by(Dimension.REGION)
        numbers = sorted(self.counted_by(Dimension.REGION).items(), key=lambda item: (-item[1], item[0]))
        points = [
            charts.Point(region, number, facts_url(HELD, question, region)) for region, number in numbers
        ]
        title = _("By region of the host")
        return charts.bars(
            title, points, summary=_("As the training counts have it."), name=_("Region"), unit=_("Exchanges")
        )
