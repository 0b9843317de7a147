"""One exchange: how far it is, what is missing, the plan, who comes, what was reported, and its history."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from courses import rules
from courses.enums import ExchangeState, YesTo
from courses.kinds.exchanges import STEPS, Side, missing, next_state, turn
from courses.models import ExchangeYes
from courses.web import words
from courses.web.exchanges import shown
from courses.web.exchanges.steps import TITLES, OfExchange, steps
from courses.web.grants.shown import paid_for_visit
from lms.people.narrowing import narrowed, shown_persons
from lms.web.tables import Cell, Header, Table, simple
from lms.web.views import PageView

STATE = ExchangeState


class ExchangePage(OfExchange, PageView):
    allowed = staticmethod(rules.may_enter_exchanges)
    template_name = "courses/exchanges/detail.html"

    def get_page_title(self) -> str:
        return str(self.exchange.title)

    def get_crumbs(self) -> list[tuple[str, str]]:
        return shown.CRUMBS()

    def get_context(self) -> dict[str, Any]:
        exchange, situated, user = self.exchange, self.situated, self.request.user
        doable = steps(user, exchange, situated)
        return {
            "exchange": exchange,
            "state": shown.state(exchange),
            "days": shown.days(exchange),
            "number": STEPS.index(situated.state) + 1 if situated.state in STEPS else 0,
            "steps": len(STEPS),
            "after": self.after,
            "lacking": missing(situated, self.after) if self.after else [],
            "waits_for": self.waits_for(),
            "step": doable[0] if doable else None,
            "more_steps": doable[1:],
            "decisions": self.decisions(doable[0].url if doable else ""),
            "about": shown.plan_of(exchange),
            "may_keep_grants": rules.may_keep_grants(user) and exchange.state != STATE.CANCELLED,
            "may_plan": rules.may_plan_exchange(user, exchange),
            "may_write": rules.may_write_programme(user, exchange),
            "visits": [self.visit(one) for one in exchange.coming],
            "sides": self.sides_table(),
            "history": history(exchange),
        }

    @cached_property
    def after(self) -> ExchangeState | None:
        return next_state(self.situated.state)

    def waits_for(self) -> str:
        """Who is waited for, by name of hotline."""
        whose = turn(self.situated)
        names = [side.name for side in self.situated.sides if side.hotline in whose.hotlines]
        if whose.staff:
            names.append(_("INHOPE staff"))
        return ", ".join(names)

    def decisions(self, first: str) -> list[tuple[str, str]]:
        """What may be decided beside the next step; cancelling comes last."""
        found = []
        for to, label in TITLES.items():
            url = reverse("exchange-move", args=[self.exchange.pk, to])
            possible = self.situated.state != to and not missing(self.situated, to)
            if possible and url != first and rules.may_move_exchange(self.request.user, self.exchange, to):
                found.append((str(label), url))
        return found

    def visit(self, visit: Any) -> dict[str, Any]:
        user = self.request.user
        visit.exchange = self.exchange
        own = rules.may_speak_for(user, visit.hotline_id)
        told = self.situated.state in (STATE.HELD, STATE.REPORTED, STATE.COUNTED)
        leaving = self.situated.state in (STATE.REQUESTED, STATE.AGREED, STATE.APPROVED)
        return {
            "visit": visit,
            "about": self.about_visit(visit),
            "report": visit.told[0] if visit.told else None,
            "may_arrange": rules.may_arrange_visit(user, visit),
            "may_report": own and told,
            "may_leave": own and leaving and len(self.exchange.coming) > 1,
            "may_see_costs": rules.may_see_costs(user, visit),
        }

    def about_visit(self, visit: Any) -> list[tuple[str, Any]]:
        pairs: list[tuple[str, Any]] = [
            (_("By name"), shown.named(visit)),
            (_("Without a name"), shown.people(visit.heads) if visit.heads else None),
        ]
        if rules.may_see_costs(self.request.user, visit):
            pairs += [
                (_("Paid by"), visit.funder.name if visit.funder else None),
                (_("Grant number"), visit.grant_number),
                (_("Grants"), paid_for_visit(visit)),
            ]
        return pairs

    def sides_table(self) -> Table:
        """Which hotline said yes to what, who said it, and the way to say it in a hotline's stead."""
        headers = [Header(_("Hotline")), Header(YesTo.PLAN.label), Header(YesTo.OUTCOME.label)]
        rows = [
            [side.name, *(self.word(side, to) for to in (YesTo.PLAN, YesTo.OUTCOME))]
            for side in self.situated.sides
        ]
        return simple(_("Who said yes to what"), headers, rows)

    def word(self, side: Side, to: YesTo) -> Cell | str:
        exchange = self.exchange
        asked = {YesTo.PLAN: STATE.REQUESTED, YesTo.OUTCOME: STATE.REPORTED}[to]
        given = [one for one in exchange.said if (one.hotline_id, one.to) == (side.hotline, to)]
        if self.situated.state == asked:
            # What was said to an earlier plan or outcome is worth nothing while another word is waited for.
            given = [one for one in given if one.round == exchange.round]
        if given:
            return said(max(given, key=lambda one: one.round))
        if self.situated.state != asked:
            return "–"
        if not rules.may_speak_for(self.request.user, side.hotline):
            return _("not yet")
        return Cell(_("say it"), reverse("exchange-yes", args=[exchange.pk, to, side.hotline]))


def said(yes: ExchangeYes) -> str:
    """Who said yes and when, as far as the reader may see the name."""
    when = words.reader_time(yes.recorded_at)
    persons = shown_persons()
    named = persons is None or (yes.recorded_by and yes.recorded_by.person_id in persons)
    text = f"{words.who(yes.recorded_by)}, {when}" if named else when
    return f"{text} ({yes.note})" if yes.note else text


def history(exchange: Any) -> Table:
    headers = [Header(_("When")), Header(_("What")), Header(_("Who")), Header(_("Note"))]
    moves = narrowed(exchange.moves.select_related("recorded_by__person"), "recorded_by__person")
    rows: Sequence[Sequence[Any]] = [
        [words.reader_time(one.recorded_at), what(one), words.who(one.recorded_by), one.note or "–"]
        for one in moves.order_by("number")
    ]
    return simple(_("From the first day on"), headers, rows)


def what(one: Any) -> str:
    if one.before == one.after:
        return _("changed")
    return str(one.get_after_display())
