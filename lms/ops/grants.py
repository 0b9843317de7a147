"""What the application's and the welfare role may do with each table, read from the models."""

from collections.abc import Iterator

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model

from lms.ops.roles import WELFARE_SCHEMA, Roles, quoted, welfare_schema

# Never TRUNCATE, which no row trigger sees; never REFERENCES or TRIGGER, which only owners need.
FACTS = ("SELECT", "INSERT")
ORDINARY = ("SELECT", "INSERT", "UPDATE", "DELETE")
READ = ("SELECT",)
# The library of the triggers lets whoever sets `pgtrigger.ignore` past them, and every migration that makes
# a trigger puts this function back.
NO_TRIGGER_IGNORED = """
DO $$ BEGIN
    IF to_regprocedure('public._pgtrigger_should_ignore(name)') IS NOT NULL THEN
        CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name name)
        RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
    END IF;
END $$
"""
# Guards read tables by name: a temporary table of that name must come last, not first.
GUARDS_SEE_THE_TABLES = f"""
DO $$ DECLARE
    guard record;
BEGIN
    FOR guard IN
        SELECT oid::regprocedure AS name, pronamespace::regnamespace AS home FROM pg_proc
        WHERE pronamespace IN ('public'::regnamespace, '{WELFARE_SCHEMA}'::regnamespace)
          AND prorettype = 'trigger'::regtype
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, %s, pg_temp', guard.name, guard.home);
    END LOOP;
END $$
"""  # noqa: S608 - a constant of our own


def privileges(*, behind_the_wall: bool = False) -> dict[str, tuple[str, ...]]:
    """Table to privileges: of the application on its tables, or of the welfare role on those behind the wall.

    A model with `append_only = True` gets SELECT and INSERT. A model with `granted_to_application = ()`
    (or another tuple of privileges) says itself what the application may do; a privilege may name columns,
    as in ``UPDATE (undone_at)``.
    """
    found = {
        model._meta.db_table: _privileges_of(model)
        for model in _models()
        if (model._meta.app_label == WELFARE_SCHEMA) == behind_the_wall
    }
    return found if behind_the_wall else found | {MigrationRecorder.Migration._meta.db_table: READ}


def _models() -> Iterator[type[Model]]:
    for model in apps.get_models(include_auto_created=True, include_swapped=False):
        if model._meta.managed and not model._meta.proxy:
            yield model


def _privileges_of(model: type[Model]) -> tuple[str, ...]:
    usual = FACTS if getattr(model, "append_only", False) else ORDINARY
    own: tuple[str, ...] = getattr(model, "granted_to_application", usual)
    return own


def make_welfare_schema(connection: BaseDatabaseWrapper, names: Roles) -> None:
    """Where it is missing, on a connection that speaks as the owner: a new database has none yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace(%s) IS NULL", [WELFARE_SCHEMA])
        if cursor.fetchone() == (True,):
            cursor.execute("; ".join(welfare_schema(names)))


def apply(connection: BaseDatabaseWrapper, names: Roles) -> None:
    """Grant both roles exactly these privileges and close the ways around the triggers.

    To be called after every migration; the connection speaks as the owner of the tables.
    """
    with connection.cursor() as cursor:
        there = {info.name for info in connection.introspection.get_table_list(cursor)}
        statements = [
            *_statements("public", privileges(), there, names.application),
            *_statements(WELFARE_SCHEMA, privileges(behind_the_wall=True), there, names.welfare),
        ]
        cursor.execute("; ".join([*statements, NO_TRIGGER_IGNORED, GUARDS_SEE_THE_TABLES]))


def _statements(
    schema: str, granted: dict[str, tuple[str, ...]], there: set[str], role: str
) -> Iterator[str]:
    grantee = quoted(role)
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {grantee}"
    yield f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM {grantee}"
    for table, words in sorted(granted.items()):
        if words and table in there:
            # Identity columns fill themselves, so that no sequence needs a grant.
            yield f"GRANT {', '.join(words)} ON {schema}.{quoted(table)} TO {grantee}"
