"""Django's PostgreSQL backend on the embedded server: connecting starts the server when it is not up."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.db.backends.postgresql import base
from psycopg import OperationalError

from lms.ops.embedded.postgres import Postgres
from lms.ops.embedded.service import ROOT, open_private

# Set for the command that makes the tables, which must not wait for itself.
MAKING = "HOTLINE_LEARNING_MAKING_TABLES"


class DatabaseWrapper(base.DatabaseWrapper):
    """Needs `DATA_DIR` in the settings of the database; HOST and PORT follow from it."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        server = Postgres(Path(self.settings_dict["DATA_DIR"]))
        # The lock comes before the connection: a server whose last user is leaving must not take new ones.
        server.hold()
        try:
            connection = self._connect(server, conn_params)
        except OperationalError:
            if server.answers():
                raise
            server.ensure()
            connection = self._connect(server, conn_params)
        make_tables(server)
        return connection

    def _connect(self, server: Postgres, conn_params: dict[str, Any]) -> Any:
        return super().get_new_connection({**conn_params, "host": str(server.socket_dir())})


def make_tables(server: Postgres) -> None:
    """A database that was just made is empty, and whatever command asked for it wants its tables.

    Of several processes at once one makes them and the others wait.
    """
    if MAKING in os.environ:
        return
    with open_private(server.lock_path("tables")) as made:
        fcntl.flock(made, fcntl.LOCK_EX)
        if made.read():
            return
        subprocess.run(  # noqa: S603 - our own file with our own arguments
            [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity", "0"],
            check=True,
            env=os.environ | {MAKING: "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        made.write("made")
