"""The faults, each a function of the run that does its harm; what outlasts it is undone by ``World.heal``.

A fault takes at most some three seconds, so that a run has many. Those who wait for one are the processes.
"""

import contextlib
import datetime as dt
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import psycopg

from tests.chaos import officers, people
from tests.chaos.audit import mark
from tests.chaos.parts import ROOT
from tests.chaos.postbox import MOODS

if TYPE_CHECKING:
    from tests.chaos.world import World

Fault = Callable[["World", random.Random], None]
FAULTS: dict[str, Fault] = {}
HOUR = dt.timedelta(hours=1)
EDITS_AT_ONCE = 30
FLOOD = 300


def fault(name: str) -> Callable[[Fault], Fault]:
    def keep(harm: Fault) -> Fault:
        FAULTS[name] = harm
        return harm

    return keep


def rest(chance: random.Random, longest: float = 2.0) -> None:
    time.sleep(chance.uniform(0.2, longest))


# --- processes
def _signalled(part: str, number: int, word: str) -> None:
    @fault(f"{part}: {word}")
    def harm(world: "World", chance: random.Random) -> None:
        found = world.part(part, chance)
        if number == signal.SIGKILL:
            found.everybody(number)
        else:
            found.signal(number)


def _suspended(part: str) -> None:
    @fault(f"{part}: suspended")
    def harm(world: "World", chance: random.Random) -> None:
        found = world.part(part, chance)
        found.everybody(signal.SIGSTOP)
        rest(chance, 3)
        found.everybody(signal.SIGCONT)


for _part in ("worker", "beat", "loop", "oneshot"):
    _signalled(_part, signal.SIGKILL, "killed")
    _signalled(_part, signal.SIGTERM, "told to end")
    _suspended(_part)


@fault("pool child: killed")
def kill_child(world: "World", chance: random.Random) -> None:
    _to_child(world, chance, signal.SIGKILL)


@fault("pool child: suspended")
def suspend_child(world: "World", chance: random.Random) -> None:
    child = _to_child(world, chance, signal.SIGSTOP)
    rest(chance, 3)
    _send(child, signal.SIGCONT)


def _to_child(world: "World", chance: random.Random, number: int) -> int:
    children = world.part("worker", chance).children()
    child = chance.choice(children) if children else 0
    _send(child, number)
    return child


def _send(pid: int, number: int) -> None:
    if pid:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


@fault("one-shots: five at once")
def crowd(world: "World", chance: random.Random) -> None:
    for _nth in range(5):
        world.parts.start("oneshot")


# --- the broker
@fault("broker: killed")
def kill_valkey(world: "World", chance: random.Random) -> None:
    pid = int(world.broker("INFO", "server")["process_id"])
    _send(pid, signal.SIGKILL)
    rest(chance)


@fault("broker: emptied")
def flush_valkey(world: "World", chance: random.Random) -> None:
    world.broker("FLUSHALL")


@fault("broker: suspended")
def pause_valkey(world: "World", chance: random.Random) -> None:
    pid = int(world.broker("INFO", "server")["process_id"])
    _send(pid, signal.SIGSTOP)
    rest(chance, 3)
    _send(pid, signal.SIGCONT)


@fault("broker: hangs up")
def cut_valkey(world: "World", chance: random.Random) -> None:
    world.broker("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")


@fault("broker: takes nobody new")
def refuse_valkey(world: "World", chance: random.Random) -> None:
    socket = world.cluster.valkey.socket_dir() / world.cluster.valkey.socket_name
    world.broker("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    away = socket.with_suffix(".away")
    socket.rename(away)
    try:
        rest(chance, 3)
    finally:
        # A server that somebody started meanwhile has its own.
        if not socket.exists():
            away.rename(socket)


@fault("broker: flooded with ticks")
def flood(world: "World", chance: random.Random) -> None:
    from welfare.tasks import remind

    with contextlib.suppress(Exception):
        for _nth in range(FLOOD):
            remind.apply_async(retry=False)


# --- the database
@fault("database: stopped at once")
def crash_postgres(world: "World", chance: random.Random) -> None:
    _send(world.cluster.postmaster, signal.SIGQUIT)
    rest(chance)


@fault("database: restarted")
def restart_postgres(world: "World", chance: random.Random) -> None:
    _send(world.cluster.postmaster, signal.SIGINT)
    rest(chance)


@fault("database: all backends ended")
def end_backends(world: "World", chance: random.Random) -> None:
    world.cluster.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'hotline_app'")


@fault("database: a statement cancelled")
def cancel(world: "World", chance: random.Random) -> None:
    for _nth in range(5):
        world.cluster.ask(
            "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE usename = 'hotline_app' AND state = 'active'"
        )
        time.sleep(0.05)


@fault("database: a backend suspended")
def suspend_backend(world: "World", chance: random.Random) -> None:
    pids = world.cluster.backends()
    if pids:
        pid = chance.choice(pids)
        _send(pid, signal.SIGSTOP)
        rest(chance, 3)
        _send(pid, signal.SIGCONT)


@fault("database: tables locked by a stranger")
def lock_tables(world: "World", chance: random.Random) -> None:
    _hold(world, chance, "LOCK TABLE welfare.welfare_schedule, welfare.welfare_notice IN EXCLUSIVE MODE")


@fault("database: rows locked by a stranger")
def lock_rows(world: "World", chance: random.Random) -> None:
    some = "SELECT FROM welfare.welfare_schedule ORDER BY random() LIMIT 200 FOR UPDATE"
    _hold(world, chance, some)


def _hold(world: "World", chance: random.Random, sql: str) -> None:
    with contextlib.suppress(psycopg.Error):
        stranger = world.cluster.connect()
        with stranger, stranger.transaction():
            stranger.execute("SET LOCAL lock_timeout = '3s'")
            stranger.execute(sql)
            rest(chance)


@fault("database: no connection left")
def exhaust(world: "World", chance: random.Random) -> None:
    with contextlib.ExitStack() as held:
        with contextlib.suppress(psycopg.Error):
            for _nth in range(100):
                held.enter_context(world.cluster.connect(user="hotline_app"))
        world.cluster.ask(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE usename = 'hotline_app' AND application_name = '' AND random() < 0.1"
        )
        rest(chance)


# --- clocks
@fault("database: clock put forward an hour")
def forward(world: "World", chance: random.Random) -> None:
    mark(world.cluster.ask, "shift")
    world.cluster.jump(HOUR)


@fault("database: clock put back an hour")
def back(world: "World", chance: random.Random) -> None:
    mark(world.cluster.ask, "shift")
    world.cluster.jump(-HOUR)


def _wrong_clock(part: str) -> None:
    @fault(f"{part}: clock an hour wrong")
    def harm(world: "World", chance: random.Random) -> None:
        old = world.parts.running.get(part)
        if old:
            old.everybody(signal.SIGKILL)
            old.process.wait(5)
        world.parts.start(part, CHAOS_SHIFT_SECONDS=str(chance.choice([3600, -3600])))


for _part in ("worker", "beat", "loop"):
    _wrong_clock(_part)


@fault("loop: in another zone")
def other_zone(world: "World", chance: random.Random) -> None:
    world.parts.start(
        "oneshot", TZ=chance.choice(["Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu"])
    )


# --- the mail server
@fault("mail server: gone")
def no_mail(world: "World", chance: random.Random) -> None:
    world.postbox.stop()
    rest(chance)
    world.postbox.start()


def _mood(mood: str) -> None:
    @fault(f"mail server: {mood}")
    def harm(world: "World", chance: random.Random) -> None:
        world.postbox.set_mood(mood)
        world.write_mails()
        rest(chance, 3)
        world.postbox.set_mood("well")


for _word in MOODS:
    _mood(_word)


@fault("mail: its drainer killed")
def kill_drainer(world: "World", chance: random.Random) -> None:
    world.write_mails()
    drainer = world.parts.start("mail")
    rest(chance, 3)
    drainer.everybody(signal.SIGKILL)


# --- people and keepers
def _edit(name: str, edit: Callable[..., None]) -> None:
    @fault(f"people: {name}")
    def harm(world: "World", chance: random.Random) -> None:
        for _nth in range(EDITS_AT_ONCE):
            by = people.somebody(chance, world.people)
            world.insist(lambda by=by: edit(by, chance))


for _name, _action in people.EDITS.items():
    _edit(_name, _action)


@fault("officers: the network's proposal changed")
def propose(world: "World", chance: random.Random) -> None:
    world.insist(lambda: officers.change_network(chance))


@fault("officers: hotlines' proposals changed")
def propose_at_hotlines(world: "World", chance: random.Random) -> None:
    world.insist(lambda: officers.change_hotlines(chance))


@fault("keeper: keys rotated")
def rotate(world: "World", chance: random.Random) -> None:
    with open(world.parts.logs / "rotate.log", "ab") as log:
        keeper = subprocess.Popen(
            [sys.executable, "manage.py", "rotate_welfare_keys"],
            cwd=ROOT,
            env=world.parts.environment,
            stdout=log,
            stderr=log,
        )
    world.keepers.append(keeper)


@fault("keeper: rows shuffled")
def shuffle(world: "World", chance: random.Random) -> None:
    from courses.actions.reflections import shuffle_reflections
    from lms.people.actions.own_keys import shuffle_own_keys

    world.insist(shuffle_own_keys)
    world.insist(shuffle_reflections)


# While officers edit holidays nothing is due, so that all take them up alike: no clock moves, nobody edits.
AMONG_HOLIDAYS = [name for name in FAULTS if name.startswith(("worker: k", "pool", "loop: k", "database: "))]
AMONG_HOLIDAYS = [name for name in AMONG_HOLIDAYS if "clock" not in name]
