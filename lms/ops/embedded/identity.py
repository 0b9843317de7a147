"""As whom a server runs: PostgreSQL refuses to run as root, and root is what containers give."""

import ctypes
import os
import pwd
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
# Inside the namespace the server is this user; outside, the files stay root's.
NAMESPACE_UID = 1000
# Accounts that exist to own nothing much; the first found is taken.
ACCOUNTS = ("postgres", "nobody", "daemon")

_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(number: int, parent: int) -> None:
    """Have the kernel send signal `number` to this process when `parent` (its parent's pid) is gone.

    Must come after any change of user: the kernel forgets the wish when credentials change.
    """
    # A shell's background job ignores some signals and its children inherit that: until they had a handler
    # of their own, the kernel's word would go unheard.
    if number != signal.SIGKILL:
        signal.signal(number, signal.SIG_DFL)
    _libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), number)


@dataclass(frozen=True)
class Identity:
    """A way to run a server; `owner` is who must own its files, as (uid, gid)."""

    owner: tuple[int, int]

    def assume(self) -> None:
        """Become this identity; only in a freshly forked, single-threaded child."""

    def run(self, task: Callable[[], bool]) -> bool:
        """Ask a child that has assumed this identity; False when it could not."""
        pid = os.fork()
        if pid == 0:
            os._exit(self._verdict(task))
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0

    def _verdict(self, task: Callable[[], bool]) -> int:
        try:
            self.assume()
            return 0 if task() else 1
        except OSError:
            return 1

    def can(self, mode: int, path: Path) -> bool:
        """Whether this identity may use `path` in the way of os.access."""
        return self.run(lambda: os.access(path, mode))

    def before_exec(self, number: int) -> Callable[[], None]:
        """For subprocess: assume the identity, then die by signal `number` with the calling process."""
        parent = os.getpid()

        def prepare() -> None:
            self.assume()
            die_with_parent(number, parent)

        return prepare


class Myself(Identity):
    """No change at all."""


class Namespace(Identity):
    """A user namespace in which root looks like an ordinary user, and only root's own files are open."""

    def assume(self) -> None:
        uid, gid = os.geteuid(), os.getegid()
        if _libc.unshare(CLONE_NEWUSER) != 0:
            raise OSError(ctypes.get_errno(), "user namespaces are refused here")
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/gid_map").write_text(f"{NAMESPACE_UID} {gid} 1")
        Path("/proc/self/uid_map").write_text(f"{NAMESPACE_UID} {uid} 1")


class Account(Identity):
    """An existing account without privileges."""

    def assume(self) -> None:
        uid, gid = self.owner
        os.setgroups([])
        os.setresgid(gid, gid, gid)
        os.setresuid(uid, uid, uid)


def choose() -> Identity:
    """The identity for a server that refuses root.

    Raises RuntimeError with a sentence where root has neither a namespace nor an account to run it.
    """
    owner = (os.geteuid(), os.getegid())
    if owner[0] != 0:
        return Myself(owner)
    namespace = Namespace(owner)
    return namespace if namespace.run(lambda: os.geteuid() == NAMESPACE_UID) else _account()


def _account() -> Identity:
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for entry in (known[name] for name in ACCOUNTS if name in known):
        account = Account((entry.pw_uid, entry.pw_gid))
        if account.run(lambda uid=entry.pw_uid: os.geteuid() == uid):  # type: ignore[misc]  # bound per turn
            return account
    raise RuntimeError(
        "PostgreSQL refuses to run as root, and this machine offers neither a user namespace nor one of the "
        f"accounts {', '.join(ACCOUNTS)}: run it as an ordinary user, or set DATABASE_URL to a server."
    )
