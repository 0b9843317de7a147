"""Doors of grants and of what they paid for."""

from tests.courses import ledger
from tests.courses.exchanges import made as exchanges
from tests.courses.grants import made
from tests.house.doors.base import STAFF, Door

KEPT = "grants are INHOPE staff's to keep"
PAID = "which grant paid is INHOPE staff's to say"
DOORS: dict[str, Door] = {
    "staff-grants": Door(STAFF, KEPT),
    "staff-grant-new": Door(STAFF, KEPT),
    "staff-grant": Door(STAFF, KEPT, args=("funders_grant",)),
    "staff-grant-change": Door(STAFF, KEPT, args=("funders_grant",)),
    "staff-grant-delete": Door(STAFF, KEPT, args=("funders_grant",)),
    "staff-work-package-new": Door(STAFF, KEPT, args=("funders_grant",)),
    "staff-work-package": Door(STAFF, KEPT, args=("work_package",)),
    "staff-work-package-delete": Door(STAFF, KEPT, args=("work_package",)),
    "staff-activity-grants": Door(STAFF, PAID, args=("paid_activity",)),
    "exchange-grants": Door(STAFF, PAID, args=("paid_exchange",)),
}


def things() -> dict[str, int | str]:
    """One of each thing that these addresses are about."""
    package = made.package(made.grant("DOORS"))
    return {
        "funders_grant": package.grant_id,
        "work_package": package.pk,
        "paid_activity": ledger.activity().pk,
        "paid_exchange": exchanges.exchange().exchange.pk,
    }
