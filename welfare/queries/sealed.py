"""The check-ins that a login keeps, found by computing where they would be: no row says whose it is."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import BinaryField
from django.db.models.functions import Substr
from nacl.public import PrivateKey

from lms.kit.keyring import HEAD, MissingKey, keyring
from lms.kit.sealing import Unreadable, open_sealed
from lms.people.models import User
from welfare.kinds.kept import SIZE, CheckIn, week_of, weeks_between
from welfare.models import SealedAnswer
from welfare.models.wall import as_holder, as_keeper, database_now

# Local days lie at most so far from those of the database's clock.
AROUND = dt.timedelta(days=1)


@dataclass(frozen=True)
class Kept:
    """A sealed check-in, and the week it is of by its key."""

    week: str
    row: SealedAnswer


def marks(user_id: int, week: str) -> list[bytes]:
    """Where the check-in of a week would be: under the newest key first."""
    return keyring().marks("checkin", user_id, week)


def week_at(now: dt.datetime, user: User) -> str:
    """The week that this moment lies in where this login reads times."""
    return week_of(now.astimezone(ZoneInfo(user.zone or settings.REPORTING_ZONE)).date())


def weeks_since(joined: dt.datetime, *, now: dt.datetime) -> list[str]:
    """Every week that a login made at ``joined`` can have answered in by now, in whatever zone."""
    return weeks_between((joined - AROUND).date(), (now + AROUND).date())


def weeks_of(user: User) -> list[str]:
    """Every week that this login can have answered in."""
    return weeks_since(user.date_joined, now=database_now())


def kept_by(user: User) -> list[Kept]:
    """All that this login keeps, the newest first. One query for the rows, however many there are."""
    places = {mark: week for week in weeks_of(user) for mark in marks(user.pk, week)}
    with as_holder(places):
        rows = SealedAnswer.objects.filter(mark__in=places).only("mark", "sealed")
        found = [Kept(places[bytes(row.mark)], row) for row in rows]
    return sorted(found, key=lambda kept: kept.week, reverse=True)


def opened(kept: Kept, private: PrivateKey) -> CheckIn | None:
    """The check-in in clear; None where it was sealed for earlier words, and nobody can open it any more."""
    mark = bytes(kept.row.mark)
    try:
        sealed = keyring().unwrap(bytes(kept.row.sealed), about=mark)
        return CheckIn.unpack(open_sealed(sealed, private, sizes=[SIZE]))
    except (Unreadable, MissingKey, ValueError, KeyError):
        return None


def wrapped_with() -> set[bytes]:
    """The head of every key that wraps a row, as lms.kit.keyring writes it."""
    with as_keeper():
        heads = SealedAnswer.objects.annotate(head=Substr("sealed", 1, HEAD, output_field=BinaryField()))
        return {bytes(head) for head in heads.values_list("head", flat=True).distinct()}
