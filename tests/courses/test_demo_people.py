"""What the demo logins find when they come in."""

import pytest
from django.db import transaction

from courses import demo
from courses.models import Certificate, Entry, Exchange, Reversal, Snapshot
from lms.people import demo as people_demo
from lms.people.models import User
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)


def client(name: str):
    return cast.signed_in(User.objects.get(email=f"{name}@demo.example"))


def test_everybody_finds_something_and_a_second_run_changes_nothing():
    # As the command does, all or nothing.
    with transaction.atomic():
        people_demo.load("a-password")
        demo.load("a-password")
        demo.populate()
    counts = [model.objects.count() for model in (Entry, Reversal, Certificate)]
    demo.load("a-password")
    demo.populate()
    assert counts == [model.objects.count() for model in (Entry, Reversal, Certificate)]
    assert Exchange.objects.count() == 4
    figure = Snapshot.objects.get()
    assert figure.title in client("staff").get("/staff/figures/").text
    assert "Look and agree" in client("manager").get("/exchanges/").text
    assert "Approve it" in client("staff").get("/exchanges/").text
    own = client("analyst").get("/me/").text
    assert Certificate.objects.get(person__email="analyst@demo.example").code in own
    assert "/courses/a-note-that-travels/renew/" in own
    catalogue = client("analyst").get("/courses/").text
    assert "Lessons done" in catalogue
    assert "How a hotline works" in catalogue
    assert client("trainer").get("/teach/marks/").text.count("/teach/marks/") >= 2
    cohorts = client("trainer").get("/teach/cohorts/").text
    workshop = Certificate.objects.first().version.cohorts.earliest("pk")
    assert f"/teach/cohorts/{workshop.pk}/" in cohorts
    board = client("trainer").get(f"/teach/cohorts/{workshop.pk}/").text
    assert "only your sign-off" in board
    assert "an essay waits for its mark" in board
    revoked = Certificate.objects.get(revoked_at__isnull=False)
    person = client("staff").get(f"/staff/people/{revoked.person_id}/").text
    assert f"revoked: {revoked.revoked_because}" in person
