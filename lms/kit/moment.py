"""When something was recorded: one moment for every fact that a transaction appends.

A transaction's first append takes the recording lock shared and fixes its moment; a freeze takes the
lock exclusively, so that after it nothing older can appear. All rows of one transaction carry one
moment: what is read as of a moment never shows half an import.
"""

import pgtrigger
from django.db.models import DateTimeField, Func

# Any constant of the project's own; it must only differ from other advisory locks on this database.
RECORDING_LOCK = 4_021_001

CREATE_RECORDING_MOMENT = f"""
CREATE FUNCTION recording_moment() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    moment text := current_setting('lms.recording_moment', true);
BEGIN
    -- After a transaction ends, a local setting is '' and not null.
    IF coalesce(moment, '') = '' THEN
        PERFORM pg_advisory_xact_lock_shared({RECORDING_LOCK});
        moment := clock_timestamp()::text;
        PERFORM set_config('lms.recording_moment', moment, true);
    END IF;
    RETURN moment::timestamptz;
END $$;
"""
DROP_RECORDING_MOMENT = "DROP FUNCTION recording_moment();"
# A reversal, a version or a merge dated back would change what an as-of has already told.
GUARD_MOMENT = """
IF EXISTS (SELECT FROM new_rows WHERE recorded_at <> (SELECT recording_moment())) THEN
    RAISE EXCEPTION 'The database stamps what it records itself: recorded_at cannot be given.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_stamps_itself';
END IF;
RETURN NULL;
"""
NEW_ROWS = pgtrigger.Referencing(new="new_rows")  # type: ignore[no-untyped-call]  # it ships no types


def stamps_itself() -> pgtrigger.Trigger:
    """For a table whose ``recorded_at`` nobody may choose: rows that give one are refused, all of them."""
    return pgtrigger.Trigger(
        name="stamps_itself",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=NEW_ROWS,
        func=GUARD_MOMENT,
    )


class RecordingMoment(Func):
    """The moment of the running transaction, by the database's clock."""

    function = "recording_moment"
    template = "%(function)s()"
    arity = 0
    output_field = DateTimeField()
