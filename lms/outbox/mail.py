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


@dataclass(frozen=True)
class Mail:
    """One address, a subject, a text, and the same as HTML where there is some.

    ``calendar`` is iCalendar (RFC 5545) for the reader's calendar, and ``method`` what it asks of it, in
    the words of RFC 5546: REQUEST or CANCEL.
    """

    to: str
    subject: str
    text: str
    html: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    calendar: str = ""
    method: str = ""

    def as_email(self, message_id: str) -> EmailMultiAlternatives:
        headers = {**self.headers, "Message-ID": message_id, "Auto-Submitted": "auto-generated"}
        made = EmailMultiAlternatives(self.subject, self.text, None, [self.to], headers=headers)
        if self.html:
            made.attach_alternative(self.html, "text/html")
        if self.calendar:
            # Last: of several alternatives a mail program shows the last one that it understands (RFC 2046).
            made.attach_alternative(self.calendar, f"text/calendar; method={self.method}")
        return made
