"""How an exchange comes about: its states, who moves it on, and what is missing for each move.

Pure: what is known of one exchange goes in, words and whose turn it is come out. The database refuses every
move that is not in ``MOVES``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from django.utils.translation import gettext as _

from courses.enums import ExchangeState

STATE = ExchangeState


class Mover(Enum):
    """Who moves an exchange into a state; ``SIDES`` and ``VISITORS`` by all having said their word."""

    SIDES = "sides"
    VISITORS = "visitors"
    HOST_OR_STAFF = "host or staff"
    STAFF = "staff"
    ANY_SIDE = "any side"


# The way of an exchange that comes about, in order; each step's mover is who takes it there.
PATH: dict[ExchangeState, Mover] = {
    STATE.REQUESTED: Mover.ANY_SIDE,
    STATE.AGREED: Mover.SIDES,
    STATE.APPROVED: Mover.STAFF,
    STATE.HELD: Mover.HOST_OR_STAFF,
    STATE.REPORTED: Mover.VISITORS,
    STATE.COUNTED: Mover.SIDES,
}
STEPS = tuple(PATH)
MOVES: dict[ExchangeState, tuple[ExchangeState, ...]] = {
    **{state: (after, STATE.CANCELLED) for state, after in pairwise(STEPS)},
    STATE.COUNTED: (STATE.CANCELLED,),
    STATE.CANCELLED: (),
}
# What the history holds beside the moves: a change with a reason, which moves nothing.
CHANGES = {(state, state) for state in STEPS}
RECORDED = {(old, new) for old, following in MOVES.items() for new in following} | CHANGES
# As long as nothing happened, either side may call it off; afterwards only staff, who answer for the counts.
OPEN_TO_SIDES = frozenset({STATE.REQUESTED, STATE.AGREED, STATE.APPROVED})
# What was decided by one, and changes of it afterwards, the others hear of.
DECIDED = frozenset({STATE.APPROVED, STATE.CANCELLED})
# What is open to change: who travels and what it cost, until it counts; then as a correction with a reason.
UNDER_WAY = frozenset(STEPS[:-1])


@dataclass(frozen=True)
class Side:
    """One hotline of an exchange; ``people`` are those named or counted, ``reported`` is of visitors."""

    hotline: int
    name: str
    hosting: bool
    agreed: bool = False
    people: int = 0
    reported: bool = False
    confirmed: bool = False


@dataclass(frozen=True)
class Situation:
    """What is known of an exchange now. ``over`` says that its last hour has passed."""

    state: ExchangeState
    over: bool
    sides: Sequence[Side]

    @property
    def visiting(self) -> list[Side]:
        return [side for side in self.sides if not side.hosting]


@dataclass(frozen=True)
class Turn:
    """Who is waited for: managers of these hotlines, and staff."""

    hotlines: frozenset[int] = frozenset()
    staff: bool = False

    def __bool__(self) -> bool:
        return self.staff or bool(self.hotlines)


def next_state(state: ExchangeState) -> ExchangeState | None:
    """Where an exchange goes next if nothing comes between."""
    return next((to for to in MOVES[state] if to != STATE.CANCELLED), None)


def missing(situation: Situation, to: ExchangeState) -> list[str]:
    """What stands between an exchange and a state it may move to, in words; empty when nothing does."""
    if to not in MOVES[situation.state]:
        return [_("From “%(state)s” it does not go there.") % {"state": situation.state.label}]
    return [*_missing(situation, to)]


def _missing(situation: Situation, to: ExchangeState) -> list[str]:
    match to:
        case STATE.AGREED:
            return [
                _("%(hotline)s has not agreed to the plan yet.") % {"hotline": side.name}
                for side in situation.sides
                if not side.agreed
            ]
        case STATE.HELD:
            return [] if situation.over else [_("It is not over yet.")]
        case STATE.REPORTED:
            return [sentence for side in situation.visiting for sentence in _unreported(side)]
        case STATE.COUNTED:
            return [
                _("%(hotline)s has not confirmed what is to count yet.") % {"hotline": side.name}
                for side in situation.sides
                if not side.confirmed
            ]
        case _:
            return []


def _unreported(side: Side) -> list[str]:
    said = []
    if not side.people:
        said.append(_("Nobody of %(hotline)s is named or counted.") % {"hotline": side.name})
    if not side.reported:
        said.append(_("The report of %(hotline)s is missing.") % {"hotline": side.name})
    return said


def turn(situation: Situation) -> Turn:
    """Whose word an exchange waits for, as far as it can be said now."""
    match situation.state:
        case STATE.REQUESTED:
            return Turn(frozenset(side.hotline for side in situation.sides if not side.agreed))
        case STATE.AGREED:
            return Turn(staff=True)
        case STATE.APPROVED if situation.over:
            return Turn(frozenset(side.hotline for side in situation.sides if side.hosting), staff=True)
        case STATE.HELD:
            return Turn(frozenset(side.hotline for side in situation.visiting if _unreported(side)))
        case STATE.REPORTED:
            return Turn(frozenset(side.hotline for side in situation.sides if not side.confirmed))
        case _:
            return Turn()


def hearers(situation: Situation) -> Turn:
    """Who hears what was decided or changed though nobody's word is waited for: whoever books, or need not.

    Of a cancelled exchange that is staff as well, who may have approved it.
    """
    if situation.state not in DECIDED:
        return Turn()
    sides = frozenset(side.hotline for side in situation.sides)
    return Turn(sides, staff=situation.state == STATE.CANCELLED)


def moves_by_itself(situation: Situation) -> ExchangeState | None:
    """The state that the last word of all sides takes it to at once; None where it waits for more."""
    to = next_state(situation.state)
    if to is None or PATH[to] not in (Mover.SIDES, Mover.VISITORS) or missing(situation, to):
        return None
    return to
