"""Asking somebody to get in touch: the request, its way up the ladder, and its end.

The request is written first, in the name of whoever asks; that it is told to a person follows in the
engine's name, at once or at its next run. So a kill in between loses nothing and tells nobody twice.
"""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from lms.kit.errors import Refused
from lms.kit.keyring import keyring
from lms.kit.sealing import padded
from lms.outbox.moves import enqueue
from lms.people.models import User
from welfare.actions.erasing import erase, eraser
from welfare.enums import RequestState, StepState
from welfare.models import ContactMail, ContactRequest, ContactStep, OwnLadder, SharedItem, Supporter
from welfare.models.support import ASKED, CONTACT, LADDER
from welfare.models.wall import CONNECTION, as_engine, as_user, database_now
from welfare.queries.contact import Choice, about_reach, choices_for, shown_as, standing

BATCH = 50
# How long one that could not be worked on is left alone, so that it holds up nobody else.
SET_ASIDE = dt.timedelta(minutes=10)
# A settled request is there for two weeks more, one that nobody answered for a month.
SETTLED, IN_VAIN = dt.timedelta(days=14), dt.timedelta(days=30)
# Of a way to be reached, in characters: with four bytes each it fits the first size of a sealed text.
LONGEST_REACH = 200

log = structlog.get_logger(__name__)


def chosen_from(ladder: Sequence[int], by: User) -> list[Choice]:
    """The people of a ladder as they can be asked now, in its order. Raises Refused."""
    known = {choice.pk: choice for choice in choices_for(by)}
    if not ladder:
        raise Refused(_("Choose at least one person."), "first")
    if len(ladder) > LADDER or len(set(ladder)) < len(ladder):
        raise Refused(_("Choose each person once, and three at most."))
    if not known.keys() >= set(ladder):
        raise Refused(_("One of them can no longer be asked. Please look at the list again."))
    return [known[one] for one in ladder]


def ask_contact(
    *, ladder: Sequence[int], shown: str, by: User, reach: str = "", remember: bool = False
) -> None:
    """Ask the people of the ladder, one after the other, to get in touch with ``by``.

    ``shown`` is what ``shown_as`` gave for these people when the page showed what to know about them. Raises
    Refused where it differs, where somebody cannot be asked, and while another request is under way.
    """
    chosen = chosen_from(ladder, by)
    if shown != shown_as(chosen):
        raise Refused(_("Please read this first: it is what to know about whom you ask."))
    if len(reach) > LONGEST_REACH:
        raise Refused(_("Up to %(most)s characters fit.") % {"most": LONGEST_REACH}, "reach")
    try:
        request = write(chosen, reach, remember, by)
    except IntegrityError as error:
        raise Refused(_("A request of yours is under way already.")) from error
    climb_now(request)


def write(chosen: Sequence[Choice], reach: str, remember: bool, by: User) -> UUID:
    with as_user(by.pk):
        now = database_now()
        request = ContactRequest(user_id=by.pk, made_at=now, climbs_at=now)
        request.reach = wrapped(request, reach)
        request.save(force_insert=True)
        for place, choice in enumerate(chosen, start=1):
            rung = {"supporter_id": choice.pk, "hours": choice.supporter.hours, "place": place}
            ContactStep.objects.create(request=request, user_id=by.pk, **rung)
        OwnLadder.objects.filter(pk=by.pk).delete()
        if remember:
            OwnLadder.objects.create(pk=by.pk, supporters=[choice.pk for choice in chosen])
    return request.pk


def wrapped(request: ContactRequest, reach: str) -> bytes:
    """Of one size whatever it says, and bound to this request."""
    return keyring().wrap(padded(reach.encode()), about=about_reach(request))


def forget_ladder(*, by: User) -> None:
    """The order is no longer remembered; pressing twice changes nothing."""
    erase("order of people", by=by)


@eraser("order of people")
def remove_ladder(user_id: int) -> bool:
    removed, _each = OwnLadder.objects.filter(pk=user_id).delete()
    return removed > 0


def withdraw(*, by: User) -> None:
    """The request under way, or the one that nobody answered, is over; pressing twice changes nothing.

    It stays so after an old backup was restored, in which it still asks.
    """
    erase("request for contact", by=by)


@eraser("request for contact")
def end_request(user_id: int) -> bool:
    mine = Q(user_id=user_id, state__in=[RequestState.OPEN, RequestState.UNANSWERED])
    found = list(ContactRequest.objects.select_for_update().filter(mine))
    for request in found:
        finish(request, RequestState.WITHDRAWN)
    return bool(found)


def mark_seen(*, request: UUID, by: User) -> None:
    """Whoever is asked has read it. Raises Refused for what is not, or no longer, addressed to them."""
    with as_user(by.pk):
        step = addressed(request, by)
        if step.state == StepState.SENT:
            move(step, StepState.SEEN)


def mark_answered(*, request: UUID, by: User) -> None:
    """Whoever is, or was, asked has been in touch: it is over. Raises Refused as ``mark_seen`` does."""
    with as_user(by.pk):
        step = addressed(request, by)
        if step.state == StepState.SENT:
            move(step, StepState.SEEN)
        move(step, StepState.ANSWERED)
        finish(step.request, RequestState.ANSWERED)


def addressed(request: UUID, by: User) -> ContactStep:
    """The step that was told to ``by``, its request held until the transaction ends."""
    held = ContactRequest.objects.select_for_update().filter(pk=request).exclude(user_id=by.pk).first()
    if held is None:
        raise Refused(_("There is nothing like this for you."))
    if held.state not in (RequestState.OPEN, RequestState.UNANSWERED):
        raise Refused(_("This is over already."))
    step = ContactStep.objects.get(request=held, supporter_id=by.pk)
    step.request = held
    return step


def move(step: ContactStep, to: StepState) -> None:
    step.state = to
    step.save(update_fields=["state"])


def finish(request: ContactRequest, state: RequestState) -> None:
    """Over: how to reach somebody is needed no longer, unless nobody answered yet."""
    request.state, request.climbs_at, request.over_at = state, None, database_now()
    if state != RequestState.UNANSWERED:
        request.reach = wrapped(request, "")
    request.save(update_fields=["state", "climbs_at", "over_at", "reach"])


def run_contacts_once() -> int:
    """Tell what waits to be told, let climb what was not answered in time, and remove what is over for good.

    How many requests were worked on. Any number of processes may run it at once and be killed anywhere.
    """
    done = 0
    while worked := climb_batch():
        done += worked
    remove_old()
    return done


def climb_batch() -> int:
    with as_engine():
        now = database_now()
        return each(ContactRequest.objects.filter(due(now)).order_by("climbs_at"), now)


def climb_now(request: UUID) -> None:
    """One request, without waiting for the next run; another process may have been faster."""
    with as_engine():
        each(ContactRequest.objects.filter(due(now := database_now()), pk=request), now)


def due(now: dt.datetime) -> Q:
    """Its hours are over, or it lies with somebody who can no longer be asked."""
    steps = ContactStep.objects.filter(state__in=ASKED)
    with_whom = set(steps.values_list("supporter_id", flat=True))
    gone = with_whom - can_be_asked(with_whom)
    in_vain = Q(pk__in=steps.filter(supporter_id__in=gone).values("request"))
    return Q(Q(climbs_at__lte=now) | in_vain, state=RequestState.OPEN)


def can_be_asked(numbers: set[int]) -> set[int]:
    """Those of the logins that are open and still in the list of people."""
    if not numbers:
        return set()
    return (
        set(Supporter.objects.filter(pk__in=numbers).values_list("pk", flat=True)) & standing(numbers).keys()
    )


def each(found: QuerySet[ContactRequest], now: dt.datetime) -> int:
    """A climb for each of a batch, in a savepoint of its own: one that fails is set aside."""
    batch = list(found.select_for_update(of=("self",), skip_locked=True)[:BATCH])
    for request in batch:
        try:
            with transaction.atomic(using=CONNECTION):
                climb(request, now)
        except Exception as error:
            # Its kind alone: a message could hold a row.
            log.error("contact request set aside", error=type(error).__name__)
            ContactRequest.objects.filter(pk=request.pk).update(climbs_at=now + SET_ASIDE)
    return len(batch)


def climb(request: ContactRequest, now: dt.datetime) -> None:
    """To the next person who can be asked; where there is none, it is said that nobody answered."""
    steps = list(request.steps.all())
    able = can_be_asked({step.supporter_id for step in steps})
    at = next((step for step in steps if step.state in ASKED), None)
    if at and request.climbs_at and request.climbs_at > now and at.supporter_id in able:
        # Another process was faster between this one's look and its lock.
        return
    if at:
        move(at, StepState.PASSED)
    for step in (step for step in steps if step.state == StepState.WAITING):
        if step.supporter_id in able:
            tell(request, step, now)
            return
        move(step, StepState.LEFT_OUT)
    finish(request, RequestState.UNANSWERED)


def tell(request: ContactRequest, step: ContactStep, now: dt.datetime) -> None:
    step.state, step.sent_at = StepState.SENT, now
    step.save(update_fields=["state", "sent_at"])
    request.climbs_at = now + dt.timedelta(hours=step.hours)
    request.save(update_fields=["climbs_at"])
    enqueue(ContactMail, kind=CONTACT, step=step)


def remove_old() -> None:
    with as_engine():
        now = database_now()
        settled = Q(state__in=[RequestState.ANSWERED, RequestState.WITHDRAWN], over_at__lte=now - SETTLED)
        in_vain = Q(state=RequestState.UNANSWERED, over_at__lte=now - IN_VAIN)
        ContactRequest.objects.filter(settled | in_vain).delete()
        SharedItem.objects.filter(until__lt=now.date()).delete()
