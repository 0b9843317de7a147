"""What somebody can do next with an exchange, in words and with its address; and the pages that do it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.exchanges.moving import in_their_stead, move, say_yes
from courses.enums import ExchangeState, YesTo
from courses.kinds.exchanges import Side, Situation, missing
from courses.queries.exchanges.own import hotlines_of, seen_by
from courses.queries.exchanges.situations import in_full, situation
from courses.web.exchanges import shown
from courses.web.exchanges.forms import MoveForm, YesForm
from lms.people.models import Hotline
from lms.people.rules import Visitor, managed_hotline_ids
from lms.web.views import FormPage

STATE = ExchangeState


@dataclass(frozen=True)
class Step:
    """One thing to do: what it is, and the page that does it."""

    text: str
    action: str
    url: str


def steps(user: Visitor, exchange: Any, situated: Situation) -> list[Step]:
    """What the exchange waits for from this user, the most pressing first."""
    return [*_steps(user, exchange, situated)]


def _steps(user: Visitor, exchange: Any, situated: Situation) -> Iterator[Step]:
    own = managed_hotline_ids(user)
    mine = [side for side in situated.sides if side.hotline in own]
    match situated.state:
        case STATE.REQUESTED:
            yield from (_yes(exchange, side, YesTo.PLAN) for side in mine if not side.agreed)
        case STATE.AGREED if rules.may_oversee_exchanges(user):
            text = _("Both sides agree. Approve it, so that they can book.")
            yield Step(text, _("Approve it"), _move_url(exchange, STATE.APPROVED))
        case STATE.APPROVED if situated.over and rules.may_move_exchange(user, exchange, STATE.HELD):
            text = _("Its last hour has passed. Say that it was held.")
            yield Step(text, _("It was held"), _move_url(exchange, STATE.HELD))
        case STATE.HELD:
            yield from (_report(exchange, side) for side in mine if not (side.hosting or _told(side)))
        case STATE.REPORTED:
            yield from (_yes(exchange, side, YesTo.OUTCOME) for side in mine if not side.confirmed)


def _told(side: Side) -> bool:
    return bool(side.people) and side.reported


def _yes(exchange: Any, side: Side, to: YesTo) -> Step:
    url = reverse("exchange-yes", args=[exchange.pk, to, side.hotline])
    name = {"hotline": side.name}
    if to == YesTo.PLAN:
        return Step(_("Say whether %(hotline)s agrees to the plan.") % name, _("Look and agree"), url)
    return Step(_("Confirm for %(hotline)s what is to count.") % name, _("Look and confirm"), url)


def _report(exchange: Any, side: Side) -> Step:
    visit = next(one for one in exchange.coming if one.hotline_id == side.hotline)
    name = {"hotline": side.name}
    if not side.people:
        text = _("Say who of %(hotline)s came.") % name
        return Step(text, _("Say who came"), reverse("exchange-visit", args=[visit.pk]))
    text = _("Report what %(hotline)s did and learnt.") % name
    return Step(text, _("Write the report"), reverse("exchange-report", args=[visit.pk]))


def _move_url(exchange: Any, to: ExchangeState) -> str:
    return reverse("exchange-move", args=[exchange.pk, to])


class OfExchange:
    """For pages about one exchange that somebody sees; another's is not found."""

    request: Any
    kwargs: dict[str, Any]

    @cached_property
    def exchange(self) -> Any:
        return get_object_or_404(in_full(seen_by(self.request.user)), pk=self.kwargs["pk"])

    @cached_property
    def situated(self) -> Situation:
        return situation(self.exchange)

    def get_success_url(self) -> str:
        return reverse("exchange", args=[self.exchange.pk])

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [*shown.CRUMBS(), (self.exchange.title, self.get_success_url())]


class YesPage(OfExchange, FormPage):
    """A hotline's yes, with everything it is said to in sight. Staff say it in a manager's stead."""

    allowed = staticmethod(rules.may_enter_exchanges)
    template_name = "courses/exchanges/yes.html"

    @property
    def to(self) -> YesTo:
        if self.kwargs["to"] not in YesTo.values:
            raise Http404
        return YesTo(self.kwargs["to"])

    @cached_property
    def hotline(self) -> Hotline:
        sides = {side.hotline for side in self.situated.sides}
        return get_object_or_404(
            hotlines_of(self.request.user).filter(pk__in=sides), pk=self.kwargs["hotline"]
        )

    def get_page_title(self) -> str:
        name = {"hotline": self.hotline.name}
        if self.to == YesTo.PLAN:
            return _("Does %(hotline)s agree to the plan?") % name
        return _("Does %(hotline)s confirm what is to count?") % name

    def get_form(self) -> Any:
        kwargs: dict[str, Any] = {"in_their_stead": in_their_stead(self.request.user, self.hotline)}
        if self.request.method == "POST":
            kwargs["data"] = self.request.POST
        return YesForm(**kwargs)

    def act(self, form: Any) -> None:
        note = form.cleaned_data.get("note", "")
        say_yes(exchange=self.exchange, hotline=self.hotline, to=self.to, by=self.request.user, note=note)

    def get_context(self) -> dict[str, Any]:
        plan = self.to == YesTo.PLAN
        return {
            "exchange": self.exchange,
            "plan": plan,
            "about": shown.plan_of(self.exchange),
            "who": shown.coming_table(self.exchange),
            "last": not [side for side in self.situated.sides if not _said(side, self.to)][1:],
            "submit_label": _("Agree") if plan else _("Confirm"),
            "cancel_url": self.get_success_url(),
        }


def _said(side: Side, to: YesTo) -> bool:
    return side.agreed if to == YesTo.PLAN else side.confirmed


TITLES = {
    STATE.APPROVED: gettext_lazy("Approve it"),
    STATE.HELD: gettext_lazy("It was held"),
    STATE.CANCELLED: gettext_lazy("Cancel the exchange"),
}


class MovePage(OfExchange, FormPage):
    """A decision of staff or of the host, with what it does in words before it is taken."""

    allowed = staticmethod(rules.may_enter_exchanges)
    template_name = "courses/exchanges/move.html"

    @cached_property
    def to(self) -> ExchangeState:
        to = self.kwargs["to"]
        known = to in STATE.values and STATE(to) in TITLES
        if not known or not rules.may_move_exchange(self.request.user, self.exchange, STATE(to)):
            raise Http404
        return STATE(to)

    def get_page_title(self) -> str:
        return str(TITLES[self.to])

    def get_form(self) -> Any:
        kwargs: dict[str, Any] = {"needs_reason": self.to == STATE.CANCELLED}
        if self.request.method == "POST":
            kwargs["data"] = self.request.POST
        return MoveForm(**kwargs)

    def act(self, form: Any) -> None:
        move(exchange=self.exchange, to=self.to, by=self.request.user, note=form.cleaned_data["note"])

    def get_context(self) -> dict[str, Any]:
        there = self.situated.state == self.to
        return {
            "exchange": self.exchange,
            "about": shown.plan_of(self.exchange),
            "effect": effect(self.situated, self.to),
            "lacking": [] if there else missing(self.situated, self.to),
            "submit_label": self.get_page_title(),
            "cancel_url": self.get_success_url(),
        }


def effect(situated: Situation, to: ExchangeState) -> str:
    """What the move does, for who is about to make it."""
    if to == STATE.APPROVED:
        return _("Both sides see that they can book. Nothing counts yet.")
    if to == STATE.HELD:
        return _("The visiting hotlines are asked who came and for their report. Nothing counts yet.")
    if situated.state == STATE.COUNTED:
        return _(
            "Every attendance of it is taken back in the ledger, and it counts no more. It stays in sight."
        )
    return _("It will not be held, and counts nowhere. It stays in sight, and cannot be taken up again.")
