"""A mail server that takes, refuses, hangs and hangs up as it is told, and keeps what it took."""

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller

HANG_SECONDS = 30
EMAIL = {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": "127.0.0.1"}


class OwnPort(Controller):
    """Listens on whatever port is free."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class Sink:
    """`answers[address]` are what the next tries are told, one after the other; then every mail is taken.

    An answer is `450` or `550` and the like (to RCPT), `data 451` (after the body), `drop` (taken, then hung
    up without a word), `vanish` (hung up without taking), `hang` (taken, then silence), `bye` (hung up at RCPT).
    """

    def __init__(self) -> None:
        self.answers: defaultdict[str, list[str]] = defaultdict(list)
        self.taken: list[Message] = []
        self.connections = 0
        # Answers to the next senders (`450`, `421`, `bye`), and whether several commands may come at once.
        self.senders: list[str] = []
        self.pipelining = False
        self.controller = OwnPort(self, hostname="127.0.0.1", port=0)

    @property
    def port(self) -> int:
        return int(self.controller.port)

    @property
    def ids(self) -> Counter[str]:
        """How often each mail was taken, by its Message-ID."""
        return Counter(str(mail["Message-ID"]) for mail in self.taken)

    def stop(self) -> None:
        """From now on nobody is there; a second call changes nothing."""
        if self.controller._thread is not None:
            self.controller.stop()

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]] if self.pipelining else responses

    async def handle_MAIL(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        answer = self.senders.pop(0) if self.senders else ""
        if answer == "bye":
            server.transport.abort()
        if answer[:1].isdigit():
            return f"{answer} not now"
        envelope.mail_from = address
        return "250 ok"

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        answer = self.answers[address][:1]
        if answer and answer[0][0].isdigit():
            return f"{self.answers[address].pop(0)} <{address}> is not for us"
        if answer == ["bye"]:
            self.answers[address].pop(0)
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        waiting = self.answers[envelope.rcpt_tos[0]]
        answer = waiting.pop(0) if waiting else ""
        if answer.startswith("data "):
            return f"{answer.removeprefix('data ')} said the server"
        if answer != "vanish":
            self.taken.append(message_from_bytes(envelope.content))
        if answer in ("drop", "vanish"):
            server.transport.abort()
        if answer == "hang":
            await asyncio.sleep(HANG_SECONDS)
        return "250 ok"


@contextmanager
def running() -> Iterator[Sink]:
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    sink = Sink()
    sink.controller.start()
    try:
        yield sink
    finally:
        sink.stop()
