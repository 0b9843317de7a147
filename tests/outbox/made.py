"""Mails of the one table that needs nothing else: invitations."""

import datetime as dt

from django.db import connection

from lms.kit.moment import DatabaseClock
from lms.ops.database import as_owner
from lms.outbox.drain import run_once
from lms.outbox.states import State
from lms.people.actions.invitations import invite
from lms.people.enums import Role
from lms.people.models import InvitationMail, RoleGrant, User
from tests import cast


def administrator() -> User:
    grant = RoleGrant.objects.filter(role=Role.ADMINISTRATOR).first()
    return grant.user if grant else cast.user(Role.ADMINISTRATOR)


def mail(to: str = "new@test.example") -> InvitationMail:
    return invite(email=to, role=Role.ANALYST, by=administrator()).mail


def mails(number: int) -> list[InvitationMail]:
    return [mail(f"new{nth}@test.example") for nth in range(number)]


def now_due() -> None:
    """Let the time pass that mails wait for; their guard lets nobody else shorten it."""
    waiting = InvitationMail.objects.filter(state=State.RETRY)
    turn(waiting, available_at=DatabaseClock() - dt.timedelta(seconds=1))


def leases_over() -> None:
    held = InvitationMail.objects.filter(lease_until__isnull=False)
    turn(held, lease_until=DatabaseClock() - dt.timedelta(seconds=1))


def turn(rows, **columns: object) -> None:
    """Change what only time changes, past the guard, as the owner of the table could."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE people_invitationmail DISABLE TRIGGER USER")
        try:
            rows.update(**columns)
        finally:
            cursor.execute("ALTER TABLE people_invitationmail ENABLE TRIGGER USER")


def drained(rounds: int = 8) -> None:
    """Run until nothing moves any more, as a day of ticks would."""
    for _round in range(rounds):
        run_once()
        leases_over()
        now_due()


def states() -> dict[str, str]:
    return dict(InvitationMail.objects.values_list("invitation__email", "state"))
