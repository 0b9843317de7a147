"""Extra time, given by the trainers of a cohort."""

import pytest
from django.urls import reverse

from tests import cast
from tests.courses.assessments import made
from tests.courses.assessments.pages import client_of, text

pytestmark = pytest.mark.django_db


def test_extra_time_is_given_on_a_page_of_the_trainers():
    enrolment = made.enrolment(made.version(minutes=30))
    client = cast.signed_in(made.trainer(enrolment))
    assert enrolment.person.name in text(client.get(reverse("teach-extra-times")))
    page = reverse("teach-extra-time", args=[enrolment.pk])
    assert client.post(page, {"per_cent": "50"}).status_code == 302
    assert "45 minutes" in text(client_of(enrolment).get(reverse("assessment", args=[enrolment.pk])))
    stranger = cast.signed_in(made.trainer(made.enrolment(made.version(minutes=30))))
    assert stranger.post(page, {"per_cent": "0"}).status_code == 404
    enrolment.extra_time.refresh_from_db()
    assert enrolment.extra_time.per_cent == 50
