"""Doors of exchanges between hotlines."""

from tests.courses.exchanges import made
from tests.house.doors.base import MANAGER, POSTED, STAFF, Door

SIDES = "managers see the exchanges of their own hotlines, and this one sees none; staff see all"
BOARD = "what hotlines offer and ask for is read by all managers"
SHARED = "what hotlines share is read by who works for one, and staff"
ENTER = MANAGER | STAFF
HERS = frozenset({200, 404})
DOORS: dict[str, Door] = {
    "exchanges": Door(ENTER, SIDES),
    "exchange-new": Door(ENTER, "a manager asks for the own hotline, staff for any"),
    "exchange-year": Door(ENTER, SIDES),
    "exchange-all-costs": Door(ENTER, "costs are the visiting hotline's own and staff's"),
    "exchange-board": Door(ENTER, BOARD),
    "exchange-new-wish": Door(ENTER, BOARD),
    "exchange-wish": Door(ENTER, BOARD, args=("wish",)),
    "exchange-meet": Door(
        ENTER, "an exchange is made of a wish of the own hotline", HERS, ("wish", "answer")
    ),
    "exchange": Door(ENTER, SIDES, HERS, ("exchange",)),
    "exchange-plan": Door(ENTER, SIDES, HERS, ("exchange",)),
    "exchange-programme": Door(ENTER, SIDES, HERS, ("exchange",)),
    "exchange-add-visit": Door(ENTER, SIDES, HERS, ("exchange",)),
    "exchange-yes": Door(ENTER, SIDES, HERS, ("exchange", "plan", "hosting")),
    "exchange-move": Door(ENTER, SIDES, HERS, ("exchange", "cancelled")),
    "exchange-visit": Door(ENTER, SIDES, HERS, ("visit",)),
    "exchange-leave": Door(ENTER, SIDES, POSTED, ("visit",)),
    "exchange-report": Door(ENTER, SIDES, frozenset({403, 404}), ("visit",)),
    "exchange-costs": Door(ENTER, "costs are the visiting hotline's own and staff's", HERS, ("visit",)),
    "exchange-strike-cost": Door(ENTER, SIDES, POSTED, ("1",)),
    "exchange-lessons": Door(ENTER, SHARED),
}


def things() -> dict[str, int | str]:
    """One of each thing that these addresses are about."""
    one = made.exchange()
    return {
        "exchange": one.exchange.pk,
        "visit": one.visit.pk,
        "hosting": one.host.pk,
        "wish": made.wish("offer", one.host, one.hosting).pk,
        "answer": made.wish("request", one.guest, one.visiting).pk,
    }
