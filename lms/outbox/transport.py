"""Handing a mail to the server, and knowing afterwards what has become of it.

RFC 1047: once the body is out and before the answer is in, nobody can know. Everything else is known.
"""

import re
import select
import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend

from lms.outbox.wire import Envelope, Letter, address, envelope_of

# Servers look through a mail before they answer for it.
ANSWER_SECONDS = 60
STATUS = re.compile(rb"^\d\.\d{1,3}\.\d{1,3}\b")
BROKEN = (OSError, smtplib.SMTPException)
# The code and the words of an answer.
Answer = tuple[int, bytes]


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
    """One connection to the mail server for a batch of mails; made anew where it was lost.

    A mail's sender may be said before the mail is known (`begin`), and its recipient as soon as it is
    (`prepare`): the server answers meanwhile. `send` says whatever was not, reads every answer and hands over
    the body. Nothing before the body can have a mail taken.
    """

    def __init__(self) -> None:
        self._nothing_said()

    def _nothing_said(self) -> None:
        # What was said of the next mail; how many answers to it were not read yet, and the first that was.
        self._sender_said = self._recipient_said = False
        self._unread = 0
        self._answer: Answer | None = None

    @cached_property
    def _backend(self) -> Any:
        return get_connection()

    @property
    def _by_smtp(self) -> bool:
        return isinstance(self._backend, EmailBackend)

    @property
    def _server(self) -> Any:
        return self._backend.connection

    def ready(self) -> None:
        """Be connected, or raise Unreachable. A server that hung up in the meantime is called again."""
        if not self._by_smtp:
            return
        if self._server is not None and not self._is_there():
            self.drop()
        self._connect()

    def begin(self) -> None:
        """Say who sends the next mail, without waiting for the answer."""
        if self._by_smtp and self._server is not None and not self._sender_said:
            # An unusable sender is found again, and told, when it is sent.
            with suppress(ValueError), self._called_again():
                self._say_sender(address(settings.DEFAULT_FROM_EMAIL))

    def prepare(self, letter: Letter) -> None:
        """Say for whom it is where the server is ready to hear it. Raises NotAccepted for an unusable one."""
        if not self._by_smtp:
            return
        envelope = _envelope(letter)
        with self._called_again():
            if self._sender_said and self._may_go_on():
                self._say_recipient(envelope)

    def send(self, letter: Letter | EmailMessage) -> None:
        """Return once the server has taken the mail; else raise NotAccepted or Uncertain.

        Raises Unreachable where the server hung up between two mails and is not there any more.
        """
        if not self._by_smtp:
            self._send_by_other_means(letter if isinstance(letter, EmailMessage) else letter.email)
            return
        envelope = _envelope(letter)
        # A refusal of the sender is ours to mend and concerns every mail: it is never for good.
        self._check(self._sender_accepted(envelope), permanent=False)
        self._step(lambda: self._recipient_accepted(envelope))
        self._step(lambda: self._server.docmd("DATA"), wanted=(354,))
        self._nothing_said()
        self._hand_over(self._server, envelope.lines)

    def forget(self) -> None:
        """Take back what was said of a mail that is not to be sent after all."""
        if self._sender_said and not self._reset():
            self.drop()
        self._nothing_said()

    def drop(self) -> None:
        """Hang up, whatever state the connection is in."""
        self._nothing_said()
        connection = getattr(self._backend, "connection", None)
        if connection is not None:
            self._backend.connection = None
            with suppress(*BROKEN):
                connection.close()

    def close(self) -> None:
        """Take leave of the server, if there was anything to send."""
        if "_backend" not in vars(self):
            return
        self.forget()
        with suppress(*BROKEN):
            self._backend.close()

    @contextmanager
    def _called_again(self) -> Iterator[None]:
        """Around what is said ahead: a server that is not there any more is called when the mail is sent."""
        try:
            yield
        except BROKEN:
            self.drop()

    def _connect(self) -> None:
        if self._server is not None:
            return
        backend: Any = self._backend
        try:
            backend.open()
            backend.connection.ehlo_or_helo_if_needed()
        except BROKEN as error:
            self.drop()
            raise Unreachable(type(error).__name__) from error

    def _is_there(self) -> bool:
        try:
            return bool(self._server.noop()[0] == 250)
        except BROKEN:
            return False

    def _say_sender(self, sender: str) -> None:
        self._sender_said = True
        self._unread += 1
        self._server.putcmd("MAIL", f"FROM:{smtplib.quoteaddr(sender)}")

    def _say_recipient(self, envelope: Envelope) -> None:
        self._recipient_said = True
        self._unread += 1
        self._server.putcmd("RCPT", f"TO:{smtplib.quoteaddr(envelope.recipient)}")

    def _hear(self) -> Answer:
        answer: Answer = self._server.getreply()
        self._unread -= 1
        return answer

    def _may_go_on(self) -> bool:
        """Whether the recipient can be said: the sender is accepted, or the server takes several at once."""
        if self._server.has_extn("pipelining"):
            return True
        if not self._server.sock or not select.select([self._server.sock], [], [], 0)[0]:
            return False
        self._answer = self._hear()
        return self._answer[0] == 250

    def _sender_accepted(self, envelope: Envelope) -> Answer:
        """The answer to the sender. A server that hung up since the mail before is called once more."""
        self._connect()
        try:
            answer = self._heard_of_sender(envelope)
            hung_up = answer[0] == 421
        except Exception as error:
            hung_up = _hung_up(error)
            if not hung_up:
                self.drop()
                raise NotAccepted(type(error).__name__) from error
        if not hung_up:
            return answer
        self.drop()
        self._connect()
        try:
            return self._heard_of_sender(envelope)
        except Exception as error:
            self.drop()
            raise NotAccepted(type(error).__name__) from error

    def _heard_of_sender(self, envelope: Envelope) -> Answer:
        if not self._sender_said:
            self._say_sender(envelope.sender)
        return self._answer or self._hear()

    def _recipient_accepted(self, envelope: Envelope) -> Answer:
        if not self._recipient_said:
            self._say_recipient(envelope)
        return self._hear()

    def _step(self, say: Callable[[], Answer], *, wanted: tuple[int, ...] = (250, 251)) -> None:
        """One command before the body; whatever goes wrong here, the server has not taken the mail."""
        try:
            answer = say()
        except Exception as error:
            self.drop()
            raise NotAccepted(type(error).__name__) from error
        self._check(answer, wanted=wanted)

    def _check(self, answer: Answer, *, wanted: tuple[int, ...] = (250, 251), permanent: bool = True) -> None:
        if answer[0] not in wanted:
            self._refused(*answer, permanent=permanent)

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
        """Read what was not read yet, and have the server forget the mail; whether it is still there."""
        try:
            while self._unread:
                self._hear()
            done = self._server.rset()[0] == 250
        except BROKEN:
            return False
        self._nothing_said()
        return bool(done)

    def _send_by_other_means(self, email: EmailMessage) -> None:
        """A folder or a test's list: what fails there was not taken."""
        try:
            self._backend.send_messages([email])
        except Exception as error:
            raise NotAccepted(type(error).__name__) from error


def _envelope(letter: Letter | EmailMessage) -> Envelope:
    """An unusable mail is refused for good."""
    try:
        return envelope_of(letter) if isinstance(letter, EmailMessage) else letter.envelope
    except Exception as error:
        raise NotAccepted(type(error).__name__, permanent=True) from error


def _hung_up(error: Exception) -> bool:
    """Rather than silent: that one, too, is told as disconnected, after the time it was given."""
    lost = isinstance(error, (smtplib.SMTPServerDisconnected, ConnectionError))
    return lost and not isinstance(error.__context__, TimeoutError)
