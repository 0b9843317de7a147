"""What welfare officers do meanwhile: proposals for the network and for hotlines, and edits of holidays."""

import datetime as dt
import random
from typing import Any

from lms.kit.errors import Refused
from lms.people.models import Hotline, User
from tests.chaos.people import CADENCES, CALENDARS, QUIET, SETS_OF_DAYS
from welfare.actions.defaults import set_default
from welfare.actions.holidays import add_holiday, put_back_holiday, take_off_holiday
from welfare.kinds.holidays import public_holidays
from welfare.kinds.proposals import NONE, OWN
from welfare.models.wall import database_now

COUNTRIES = ["FR", "JP", "US", "IE", "ZA", "BR", "IN", "NL"]
# No rules are asked here: the pages do, and have their own tests.
OFFICER = User(pk=10**6)
EDITS_OF_HOLIDAYS = 6


def begin_network(chance: random.Random) -> None:
    """A hotline for each country, and first words for all of them and for some."""
    Hotline.objects.bulk_create(Hotline(name=f"Hotline {code}", country_id=code) for code in COUNTRIES)
    set_default(hotline=None, by=OFFICER, **said(chance, 1))
    for hotline in Hotline.objects.order_by("pk")[:3]:
        set_default(hotline=hotline.pk, by=OFFICER, **said(chance, 0.5))


def said(chance: random.Random, likely: float) -> dict[str, Any]:
    """Each part is said with that chance, else left open."""
    cadence, days = chance.choice(CADENCES), chance.choice(SETS_OF_DAYS)
    start, end = chance.choice(QUIET)
    at = dt.time(chance.randint(0, 23), chance.choice([0, 15, 30, 45]))
    parts: list[dict[str, Any]] = [
        {"cadence": cadence, "day": chance.randint(1, 7)},
        {"at": at},
        {"working_days": days},
        {"quiet_from": dt.time(start), "quiet_until": dt.time(end)},
        {"holidays": chance.choice([OWN, OWN, NONE, *CALENDARS])},
    ]
    found: dict[str, Any] = {}
    for part in parts:
        found |= part if chance.random() < likely else dict.fromkeys(part)
    return found


def change_network(chance: random.Random) -> None:
    set_default(hotline=None, by=OFFICER, **said(chance, 0.8))


def change_hotlines(chance: random.Random) -> None:
    for hotline in chance.sample(list(Hotline.objects.order_by("pk")), 3):
        set_default(hotline=hotline.pk, by=OFFICER, **said(chance, 0.4))


def edit_holidays(chance: random.Random) -> None:
    """Days of the coming month are added, and public holidays of the coming months taken off or put back."""
    today = database_now().date()
    for code in chance.sample(CALENDARS, EDITS_OF_HOLIDAYS):
        try:
            day = today + dt.timedelta(days=chance.randint(0, 20))
            add_holiday(code=code, day=day, name="Day off", by=OFFICER)
        except Refused:
            # It is one already.
            take_off_holiday(code=code, day=day, by=OFFICER)
        ahead = [day for day in public_holidays(code, today.year) if day >= today][:4]
        for day in ahead:
            chance.choice([take_off_holiday, put_back_holiday])(code=code, day=day, by=OFFICER)
