"""Ask for an exchange, and plan it: dates and place, the programme, who visits, who travels, who pays."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import rules
from courses.actions.activities import change_activity, record_activity
from courses.actions.exchanges.counting import settle_ledger
from courses.actions.exchanges.moving import advance, held, in_their_stead, record_move, say_yes
from courses.actions.exchanges.telling import tell_news
from courses.enums import ActivityStatus, ExchangeState, Mode, YesTo
from courses.kinds.exchanges import Situation
from courses.models import Exchange, Funder, Traveller, Visit
from lms.kit.errors import Refused
from lms.people.models import Affiliation, Hotline, Person, User
from lms.people.queries.merges import survivors

KIND = "exchange"
# Beyond this a visit is a conference; and a wrong year is caught.
LONGEST = dt.timedelta(days=60)
# Who comes is a plan as long as it was not held.
BEFORE = (ExchangeState.REQUESTED, ExchangeState.AGREED, ExchangeState.APPROVED)


@dataclass(frozen=True)
class Plan:
    """What both sides agree to. ``starts_at`` and ``ends_at`` are UTC instants, ``timezone`` the place's."""

    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    timezone: str
    place: str = ""
    mode: str = Mode.IN_PERSON
    topics: Sequence[str] = field(default_factory=tuple)

    def check(self) -> None:
        """Raises Refused at the field that cannot be."""
        if self.ends_at <= self.starts_at:
            raise Refused(_("It ends before it begins."), field="ends")
        if self.ends_at - self.starts_at > LONGEST:
            raise Refused(_("That is more than two months: check the days."), field="ends")

    def known(self) -> dict[str, Any]:
        return vars(self) | {"topics": list(self.topics)}


@transaction.atomic
def request_exchange(
    *, host: Hotline, visiting: Sequence[Hotline], plan: Plan, by: User, programme: str = ""
) -> Exchange:
    """A new exchange, requested; the hotlines whose manager asks for it have agreed by asking.

    Raises Refused for who is of no side and not staff, without a visiting hotline, for a host that visits
    itself, and for days that cannot be.
    """
    plan.check()
    if not visiting:
        raise Refused(_("Choose at least one visiting hotline."), field="visiting")
    if host.pk in {hotline.pk for hotline in visiting}:
        raise Refused(_("The host cannot visit itself."), field="visiting")
    sides = [host, *visiting]
    if not any(rules.may_speak_for(by, hotline.pk) for hotline in sides):
        raise Refused(_("Your own hotline has to host or to visit."), field="host")
    activity = record_activity(
        kind_id=KIND,
        host=host,
        country_id=host.country_id,
        status=ActivityStatus.PLANNED,
        by=by,
        **plan.known(),
    )
    made = Exchange.objects.create(activity=activity, host=host, programme=programme.strip(), created_by=by)
    Visit.objects.bulk_create(Visit(exchange=made, hotline=hotline, host=host) for hotline in visiting)
    record_move(exchange=made, before="", after=made.state, by=by)
    for hotline in sides:
        if not in_their_stead(by, hotline):
            say_yes(exchange=made, hotline=hotline, to=YesTo.PLAN, by=by)
    advance(exchange=made, by=by)
    return made


@transaction.atomic
def change_plan(*, exchange: Exchange, plan: Plan, by: User, note: str = "") -> None:
    """Other dates, place or topics.

    Until the plan is agreed all sides may change it, and those who had agreed are asked anew; afterwards
    staff, with a reason that the history keeps. After the exchange was counted this is a correction: counts
    go by the new dates.
    Raises Refused for who may not, and for days that cannot be.
    """
    plan.check()
    current, situated = held(exchange.pk)
    if situated.state == ExchangeState.CANCELLED:
        raise Refused(_("It was cancelled: ask for another one."))
    if not rules.may_plan_exchange(by, current):
        raise Refused(_("The plan is agreed: ask INHOPE staff to change it."))
    said_before = situated.state != ExchangeState.REQUESTED
    if said_before and not note.strip():
        raise Refused(_("Say why: both sides read it in the history."), field="note")
    before = current.activity.versions.order_by("-number").first()
    version = change_activity(activity=current.activity, by=by, **plan.known())
    if before is not None and version.number == before.number:
        return
    if said_before:
        line = record_move(exchange=current, before=current.state, after=current.state, by=by, note=note)
        tell_news(exchange=current, move=line, by=by)
    changed(exchange=current, situated=situated, by=by)


def changed(*, exchange: Exchange, situated: Situation, by: User) -> None:
    """What a yes was given to is not the same any more: ask again, but not whoever changed it.

    For actions that hold the exchange's row. Only while a yes is asked for: an approved plan, and what was
    counted, ask nobody anew. Nobody confirms by changing.
    """
    if situated.state not in (ExchangeState.REQUESTED, ExchangeState.REPORTED):
        return
    Exchange.objects.filter(pk=exchange.pk).update(round=F("round") + 1)
    exchange.refresh_from_db(fields=["round"])
    for hotline in Hotline.objects.filter(pk__in=[side.hotline for side in situated.sides]).order_by("pk"):
        if situated.state == ExchangeState.REQUESTED and not in_their_stead(by, hotline):
            say_yes(exchange=exchange, hotline=hotline, to=YesTo.PLAN, by=by)
    advance(exchange=exchange, by=by)


@transaction.atomic
def write_programme(*, exchange: Exchange, programme: str, by: User) -> None:
    """The days in words, as Markdown; nobody is asked anew for it. Raises Refused for who may not."""
    current, _situated = held(exchange.pk)
    if not rules.may_write_programme(by, current):
        raise Refused(_("The programme is the host's to write, until the exchange counts."))
    Exchange.objects.filter(pk=current.pk).update(programme=programme.strip())


@transaction.atomic
def add_visit(*, exchange: Exchange, hotline: Hotline, by: User) -> Visit:
    """One more visiting hotline, as long as the plan is not agreed; all sides are asked (again).

    Raises Refused for who may not, for the host, and for a hotline that is part of it already.
    """
    current, situated = held(exchange.pk)
    if situated.state != ExchangeState.REQUESTED or not rules.may_plan_exchange(by, current):
        raise Refused(_("A further hotline can join until the plan is agreed."))
    if hotline.pk in {side.hotline for side in situated.sides}:
        raise Refused(_("This hotline is part of the exchange already."), field="hotline")
    made = Visit.objects.create(exchange=current, hotline=hotline, host_id=current.host_id)
    note = _("%(hotline)s joins the visitors.") % {"hotline": hotline.name}
    record_move(exchange=current, before=current.state, after=current.state, by=by, note=note)
    _again, situated = held(current.pk)
    changed(exchange=current, situated=situated, by=by)
    return made


@transaction.atomic
def leave(*, visit: Visit, by: User) -> None:
    """A visiting hotline drops out before it was held; the others go on without it.

    Raises Refused for who does not speak for it, afterwards, and for the last visitor: cancel it then.
    """
    current, situated = held(visit.exchange_id)
    if not rules.may_speak_for(by, visit.hotline_id):
        raise Refused(_("Only a manager of the hotline, or staff in their stead, takes it out."))
    if situated.state not in BEFORE:
        raise Refused(_("It was held: correct who came instead."))
    if len(situated.visiting) < 2:
        raise Refused(_("Nobody would visit any more: cancel the exchange instead."))
    visit.travellers.all().delete()
    Visit.objects.filter(pk=visit.pk, left_at=None).update(left_at=timezone.now(), left_by=by)
    note = _("%(hotline)s does not take part any more.") % {"hotline": visit.hotline.name}
    record_move(exchange=current, before=current.state, after=current.state, by=by, note=note)
    advance(exchange=current, by=by)


@dataclass(frozen=True)
class Party:
    """Who comes with a visit, and who pays: persons by name, others by their number, a funder by name."""

    persons: Sequence[Person] = field(default_factory=tuple)
    heads: int = 0
    funder: str = ""
    grant_number: str = ""


@transaction.atomic
def arrange_visit(*, visit: Visit, party: Party, by: User, note: str = "") -> None:
    """Say who travels and who pays; after it was held: who came, which both sides then confirm (again).

    After it was counted this is a correction by staff: the ledger's facts are reversed and recorded anew,
    and the history keeps the reason. Raises Refused for who may not, without that reason, for people who
    are not of the hotline, for one person twice, and for nobody at all once it was held.
    """
    current, situated = held(visit.exchange_id)
    own = Visit.objects.select_related("exchange", "hotline").get(pk=visit.pk)
    if not rules.may_arrange_visit(by, own):
        raise Refused(_("It is not yours to say who comes with this visit."))
    counted = situated.state == ExchangeState.COUNTED
    if counted and not note.strip():
        raise Refused(_("Say why: it is kept with the correction."), field="note")
    _check_people(own, party, nobody_is_enough=situated.state in BEFORE)
    before = _people(own)
    _write(own, party)
    if counted:
        _correct(current, note, by)
    elif situated.state not in BEFORE and _people(own) != before:
        changed(exchange=current, situated=situated, by=by)
    advance(exchange=current, by=by)


def _correct(exchange: Exchange, note: str, by: User) -> None:
    record_move(exchange=exchange, before=exchange.state, after=exchange.state, by=by, note=note)
    settle_ledger(exchange=exchange, by=by)


def _people(visit: Visit) -> tuple[int, frozenset[int]]:
    persons = Traveller.objects.filter(visit=visit).values_list("person", flat=True)
    return Visit.objects.get(pk=visit.pk).heads, frozenset(persons)


def _check_people(visit: Visit, party: Party, *, nobody_is_enough: bool) -> None:
    ids = [person.pk for person in party.persons]
    final = survivors()
    if len({final.get(pk, pk) for pk in ids}) != len(ids):
        raise Refused(_("One person is named twice."), field="persons")
    tied = Affiliation.objects.filter(hotline=visit.hotline_id, person__in=ids)
    if set(ids) - set(tied.values_list("person", flat=True)):
        raise Refused(_("Only people of the visiting hotline travel with it."), field="persons")
    others = Traveller.objects.filter(exchange=visit.exchange_id, person__in=ids).exclude(visit=visit)
    if others.exists():
        raise Refused(_("Somebody of them comes with another visit of this exchange."), field="persons")
    if not ids and not party.heads and not nobody_is_enough:
        raise Refused(_("It was held: name who came, or say how many."), field="heads")


def _write(visit: Visit, party: Party) -> None:
    name = party.funder.strip()
    funder = Funder.objects.get_or_create(name=name)[0] if name else None
    Visit.objects.filter(pk=visit.pk).update(
        heads=party.heads, funder=funder, grant_number=party.grant_number.strip()
    )
    wanted = {person.pk: person for person in party.persons}
    named = Traveller.objects.filter(visit=visit)
    named.exclude(person__in=wanted).delete()
    there = set(named.values_list("person", flat=True))
    Traveller.objects.bulk_create(
        Traveller(exchange_id=visit.exchange_id, visit=visit, person=person)
        for pk, person in wanted.items()
        if pk not in there
    )
