"""The application's role owns nothing and may do exactly what the models say."""

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction
from django.test import TransactionTestCase

from lms.ops import grants
from lms.ops.database import application_role, as_owner

EVERY_PRIVILEGE = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN")
PRIVILEGES_OF_TABLES = """
    SELECT c.relname, c.relnamespace::regnamespace::text, pg_get_userbyid(c.relowner), p.privilege
    FROM pg_class c CROSS JOIN unnest(%s::text[]) AS p (privilege)
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
      AND c.relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
      AND has_table_privilege(%s, c.oid, p.privilege)
"""


def ask(sql: str, *params: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


@pytest.fixture
def append_only_table() -> str:
    return next(m._meta.db_table for m in apps.get_models() if getattr(m, "append_only", False))


@pytest.mark.django_db
def test_tests_run_as_the_application():
    assert ask("SELECT current_user, session_user") == [(application_role(connection),) * 2]


@pytest.mark.django_db
def test_every_table_grants_the_application_exactly_what_its_model_says():
    found: dict[str, set[str]] = {}
    for table, _schema, owner, privilege in ask(
        PRIVILEGES_OF_TABLES, list(EVERY_PRIVILEGE), application_role(connection)
    ):
        assert owner != application_role(connection), table
        found.setdefault(table, set()).add(privilege)
    whole = {
        table: {word for word in granted if "(" not in word} for table, granted in grants.privileges().items()
    }
    assert found == {table: granted for table, granted in whole.items() if granted}
    assert {"SELECT", "INSERT"} in found.values(), "no append-only table was looked at"


@pytest.mark.django_db
def test_a_grant_of_columns_is_a_grant_of_these_only():
    found = ask(
        "SELECT table_name || ': ' || privilege_type || ' (' || string_agg(column_name, ', ' ORDER BY column_name)"
        " || ')' FROM information_schema.column_privileges p WHERE grantee = %s AND privilege_type <> 'SELECT'"
        " AND NOT has_table_privilege(grantee, table_name::regclass, privilege_type)"
        " GROUP BY table_name, privilege_type",
        application_role(connection),
    )
    said = [f"{table}: {w}" for table, granted in grants.privileges().items() for w in granted if "(" in w]
    assert sorted(line for (line,) in found) == sorted(said) != []


@pytest.mark.django_db
def test_every_guard_looks_past_temporary_tables():
    paths = ask(
        "SELECT proname, proconfig FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " AND (prorettype = 'trigger'::regtype OR prosecdef)"
    )
    assert len(paths) > 5
    for name, path in paths:
        assert "search_path=pg_catalog, public, pg_temp" in [word.replace('"', "") for word in path or []], (
            name
        )


@pytest.mark.django_db
def test_the_application_has_no_power_beyond_its_tables():
    role = application_role(connection)
    powers = "rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls"
    assert ask(f"SELECT {powers} FROM pg_roles WHERE rolname = %s", role) == [(False,) * 5]
    assert ask("SELECT relname FROM pg_class WHERE relowner = %s::regrole", role) == []
    assert ask("SELECT has_schema_privilege(%s, 'public', 'CREATE')", role) == [(False,)]
    owner = connection.settings_dict["OWNER"]["USER"]
    assert ask("SELECT pg_has_role(%s, %s, 'MEMBER')", role, owner) == [(False,)]


@pytest.mark.django_db
def test_the_application_may_stage_in_temporary_tables():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE staged (line int) ON COMMIT DROP")
        cursor.execute("INSERT INTO staged VALUES (1)")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {}"]
)
def test_the_application_cannot_change_a_fact(append_only_table, statement):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(append_only_table))


@pytest.mark.django_db(transaction=True)
def test_the_owner_comes_and_goes():
    with as_owner(), as_owner() as swapped:
        with swapped.cursor() as cursor:
            cursor.execute("CREATE TABLE passing (id int)")
            cursor.execute("DROP TABLE passing")
        assert ask("SELECT current_user") == [(connection.settings_dict["OWNER"]["USER"],)]
    assert ask("SELECT current_user") == [(application_role(connection),)]
    with pytest.raises(ProgrammingError), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE passing (id int)")


@pytest.mark.django_db
def test_the_role_cannot_change_inside_a_transaction():
    with pytest.raises(transaction.TransactionManagementError), as_owner():
        raise AssertionError("swapped inside a transaction")


@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_leaves_the_seeds_and_nothing_else():
    people = apps.get_app_config("people")
    people.get_model("User").objects.create(email="left-behind@demo.example")
    TransactionTestCase._fixture_teardown(None)
    assert not people.get_model("User").objects.exists()
    assert people.get_model("Country").objects.count() > 200
