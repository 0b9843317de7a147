"""Bring the training ledger in line with what an exchange says: who came, and whether it counts."""

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef

from courses.actions.activities import change_activity
from courses.actions.funding import Payers, fund_participation
from courses.actions.ledger import record_head_count, record_stage, reverse_entry
from courses.enums import ActivityStatus, ExchangeState, Stage
from courses.models import Entry, Exchange, Participation, Traveller, Visit
from courses.queries.exchanges.own import visiting
from courses.queries.facts import first_day, known_versions
from lms.kit import clock
from lms.people.enums import Audience
from lms.people.models import Hotline, Person, User


@dataclass
class Came:
    """Who came, by the hotline they came for: named persons, and how many without a name.

    ``paid_for`` has the grants of those who have any, by (person, hotline without names).
    """

    persons: dict[int, tuple[Person, Hotline]] = field(default_factory=dict)
    heads: dict[int, tuple[Hotline, int]] = field(default_factory=dict)
    paid_for: dict[tuple[int | None, int | None], Payers] = field(default_factory=dict)

    def holds(self, entry: Entry) -> bool:
        """Whether an attendance that stands says just this."""
        if entry.audience != Audience.HOTLINE:
            return False
        if entry.person_id is not None:
            found = self.persons.get(entry.person_id)
            return found is not None and found[1].pk == entry.hotline_id
        return self.heads.get(entry.hotline_id or 0, (None, 0))[1] == entry.headcount


def settle_ledger(*, exchange: Exchange, by: User | None) -> None:
    """Reverse what the exchange does not say, record what it says, who paid, and set the activity's status.

    For actions that hold the exchange's row; a second call changes nothing. Whoever came counts for the
    visiting hotline, whatever their affiliation says on the day.
    """
    counts = exchange.state == ExchangeState.COUNTED
    came = who_came(exchange) if counts else Came()
    if counts:
        change_activity(
            activity=exchange.activity, status=ActivityStatus.HELD, funder_id=_one_funder(exchange), by=by
        )
    attended = Entry.objects.standing().filter(activity=exchange.activity_id, stage=Stage.ATTENDED)
    for entry in attended.order_by("pk"):
        if not came.holds(entry):
            reverse_entry(entry=entry, by=by)
    record(exchange=exchange, came=came, by=by)
    settle_fundings(exchange=exchange, came=came, by=by)


def who_came(exchange: Exchange) -> Came:
    came = Came()
    visits = visiting().filter(exchange=exchange).prefetch_related("travellers__person")
    for visit in visits:
        for traveller in visit.travellers.all():
            came.persons[traveller.person_id] = (traveller.person, visit.hotline)
            came.paid_for[traveller.person_id, None] = payers_of(traveller if traveller.grant_id else visit)
        if visit.heads:
            came.heads[visit.hotline_id] = (visit.hotline, visit.heads)
            came.paid_for[None, visit.hotline_id] = payers_of(visit)
    return came


def record(*, exchange: Exchange, came: Came, by: User | None) -> None:
    """Append the attendances that do not stand yet."""
    day = first_day(known_versions([exchange.activity_id])[exchange.activity_id]) or clock.today()
    for person, hotline in came.persons.values():
        place = {"audience": Audience.HOTLINE, "hotline_id": hotline.pk, "country_id": hotline.country_id}
        record_stage(
            activity=exchange.activity,
            person=person,
            stage=Stage.ATTENDED,
            happened_on=None,
            standing_on=day,
            place=place,
            by=by,
        )
    for hotline, number in came.heads.values():
        record_head_count(
            activity=exchange.activity,
            audience=Audience.HOTLINE,
            hotline=hotline,
            country=hotline.country,
            stage=Stage.ATTENDED,
            number=number,
            replaces=True,
            by=by,
        )


def settle_fundings(*, exchange: Exchange, came: Came, by: User | None) -> None:
    """Say who paid for each visitor with a grant; whoever has none, or did not come, has none of their own.

    Of the activity itself nothing is said here: what paid for the exchange is staff's to say.
    """
    of_exchange = Participation.objects.filter(activity=exchange.activity_id).order_by("pk")
    attended = Entry.objects.standing().filter(participation=OuterRef("pk"), stage=Stage.ATTENDED)
    for one in of_exchange.annotate(came=Exists(attended)):
        key = (one.person_id, None if one.person_id else one.hotline_id)
        payers = came.paid_for.get(key, Payers()) if one.came else Payers()
        fund_participation(participation=one, payers=payers, by=by)


def payers_of(planned: Visit | Traveller) -> Payers:
    """What a plan of a visit says, for the fact that comes of it."""
    grants, packages = ([planned.grant_id], [planned.work_package_id])
    return Payers(frozenset(filter(None, grants)), frozenset(filter(None, packages)))


def _one_funder(exchange: Exchange) -> int | None:
    """The activity's funder: the one that all visits have; visits paid by several are the costs' to tell."""
    found = set(visiting().filter(exchange=exchange).values_list("funder", flat=True))
    return found.pop() if len(found) == 1 else None
