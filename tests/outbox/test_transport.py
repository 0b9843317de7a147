"""What goes over the wire arrives as it was written."""

import pytest
from django.core.mail import EmailMessage

from lms.outbox.mail import Mail
from lms.outbox.transport import Line, NotAccepted, Unreachable

BODY = ".\n.. a dot at the start\n\nÄrger, Łódź, 日本語\n"


def over(sink, email):
    line = Line()
    line.ready()
    line.send(email)
    line.close()
    return sink.taken[-1]


def test_dots_and_letters_of_every_script_arrive_as_they_were_written(sink):
    taken = over(sink, Mail("a@test.example", "Grüße", BODY).as_email("<1@test.example>"))
    assert taken.get_payload(decode=True).decode().replace("\r\n", "\n").strip() == BODY.strip()
    assert taken["Message-ID"] == "<1@test.example>"


def test_text_and_html_are_two_ways_to_read_one_mail(sink):
    taken = over(sink, Mail("a@test.example", "S", "text", "<p>html</p>").as_email("<1@test.example>"))
    assert [part.get_content_type() for part in taken.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def test_nobody_is_asked_to_answer_a_machine(sink):
    taken = over(sink, Mail("a@test.example", "S", "text").as_email("<1@test.example>"))
    assert taken["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("subject", ["two\nlines", "Bcc:\r\nx@test.example"])
def test_a_header_with_a_line_of_its_own_is_refused_for_good(sink, subject):
    with pytest.raises(NotAccepted) as refused:
        over(sink, EmailMessage(subject, "text", None, ["a@test.example"]))
    assert refused.value.permanent
    assert sink.taken == []


def test_a_server_that_is_not_there_is_told_from_one_that_refuses(sink):
    sink.stop()
    with pytest.raises(Unreachable):
        Line().ready()
    Line().close()
