"""Who can be asked, what somebody asked for, and what is addressed to somebody.

Names come from the other connection: the rows know numbers alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import BinaryField, Model
from django.db.models.functions import Substr

from lms.kit import clock
from lms.kit.keyring import HEAD, MissingKey, keyring
from lms.kit.sealing import Unreadable, unpadded
from lms.kit.tokens import digest
from lms.people.models import User
from lms.people.queries.affiliations import ties_on
from welfare.enums import RequestState, StepState, SupporterKind
from welfare.models import ContactRequest, ContactStep, OwnLadder, SharedItem, Supporter
from welfare.models.wall import as_engine, as_user

# How they are listed, after those from outside one's own hotline: whoever is bound to secrecy first.
ORDER = [SupporterKind.COUNSELLOR, SupporterKind.OFFICER, SupporterKind.PEER]


@dataclass(frozen=True)
class Choice:
    """Somebody who can be asked; ``outside`` where nothing ties them to the hotline of the one who asks."""

    supporter: Supporter
    name: str
    outside: bool

    @property
    def pk(self) -> int:
        return self.supporter.pk

    @property
    def said(self) -> tuple[object, ...]:
        """What must have been read before anything is sent to this person."""
        one = self.supporter
        return (
            self.name,
            one.kind,
            self.outside,
            one.languages,
            one.nights,
            one.danger,
            one.hours,
            one.by_mail,
        )


def choices_for(user: User) -> list[Choice]:
    """Everybody this login can ask, those from outside its hotline first. A constant number of queries."""
    with as_user(user.pk):
        found = {one.pk: one for one in Supporter.objects.exclude(pk=user.pk)}
    logins = standing(found)
    ties = ties_on(clock.today(), [user, *logins.values()])
    own = ties[user.pk]
    offered = [one for one in found.values() if one.pk in logins and one.hotline_id in {None, *own}]
    choices = [Choice(one, name_of(logins[one.pk]), not own & ties[one.pk]) for one in offered]
    return sorted(
        choices, key=lambda one: (not one.outside, ORDER.index(SupporterKind(one.supporter.kind)), one.name)
    )


def standing(numbers: Iterable[int]) -> dict[int, User]:
    """Those of the logins that are open, by number."""
    return User.objects.select_related("person").filter(is_active=True).in_bulk(list(numbers))


def name_of(user: User | None) -> str:
    """As others know this login; '' for one that is not there any more."""
    if user is None:
        return ""
    return user.person.name if user.person else user.email


def names_of(numbers: Iterable[int]) -> dict[int, str]:
    """Also of logins that were closed. One query."""
    found = User.objects.select_related("person").in_bulk(list(set(numbers)))
    return {number: name_of(user) for number, user in found.items()}


def shown_as(chosen: Iterable[Choice]) -> str:
    """Stands for what a page showed of these people, in this order: it changes with every word."""
    return digest("\0".join(repr((one.pk, *one.said)) for one in chosen))


@dataclass(frozen=True)
class Rung:
    step: ContactStep
    name: str


@dataclass(frozen=True)
class Asked:
    """A request as the one who asked sees it."""

    request: ContactRequest
    rungs: list[Rung]


def latest_request(user: User) -> Asked | None:
    """The one under way, else the newest that is over. Two queries here and one for the names."""
    with as_user(user.pk):
        own = ContactRequest.objects.filter(user_id=user.pk).order_by("-made_at").prefetch_related("steps")
        request = own.first()
        steps = list(request.steps.all()) if request else []
    if request is None:
        return None
    names = names_of(step.supporter_id for step in steps)
    return Asked(request, [Rung(step, names.get(step.supporter_id, "")) for step in steps])


def remembered_ladder(user: User) -> list[int]:
    """The order that somebody had remembered; [] without one."""
    with as_user(user.pk):
        found = OwnLadder.objects.filter(pk=user.pk).first()
    return list(found.supporters) if found else []


def reach_of(request: ContactRequest) -> str:
    """The way to reach the one who asked; '' without one, or where it cannot be opened here."""
    try:
        return unpadded(keyring().unwrap(bytes(request.reach), about=about_reach(request))).decode()
    except (Unreadable, MissingKey):
        return ""


def about_reach(request: ContactRequest) -> bytes:
    return f"reach:{request.pk}".encode()


@dataclass(frozen=True)
class Addressed:
    """A request as the one who is asked sees it: who, when, how to reach; nothing else is known of it."""

    step: ContactStep
    name: str
    reach: str

    @property
    def is_over(self) -> bool:
        return self.step.request.state in (RequestState.ANSWERED, RequestState.WITHDRAWN)

    @property
    def by_me(self) -> bool:
        return self.step.state == StepState.ANSWERED


def addressed_to(user: User) -> list[Addressed]:
    """What this login was asked, the newest first. One query here and one for the names."""
    with as_user(user.pk):
        steps = list(
            ContactStep.objects.filter(supporter_id=user.pk, sent_at__isnull=False)
            .select_related("request")
            .order_by("-sent_at")
        )
    askers = User.objects.select_related("person").in_bulk({step.user_id for step in steps})
    return [_addressed(step, askers.get(step.user_id)) for step in steps]


def _addressed(step: ContactStep, asker: User | None) -> Addressed:
    reach = reach_of(step.request) or (asker.email if asker else "")
    return Addressed(step, name_of(asker), reach)


def own_words_as_supporter(user: User) -> Supporter | None:
    """What others read about this login before they ask; None where it cannot be asked."""
    with as_user(user.pk):
        return Supporter.objects.filter(pk=user.pk).first()


def shared_with(user: User) -> list[SharedItem]:
    """What was handed to this login, the newest last day first; sealed."""
    with as_user(user.pk):
        return list(SharedItem.objects.filter(supporter_id=user.pk).order_by("-until", "pk"))


def people() -> list[tuple[Supporter, User | None]]:
    """Everybody who can be asked, for officers; to be called in an officer's name."""
    rows = list(Supporter.objects.all())
    logins = User.objects.select_related("person").in_bulk([row.pk for row in rows])
    return sorted(((row, logins.get(row.pk)) for row in rows), key=lambda pair: name_of(pair[1]))


def whose_mail(token: str) -> int | None:
    """The number of the login whose mail held this token; None for another's token, or nobody's."""
    with as_engine():
        found = ContactStep.objects.filter(mail__off_digest=digest(token))
        return found.values_list("supporter_id", flat=True).first()


def wrapped_with() -> set[bytes]:
    """The head of every key that wraps a row here, as lms.kit.keyring writes it."""
    with as_engine():
        return _heads(ContactRequest, "reach") | _heads(SharedItem, "kept")


def _heads(model: type[Model], column: str) -> set[bytes]:
    rows = model._default_manager.annotate(head=Substr(column, 1, HEAD, output_field=BinaryField()))
    return {bytes(head) for head in rows.values_list("head", flat=True).distinct()}
