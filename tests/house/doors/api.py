"""Doors of the API and of the tokens that open it."""

from courses.models import Snapshot
from lms.people.enums import Role
from lms.people.models import ApiToken
from tests import cast
from tests.courses import ledger
from tests.courses.api.made import secret_of
from tests.courses.figures.made import figure
from tests.house.doors.base import ADMINISTRATOR, LOGINS, MANAGER, NOT_FOUND, POSTED, STAFF, Door

OWN_TOKENS = "everybody ends their own tokens; another's is not found"
ENDED = "administrators see whose tokens there are, and end them"
READ = (
    "programs read what their login may: staff the network, a manager the own hotline; another's is not found"
)
COUNTED = "staff count the network, a manager the own hotline"
FROZEN = "figures that are published are INHOPE staff's"
WRITTEN = "a line is an import, which is INHOPE staff's; it takes no look"
DESCRIBED = "what the API takes and gives is the same for every login"
EITHER = frozenset({200, 404})
BOTH = STAFF | MANAGER


def programs(for_whom: frozenset[str], why: str, answers: frozenset[int], *args: str) -> Door:
    return Door(for_whom, why, answers, args, by_token=True)


FOUND = frozenset({200})
DOORS: dict[str, Door] = {
    "own-tokens": Door(LOGINS, OWN_TOKENS),
    "own-token-new": Door(
        BOTH, "who may read something by it makes a token, once they show it is them", frozenset({302})
    ),
    "own-token-end": Door(LOGINS, OWN_TOKENS, NOT_FOUND, args=("token",)),
    "admin-tokens": Door(ADMINISTRATOR, ENDED),
    "admin-token-end": Door(ADMINISTRATOR, ENDED, args=("token",)),
    "api-schema": Door(LOGINS, DESCRIBED, closed=401),
    "api-docs": Door(LOGINS, DESCRIBED),
    "api-hotlines": programs(BOTH, READ, FOUND),
    "api-hotline": programs(BOTH, READ, EITHER, "hotline"),
    "api-people": programs(BOTH, READ, FOUND),
    "api-person": programs(BOTH, READ, EITHER, "person"),
    "api-activities": programs(BOTH, READ, FOUND),
    "api-activity": programs(BOTH, READ, EITHER, "activity"),
    "api-participations": programs(BOTH, READ, FOUND),
    "api-participation": programs(BOTH, READ, EITHER, "participation"),
    "api-participation-line": programs(STAFF, WRITTEN, POSTED, "A1", "P1"),
    "api-upsert": programs(STAFF, WRITTEN, POSTED),
    "api-ledger": programs(BOTH, READ, FOUND),
    "api-entry": programs(BOTH, READ, EITHER, "entry"),
    "api-counts": programs(BOTH, COUNTED, frozenset({400})),
    "api-reconcile": programs(STAFF, "it writes nothing and takes no look", POSTED),
    "api-snapshots": programs(STAFF, FROZEN, FOUND),
    "api-snapshot": programs(STAFF, FROZEN, FOUND, "snapshot"),
}


def things() -> dict[str, int | str]:
    """One of each thing that these addresses are about."""
    entry = ledger.fact(cast.person(), ledger.activity())
    snapshot: Snapshot = figure()
    secret_of(cast.user(Role.STAFF))
    return {
        "entry": entry.pk,
        "participation": entry.participation_id,
        "snapshot": snapshot.pk,
        "token": ApiToken.objects.get().pk,
    }
