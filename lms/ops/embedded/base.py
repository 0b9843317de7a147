"""Django's PostgreSQL backend on the embedded server: connecting starts the server when it is not up."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from django.db.backends.postgresql import base
from psycopg import OperationalError

from lms.ops.embedded.postgres import Postgres
from lms.ops.embedded.service import ROOT


class DatabaseWrapper(base.DatabaseWrapper):
    """Needs `DATA_DIR` in the settings of the database; HOST and PORT follow from it."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        server = Postgres(Path(self.settings_dict["DATA_DIR"]))
        # The lock comes before the connection: a server whose last user is leaving must not take new ones.
        server.hold()
        try:
            return self._connect(server, conn_params)
        except OperationalError:
            if server.answers():
                raise
        new = not server.home.exists()
        server.ensure()
        if new:
            make_tables()
        return self._connect(server, conn_params)

    def _connect(self, server: Postgres, conn_params: dict[str, Any]) -> Any:
        return super().get_new_connection({**conn_params, "host": str(server.socket_dir())})


def make_tables() -> None:
    """A database that was just made is empty, and whatever command asked for it wants its tables."""
    migrate = [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity", "0"]
    subprocess.run(migrate, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)  # noqa: S603 — our own file
