"""The second wall: a schema and a role of its own, and row-level security on every table of it."""

import ast
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import ProgrammingError, connection, connections
from django.test.utils import CaptureQueriesContext

from lms.ops import grants
from lms.ops.database import application_role, as_owner
from lms.ops.roles import EMBEDDED

TABLES = sorted(model._meta.db_table for model in apps.get_app_config("welfare").get_models())
MIGRATIONS = sorted(Path(find_spec("welfare.migrations").submodule_search_locations[0]).glob("0*.py"))
FIRST = "SET LOCAL search_path = welfare, public"


def ask(sql, *params, using="default"):
    with connections[using].cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def test_there_is_something_behind_it():
    assert len(TABLES) >= 4
    assert MIGRATIONS


def guards():
    """Of each table behind the wall: whether it has row-level security, forced, whose it is, and a policy."""
    return ask(
        "SELECT c.relname, relrowsecurity, relforcerowsecurity, pg_get_userbyid(relowner),"
        " EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid)"
        " FROM pg_class c WHERE relkind IN ('r', 'p') AND relnamespace = 'welfare'::regnamespace ORDER BY 1"
    )


def open_policies():
    # A policy for new rows alone has no condition on those that are there.
    rules = ask(
        "SELECT tablename, coalesce(qual, with_check, 'true') FROM pg_policies WHERE schemaname = 'welfare'"
    )
    return {table for table, rule in rules if rule == "true"}


def crossing_keys():
    return ask(
        "SELECT a.relname, b.relname FROM pg_constraint k JOIN pg_class a ON a.oid = conrelid"
        " JOIN pg_class b ON b.oid = confrelid"
        " WHERE contype = 'f' AND 'welfare'::regnamespace IN (a.relnamespace, b.relnamespace)"
        " AND a.relnamespace <> b.relnamespace"
    )


def granted(role):
    found: dict[str, set[str]] = {}
    for table, privilege in ask(
        "SELECT c.relname, p FROM pg_class c CROSS JOIN unnest(%s::text[]) AS p"
        " WHERE relkind IN ('r', 'v', 'm') AND relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema')"
        " AND has_table_privilege(%s, c.oid, p)",
        [*grants.ORDINARY, "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"],
        role,
    ):
        found.setdefault(table, set()).add(privilege)
    return found


@pytest.fixture
def leak(transactional_db):
    """A table behind the wall as somebody in a hurry would make it."""
    role = f"{application_role(connection)}_welfare"
    with as_owner() as owner, owner.cursor() as cursor:
        cursor.execute("CREATE TABLE welfare.leak (person bigint REFERENCES public.people_person)")
        cursor.execute("CREATE POLICY everybody ON welfare.leak USING (true)")
        cursor.execute(f"GRANT SELECT ON public.people_person TO {role}")
    yield role
    with as_owner() as owner, owner.cursor() as cursor:
        cursor.execute("DROP TABLE welfare.leak")
        cursor.execute(f"REVOKE SELECT ON public.people_person FROM {role}")


def test_a_table_made_in_a_hurry_would_be_found_by_each_check(leak):
    assert [row for row in guards() if row[0] not in TABLES] == [("leak", False, False, EMBEDDED.owner, True)]
    assert open_policies() == {"leak"}
    assert crossing_keys() == [("leak", "people_person")]
    assert granted(leak)["people_person"] == {"SELECT"}


@pytest.mark.django_db
def test_every_table_stands_behind_it_with_a_policy_that_binds_its_owner_too():
    assert guards() == [(table, True, True, EMBEDDED.owner, True) for table in TABLES]


@pytest.mark.parametrize("table", TABLES)
def test_the_assessment_says_how_long_its_rows_are_kept(table):
    assert f"`{table}`" in (settings.BASE_DIR / "docs" / "dpia.md").read_text(encoding="utf-8")


@pytest.mark.django_db
def test_no_policy_is_open_to_whoever_gives_no_name():
    assert open_policies() == set()


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
def test_the_application_sees_none_of_its_tables(table):
    with pytest.raises(ProgrammingError, match="permission denied for schema"):
        ask(f"SELECT FROM welfare.{table}")


@pytest.mark.django_db
def test_its_role_may_read_and_write_there_as_the_models_say_and_nothing_more():
    role = f"{application_role(connection)}_welfare"
    assert granted(role) == {
        table: set(words) for table, words in grants.privileges(behind_the_wall=True).items()
    }
    attributes = "rolcanlogin, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb"
    assert ask(f"SELECT {attributes} FROM pg_roles WHERE rolname = %s", role) == [(False,) * 5]


@pytest.mark.django_db
def test_the_welfare_connection_sees_nothing_else():
    assert ask("SELECT current_user, current_schemas(false)", using="welfare") == [
        (f"{application_role(connection)}_welfare", ["welfare"])
    ]
    for table in ("people_user", "people_person", "courses_entry"):
        granted = ask(
            "SELECT has_table_privilege(current_user, %s, 'SELECT')", f"public.{table}", using="welfare"
        )
        assert granted == [(False,)], table


@pytest.mark.django_db
def test_no_foreign_key_leads_in_or_out():
    assert crossing_keys() == []


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: path.stem)
def test_a_migration_makes_its_tables_there_and_nowhere_else(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    (operations,) = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "operations"
    ]
    assert ast.unparse(operations.elts[0].args[0]) == repr(FIRST)


@pytest.mark.django_db
def test_models_go_through_their_own_connection():
    model = apps.get_model("welfare", "Schedule")
    with CaptureQueriesContext(connections["welfare"]) as behind, CaptureQueriesContext(connection) as before:
        list(model.objects.all())
    assert (len(behind), len(before)) == (1, 0)
