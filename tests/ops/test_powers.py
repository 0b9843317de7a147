"""What the application's role must not be able to do, and who says so."""

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import connection

from lms.ops import health, powers
from lms.ops.database import application_role, as_owner
from lms.ops.management.commands.setup_database import Command
from lms.ops.roles import quoted
from tests import cast


def as_owner_does(statement: str) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(statement.format(role=quoted(application_role(connection))))


@pytest.mark.django_db
def test_the_application_can_do_nothing_beyond_its_grants():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE own (id int) ON COMMIT DROP")
    assert powers.beyond(connection) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("given", "taken", "said"),
    [
        (
            "GRANT UPDATE (stage) ON courses_entry TO {role}",
            "REVOKE UPDATE (stage) ON courses_entry FROM {role}",
            "it may UPDATE courses_entry",
        ),
        (
            "GRANT TRUNCATE ON people_person TO {role}",
            "REVOKE TRUNCATE ON people_person FROM {role}",
            "it may TRUNCATE people_person",
        ),
        (
            "GRANT CREATE ON SCHEMA public TO {role}",
            "REVOKE CREATE ON SCHEMA public FROM {role}",
            "it may make things in the schema public",
        ),
    ],
)
def test_a_power_too_many_is_named(capsys, monkeypatch, given, taken, said):
    well = health.Health(database=True, broker=True, missing_migrations=[], ages={"worker": 1.0})
    monkeypatch.setattr(health, "look", lambda: well)
    as_owner_does(given)
    try:
        assert powers.beyond(connection) == [said]
        with pytest.raises(CommandError, match=said.replace("(", r"\(")):
            Command().refuse_powers()
        with pytest.raises(SystemExit):
            call_command("doctor")
        assert said in capsys.readouterr().out
    finally:
        as_owner_does(taken)
    assert powers.beyond(connection) == []


@pytest.mark.django_db(transaction=True)
def test_the_owner_is_told_apart():
    with as_owner():
        found = powers.beyond(connection)
    assert any(sentence.startswith("it may take the place of the owner") for sentence in found)


@pytest.mark.django_db
def test_the_doctor_finds_demo_logins_outside_the_demo(capsys, monkeypatch, settings):
    well = health.Health(database=True, broker=True, missing_migrations=[], ages={"worker": 1.0})
    monkeypatch.setattr(health, "look", lambda: well)
    get_user_model().objects.create_user("staff@demo.example", "known to everybody")
    call_command("doctor")
    settings.DEMO = False
    with pytest.raises(SystemExit):
        call_command("doctor")
    assert "1 logins of the demo are open here" in capsys.readouterr().out


@pytest.mark.django_db
def test_the_doctor_asks_who_runs_the_server(capsys, monkeypatch, settings):
    well = health.Health(database=True, broker=True, missing_migrations=[], ages={"worker": 1.0})
    monkeypatch.setattr(health, "look", lambda: well)
    settings.DEMO, settings.RUN_BY = False, ""
    with pytest.raises(SystemExit):
        call_command("doctor")
    assert "set RUN_BY" in capsys.readouterr().out
    settings.RUN_BY = "INHOPE runs it; its members pay."
    call_command("doctor")


@pytest.mark.django_db
@pytest.mark.parametrize("real", [True, False])
def test_a_real_database_is_never_emptied_for_a_demo(monkeypatch, settings, real):
    """A database without any login is refused as well: it may hold a register, or be another program's."""
    settings.DEMO = True
    monkeypatch.setenv("DATABASE_URL", "postgres://app@db.example/lms")
    if real:
        get_user_model().objects.create_user("staff@demo.example")
        get_user_model().objects.create_user("somebody@hotline.example")
    person = cast.person()
    with pytest.raises(CommandError, match="is not emptied") as refused:
        call_command("demo", "--fresh")
    assert refused.value.returncode == 2
    person.refresh_from_db()
