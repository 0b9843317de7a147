"""What the tests of the assessment pages share."""

import html

from django.urls import reverse

from courses.actions import attempts
from courses.kinds.questions.base import token
from tests import cast
from tests.courses.assessments import made

RIGHT, WRONG = token("The name"), token("The route")


def client_of(enrolment):
    return cast.signed_in(enrolment.person.user)


def begun(enrolment):
    return attempts.start_attempt(enrolment=enrolment, by=enrolment.person.user)


def page_of(attempt, name="attempt"):
    return reverse(name, args=[attempt.enrolment_id, attempt.number])


def field(attempt, kind="single"):
    return f"q{made.question(attempt, kind).pk}"


def text(response):
    return html.unescape(response.content.decode())
