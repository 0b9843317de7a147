"""Attendance codes: a trainer shows one, the enrolled enter it."""

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import rules
from courses.actions.register.marking import Marked, Word, refuse_closed, session_version, write
from courses.actions.register.settling import lock_activities
from courses.enums import Presence, RegisterSource
from courses.models import AttendanceCode, AttendanceCodeTries, Participation, RegisterMark, TrainingSession
from courses.queries.attendance_codes import as_typed, open_for, taken_now
from lms.kit.errors import Refused
from lms.people.models import Person, User

# How many codes somebody may enter in an hour; there are a thousand million.
TRIES = 30
# After its session's end a code still serves those who are on their way out.
AFTERWARDS = dt.timedelta(minutes=15)
# Before its start, those who are on their way in.
BEFOREHAND = dt.timedelta(hours=1)
LONGEST_LATE = 240


@transaction.atomic
def open_code(*, session: TrainingSession, late_after: int | None, by: User) -> AttendanceCode:
    """Show a code until a quarter of an hour after the session; an earlier one is worth nothing any more.

    Whoever enters it more than ``late_after`` minutes after the start came late (None: nobody). Raises
    Refused for who does not keep the register, more than an hour before the session, after it, and where the
    register is closed.
    """
    if not rules.may_run_session(by, session):
        raise Refused(_("Only a trainer of this training session shows its attendance code."))
    lock_activities([session.activity_id])
    refuse_closed(session)
    version, now = session_version(session), timezone.now()
    if version.cancelled:
        raise Refused(_("This training session was cancelled: nobody was at it."))
    if now < version.starts_at - BEFOREHAND:
        raise Refused(_("The code can be shown from an hour before the start."))
    if now >= version.ends_at + AFTERWARDS:
        raise Refused(_("This training session is over: mark who was there by hand."))
    if late_after is not None and not 0 <= late_after <= LONGEST_LATE:
        raise Refused(_("This is a number of minutes from 0 to 240, or left empty."), field="late_after")
    opened, _new = AttendanceCode.objects.update_or_create(
        session=session,
        defaults={
            "salt": uuid.uuid4(),
            "opened_at": now,
            "until": version.ends_at + AFTERWARDS,
            "late_after": late_after,
            "opened_by": by,
        },
    )
    return opened


@transaction.atomic
def close_code(*, session: TrainingSession, by: User) -> None:
    """Take no code any more. Twice is once."""
    if not rules.may_run_session(by, session):
        raise Refused(_("Only a trainer of this training session shows its attendance code."))
    AttendanceCode.objects.filter(session=session, until__gt=timezone.now()).update(until=timezone.now())


def enter(*, code: str, person: Person, by: User) -> Marked | None:
    """Say that one is there oneself; None where no open code of one's own training sessions reads so.

    Entered again it is the same mark. Each try counts, in a transaction of its own. Raises Refused after too
    many, for somebody else, and where a trainer has said otherwise: their word stands.
    """
    if by.person_id != person.pk:
        raise Refused(_("A code is entered by whoever is there."))
    count_try(person)
    typed = as_typed(code)
    now = timezone.now()
    for opened in open_for(person.pk):
        if typed in taken_now(opened, now):
            return come(opened=opened, person=person, by=by, now=now)
    return None


@transaction.atomic
def come(*, opened: AttendanceCode, person: Person, by: User, now: dt.datetime) -> Marked:
    session = opened.session
    lock_activities([session.activity_id])
    mine = Participation.objects.get(activity=session.activity_id, person=person)
    last = RegisterMark.objects.filter(session=session, participation=mine).in_force().first()
    if last is not None and last.presence in Presence.there():
        return Marked(last, None, repeated=True)
    if last is not None and last.presence:
        raise Refused(_("Your trainer has marked you otherwise: please speak to them."))
    start = session_version(session).starts_at
    late = opened.late_after is not None and now > start + dt.timedelta(minutes=opened.late_after)
    word = Word(mine.pk, Presence.LATE if late else Presence.PRESENT)
    return write(session=session, words=[word], by=by, source=RegisterSource.SELF)[0]


@transaction.atomic
def count_try(person: Person) -> None:
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    # Rows that another try is deleting are left to it: two never wait for each other here.
    past = AttendanceCodeTries.objects.select_for_update(skip_locked=True).filter(hour__lt=hour)
    AttendanceCodeTries.objects.filter(pk__in=[row.pk for row in past]).delete()
    AttendanceCodeTries.objects.get_or_create(person=person, hour=hour)
    counted = AttendanceCodeTries.objects.filter(person=person, hour=hour, tries__lt=TRIES)
    if not counted.update(tries=F("tries") + 1):
        raise Refused(_("That was tried too often. Please ask your trainer to mark you."), field="code")
