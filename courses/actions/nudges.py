"""Plan nudges, make their mails, and turn kinds of them off."""

from collections.abc import Sequence

from django.db import connection, transaction

from courses.enums import NudgeKind
from courses.models import Nudge, NudgeOff
from courses.queries.nudges import DUE, asked, reader_of, unread
from lms.kit.moment import DatabaseClock
from lms.kit.tokens import digest, token
from lms.outbox.channels import Channel, register
from lms.outbox.mail import Mail, Unwanted
from lms.outbox.models import sender_domain
from lms.people.mail import A_MESSAGE, notice
from lms.people.models import User

OFF_TOKEN = "nudges off"  # noqa: S105 - the name of a purpose
# The database refuses a second one for the same person and occasion: two sweeps at once do no harm.
PLAN = f"""{DUE}
INSERT INTO courses_nudge (user_id, person_id, kind, occasion, certificate_id, enrolment_id,
                           feedback_form_id, state, tries, message_id, fault)
SELECT user_id, person_id, kind, occasion, certificate_id, enrolment_id, feedback_form_id,
       'pending', 0, '<' || gen_random_uuid() || '@' || %(domain)s || '>', ''
FROM due WHERE is_active AND NOT is_off
ON CONFLICT ON CONSTRAINT nudge_once DO NOTHING
"""  # noqa: S608 - constants


def register_channel() -> None:
    """Called once, when the app is ready."""
    # Of whom it is and what about is nothing that an administrator is to learn from a list.
    register(Channel(Nudge, compose, addresses, A_MESSAGE, ("user",)))


@transaction.atomic
def plan_nudges() -> int:
    """Write a nudge for every occasion that has none; how many were written."""
    with connection.cursor() as cursor:
        cursor.execute(PLAN, asked() | {"domain": sender_domain()})
        return int(cursor.rowcount)


def addresses(nudges: Sequence[Nudge]) -> list[str]:
    return [nudge.user.email for nudge in nudges]


def compose(nudge: Nudge) -> Mail:
    """The mail of a nudge whose occasion still holds; raises Unwanted for another. For the drain.

    Where records were merged since it was planned, notice and mail go to the login that is left: nobody
    else will ever be told of the occasion.
    """
    reader, reason = reader_of(nudge)
    if reason is not None:
        raise Unwanted(reason.value)
    if reader != nudge.user_id:
        Nudge.objects.filter(pk=nudge.pk).update(user=reader, read_at=None)
        nudge.user = User.objects.get(pk=reader)
    off = token(OFF_TOKEN, nudge.message_id)
    nudge.off_digest = digest(off)
    return notice(nudge.user, off)


def mark_read(*, by: User) -> int:
    """Everything somebody has not read is read from now on; how much it was."""
    return unread(by).update(read_at=DatabaseClock())


def turn_off(*, kind: NudgeKind, by: User) -> None:
    """No more nudges of a kind for somebody, nor mails of planned ones. A second call changes nothing."""
    NudgeOff.objects.get_or_create(user=by, kind=kind)


def turn_on(*, kind: NudgeKind, by: User) -> None:
    """Nudges of a kind again, from the next occasion on."""
    NudgeOff.objects.filter(user=by, kind=kind).delete()
