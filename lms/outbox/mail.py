"""What a mail says, made at the moment it is sent."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.mail import EmailMultiAlternatives


class Unwanted(Exception):  # said by whoever looks once more before sending
    """The mail is no longer to be sent; `reason` is a few words without anything personal."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TooEarly(Exception):  # said by whoever looks once more before sending
    """The mail is wanted, and not now: nobody is to be disturbed before `until`, which is aware."""

    def __init__(self, until: dt.datetime) -> None:
        super().__init__()
        self.until = until


# Stands in a form where a token will be, and is as long as one (lms/kit/tokens.py).
BLANK = "0123456789abcdef" * 4


@dataclass(frozen=True)
class Form:
    """What many mails have in common: they differ by their address, their id and one token.

    Its words hold BLANK in the token's place, so that they are rendered once for all of them, and turned into
    what goes over the wire once, too (lms/outbox/wire.py).
    """

    subject: str
    text: str
    html: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    def filled(self, token: str, *, to: str) -> "Mail":
        text, html = self.text.replace(BLANK, token), self.html.replace(BLANK, token)
        headers = {name: value.replace(BLANK, token) for name, value in self.headers}
        return Mail(to, self.subject, text, html, headers, form=self, token=token)


@dataclass(frozen=True)
class Mail:
    """One address, a subject, a text, and the same as HTML where there is some.

    ``calendar`` is iCalendar (RFC 5545) for the reader's calendar, and ``method`` what it asks of it, in
    the words of RFC 5546: REQUEST or CANCEL.

    `form` and `token` say what it was made of, where it was made of a form.
    """

    to: str
    subject: str
    text: str
    html: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    calendar: str = ""
    method: str = ""
    form: Form | None = None
    token: str = ""

    def as_email(self, message_id: str) -> EmailMultiAlternatives:
        headers = {**self.headers, "Message-ID": message_id, "Auto-Submitted": "auto-generated"}
        # A title may hold whatever was pasted into it; a subject is one line.
        subject = " ".join(self.subject.split())
        made = EmailMultiAlternatives(subject, self.text, None, [self.to], headers=headers)
        if self.html:
            made.attach_alternative(self.html, "text/html")
        if self.calendar:
            # Last: of several alternatives a mail program shows the last one that it understands (RFC 2046).
            made.attach_alternative(self.calendar, f"text/calendar; method={self.method}")
        return made
