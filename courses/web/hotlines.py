"""/staff/hotlines/ for staff, /hotline/ for the managers of each."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.enums import ListName
from courses.queries import onboarding, standing
from courses.web import fact_tables, words
from courses.web.as_of import AsOfForm
from courses.web.find.listing import NarrowedPage
from lms.kit import clock
from lms.people.models import Affiliation, Hotline
from lms.people.narrowing import narrowed
from lms.people.periods import holding
from lms.people.queries.hotlines import managed_by, with_membership
from lms.people.rules import may_enter_hotline
from lms.web import charts
from lms.web.tables import Cell, Column, Header, Table, paged, simple
from lms.web.views import PageView

WEB_ADDRESS = re.compile(r"https?://\S+")


def _url(hotline: Hotline) -> str:
    return reverse("staff-hotline", args=[hotline.pk])


def _membership(hotline: Hotline) -> str:
    """The standing of today, from memberships already fetched."""
    today = holding(hotline.memberships.all(), clock.today())
    return today[0].get_status_display() if today else _("none")


def _source(hotline: Hotline) -> str:
    """A source as short as a table can bear: the site it is on."""
    return (urlsplit(_link(hotline)).hostname or hotline.source).removeprefix("www.")


def _link(hotline: Hotline) -> str:
    """The first web address that the source names, '' where it names none."""
    found = WEB_ADDRESS.search(hotline.source)
    return found[0] if found else ""


class HotlinesPage(NarrowedPage):
    allowed = staticmethod(rules.may_browse_network)
    page_title = gettext_lazy("Hotlines")
    listing = ListName.HOTLINES
    search_label = gettext_lazy("Name, organisation or country")
    empty_text = gettext_lazy("No hotline fits these filters.")
    default_sort = "name"
    page_size = 100
    columns = [
        Column("name", gettext_lazy("Name"), link=_url, order=["name"]),
        Column("country", gettext_lazy("Country"), value=lambda h: h.country.name, order=["country__name"]),
        Column(
            "region",
            gettext_lazy("Region"),
            value=lambda h: h.country.get_region_display(),
            order=["country__region", "name"],
        ),
        Column("membership", gettext_lazy("Membership"), value=_membership),
        # A year is a name, not a quantity: no comma in it.
        Column("joined_year", gettext_lazy("Joined"), order=["joined_year"]),
        Column(
            "confidence",
            gettext_lazy("How sure"),
            value=lambda h: h.get_confidence_display(),
            order=["confidence", "name"],
        ),
        Column("source", gettext_lazy("Source"), value=_source, link=_link),
    ]


class TrainingOfHotline(PageView, abstract=True):
    """What was recorded for a hotline, as known now or at the end of an earlier day."""

    template_name = "courses/hotlines/detail.html"
    hotline: Hotline

    def get_page_title(self) -> str:
        return self.hotline.name

    def get_context(self) -> dict[str, Any]:
        asked = AsOfForm.asked(self.request.GET)
        stood = standing.of_hotline(self.hotline, asked.moment)
        linked = rules.may_open_persons(self.request.user)
        return {
            "stood": stood,
            "about": _about(self.hotline),
            "memberships": _membership_table(self.hotline),
            "chart": _chart(stood) if stood.years else None,
            "years": fact_tables.years(stood.years, caption=_("Years of the reporting zone")),
            **self._long_tables(stood, linked),
            **asked.context(),
        }

    def _long_tables(self, stood: standing.HotlineStanding, linked: bool) -> dict[str, Table]:
        """What grows with the years, a page at a time."""
        query = self.request.GET
        training, struck = _("Participations, the latest first"), _("Facts that no longer hold")
        return {
            "people": paged(
                _ties(self.hotline), lambda shown: _people_table(shown, linked), query, key="people"
            ),
            "training": paged(
                stood.participations,
                lambda shown: fact_tables.by_hotline(shown, caption=training, linked=linked),
                query,
                key="training",
            ),
            "struck": paged(
                stood.struck,
                lambda shown: fact_tables.every_fact(shown, caption=struck, linked=linked),
                query,
                key="struck",
            ),
        }


class HotlinePage(TrainingOfHotline):
    allowed = staticmethod(rules.may_browse_network)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.hotline = get_object_or_404(with_membership(), pk=pk)
        return self.render()

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Hotlines"), reverse("staff-hotlines"))]

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"evidence_url": reverse("staff-evidence", args=[self.hotline.pk])}


class OwnHotlinePage(TrainingOfHotline):
    """A manager's own hotline; another one is not found, whether it exists or not."""

    allowed = staticmethod(may_enter_hotline)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.hotline = get_object_or_404(managed_by(request.user), pk=pk)
        return self.render(own=True)

    def get_context(self) -> dict[str, Any]:
        planned = onboarding.of_hotline(self.hotline).exists()
        return super().get_context() | {
            "evidence_url": reverse("own-evidence", args=[self.hotline.pk]),
            "last_year": str(clock.today().year - 1),
            "onboarding_url": reverse("own-onboarding", args=[self.hotline.pk]) if planned else "",
        }


class OwnHotlinesPage(PageView):
    """The way to the own hotline: straight on where there is one, a choice where there are several."""

    allowed = staticmethod(may_enter_hotline)
    page_title = gettext_lazy("Your hotlines")
    template_name = "courses/hotlines/choice.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        self.hotlines = list(managed_by(request.user))
        if len(self.hotlines) == 1:
            return HttpResponseRedirect(reverse("own-hotline", args=[self.hotlines[0].pk]))
        return self.render()

    def get_context(self) -> dict[str, Any]:
        return {"hotlines": self.hotlines}


def _about(hotline: Hotline) -> list[tuple[str, Any]]:
    return [
        (_("Organisation"), hotline.organisation),
        (_("Country"), hotline.country.name),
        (_("Region"), hotline.country.get_region_display()),
        (_("Joined in"), hotline.joined_year),
        (_("How sure"), hotline.get_confidence_display()),
        (_("Source"), _source_link(hotline)),
    ]


def _source_link(hotline: Hotline) -> str:
    """The source in full, with the address it names as a link."""
    url = _link(hotline)
    if not url:
        return hotline.source
    before, _url, after = hotline.source.partition(url)
    return format_html('{}<a href="{}">{}</a>{}', before, url, url, after)


def _membership_table(hotline: Hotline) -> Table:
    headers = [Header(_("Membership")), Header(_("From")), Header(_("Until"))]
    rows = [
        [one.get_status_display(), words.day(one.from_on), words.day(one.until_on)]
        for one in hotline.memberships.all()
    ]
    return simple(_("Dated memberships"), headers, rows)


def _ties(hotline: Hotline) -> QuerySet[Affiliation]:
    ties = narrowed(Affiliation.objects.filter(hotline=hotline)).select_related("person")
    return ties.order_by("person__family_name", "person__given_name", "from_on", "pk")


def _people_table(ties: Iterable[Affiliation], linked: bool) -> Table:
    headers = [Header(_("Name")), Header(_("From")), Header(_("Until"))]
    rows = [[_person(tie, linked), words.day(tie.from_on), words.day(tie.until_on)] for tie in ties]
    return simple(_("By family name"), headers, rows)


def _person(tie: Affiliation, linked: bool) -> Cell:
    return Cell(tie.person.name, reverse("staff-person", args=[tie.person_id]) if linked else "")


def _chart(stood: standing.HotlineStanding) -> charts.Plot:
    years = sorted(stood.years, key=lambda one: one.year)[-8:]
    series = [
        charts.Series(_("Attended"), [one.attended for one in years]),
        charts.Series(_("Completed"), [one.completed for one in years]),
    ]
    return charts.columns(_("Attended and completed"), [str(one.year) for one in years], series)
