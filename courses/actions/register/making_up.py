"""Make up a missed training session in another cohort of the same course."""

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from courses import rules
from courses.actions.register.marking import Marked, Word, write
from courses.enums import Presence, RegisterSource
from courses.models import Participation, TrainingSession
from courses.queries.making_up import guests_of, own_sessions
from lms.kit.errors import Refused
from lms.people.models import User


@transaction.atomic
def make_up(
    *,
    session: TrainingSession,
    participation: Participation,
    made_up_for: int,
    by: User,
    presence: str = Presence.PRESENT,
    key: uuid.UUID | None = None,
) -> Marked:
    """Put a guest on the register of ``session``, who makes up a session of the own cohort.

    It counts for the guest's own cohort alone, dated by the session they were at. Raises Refused for who does
    not keep this register, for anybody not enrolled in another cohort of the course, and where
    ``made_up_for`` is no session of theirs; else as a mark is.
    """
    if not rules.may_run_session(by, session):
        raise Refused(_("Only a trainer of this training session keeps its register."))
    if not guests_of(session).filter(pk=participation.pk).exists():
        raise Refused(_("Only somebody enrolled in another cohort of this course can be a guest."))
    if not own_sessions(participation).filter(session=made_up_for).exists():
        raise Refused(
            _("Choose the training session of their own cohort that is made up."), field="made_up_for"
        )
    word = Word(participation.pk, presence, key=key or uuid.uuid4(), made_up_for=made_up_for)
    return write(session=session, words=[word], by=by, source=RegisterSource.TRAINER)[0]
