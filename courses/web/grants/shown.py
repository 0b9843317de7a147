"""How it reads on other pages which grants paid."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from courses.models import Activity
from courses.queries.grants import Names, fundings_of


def paid_by(activity: Activity, moment: dt.datetime | None) -> list[tuple[str, str]]:
    """Which grants paid for an activity and for single visitors of it, as known before ``moment`` (UTC)."""
    latest = {one.participation_id: one for one in reversed(fundings_of(activity, moment))}
    names = Names.of(latest.values())
    own = {name for participation, one in latest.items() if participation for name in names.said(one)}
    return [
        (_("Grants"), ", ".join(names.said(latest.get(None)))),
        (_("Grants of visitors"), ", ".join(sorted(own))),
    ]


def paid_for_visit(visit: Any) -> str:
    """The grant of a visit, then those of travellers with another one; of a visit fetched in full."""
    return ", ".join(dict.fromkeys(_grant(one) for one in (visit, *visit.persons) if one.grant_id))


def _grant(planned: Any) -> str:
    package = planned.work_package
    return f"{planned.grant.name} · {package.code}" if package else planned.grant.name
