"""When something was recorded: one moment for every fact that a transaction appends.

A transaction's first append takes the recording lock shared and fixes its moment; a freeze takes the
lock exclusively, so that after it nothing older can appear. All rows of one transaction carry one
moment: what is read as of a moment never shows half an import.
"""

import datetime as dt

import pgtrigger
from django.db import connection
from django.db.models import DateTimeField, Func

# Any constant of the project's own; it must only differ from other advisory locks on this database.
RECORDING_LOCK = 4_021_001

# The truth, in a table that the application's role has no grant for. Rows of transactions that ended are
# swept by whoever comes next; those that another sweeper holds are left to it, so that nobody waits.
CREATE_RECORDING_MOMENT = f"""
CREATE UNLOGGED TABLE recording (xid xid8 PRIMARY KEY, moment timestamptz NOT NULL);
CREATE FUNCTION recording_moment() RETURNS timestamptz LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    own xid8 := pg_current_xact_id();
    found timestamptz;
BEGIN
    -- A dump restored elsewhere may hold a row of this number: that one is older than the transaction.
    SELECT moment INTO found FROM public.recording WHERE xid = own AND moment >= now();
    IF found IS NULL THEN
        PERFORM pg_advisory_xact_lock_shared({RECORDING_LOCK});
        DELETE FROM public.recording WHERE xid IN (
            SELECT xid FROM public.recording
            WHERE xid = own OR xid < pg_snapshot_xmin(pg_current_snapshot()) FOR UPDATE SKIP LOCKED
        );
        found := greatest(clock_timestamp(), now());
        INSERT INTO public.recording VALUES (own, found);
    END IF;
    RETURN found;
END $$;
CREATE FUNCTION noted_moment() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    noted text := current_setting('lms.recording_moment', true);
BEGIN
    -- After a transaction ends, a local setting is '' and not null.
    IF coalesce(noted, '') = '' THEN
        noted := public.recording_moment()::text;
        PERFORM set_config('lms.recording_moment', noted, true);
    END IF;
    RETURN noted::timestamptz;
END $$;
"""  # noqa: S608 - the only value in it is the number above
DROP_RECORDING_MOMENT = "DROP FUNCTION noted_moment(), recording_moment(); DROP TABLE recording;"
# A reversal, a version or a merge dated back would change what an as-of has already told.
GUARD_MOMENT = """
IF EXISTS (SELECT FROM new_rows WHERE {column} <> (SELECT recording_moment())) THEN
    RAISE EXCEPTION 'The database stamps what it records itself: {column} cannot be given.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_stamps_itself';
END IF;
RETURN NULL;
"""
NEW_ROWS = pgtrigger.Referencing(new="new_rows")  # type: ignore[no-untyped-call]  # it ships no types


def stamps_itself(column: str = "recorded_at") -> pgtrigger.Trigger:
    """For a table whose moment, in ``column``, nobody may choose: rows that give one are all refused."""
    return pgtrigger.Trigger(
        name="stamps_itself",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=NEW_ROWS,
        func=GUARD_MOMENT.format(column=column),
    )


class RecordingMoment(Func):
    """The moment of the running transaction, by the database's clock: the default of ``recorded_at``.

    It may be read for each of 800,000 rows, so it comes from a setting of the transaction, which anybody
    could change; the table's trigger holds all rows of a statement against ``recording_moment()``.
    """

    function = "noted_moment"
    template = "%(function)s()"
    arity = 0
    output_field = DateTimeField()


class DatabaseClock(Func):
    """The database's clock at this very moment, also late in a long transaction."""

    function = "clock_timestamp"
    template = "%(function)s()"
    arity = 0
    output_field = DateTimeField()


def hold_recording() -> dt.datetime:
    """Keep everybody else from recording until this transaction ends, and tell its moment (UTC).

    It waits for whoever is recording. Everything recorded before the moment can be read from here on, and
    whatever is recorded by others afterwards gets a later one.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [RECORDING_LOCK])
        # Not before the lock is held: the moment is read from the clock.
        cursor.execute("SELECT noted_moment()")
        moment: dt.datetime = cursor.fetchone()[0]
    return moment.astimezone(dt.UTC)
