"""An exchange as far as a test wants it, its two managers, and staff."""

import datetime as dt
from dataclasses import dataclass, field

from django.utils import timezone

from courses.actions.exchanges.moving import move, say_yes
from courses.actions.exchanges.planning import Party, Plan, arrange_visit, change_plan, request_exchange
from courses.actions.exchanges.reporting import Report, report_visit
from courses.actions.exchanges.wishes import Wanted, make_wish
from courses.enums import ExchangeState, WishKind, YesTo
from courses.kinds.exchanges import STEPS
from courses.models import Exchange, ExchangeWish, Visit
from lms.kit.clock import today
from lms.people.enums import Role
from lms.people.models import Hotline, Person, User
from tests import cast

STATE = ExchangeState
REPORT = Report(done="We sat in.", lessons="Two screens help.", share="Two screens.", published=False)


def plan(title: str = "A week of tracing", *, days_ago: int = 10, length: int = 2, **more: object) -> Plan:
    """One that began so many days ago; a negative number lies ahead."""
    starts = timezone.now().replace(microsecond=0, second=0, minute=0) - dt.timedelta(days=days_ago)
    said = {"timezone": "Europe/Paris", "topics": ("content tracing",), **more}
    return Plan(title, starts, starts + dt.timedelta(days=length), **said)


@dataclass
class Cast:
    """Two hotlines with a manager each, staff, and the exchange between them."""

    host: Hotline = field(default_factory=lambda: cast.hotline("Linea", "FR"))
    guest: Hotline = field(default_factory=lambda: cast.hotline("Meldpunt", "NL"))
    hosting: User = field(init=False)
    visiting: User = field(init=False)
    staff: User = field(init=False)
    exchange: Exchange = field(init=False)

    def __post_init__(self) -> None:
        self.hosting, self.visiting = manager(self.host), manager(self.guest)
        self.staff = cast.user(Role.STAFF)

    @property
    def visit(self) -> Visit:
        return self.exchange.visits.get(hotline=self.guest)

    def again(self) -> Exchange:
        self.exchange.refresh_from_db()
        return self.exchange


def manager(of: Hotline) -> User:
    return cast.user(Role.HOTLINE_MANAGER, of)


def person(at: Hotline, name: str = "Traveller") -> Person:
    someone = cast.person(name)
    cast.affiliate(someone, at)
    return someone


def exchange(
    state: ExchangeState = STATE.REQUESTED, *, persons: int = 2, heads: int = 3, **planned: object
) -> Cast:
    """Asked for by the visiting manager and moved on by the actions of the pages, up to a state of the path."""
    made = Cast()
    made.exchange = request_exchange(
        host=made.host, visiting=[made.guest], plan=plan(**planned), by=made.visiting
    )
    reach(made, state, persons=persons, heads=heads)
    return made


def reach(made: Cast, state: ExchangeState, *, persons: int = 2, heads: int = 3) -> None:
    """Step by step to a state; what was done before stays."""
    doing = {
        STATE.AGREED: lambda: say_yes(
            exchange=made.exchange, hotline=made.host, to=YesTo.PLAN, by=made.hosting
        ),
        STATE.APPROVED: lambda: move(exchange=made.exchange, to=STATE.APPROVED, by=made.staff),
        STATE.HELD: lambda: move(exchange=made.exchange, to=STATE.HELD, by=made.hosting),
        STATE.REPORTED: lambda: told(made, persons=persons, heads=heads),
        STATE.COUNTED: lambda: confirmed(made),
    }
    done = STEPS.index(ExchangeState(made.again().state))
    for step in STEPS[done + 1 : STEPS.index(state) + 1]:
        doing[step]()
        assert made.again().state == step


def change(made: Cast) -> None:
    """Other days, by the visiting side."""
    change_plan(exchange=made.exchange, plan=plan(days_ago=-30), by=made.visiting)


def told(made: Cast, *, persons: int = 2, heads: int = 3, report: Report = REPORT) -> None:
    who = [person(made.guest, f"Traveller {number}") for number in range(persons)]
    arrange_visit(visit=made.visit, party=Party(who, heads, "ISF", "G-1"), by=made.visiting)
    report_visit(visit=made.visit, report=report, by=made.visiting)


def confirmed(made: Cast) -> None:
    say_yes(exchange=made.exchange, hotline=made.host, to=YesTo.OUTCOME, by=made.hosting)
    say_yes(exchange=made.exchange, hotline=made.guest, to=YesTo.OUTCOME, by=made.visiting)


def wish(kind: WishKind, of: Hotline, by: User, **said: object) -> ExchangeWish:
    first = today() + dt.timedelta(days=10)
    wanted = {
        "topics": ["content tracing"],
        "languages": ["en"],
        "first_on": first,
        "last_on": first + dt.timedelta(days=20),
        "people": 2,
        **said,
    }
    return make_wish(hotline=of, wanted=Wanted(kind=kind, **wanted), by=by)
