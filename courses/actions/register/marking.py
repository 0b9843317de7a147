"""Say who was at a training session, once or for many, and take the last word back."""

import datetime as dt
import re
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import rules
from courses.actions.register.settling import Outcomes, lock_activities, outcomes, settle
from courses.actions.sessions import mark_held
from courses.enums import Presence, RegisterSource
from courses.models import Activity, Participation, RegisterMark, SessionVersion, TrainingSession
from courses.queries.brought import followers
from courses.queries.registers import on_register, rows
from lms.kit.clock import today
from lms.kit.errors import Refused
from lms.people.models import User

# Somebody who notices a slip at once need not explain it, whatever the day.
SLIP = dt.timedelta(minutes=15)
LONGEST = 24 * 60
# No text column can hold them.
NO_TEXT = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True)
class Word:
    """What is said of one person; ``presence`` '' takes back what was said. ``minutes`` are of who was there.

    ``key`` is made where the word is; ``made_up_for`` is a guest's own session.
    """

    participation: int
    presence: str
    minutes: int | None = None
    reason: str = ""
    key: uuid.UUID = field(default_factory=uuid.uuid4)
    made_up_for: int | None = None


@dataclass(frozen=True)
class Marked:
    """A mark, and what stood before it; ``repeated`` where it had been sent already."""

    mark: RegisterMark
    before: RegisterMark | None
    repeated: bool = False


def mark(*, session: TrainingSession, word: Word, by: User) -> Marked:
    """Say one word; sent again with the same key it is the same mark. Refused as ``mark_many`` is."""
    return mark_many(session=session, words=[word], by=by)[0]


@transaction.atomic
def mark_many(
    *,
    session: TrainingSession,
    words: Sequence[Word],
    by: User,
    source: RegisterSource = RegisterSource.TRAINER,
) -> list[Marked]:
    """All of them or none, in their order; the ledger follows in this transaction.

    Minutes of who was not there are left out. Raises Refused for who does not keep this register, of oneself,
    of who is not on it, where it is closed, before the day of the session (but for excused), and for a
    correction after that day without a reason.
    """
    if not rules.may_run_session(by, session):
        raise Refused(_("Only a trainer of this training session keeps its register."))
    return write(session=session, words=words, by=by, source=source)


def write(
    *, session: TrainingSession, words: Sequence[Word], by: User, source: RegisterSource
) -> list[Marked]:
    """What ``mark_many`` does, whoever may."""
    people = Participation.objects.in_bulk([word.participation for word in words])
    held = hold(session, people)
    known = {one.key: one for one in RegisterMark.objects.filter(key__in=[word.key for word in words])}
    for word in words:
        sent = known.get(word.key)
        if sent and (sent.session_id, sent.participation_id) != (session.pk, word.participation):
            raise Refused(_("This mark was sent before, of somebody else. Please reload the page."))
    fresh = [word for word in words if word.key not in known]
    last = last_words(session, [word.participation for word in words])
    if fresh:
        refuse_closed(session)
        refuse_strangers(session, fresh, last)
        version = session_version(session)
        for word in fresh:
            refuse(version, word, last.get(word.participation), people, by, source)
        before = outcomes_of([people[word.participation] for word in fresh], held)
        if any(word.presence in Presence.there() for word in fresh):
            # Who was there says that it took place; whoever enters a code does not say so in their name.
            mark_held(activity=held[session.activity_id], by=None if source == RegisterSource.SELF else by)
        RegisterMark.objects.bulk_create([_made(session, word, last, by, source) for word in fresh])
        for activity, outcome in before.items():
            settle(activity=held[activity], before=outcome, by=by)
    written = RegisterMark.objects.select_related("recorded_by__person")
    marks = {one.key: one for one in written.filter(key__in=[word.key for word in words])}
    return [Marked(marks[word.key], last.get(word.participation), word.key in known) for word in words]


def hold(session: TrainingSession, people: Mapping[int, Participation]) -> dict[int, Activity]:
    """Hold the activities that a word on these people concerns: the session's, that of a guest, and that of
    whoever was moved to another cohort. Raises Refused where somebody is moved there at this moment.
    """
    numbers = {session.activity_id, *(one.activity_id for one in people.values())}
    held = lock_activities(numbers | {one.now_activity for one in followers(people)})
    if not held.keys() >= {one.now_activity for one in followers(people)}:
        raise Refused(_("Somebody of these was moved to another cohort just now. Please reload the page."))
    return held


def outcomes_of(people: Collection[Participation], held: Mapping[int, Activity]) -> dict[int, Outcomes]:
    """By activity, what the registers say of these people, there and where they were moved to."""
    touched = {one.pk: one.activity_id for one in people}
    touched |= {one.now: one.now_activity for one in followers(list(touched))}
    return {
        activity: outcomes(
            activity=held[activity], participations=[one for one, of in touched.items() if of == activity]
        )
        for activity in sorted(set(touched.values()))
    }


def _made(
    session: TrainingSession,
    word: Word,
    last: Mapping[int, RegisterMark],
    by: User,
    source: RegisterSource,
) -> RegisterMark:
    before = last.get(word.participation)
    return RegisterMark(
        session=session,
        participation_id=word.participation,
        number=before.number + 1 if before else 1,
        presence=word.presence,
        minutes=word.minutes if word.presence in Presence.there() else None,
        reason=word.reason.strip(),
        made_up_for_id=word.made_up_for or (before.made_up_for_id if before else None),
        source=source,
        key=word.key,
        recorded_by=by,
    )


def last_words(session: TrainingSession, people: Collection[int]) -> dict[int, RegisterMark]:
    found = RegisterMark.objects.filter(session=session, participation__in=people).in_force()
    return {one.participation_id: one for one in found.select_related("recorded_by__person")}


def session_version(session: TrainingSession) -> SessionVersion:
    return SessionVersion.objects.in_force().get(session=session)


def refuse_closed(session: TrainingSession) -> None:
    """As it is now: whoever closed it held the activity, too."""
    session.refresh_from_db(fields=["locked_on"])
    if session.locked_on is not None and session.locked_on < today():
        raise Refused(_("This register is closed. Open it again first, with a reason."))


def refuse_strangers(
    session: TrainingSession, words: Sequence[Word], last: Mapping[int, RegisterMark]
) -> None:
    own = [
        word.participation for word in words if word.made_up_for is None and word.participation not in last
    ]
    if len(set(own)) != on_register(session).filter(pk__in=own).count():
        raise Refused(_("Somebody of these is not on this register (any more). Please reload the page."))
    if len({word.participation for word in words}) != len(words):
        raise Refused(_("One person can be marked only once at a time."))


def refuse(
    version: SessionVersion,
    word: Word,
    last: RegisterMark | None,
    people: Mapping[int, Participation],
    by: User,
    source: RegisterSource,
) -> None:
    """Raise Refused where this word cannot be said, now and by this person."""
    if word.presence and word.presence not in Presence.values:
        raise Refused(_("Choose one of the words for being there."), field="presence")
    if word.minutes is not None and not 0 <= word.minutes <= LONGEST:
        raise Refused(_("Minutes are a number from 0 to 1440."), field="minutes")
    if source != RegisterSource.SELF and people[word.participation].person_id == by.person_id:
        raise Refused(_("Nobody marks themselves: ask another trainer, or use the attendance code."))
    if version.cancelled and word.presence:
        raise Refused(_("This training session was cancelled: nobody was at it."))
    if word.presence not in ("", Presence.EXCUSED) and timezone.now() < first_moment(version):
        raise Refused(_("This training session is still to come: until its day only excused can be noted."))
    if NO_TEXT.search(word.reason):
        raise Refused(_("Something in this reason is no letter. Please write it again."), field="reason")
    if len(word.reason) > 500:
        raise Refused(_("A reason has at most 500 letters."), field="reason")
    if not word.reason.strip() and needs_reason(version, last, by):
        raise Refused(
            _("The day of this training session is over: say why the mark is changed."), field="reason"
        )


def needs_reason(version: SessionVersion, last: RegisterMark | None, by: User) -> bool:
    """A correction after the session's day at its place; not a slip of one's own, taken back at once."""
    if last is None or not last.presence or not is_over(version):
        return False
    return last.recorded_by_id != by.pk or timezone.now() - last.recorded_at > SLIP


def is_over(version: SessionVersion) -> bool:
    """Whether the last day of the session, at its place, is over: the register's own hours end with it."""
    zone = ZoneInfo(version.timezone)
    return version.ends_at.astimezone(zone).date() < timezone.now().astimezone(zone).date()


def first_moment(version: SessionVersion) -> dt.datetime:
    """When the day of the session begins at its place."""
    zone = ZoneInfo(version.timezone)
    return dt.datetime.combine(version.starts_at.astimezone(zone).date(), dt.time(), zone)


@transaction.atomic
def undo_last(*, session: TrainingSession, by: User) -> Marked:
    """Say again what stood before one's own last mark here. Raises Refused where there is none."""
    last = last_of(session, by)
    if last is not None:
        # A guest's activity comes before or after this one in the order of locks.
        hold(session, {last.participation_id: last.participation})
    if last is None or last_of(session, by) != last:
        raise Refused(_("There is no mark of yours to take back, or somebody else has marked over it."))
    before = RegisterMark.objects.filter(
        session=session, participation=last.participation_id, number=last.number - 1
    ).first()
    said = (before.presence, before.minutes) if before else ("", None)
    return mark(session=session, word=Word(last.participation_id, *said), by=by)


def last_of(session: TrainingSession, by: User) -> RegisterMark | None:
    mine = RegisterMark.objects.filter(session=session).in_force()
    mine = mine.filter(recorded_by=by, source=RegisterSource.TRAINER).select_related("participation")
    return mine.order_by("-recorded_at", "-pk").first()


def rest(*, session: TrainingSession, by: User) -> list[int]:
    """Whom nothing is said of yet: enrolled, not made up elsewhere, not oneself, by family name."""
    if not rules.may_run_session(by, session):
        raise Refused(_("Only a trainer of this training session keeps its register."))
    waiting = [one for one in rows(session) if one.waits and not one.guest]
    return [one.participation.pk for one in waiting if by.person_id != one.participation.person_id]


@transaction.atomic
def mark_rest(*, session: TrainingSession, chosen: Collection[int], by: User) -> list[Marked]:
    """Mark those ``chosen`` absent of whom still nothing is said; who was marked meanwhile stays so."""
    lock_activities([session.activity_id])
    if timezone.now() < session_version(session).starts_at:
        raise Refused(_("This training session has not begun: nobody is absent yet."))
    due = [number for number in rest(session=session, by=by) if number in set(chosen)]
    return mark_many(session=session, words=[Word(one, Presence.ABSENT) for one in due], by=by)
