"""What a line of the table of doors says: who may ask for an address, and why."""

from dataclasses import dataclass, field

from lms.people.enums import Role

ANONYMOUS, NOBODY = "anonymous", "nobody"
LOGINS = frozenset({NOBODY, *Role.values})
EVERYBODY = LOGINS | {ANONYMOUS}
STAFF = frozenset({Role.STAFF.value})
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR.value})
MANAGER = frozenset({Role.HOTLINE_MANAGER.value})
TRAINER = frozenset({Role.TRAINER.value})
OFFICER = frozenset({Role.WELFARE_OFFICER.value})
INVALID = "not-a-token"
NOBODYS = "00000000-0000-4000-8000-000000000000"
NOT_FOUND, POSTED = frozenset({404}), frozenset({405})


@dataclass(frozen=True)
class Door:
    """Who may ask for an address, why, and what they are then answered (200 where nothing is said)."""

    for_whom: frozenset[str]
    why: str
    answers: frozenset[int] = frozenset({200})
    args: tuple[str, ...] = ()
    closed: int = field(default=403)
    # For programs: a session's cookie opens nothing, and the roles are those of the token's login.
    by_token: bool = False
