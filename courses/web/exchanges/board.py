"""/exchanges/board/: what hotlines offer and ask for, and what fits what."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.exchanges import wishes as actions
from courses.enums import Mode, WishKind
from courses.kinds.matching import Match
from courses.models import ExchangeWish
from courses.queries.exchanges import wishes as queries
from courses.queries.exchanges.own import hotlines_of
from courses.web import words
from courses.web.exchanges import shown
from courses.web.exchanges.fields import languages
from courses.web.exchanges.forms import PlanForm, WishForm, reader_zone
from lms.kit.errors import Refused
from lms.web.tables import Cell, Column, Header, Table, simple
from lms.web.views import FormPage, ListPage, PageView

MOST_OWN = 20


def span(wish: Any) -> str:
    return f"{words.day(wish.first_on)} – {words.day(wish.last_on)}"


def url_of(wish: Any) -> str:
    return reverse("exchange-wish", args=[wish.pk])


def state(wish: ExchangeWish) -> str:
    """What became of it."""
    if wish.exchange_id is not None:
        return _("became an exchange")
    if wish.withdrawn_at is not None:
        return _("withdrawn")
    return _("on the board") if actions.is_open(wish) else _("over")


class BoardPage(ListPage):
    """Everything that is open, of all hotlines; above it what the own ones said, with what fits."""

    allowed = staticmethod(rules.may_enter_exchanges)
    page_title = gettext_lazy("Offers and requests")
    template_name = "courses/exchanges/board.html"
    empty_text = gettext_lazy("No hotline offers or asks for an exchange now.")
    default_sort = "first"
    columns = [
        Column(
            "hotline",
            gettext_lazy("Hotline"),
            value=lambda w: w.hotline.name,
            link=url_of,
            order=["hotline__name"],
        ),
        Column("kind", gettext_lazy("What"), value=lambda w: w.get_kind_display(), order=["kind"]),
        Column("topics", gettext_lazy("Topics"), value=lambda w: ", ".join(w.topics)),
        Column("languages", gettext_lazy("Languages"), value=lambda w: languages(w.languages)),
        Column("first", gettext_lazy("When"), value=span, order=["first_on"]),
        Column("people", gettext_lazy("People"), numeric=True, order=["people"]),
    ]

    def get_crumbs(self) -> list[tuple[str, str]]:
        return shown.CRUMBS()

    def get_rows(self) -> QuerySet[Any]:
        return queries.open_wishes()

    def get_context(self) -> dict[str, Any]:
        own = [] if rules.may_oversee_exchanges(self.request.user) else self.own()
        return super().get_context() | {"own": own_table(own) if own else None}

    def own(self) -> list[ExchangeWish]:
        return list(queries.own_wishes(self.request.user)[:MOST_OWN])


def own_table(own: list[ExchangeWish]) -> Table:
    headers = [Header(_("What")), Header(_("Topics")), Header(_("When")), Header(_("State"))]
    rows = [
        [Cell(wish.get_kind_display(), url_of(wish)), ", ".join(wish.topics), span(wish), state(wish)]
        for wish in own
    ]
    return simple(_("The latest first"), headers, rows)


class NewWishPage(FormPage):
    allowed = staticmethod(rules.may_enter_exchanges)
    page_title = gettext_lazy("Offer or ask for an exchange")
    submit_label = gettext_lazy("Put it on the board")
    success_message = gettext_lazy("It is on the board. What fits it stands below.")

    def get_form(self) -> Any:
        hotlines = hotlines_of(self.request.user)
        kwargs: dict[str, Any] = {"hotlines": hotlines, "topics": queries.known_topics()}
        if self.request.method == "POST":
            return WishForm(**kwargs, data=self.request.POST)
        first = list(hotlines[:2])
        return WishForm(**kwargs, initial={"hotline": first[0].pk if len(first) == 1 else None})

    def act(self, form: WishForm) -> None:
        self.made = actions.make_wish(
            hotline=form.cleaned_data["hotline"], wanted=form.wanted(), by=self.request.user
        )

    def get_success_url(self) -> str:
        return url_of(self.made)

    def get_crumbs(self) -> list[tuple[str, str]]:
        return crumbs()

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"cancel_url": reverse("exchange-board")}


def crumbs() -> list[tuple[str, str]]:
    return [*shown.CRUMBS(), (_("Offers and requests"), reverse("exchange-board"))]


class WishPage(PageView):
    """One offer or request. Whoever speaks for its hotline sees what fits, and may withdraw it."""

    allowed = staticmethod(rules.may_enter_exchanges)
    template_name = "courses/exchanges/wish.html"

    @cached_property
    def wish(self) -> ExchangeWish:
        return get_object_or_404(queries.seen_wishes(self.request.user), pk=self.kwargs["pk"])

    def get_page_title(self) -> str:
        return f"{self.wish.hotline.name}: {self.wish.get_kind_display()}"

    def get_crumbs(self) -> list[tuple[str, str]]:
        return crumbs()

    def get_context(self) -> dict[str, Any]:
        wish, user = self.wish, self.request.user
        own = rules.may_speak_for(user, wish.hotline_id)
        is_open = actions.is_open(wish)
        found = queries.matches_of(wish) if own and is_open else []
        return {
            "wish": wish,
            "about": about(wish),
            "is_open": is_open,
            "own": own,
            "matches": matches_table(wish, found) if found else None,
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            actions.withdraw_wish(wish=self.wish, by=self.request.user)
            messages.success(request, _("It is off the board."))
        except Refused as refusal:
            messages.warning(request, refusal.sentence)
        return redirect(
            url_of(self.wish) if rules.may_speak_for(request.user, self.wish.hotline_id) else "exchange-board"
        )


def about(wish: ExchangeWish) -> list[tuple[str, Any]]:
    return [
        (_("Hotline"), f"{wish.hotline.name} ({wish.hotline.country.name})"),
        (_("What"), wish.get_kind_display()),
        (_("Topics"), ", ".join(wish.topics)),
        (_("Languages"), languages(wish.languages)),
        (_("When"), span(wish)),
        (_("How many people"), wish.people),
        (_("Notes"), wish.notes),
        (_("State"), state(wish)),
    ]


def matches_table(wish: ExchangeWish, found: list[tuple[Any, Match]]) -> Table:
    headers = [
        Header(_("Hotline")),
        Header(_("How well"), numeric=True),
        Header(_("Next")),
        Header(_("Topics in common")),
        Header(_("Languages in common")),
        Header(_("Days in common")),
        Header(_("Places")),
    ]
    rows = [
        [
            Cell(other.hotline.name, url_of(other)),
            f"{match.score} %",
            Cell(_("make it an exchange"), reverse("exchange-meet", args=[wish.pk, other.pk])),
            ", ".join(topic for topic in other.topics if topic.casefold() in match.topics) or "–",
            languages(sorted(match.languages)),
            f"{words.day(match.first)} – {words.day(match.last)}",
            _("enough") if match.enough_places else _("too few"),
        ]
        for other, match in found
    ]
    return simple(_("The best first"), headers, rows)


class MeetPage(FormPage):
    """An offer and a request that fit become an exchange, requested, with the days both have."""

    allowed = staticmethod(rules.may_enter_exchanges)
    page_title = gettext_lazy("Make it an exchange")
    form_class = PlanForm
    submit_label = gettext_lazy("Ask for it")
    success_message = gettext_lazy("The exchange is requested. The other side is asked now.")

    @cached_property
    def own(self) -> ExchangeWish:
        mine = queries.own_wishes(self.request.user)
        return get_object_or_404(mine, pk=self.kwargs["pk"])

    @cached_property
    def other(self) -> ExchangeWish:
        return get_object_or_404(queries.open_wishes(), pk=self.kwargs["other"])

    def get_form_kwargs(self) -> dict[str, Any]:
        found = queries.match_of(self.own, self.other)
        host, guest = self.sides()
        names = {"guest": guest.hotline.name, "host": host.hotline.name}
        initial: dict[str, Any] = {
            "title": _("%(guest)s visits %(host)s") % names,
            "zone": reader_zone(),
            "mode": Mode.IN_PERSON,
        }
        if found:
            last = min(found.last, found.first + dt.timedelta(days=1))
            common = [topic for topic in host.topics if topic.casefold() in found.topics]
            initial |= {"starts": at(found.first, 9), "ends": at(last, 17), "topics": common}
        return {"initial": initial}

    def sides(self) -> tuple[ExchangeWish, ExchangeWish]:
        return (self.own, self.other) if self.own.kind == WishKind.OFFER else (self.other, self.own)

    def act(self, form: PlanForm) -> None:
        self.made = actions.meet(own=self.own, other=self.other, plan=form.plan(), by=self.request.user)

    def get_success_url(self) -> str:
        return reverse("exchange", args=[self.made.pk])

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [*crumbs(), (self.own.hotline.name, url_of(self.own))]

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"cancel_url": url_of(self.own)}


def at(day: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour))
