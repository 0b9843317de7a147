"""A mail that is made the short way is, line for line, the one that is made the long way."""

import re
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.outbox.mail import BLANK, Form, Mail
from lms.outbox.wire import Letter, envelope_of, plain_envelope

OFF = (("List-Unsubscribe", f"<https://site.example/off/{BLANK}/>"), ("List-Unsubscribe-Post", "One-Click"))
NOTICE = Form(
    "A message for you", f"Hello,\n.read\n..it\n/off/{BLANK}/\n", f"<a href='/{BLANK}/'>off</a>", OFF
)
ADDRESSES = st.one_of(
    st.emails(),
    st.sampled_from(
        ["a@b.example", "a.b+c@d.example", f"{'x' * 60}@y.example", "ärger@b.example", '"a b"@c.example']
    ),
)


def message_id() -> str:
    return f"<{uuid.uuid4()}@test.example>"


def without_chance(lines: bytes) -> bytes:
    """But for the moment, and for the boundary that is made by chance for each."""
    return re.sub(rb"={15}\d{19}==|(?m:^Date: .*$)", b"", lines)


def long_way(mail: Mail, number: str):
    return envelope_of(mail.as_email(number))


@given(ADDRESSES, st.binary(min_size=32, max_size=32))
def test_whoever_it_is_for(to, token):
    mail, number = NOTICE.filled(token.hex(), to=to), message_id()
    made, other = Letter(mail, number).envelope, long_way(mail, number)
    assert (made.sender, made.recipient) == (other.sender, other.recipient)
    assert without_chance(made.lines) == without_chance(other.lines)


@pytest.mark.parametrize(
    "form",
    [
        Form("Grüße", f"Łódź, 日本語\n{BLANK}\n"),
        Form("One line that is too long for a line", f"{'ä' * 1200}{BLANK}\n", f"<p>{'x' * 1200}{BLANK}</p>"),
        Form("Nothing in it", "the same for all\n"),
        Form("A blank in the subject, too", f"{BLANK} {BLANK}\n", "", (("X-Off", BLANK),)),
    ],
)
def test_whatever_it_says(form):
    mail, number = form.filled("5e" * 32, to="a@test.example"), message_id()
    assert without_chance(Letter(mail, number).envelope.lines) == without_chance(long_way(mail, number).lines)
    assert "5e" * 32 in mail.text or "same" in mail.text


def test_the_usual_notice_goes_the_short_way():
    assert plain_envelope(NOTICE.filled("5e" * 32, to="a@test.example"), message_id())


@pytest.mark.parametrize(
    ("token", "to", "number"),
    [
        ("short", "a@test.example", "<00000000-0000-4000-8000-000000000001@test.example>"),
        (
            "5e" * 32,
            "a@test.example\nBcc: b@test.example",
            "<00000000-0000-4000-8000-000000000001@test.example>",
        ),
        ("5e" * 32, "a@test.example", "<another kind of number@test.example>"),
        (
            "5e" * 32,
            "a@test.example",
            "<00000000-0000-4000-8000-000000000001@test.example>\nBcc: b@test.example",
        ),
    ],
)
def test_what_is_not_plain_goes_the_long_way(token, to, number):
    assert plain_envelope(NOTICE.filled(token, to=to), number) is None


def test_two_mails_share_no_boundary():
    one, other = (
        plain_envelope(NOTICE.filled("5e" * 32, to="a@test.example"), message_id()) for _ in range(2)
    )
    boundaries = [set(re.findall(rb"={15}\d{19}==", made.lines)) for made in (one, other)]
    assert [len(found) for found in boundaries] == [1, 1]
    assert boundaries[0] != boundaries[1]
