"""Messages to a cohort: every recipient seen before, sent as written, and what became of each mail."""

import re

import pytest
from django.core import mail

from courses.actions.calling_off import call_off
from courses.actions.cohort_messages import preview, send
from courses.actions.cohort_notices import compose
from courses.actions.enrolments import hide
from courses.actions.leaving import withdraw
from courses.models import CohortMessage, CohortNotice, Enrolment
from courses.queries.bell import count_unread
from lms.kit.errors import Refused
from lms.outbox.drain import run_once
from lms.outbox.mail import Unwanted
from lms.people.enums import Role
from lms.people.models import Person
from tests import cast
from tests.courses.cohorts import made
from tests.courses.learn import school

pytestmark = pytest.mark.django_db
SAID = {"recipients": "all", "subject": "The room", "text": "It is <b>room 4</b> & not 5.\nSee you."}


def post(cohort, login, **data):
    return cast.signed_in(login).post(f"/teach/cohorts/{cohort.pk}/messages/", SAID | data)


@pytest.fixture
def cohort():
    return made.cohort()


@pytest.fixture
def trainer(cohort):
    return made.trainer(cohort)


def test_is_shown_with_everybody_and_then_sent_as_written(cohort, trainer):
    one, other = made.person(cohort, "Able"), made.person(cohort, "Baker", lessons=1)
    without = Enrolment.objects.get(pk=made.person(cohort, "Nologin", lessons=1).pk)
    Person.objects.filter(pk=without.person_id).update(email="home@test.example")
    without.person.user.is_active = False
    without.person.user.save()
    shown = post(cohort, trainer).text
    assert "3 people would get it. Nothing is sent yet." in shown
    # A login that is closed reads no notice.
    ways = re.findall(r"<td[^>]*>\s*(mail[a-z ]*?)\s*</td>", shown)
    assert ways == ["mail and notice", "mail and notice", "mail"]
    assert "&lt;b&gt;room 4&lt;/b&gt; &amp; not 5." in shown
    assert not CohortMessage.objects.exists()
    answer = post(cohort, trainer, apply="1", expected=[one.pk, other.pk, without.pk])
    assert answer.status_code == 302
    assert count_unread(one.person.user) == 1
    notices = cast.signed_in(one.person.user).get("/me/notices/").text
    assert "It is &lt;b&gt;room 4&lt;/b&gt; &amp; not 5.<br>See you." in notices
    mails = {made.to: made for made in (compose(row) for row in CohortNotice.objects.all())}
    assert set(mails) == {one.person.user.email, other.person.user.email, "home@test.example"}
    written = mails[one.person.user.email]
    assert (written.subject, written.html) == ("The room", "")
    assert written.text.startswith(SAID["text"])


def test_others_than_shown_means_look_again(cohort, trainer):
    one = made.person(cohort, "Able")
    made.person(cohort, "Baker")
    text = post(cohort, trainer, apply="1", expected=[one.pk]).text
    assert "Others would get it now than you were shown" in text
    assert "2 people would get it" in text
    assert not CohortMessage.objects.exists()


def test_to_those_with_something_missing_alone(cohort, trainer):
    made.person(cohort, "Able")
    made.person(cohort, "Early", lessons=1)
    made.person(cohort, "Idle", lessons=0)
    found = {
        to: [one.person.family_name for one in preview(cohort=cohort, recipients=to, by=trainer)]
        for to in ("all", "open", "missing", "not_begun")
    }
    assert found == {
        "all": ["Able", "Early", "Idle"],
        "open": ["Able", "Early", "Idle"],
        "missing": ["Early", "Idle"],
        "not_begun": ["Idle"],
    }


def test_not_to_who_keeps_it_to_themselves_nor_to_who_left(trainer):
    cohort = school.course("care", self_care=True)
    cohort.trainers.add(trainer)
    hidden, left, stays = (made.person(cohort, name, lessons=1) for name in ("Hidden", "Left", "Stays"))
    hide(enrolment=hidden, hidden=True, by=hidden.person.user)
    assert [one.pk for one in preview(cohort=cohort, recipients="all", by=trainer)] == [left.pk, stays.pk]
    send(cohort=cohort, expected=[left.pk, stays.pk], by=trainer, **SAID)
    withdraw(enrolment=left, reason="", by=left.person.user)
    with pytest.raises(Unwanted):
        compose(CohortNotice.objects.get(person=left.person))


def test_the_mail_to_who_keeps_it_to_themselves_names_no_course(trainer):
    """Who hides it after a message, or has it called off; the page of notices has all of it."""
    cohort = school.course("care", self_care=True)
    cohort.trainers.add(trainer)
    one = made.person(cohort, "Able", lessons=1)
    send(cohort=cohort, expected=[one.pk], by=trainer, **SAID)
    hide(enrolment=one, hidden=True, by=one.person.user)
    call_off(cohort=cohort, reason="Nobody can lead it.", by=trainer)
    told = CohortNotice.objects.filter(user=one.person.user, letter__isnull=False)
    assert told.count() == 2
    for row in told:
        sent = compose(row)
        assert cohort.version.title not in f"{sent.subject}{sent.text}"
        assert SAID["subject"] not in sent.subject
    assert "Nobody can lead it." in cast.signed_in(one.person.user).get("/me/notices/").text


def test_only_a_trainer_of_the_cohort_writes(cohort):
    one = made.person(cohort)
    for login in (cast.user(Role.TRAINER), cast.user(Role.STAFF), one.person.user):
        with pytest.raises(Refused, match="Only a trainer"):
            send(cohort=cohort, expected=[one.pk], by=login, **SAID)
        assert post(cohort, login).status_code in (403, 404)


def test_a_subject_of_two_lines_is_one(cohort, trainer):
    one = made.person(cohort)
    send(cohort=cohort, expected=[one.pk], by=trainer, **SAID | {"subject": "The\nBcc: x@test.example"})
    assert compose(CohortNotice.objects.get()).subject == "The Bcc: x@test.example"


@pytest.mark.django_db(transaction=True)
def test_what_became_of_each_mail_is_shown(cohort, trainer):
    one, two = made.person(cohort, "Able"), made.person(cohort, "Baker")
    message = send(cohort=cohort, expected=[one.pk, two.pk], by=trainer, **SAID)
    page = f"/teach/cohorts/{cohort.pk}/messages/{message.pk}/"
    assert cast.signed_in(trainer).get(page).text.count("on its way") == 2
    run_once()
    assert sorted(sent.to[0] for sent in mail.outbox) == sorted(
        login.person.user.email for login in (one, two)
    )
    cast.signed_in(one.person.user).post("/me/notices/read/")
    text = cast.signed_in(trainer).get(page).text
    cells = [cell.strip() for cell in re.findall(r"<td>([^<]*)</td>", text)]
    assert (cells.count("sent"), cells.count("yes"), cells.count("not yet")) == (2, 1, 1)
