"""What the application's role could do beyond its grants: the check of `setup_database` and of `doctor`."""

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

from lms.ops import grants
from lms.ops.roles import TERSE

# Every line is a sentence about the role that asks. Temporary tables are its own, and only those.
BEYOND = """
WITH me AS (SELECT * FROM pg_roles WHERE rolname = current_user),
tables AS (
    SELECT c.oid, c.relname::text AS name, c.relowner AS owner FROM pg_class c
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND c.relnamespace = 'public'::regnamespace
),
wall AS (SELECT oid, nspowner FROM pg_namespace WHERE nspname = 'welfare'),
behind (name) AS (SELECT current_user::text || '_welfare'),
owners (role) AS (
    SELECT owner FROM tables
    UNION SELECT proowner FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION SELECT nspowner FROM pg_namespace WHERE nspname IN ('public', 'welfare')
    UNION SELECT datdba FROM pg_database WHERE datname = current_database()
)
SELECT 'it is a superuser' FROM me WHERE rolsuper
UNION ALL SELECT 'it may make roles or databases' FROM me WHERE rolcreaterole OR rolcreatedb
UNION ALL SELECT 'it passes row-level security by' FROM me WHERE rolbypassrls
UNION ALL SELECT 'it may replicate' FROM me WHERE rolreplication
UNION ALL SELECT 'it may take the place of the owner ' || pg_get_userbyid(role) FROM owners
    WHERE pg_has_role(current_user, role, 'MEMBER')
UNION ALL SELECT 'it may make things in the schema public'
    WHERE has_schema_privilege(current_user, 'public', 'CREATE')
UNION ALL SELECT 'it may look behind the wall without stepping there' FROM wall
    WHERE has_schema_privilege(current_user, oid, 'USAGE')
UNION ALL SELECT 'the role behind the wall may do more than read and write there'
    FROM wall, behind JOIN pg_roles ON rolname = name
    WHERE rolsuper OR rolbypassrls OR rolcanlogin OR has_schema_privilege(name, wall.oid, 'CREATE')
       OR pg_has_role(name, nspowner, 'MEMBER') OR has_schema_privilege(name, 'public', 'CREATE')
UNION ALL SELECT 'it may ' || privilege || ' ' || name
    FROM tables JOIN unnest(%s::text[], %s::text[]) AS f (named, privilege) ON named = name
    WHERE CASE privilege WHEN 'UPDATE' THEN has_any_column_privilege(current_user, oid, 'UPDATE')
          ELSE has_table_privilege(current_user, oid, privilege) END
"""


def beyond(connection: BaseDatabaseWrapper) -> list[str]:
    """A sentence for each power of the connection's role that the application must not have."""
    forbidden = list(_forbidden())
    with connection.cursor() as cursor:
        cursor.execute(BEYOND, [[table for table, _ in forbidden], [word for _, word in forbidden]])
        return [sentence for (sentence,) in cursor.fetchall()]


def _forbidden() -> Iterator[tuple[str, str]]:
    """Table and privilege: never TRUNCATE, and never a change where the model grants none."""
    for table, granted in grants.privileges().items():
        words = {privilege.split(" ")[0] for privilege in granted}
        for privilege in ("UPDATE", "DELETE", "TRUNCATE"):
            if privilege not in words:
                yield table, privilege


def talkative(connection: BaseDatabaseWrapper) -> list[str]:
    """Settings by which the server's log may hold statements or rows of this connection."""
    found = []
    with connection.cursor() as cursor:
        for name, value in TERSE.items():
            cursor.execute("SELECT current_setting(%s)", [name])
            if cursor.fetchone() != (value,):
                found.append(name)
    return found
