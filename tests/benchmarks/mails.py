"""Reminders from due to taken by a mail server, by one worker and by two, beside what that server can take."""

import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from django.conf import settings
from django.db import connections

from lms.outbox.states import State
from lms.people.mail import notice
from lms.people.models import User
from tests.benchmarks.scratch import NAME
from welfare.models import Delivery
from welfare.models.wall import CONNECTION, as_engine

# Seconds between two looks at how far the workers are, and until a run counts as stuck.
LOOK, STUCK = 0.05, 600
# Sees the rows in nobody's name: the benchmark asks as little as it can.
SENT = "SELECT count(*) FROM welfare_delivery WHERE state = %s"


# Servers in a process of their own, by their handlers: one does nothing with a mail, one reads and keeps it, as
# that of the tests does.
SERVERS = {"which forgets them": "aiosmtpd.handlers.Sink", "which reads them": "tests.outbox.sink.Sink"}


@contextmanager
def mail_server(handler: str) -> Iterator[int]:
    """The port of one of SERVERS that takes everything."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = subprocess.Popen(
        [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}", "-c", handler],
        cwd=settings.BASE_DIR,
    )
    try:
        wait_for(port)
        yield port
    finally:
        server.kill()
        server.wait()


def wait_for(port: int) -> None:
    for _nth in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the mail server of the benchmark did not start")


def handed_over(port: int, number: int) -> None:
    """The very mail of a reminder, so many times over one connection: what the server can take."""
    mail = notice(User(email="reader@bench.example"), "ab" * 32)
    body = mail.as_email("<one@bench.example>").message().as_bytes(linesep="\r\n")
    with smtplib.SMTP("127.0.0.1", port) as server:
        for _nth in range(number):
            server.sendmail(settings.DEFAULT_FROM_EMAIL, ["reader@bench.example"], body)


def make_readers(number: int) -> None:
    known = User.objects.count()
    User.objects.bulk_create(
        User(pk=nth, email=f"reader{nth}@bench.example", password="!") for nth in range(known + 1, number + 1)
    )


def forget_deliveries() -> None:
    with as_engine():
        Delivery.objects.all().delete()


class Workers:
    """Processes that do what is due again and again; ready when made, so that only the work is measured."""

    def __init__(self, number: int, port: int, task: str = "remind") -> None:
        command = [sys.executable, "-m", "tests.benchmarks.child", task, str(port)]
        self.processes = [
            subprocess.Popen(
                command, cwd=settings.BASE_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            for _nth in range(number)
        ]
        for process in self.processes:
            assert process.stdout
            process.stdout.readline()

    def send(self, number: int, counted: Callable[[], int] | None = None) -> None:
        """Let them begin; return when so many mails are sent. Raises TimeoutError."""
        count = counted or sent
        for process in self.processes:
            assert process.stdin
            process.stdin.write("go\n")
            process.stdin.flush()
        deadline = time.monotonic() + STUCK
        while count() < number:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{count()} of {number} mails were sent")
            time.sleep(LOOK)

    def stop(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


def sent() -> int:
    with as_engine(), connections[CONNECTION].cursor() as cursor:
        cursor.execute(SENT, [State.SENT])
        return int(cursor.fetchone()[0])


def remind(port: str) -> None:
    """In a worker's process: the engine and the outbox in turn, as a worker of Celery does them."""
    from lms.outbox import drain
    from welfare.actions import engine

    work(port, lambda: bool(engine.run_once() or drain.run_once().ended))


def drain_only(port: str) -> None:
    """In a worker's process: the outbox alone."""
    from lms.outbox import drain

    work(port, lambda: bool(drain.run_once().ended))


def work(port: str, once: Callable[[], bool]) -> None:
    """Say that one is ready, wait for the word, and do what is due for ever; looks again where nothing was."""
    from tests.benchmarks.scratch import speaking_to

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(port)
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    with speaking_to(NAME):
        sent()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        while True:
            if not once():
                time.sleep(LOOK)
