"""Demo data of exchanges: one in each state that pages differ in, and a board with something that fits.

Through the actions that the pages call. Hotlines are real, people and visits are invented.
"""

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from courses.actions.exchanges.moving import move, say_yes
from courses.actions.exchanges.planning import Party, Plan, arrange_visit, request_exchange, write_programme
from courses.actions.exchanges.reporting import Report, Spent, add_cost, report_visit
from courses.actions.exchanges.wishes import Wanted, make_wish
from courses.enums import CostCategory, ExchangeState, WishKind, YesTo
from courses.models import Exchange
from courses.queries.exchanges.own import travelling
from lms.kit.clock import today
from lms.people.models import Hotline, User

STATE = ExchangeState
# The four others, and the zone of each host's place.
OTHERS = ("ES", "CO", "IE", "EE")
ZONES = {
    "ES": "Europe/Madrid",
    "CO": "America/Bogota",
    "IE": "Europe/Dublin",
    "EE": "Europe/Tallinn",
    "FR": "Europe/Paris",
}
BY_MAIL = "By mail, in the demo."
PROGRAMME = """### First day

- Welcome, and how each hotline works
- Sitting in at the report desk

### Second day

- Tracing where content is hosted: two hours at the screen
- What each side takes home
"""
REPORT = Report(
    done="Two days at the desk of the host: from the report to the notice, and an hour on shifts and breaks.",
    lessons="A second pair of eyes on every tenth report. Breaks stand in the calendar.",
    share="We now plan breaks as shifts are planned: they stand in the calendar.",
    published=True,
)


def populate() -> None:
    """Once; where no hotline has the demo's manager there is nothing to show it to."""
    manager = User.objects.filter(email="manager@demo.example").first()
    staff = User.objects.filter(email="staff@demo.example").first()
    if manager is None or staff is None or Exchange.objects.exists():
        return
    own = Hotline.objects.filter(grants__user=manager).first()
    found = {hotline.country_id: hotline for hotline in Hotline.objects.filter(country__in=ZONES)}
    if own is not None and len(found) == len(ZONES):
        Story(own, [found[country] for country in OTHERS], manager, staff).tell()


class Story:
    """The demo's hotline as guest and as host, and others of which only staff know."""

    def __init__(self, own: Hotline, others: list[Hotline], manager: User, staff: User) -> None:
        self.own, self.others, self.manager, self.staff = own, others, manager, staff

    def tell(self) -> None:
        first, second, third, fourth = self.others[:4]
        counted = self.asked("Tracing across borders", first, self.own, days=-60)
        self.as_far_as(counted, STATE.COUNTED)
        self.cost(counted)
        waiting = self.asked("Shifts, breaks and who looks after whom", self.own, second, days=40)
        self.yes(waiting, second, YesTo.PLAN)
        held = self.asked("A classification schema in daily work", third, self.own, days=-8)
        self.as_far_as(held, STATE.HELD)
        agreed = self.asked("Working with providers", fourth, first, days=25)
        self.as_far_as(agreed, STATE.AGREED)
        self.board(first, second)

    def asked(self, title: str, host: Hotline, guest: Hotline, *, days: int) -> Exchange:
        """By staff, so that nobody has agreed by asking; from nine on the first day to five on the second."""
        nine = timezone.now().replace(hour=8, minute=0, second=0, microsecond=0) + dt.timedelta(days=days)
        plan = Plan(
            title,
            nine,
            nine + dt.timedelta(hours=32),
            ZONES[host.country_id],
            topics=("content tracing", "shifts and breaks"),
        )
        made = request_exchange(host=host, visiting=[guest], plan=plan, by=self.staff)
        write_programme(exchange=made, programme=PROGRAMME, by=self.staff)
        return made

    def yes(self, exchange: Exchange, hotline: Hotline, to: YesTo) -> None:
        own = hotline == self.own
        by, note = (self.manager, "") if own else (self.staff, BY_MAIL)
        say_yes(exchange=exchange, hotline=hotline, to=to, by=by, note=note)

    def as_far_as(self, exchange: Exchange, state: ExchangeState) -> None:
        guest = exchange.visits.get().hotline
        for hotline in (exchange.host, guest):
            self.yes(exchange, hotline, YesTo.PLAN)
        if state == STATE.AGREED:
            return
        move(exchange=exchange, to=STATE.APPROVED, by=self.staff)
        move(exchange=exchange, to=STATE.HELD, by=self.staff)
        if state == STATE.HELD:
            return
        visit = exchange.visits.get()
        party = Party(list(travelling(visit)[:2]), 1, "ISF", "ISF-2026-17")
        arrange_visit(visit=visit, party=party, by=self.staff)
        report_visit(visit=visit, report=REPORT, by=self.staff)
        for hotline in (exchange.host, guest):
            self.yes(exchange, hotline, YesTo.OUTCOME)

    def cost(self, exchange: Exchange) -> None:
        visit = exchange.visits.get()
        for category, amount in ((CostCategory.TRAVEL, "412.60"), (CostCategory.STAY, "540.00")):
            add_cost(visit=visit, spent=Spent(category, Decimal(amount), "EUR"), by=self.staff)

    def board(self, first: Hotline, second: Hotline) -> None:
        begins = today() + dt.timedelta(days=30)
        until = begins + dt.timedelta(days=60)
        topics, languages = ["content tracing", "shifts and breaks"], ["en", "fr"]
        request = Wanted(WishKind.REQUEST, topics, languages, begins, until, 2, "We would like to sit in.")
        make_wish(hotline=self.own, wanted=request, by=self.manager)
        offer = Wanted(WishKind.OFFER, topics[:1], ["en"], begins, until, 3, "Two days at our desk.")
        make_wish(hotline=first, wanted=offer, by=self.staff)
        late = begins + dt.timedelta(days=40)
        offer = Wanted(WishKind.OFFER, ["working with providers"], ["en", "es"], late, until, 2)
        make_wish(hotline=second, wanted=offer, by=self.staff)
