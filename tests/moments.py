"""A later moment of recording within one test transaction, as the next transaction would have.

The application's role cannot do this: the function below is the owner's, and only test databases have it.
"""

from django.db import connection

CREATE_NEXT_MOMENT = """
CREATE OR REPLACE FUNCTION forget_moment() RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
    DELETE FROM recording WHERE xid = pg_current_xact_id();
    SELECT set_config('lms.recording_moment', '', true);
$$;
"""


def next_moment() -> None:
    """What is recorded from here on is recorded later than what was."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT forget_moment()")
