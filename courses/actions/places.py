"""Places in a cohort: asked for, given, offered in order, answered; each decided under the cohort's lock."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import rules
from courses.actions.candidates import candidate_of, is_over, lock, step
from courses.actions.enrolments import enrol
from courses.enums import CandidateState, VersionStatus
from courses.kinds.waking import deadline, waking_between
from courses.models import ActivityVersion, Candidate, Cohort, Enrolment
from courses.models.candidates import HOLDING, TO_DECIDE, UNDECIDED
from courses.queries.candidates import Room, hotlines_of, room, takes_people, timing
from courses.queries.prerequisites import missing_prerequisites
from lms.kit.clock import today
from lms.kit.errors import Refused
from lms.people.models import Hotline, Person, User
from lms.people.queries.affiliations import in_force

# An offer that could be read for less time than this before the start is not made.
LEAST_TO_ANSWER = dt.timedelta(hours=1)


@transaction.atomic
def ask(*, cohort: Cohort, person: Person, by: User) -> Candidate | Enrolment:
    """Ask for a place for oneself: an enrolment at once where the cohort is open and has one, a place in line
    where it is open and full, else a request. A second call changes nothing.

    Raises Refused where nobody can ask, after the start, and with a prerequisite missing.
    """
    if by.person_id != person.pk:
        raise Refused(_("Everybody asks for themselves."))
    now = lock(cohort)
    inside = Enrolment.objects.filter(cohort=cohort, person=person, withdrawn_at=None).first()
    known = candidate_of(cohort, person)
    if inside is not None:
        return inside
    if known is not None and known.state in UNDECIDED:
        return known
    if not (now.open_enrolment or now.takes_requests):
        raise Refused(_("Nobody can ask for a place in this cohort; its trainers invite people."))
    _require_taking(now)
    _require_prerequisites(now, person)
    if now.takes_requests:
        return step(cohort=now, person=person, state=CandidateState.REQUESTED, by=by)
    if room(now).has_place(_hotline_of(person)) and not _anybody_before(now, person):
        return enrol(cohort=now, person=person, by=by)
    return step(cohort=now, person=person, state=CandidateState.WAITING, by=by)


@transaction.atomic
def nominate(*, cohort: Cohort, people: list[Person], hotline: Hotline, by: User) -> list[Candidate]:
    """Name people of one's own hotline for a cohort that takes requests; all of them or nobody.

    Who is in, or waits for an answer already, is left as they are and not returned.
    """
    if not rules.may_nominate_for(by, hotline):
        raise Refused(_("Only a manager of the hotline nominates its people."))
    now = lock(cohort)
    if not now.takes_requests:
        raise Refused(_("This cohort takes no requests."))
    _require_taking(now)
    own = set(in_force(today()).filter(hotline=hotline).values_list("person_id", flat=True))
    if not people or {person.pk for person in people} - own:
        raise Refused(_("Choose people of your hotline."))
    made = [one for one in people if not _is_settled(now, one)]
    return [
        step(cohort=now, person=one, state=CandidateState.NOMINATED, by=by, hotline=hotline) for one in made
    ]


@transaction.atomic
def accept(*, candidate: Candidate, by: User) -> Candidate:
    """Say yes to a request or a nomination: enrolled where there is a place, else last on the waiting list.

    Raises Refused for who does not plan the cohort, where it is decided already, and with a prerequisite
    missing.
    """
    cohort, current = _to_decide(candidate, by)
    _require_prerequisites(cohort, current.person)
    if room(cohort).has_place(_hotline_of(current.person)) and not _anybody_before(cohort, current.person):
        enrol(cohort=cohort, person=current.person, by=by)
        return Candidate.objects.get(pk=current.pk)
    return step(cohort=cohort, person=current.person, state=CandidateState.WAITING, by=by)


@transaction.atomic
def refuse(*, candidate: Candidate, reason: str, by: User) -> Candidate:
    """Say no to a request, a nomination or somebody who waits, or take an invitation or an offer back, with a
    reason that they read. A place that was held goes to the next in line.
    """
    if not reason.strip():
        raise Refused(_("Say why: the person reads it."), field="reason")
    cohort, current = _to_decide(candidate, by, also=(CandidateState.WAITING, *HOLDING))
    made = step(
        cohort=cohort, person=current.person, state=CandidateState.REFUSED, by=by, reason=reason.strip()
    )
    promote(cohort)
    return made


@transaction.atomic
def invite(*, cohort: Cohort, people: list[Person], by: User) -> list[Candidate]:
    """Ask people whether they want to come; a place is held for each until their time to answer is over.

    Where places run out, the rest wait in the order given. Who is in or was asked already is left as they
    are. Raises Refused for who does not plan the cohort, after the start, for somebody without a login, and
    with a prerequisite missing; then nobody is invited.
    """
    if not rules.may_plan(by, cohort):
        raise Refused(_("Only a trainer of this cohort, or staff, invites people."))
    now = lock(cohort)
    _require_taking(now)
    return [made for one in people if (made := _invite(now, one, by)) is not None]


def _invite(cohort: Cohort, person: Person, by: User) -> Candidate | None:
    known = candidate_of(cohort, person)
    if _is_in(cohort, person) or (known is not None and known.state in (*HOLDING, CandidateState.WAITING)):
        return None
    user = User.objects.filter(person=person, is_active=True).first()
    if user is None:
        raise Refused(_("Somebody of these has no login to answer with: enrol them instead."))
    _require_prerequisites(cohort, person)
    until = answer_by(cohort, user.zone, fallback=True)
    if until is not None and room(cohort).has_place(_hotline_of(person)):
        return step(cohort=cohort, person=person, state=CandidateState.INVITED, by=by, answer_by=until)
    return step(cohort=cohort, person=person, state=CandidateState.WAITING, by=by)


@transaction.atomic
def take(*, candidate: Candidate, by: User) -> Enrolment:
    """Say yes to an invitation or an offer. Raises Refused once the time is over or it was taken back."""
    cohort, current = _own(candidate, by)
    if current.state not in HOLDING or is_over(current):
        raise Refused(_("This place is no longer held for you."))
    _require_taking(cohort)
    return enrol(cohort=cohort, person=current.person, by=by)


@transaction.atomic
def decline(*, candidate: Candidate, by: User) -> Candidate:
    """Say no to an invitation or an offer, or take a request back; the place goes to the next in line."""
    cohort, current = _own(candidate, by)
    if current.state not in UNDECIDED:
        raise Refused(_("There is nothing to answer any more."))
    state = CandidateState.DECLINED if current.state in HOLDING else CandidateState.WITHDRAWN
    made = step(cohort=cohort, person=current.person, state=state, by=by)
    promote(cohort)
    return made


@transaction.atomic
def call_back(*, candidate: Candidate, by: User) -> Candidate:
    """Take back a nomination of one's own hotline that nobody has decided about."""
    cohort = lock(candidate.cohort)
    current = Candidate.objects.get(pk=candidate.pk)
    if current.hotline is None or not rules.may_nominate_for(by, current.hotline):
        raise Refused(_("Only a manager of the hotline takes a nomination back."))
    if current.state not in (CandidateState.NOMINATED, CandidateState.WAITING):
        raise Refused(_("This nomination is decided already."))
    return step(cohort=cohort, person=current.person, state=CandidateState.WITHDRAWN, by=by)


def promote(cohort: Cohort) -> list[Candidate]:
    """Offer free places to who waits, in order; the caller holds the cohort's lock.

    Nobody is offered a place after the start or of a cohort called off. Whoever's hotline has no place left
    keeps their place in line, and so does who would have no waking hour left to answer before the start.
    """
    known, now = timing(cohort), timezone.now()
    if not takes_people(known, now) or cohort.version.status != VersionStatus.PUBLISHED:
        return []
    waiting = Candidate.objects.filter(cohort=cohort, state=CandidateState.WAITING).order_by("line")
    left = room(cohort)
    offered = []
    for one in waiting.select_related("person__user") if left.free != 0 else ():
        until = answer_by(cohort, _zone_of(one.person))
        if until is None or not left.has_place(_hotline_of(one.person)):
            continue
        offered.append(
            step(cohort=cohort, person=one.person, state=CandidateState.OFFERED, by=None, answer_by=until)
        )
        left = room(cohort)
        if left.free == 0:
            break
    return offered


@transaction.atomic
def expire(*, candidate: Candidate) -> bool:
    """End the time to answer, if it is over now, and go on to the next in line; whether it did."""
    cohort = lock(candidate.cohort)
    current = Candidate.objects.select_related("person").get(pk=candidate.pk)
    if current.state not in HOLDING or not is_over(current):
        return False
    step(cohort=cohort, person=current.person, state=CandidateState.EXPIRED, by=None)
    promote(cohort)
    return True


def sweep() -> int:
    """End what nobody answered in time and offer what is free by now; how many rows were looked at.

    Each cohort in a transaction of its own: a second sweep at once finds nothing left to do.
    """
    over = list(Candidate.objects.filter(state__in=HOLDING, answer_by__lte=timezone.now()).order_by("pk"))
    for candidate in over:
        expire(candidate=candidate)
    waited_for = Candidate.objects.filter(state=CandidateState.WAITING).values("cohort")
    begun = ActivityVersion.objects.in_force().filter(
        activity=OuterRef("activity"), starts_at__lte=timezone.now()
    )
    cohorts = list(Cohort.objects.filter(~Exists(begun), pk__in=waited_for).order_by("pk"))
    for cohort in cohorts:
        go_on(cohort=cohort)
    return len(over) + len(cohorts)


@transaction.atomic
def go_on(*, cohort: Cohort) -> list[Candidate]:
    """Offer what is free by now."""
    return promote(lock(cohort))


def answer_by(cohort: Cohort, zone: str, *, fallback: bool = False) -> dt.datetime | None:
    """Until when a place offered now is held, in UTC: the cohort's waking hours by the recipient's clock, and
    never beyond the start.

    None where less than an hour of waking time is left before the start.
    """
    known, now = timing(cohort), timezone.now()
    where = zone or settings.REPORTING_ZONE
    until = deadline(now, dt.timedelta(hours=cohort.answer_hours), where)
    starts_at = known.starts_at if known else None
    if starts_at is None or until <= starts_at:
        return until
    return starts_at if waking_between(now, starts_at, where) >= LEAST_TO_ANSWER else None


def _zone_of(person: Person) -> str:
    user = getattr(person, "user", None)
    return user.zone if user else ""


def _hotline_of(person: Person) -> int | None:
    return hotlines_of([person.pk], today()).get(person.pk)


def _anybody_before(cohort: Cohort, person: Person) -> bool:
    """Whether somebody waits whom a free place would go to first."""
    left: Room = room(cohort)
    waiting = Candidate.objects.filter(cohort=cohort, state=CandidateState.WAITING).exclude(person=person)
    ids = list(waiting.values_list("person_id", flat=True))
    hotlines = hotlines_of(ids, today()) if ids else {}
    ahead = [one for one in ids if left.has_place(hotlines.get(one))]
    return left.free is not None and len(ahead) >= left.free


def _is_in(cohort: Cohort, person: Person) -> bool:
    """As others may know it: who keeps the course to themselves is asked like anybody outside."""
    return Enrolment.objects.filter(cohort=cohort, person=person, withdrawn_at=None, hidden=False).exists()


def _is_settled(cohort: Cohort, person: Person) -> bool:
    """In, or with something that waits for an answer."""
    known = candidate_of(cohort, person)
    return _is_in(cohort, person) or (known is not None and known.state in UNDECIDED)


def _require_taking(cohort: Cohort) -> None:
    if cohort.version.status != VersionStatus.PUBLISHED:
        raise Refused(_("%(title)s is not open for enrolment now.") % {"title": cohort.version.title})
    if not takes_people(timing(cohort), timezone.now()):
        raise Refused(_("It has started or is called off: there are no more places to ask for."))


def _require_prerequisites(cohort: Cohort, person: Person) -> None:
    missing = missing_prerequisites(cohort.version, person)
    if missing:
        raise Refused(_("To be completed first: %(courses)s.") % {"courses": ", ".join(missing)})


def _to_decide(
    candidate: Candidate, by: User, also: tuple[CandidateState, ...] = ()
) -> tuple[Cohort, Candidate]:
    """The cohort, locked, and the candidate as they are now."""
    if not rules.may_plan(by, candidate.cohort):
        raise Refused(_("Only a trainer of this cohort, or staff, decides about requests."))
    cohort = lock(candidate.cohort)
    current = Candidate.objects.select_related("person").get(pk=candidate.pk)
    if current.state not in (*TO_DECIDE, *also):
        raise Refused(_("This is decided already."))
    if by.person_id == current.person_id:
        raise Refused(_("Nobody decides about themselves: ask another trainer."))
    return cohort, current


def _own(candidate: Candidate, by: User) -> tuple[Cohort, Candidate]:
    if by.person_id != candidate.person_id:
        raise Refused(_("Everybody answers for themselves."))
    cohort = lock(candidate.cohort)
    return cohort, Candidate.objects.select_related("person").get(pk=candidate.pk)
