"""Advisory locks: one name for each rule that no row can carry."""

from enum import IntEnum

from django.db import DEFAULT_DB_ALIAS, connections


class Lock(IntEnum):
    """Numbers of the project's own; they only have to differ from each other and from RECORDING_LOCK."""

    IMPORTS = 4_021_002
    HOTLINES = 4_021_010
    ADMINISTRATORS = 4_021_011
    MERGES = 4_021_012
    MARKING = 4_021_013
    MEDIA = 4_021_014
    PREREQUISITES = 4_021_016
    OWN_KEYS = 4_021_030
    REFLECTIONS = 4_021_031
    SEALED_ANSWERS = 4_021_032
    FEEDBACK_POOL = 4_021_040
    REGISTER_CLAIMS = 4_021_050
    REGISTER_FILES = 4_021_051
    BULK_ACTIONS = 4_021_070


def hold(lock: Lock, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Wait for a lock and hold it until the transaction that runs on this connection ends."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(lock)])


def hold_shared(lock: Lock, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Wait for whoever holds the lock alone, and keep others from that until the transaction ends."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [int(lock)])


def try_hold(lock: Lock, *, using: str = DEFAULT_DB_ALIAS) -> bool:
    """As ``hold``, but without waiting: False where somebody else holds it."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [int(lock)])
        return bool(cursor.fetchone()[0])


def try_shared(lock: Lock, *, using: str = DEFAULT_DB_ALIAS) -> bool:
    """As ``hold_shared``, but without waiting: False where somebody holds the lock alone."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock_shared(%s)", [int(lock)])
        return bool(cursor.fetchone()[0])
