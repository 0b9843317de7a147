"""Handing a mail to the server, and knowing afterwards what has become of it.

RFC 1047: once the body is out and before the answer is in, nobody can know. Everything else is known.
"""

import re
import smtplib
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from typing import Any

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address

# Servers look through a mail before they answer for it.
ANSWER_SECONDS = 60
STATUS = re.compile(rb"^\d\.\d{1,3}\.\d{1,3}\b")
BROKEN = (OSError, smtplib.SMTPException)


class Unreachable(Exception):
    """No connection, or no way in: nothing was tried with any mail."""


class NotAccepted(Exception):
    """The server has not taken the mail, for certain; `permanent` says that it never will."""

    def __init__(self, fault: str, *, permanent: bool = False) -> None:
        super().__init__(fault)
        self.fault = fault
        self.permanent = permanent


class Uncertain(Exception):
    """The body was on its way when the connection was lost."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


class Line:
    """One connection to the mail server for a batch of mails; made anew where it was lost."""

    @cached_property
    def _backend(self) -> Any:
        return get_connection()

    def ready(self) -> None:
        """Be connected, or raise Unreachable. A server that hung up in the meantime is called again."""
        if not isinstance(self._backend, EmailBackend):
            return
        if self._backend.connection is not None and not self._answers():
            self.drop()
        if self._backend.connection is None:
            self._open()

    def send(self, email: EmailMessage) -> None:
        """Return once the server has taken the mail; else raise NotAccepted or Uncertain."""
        if isinstance(self._backend, EmailBackend):
            self._send_by_smtp(email)
        else:
            self._send_by_other_means(email)

    def drop(self) -> None:
        """Hang up, whatever state the connection is in."""
        connection = getattr(self._backend, "connection", None)
        if connection is not None:
            self._backend.connection = None
            with suppress(*BROKEN):
                connection.close()

    def close(self) -> None:
        """Take leave of the server, if there was anything to send."""
        if "_backend" not in vars(self):
            return
        with suppress(*BROKEN):
            self._backend.close()

    def _open(self) -> None:
        backend: Any = self._backend
        try:
            backend.open()
            backend.connection.ehlo_or_helo_if_needed()
        except BROKEN as error:
            self.drop()
            raise Unreachable(type(error).__name__) from error

    def _answers(self) -> bool:
        try:
            return bool(self._backend.connection.noop()[0] == 250)
        except BROKEN:
            return False

    def _send_by_smtp(self, email: EmailMessage) -> None:
        sender, recipient, body = _envelope(email)
        server: smtplib.SMTP = self._backend.connection
        # A refusal of the sender is ours to mend and concerns every mail: it is never for good.
        self._step(lambda: server.mail(sender), permanent=False)
        self._step(lambda: server.rcpt(recipient))
        self._step(lambda: server.docmd("DATA"), wanted=(354,))
        self._hand_over(server, body)

    def _step(
        self, say: Callable[[], Any], *, wanted: tuple[int, ...] = (250, 251), permanent: bool = True
    ) -> None:
        """One command before the body; whatever goes wrong here, the server has not taken the mail."""
        try:
            code, text = say()
        except Exception as error:
            self.drop()
            raise NotAccepted(type(error).__name__) from error
        if code not in wanted:
            self._refused(code, text, permanent)

    def _hand_over(self, server: smtplib.SMTP, body: bytes) -> None:
        try:
            if server.sock is not None:
                server.sock.settimeout(ANSWER_SECONDS)
            server.send(body)
            code, text = server.getreply()
            if server.sock is not None:
                server.sock.settimeout(server.timeout)
        except Exception as error:
            self.drop()
            raise Uncertain(type(error).__name__) from error
        if code != 250:
            self._refused(code, text, permanent=True)

    def _refused(self, code: int, text: bytes, permanent: bool) -> None:
        """Keep the connection for the next mail where the server is still there; the refusal is certain."""
        if code == 421 or not self._reset():
            self.drop()
        # The server's words may name the address: its numbers say as much.
        status = STATUS.match(text)
        fault = f"SMTP {code}{' ' + status[0].decode() if status else ''}"
        raise NotAccepted(fault, permanent=permanent and 500 <= code < 600)

    def _reset(self) -> bool:
        try:
            return bool(self._backend.connection.rset()[0] == 250)
        except BROKEN:
            return False

    def _send_by_other_means(self, email: EmailMessage) -> None:
        """A folder or a test's list: what fails there was not taken."""
        try:
            self._backend.send_messages([email])
        except Exception as error:
            raise NotAccepted(type(error).__name__) from error


def _envelope(email: EmailMessage) -> tuple[str, str, bytes]:
    """Sender, recipient and the body as it goes over the wire; an unusable one is refused for good."""
    try:
        sender = sanitize_address(email.from_email, "utf-8")
        recipient = sanitize_address(email.to[0], "utf-8")
        made: Any = email.message()
        lines: bytes = made.as_bytes(linesep="\r\n").rstrip(b"\r\n")
    except Exception as error:
        raise NotAccepted(type(error).__name__, permanent=True) from error
    return sender, recipient, re.sub(rb"(?m)^\.", b"..", lines) + b"\r\n.\r\n"
