"""The database roles and what the bootstrap grants them; docs/adr/0002-two-database-roles.md tells why.

Standard library only: the guardian of the embedded server runs this SQL in single-user mode.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Roles:
    """The names of one deployment: the owner migrates, the application works and owns nothing."""

    owner: str
    application: str
    database: str

    @property
    def welfare(self) -> str:
        """The role behind the second wall; the application may step into it, nobody may log in as it."""
        return f"{self.application}_welfare"


# What lies behind the second wall has a schema of its own; all else is in the schema public.
WELFARE_SCHEMA = "welfare"

EMBEDDED = Roles(owner="hotline_owner", application="hotline_app", database="hotline")


def quoted(name: str) -> str:
    """`name` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def bootstrap(roles: Roles, *, owner_may_create_databases: bool = False) -> list[str]:
    """What a superuser runs once on an empty server, one statement an entry, without passwords."""
    create = "CREATEDB" if owner_may_create_databases else "NOCREATEDB"
    owner, application = quoted(roles.owner), quoted(roles.application)
    return [
        f"CREATE ROLE {owner} LOGIN {create} NOCREATEROLE NOSUPERUSER NOBYPASSRLS",
        f"CREATE ROLE {application} LOGIN NOCREATEDB NOCREATEROLE NOSUPERUSER NOBYPASSRLS",
        *welfare_role(roles),
        *terse_log(roles),
        f"CREATE DATABASE {quoted(roles.database)} OWNER {owner} ENCODING 'UTF8' TEMPLATE template0",
        *database_grants(roles),
    ]


def welfare_role(roles: Roles) -> list[str]:
    """The welfare role, which the application takes on by SET ROLE and never by inheritance."""
    return [
        f"CREATE ROLE {quoted(roles.welfare)} NOLOGIN NOBYPASSRLS",
        f"GRANT {quoted(roles.welfare)} TO {quoted(roles.application)} WITH INHERIT FALSE, SET TRUE",
    ]


# What the server may write into its log about the application: no statement, and no values of a row. Only a
# superuser sets these for a role, and the role cannot take them back.
TERSE = {
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
}


def terse_log(roles: Roles) -> list[str]:
    """For the application, and with it for the welfare role, which it only steps into."""
    application = quoted(roles.application)
    return [f"ALTER ROLE {application} SET {name} = '{value}'" for name, value in TERSE.items()]


def schema_grants(roles: Roles) -> list[str]:
    """Who may use which schema, and that only the owner fills them."""
    owner = quoted(roles.owner)
    return [
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE, CREATE ON SCHEMA public TO {owner}",
        f"GRANT USAGE ON SCHEMA public TO {quoted(roles.application)}",
        *welfare_schema(roles),
    ]


def welfare_schema(roles: Roles) -> list[str]:
    """The schema behind the second wall, which only the welfare role may look into."""
    return [
        f"CREATE SCHEMA IF NOT EXISTS {WELFARE_SCHEMA} AUTHORIZATION {quoted(roles.owner)}",
        f"REVOKE ALL ON SCHEMA {WELFARE_SCHEMA} FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA {WELFARE_SCHEMA} TO {quoted(roles.welfare)}",
    ]


def database_grants(roles: Roles) -> list[str]:
    """Who may connect; TEMPORARY is for the staging tables of imports."""
    database = quoted(roles.database)
    return [
        f"REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        f"GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {quoted(roles.application)}",
    ]
