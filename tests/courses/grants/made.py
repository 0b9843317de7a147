"""Grants for tests, and what they paid for; by the actions of the pages."""

import datetime as dt

from courses.actions.funding import Payers, fund_activity, fund_participation
from courses.actions.grants import Terms, add_work_package, make_grant
from courses.models import Activity, Funding, Grant, Participation, WorkPackage

FIRST, LAST = dt.date(2023, 1, 1), dt.date(2024, 6, 30)


def grant(number: str = "2023/117", funder: str = "ISF", **said: object) -> Grant:
    """From the beginning of 2023 to the middle of 2024."""
    terms = Terms(number, **{"first": FIRST, "last": LAST, **said})
    return make_grant(funder=funder, terms=terms, by=None)


def package(of: Grant, code: str = "WP2", title: str = "Training") -> WorkPackage:
    return add_work_package(grant=of, code=code, title=title, by=None)


def payers(*named: Grant | WorkPackage) -> Payers:
    grants = [one for one in named if isinstance(one, Grant)]
    return Payers.of(grants, [one for one in named if isinstance(one, WorkPackage)])


def paid(what: Activity | Participation, *named: Grant | WorkPackage) -> Funding | None:
    """Say who paid for an activity or a participation; nobody named is nobody in particular."""
    if isinstance(what, Activity):
        return fund_activity(activity=what, payers=payers(*named), by=None)
    return fund_participation(participation=what, payers=payers(*named), by=None)
