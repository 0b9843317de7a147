"""A mail as it goes over the wire: its envelope and its lines.

Making the parts and headers of a mail takes longer than sending it. Of mails that share a form this is done
once; what differs is then put into its place. Whatever is not plain goes the long way.
"""

import re
import secrets
from dataclasses import dataclass
from email.utils import formatdate
from functools import cached_property, lru_cache
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.message import sanitize_address

from lms.outbox.mail import BLANK, Form, Mail

# An address that goes into a header and an envelope as it is, short enough not to be folded.
PLAIN_ADDRESS = re.compile(
    r"(?=.{6,60}\Z)[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
)
OWN_ID = re.compile(r"<[0-9a-f-]{36}@([A-Za-z0-9.-]+)>")
TOKEN = re.compile(r"[0-9a-f]{64}")
BLANK_ADDRESS = "somebody@blank.invalid"
BLANK_UUID = "00000000-0000-4000-8000-000000000000"
DATE = re.compile(rb"(?m)^Date: [^\r\n]*")
# As long as the ones that Python makes.
BOUNDARY_DIGITS = 19
ENDED = b"\r\n.\r\n"


@dataclass(frozen=True)
class Envelope:
    """Sender and recipient as the server is told them, and the lines with the dot that ends them."""

    sender: str
    recipient: str
    lines: bytes


class Letter:
    """One mail, made when somebody asks for it: as Django has it, or as it goes over the wire."""

    def __init__(self, mail: Mail, message_id: str) -> None:
        self._mail, self._message_id = mail, message_id

    @cached_property
    def email(self) -> EmailMessage:
        return self._mail.as_email(self._message_id)

    @cached_property
    def envelope(self) -> Envelope:
        """Raises whatever is wrong with a mail that cannot be sent as it is."""
        return plain_envelope(self._mail, self._message_id) or envelope_of(self.email)


@dataclass(frozen=True)
class Skeleton:
    """A form as lines, with blanks; `boundary` is what divides its parts, nothing where it has one only."""

    lines: bytes
    message_id: bytes
    boundary: bytes

    def filled(self, *, to: str, message_id: str, token: str) -> bytes:
        date = formatdate(localtime=settings.EMAIL_USE_LOCALTIME).encode()
        lines = DATE.sub(b"Date: " + date, self.lines, count=1)
        lines = lines.replace(BLANK_ADDRESS.encode(), to.encode(), 1)
        lines = lines.replace(self.message_id, message_id.encode(), 1).replace(BLANK.encode(), token.encode())
        # Two mails of one form share no boundary: it would tell that one process made both.
        return lines.replace(self.boundary, new_boundary()) if self.boundary else lines


def plain_envelope(mail: Mail, message_id: str) -> Envelope | None:
    """The short way; None for a mail that has to go the long one."""
    own = OWN_ID.fullmatch(message_id)
    if not (mail.form and own and TOKEN.fullmatch(mail.token) and PLAIN_ADDRESS.fullmatch(mail.to)):
        return None
    skeleton = skeleton_of(mail.form, own[1], settings.DEFAULT_FROM_EMAIL)
    if skeleton is None:
        return None
    lines = skeleton.filled(to=mail.to, message_id=message_id, token=mail.token)
    return Envelope(address(settings.DEFAULT_FROM_EMAIL), mail.to, lines)


def envelope_of(email: EmailMessage) -> Envelope:
    sender, recipient = address(email.from_email), sanitize_address(email.to[0], "utf-8")
    return Envelope(sender, recipient, on_the_wire(email.message()))


@lru_cache(maxsize=8)
def address(written: str) -> str:
    return sanitize_address(written, "utf-8")


def on_the_wire(made: Any) -> bytes:
    """With a second dot before each that begins a line, and the one that ends them all."""
    lines: bytes = made.as_bytes(linesep="\r\n").rstrip(b"\r\n")
    return re.sub(rb"(?m)^\.", b"..", lines) + ENDED


@lru_cache(maxsize=64)
def skeleton_of(form: Form, domain: str, sender: str) -> Skeleton | None:
    """None where a blank does not stand in the lines as often as in the form, because a part is encoded."""
    message_id = f"<{BLANK_UUID}@{domain}>"
    made: Any = form.filled(BLANK, to=BLANK_ADDRESS).as_email(message_id).message()
    lines = on_the_wire(made)
    boundary = str(made.get_boundary() or "").encode()
    words = (form.text, form.html, *(value for _name, value in form.headers))
    blanks = sum(part.count(BLANK) for part in words)
    found = [
        lines.count(BLANK_ADDRESS.encode()),
        lines.count(message_id.encode()),
        lines.count(BLANK.encode()),
    ]
    as_made = len(boundary) == len(new_boundary()) if boundary else True
    if found != [1, 1, blanks] or len(DATE.findall(lines)) != 1 or not as_made:
        return None
    return Skeleton(lines, message_id.encode(), boundary)


def new_boundary() -> bytes:
    number = secrets.randbelow(10**BOUNDARY_DIGITS)
    return b"=" * 15 + f"{number:0{BOUNDARY_DIGITS}d}".encode() + b"=="
