"""What the application's role may do with each table, read from the models."""

from collections.abc import Iterator

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model

from lms.ops.roles import quoted

# Never TRUNCATE, which no row trigger sees; never REFERENCES or TRIGGER, which only owners need.
FACTS = ("SELECT", "INSERT")
ORDINARY = ("SELECT", "INSERT", "UPDATE", "DELETE")
READ = ("SELECT",)


def privileges() -> dict[str, tuple[str, ...]]:
    """Table to privileges, for every table that the models and the migrations need.

    A model with `append_only = True` gets SELECT and INSERT. A model with `granted_to_application = ()`
    (or another tuple of privileges) says itself what the application may do.
    """
    found = {model._meta.db_table: _privileges_of(model) for model in _models()}
    return found | {MigrationRecorder.Migration._meta.db_table: READ}


def _models() -> Iterator[type[Model]]:
    for model in apps.get_models(include_auto_created=True, include_swapped=False):
        if model._meta.managed and not model._meta.proxy:
            yield model


def _privileges_of(model: type[Model]) -> tuple[str, ...]:
    usual = FACTS if getattr(model, "append_only", False) else ORDINARY
    own: tuple[str, ...] = getattr(model, "granted_to_application", usual)
    return own


def apply(connection: BaseDatabaseWrapper, role: str) -> None:
    """Grant `role` exactly these privileges; the connection speaks as the owner of the tables."""
    with connection.cursor() as cursor:
        there = {info.name for info in connection.introspection.get_table_list(cursor)}
        statements = [*_statements(there, role, connection)]
        cursor.execute("; ".join(statements))


def _statements(there: set[str], role: str, connection: BaseDatabaseWrapper) -> Iterator[str]:
    grantee = quoted(role)
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {grantee}"
    yield f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {grantee}"
    for table, granted in sorted(privileges().items()):
        if granted and table in there:
            # Identity columns fill themselves, so that no sequence needs a grant.
            yield f"GRANT {', '.join(granted)} ON {connection.ops.quote_name(table)} TO {grantee}"
