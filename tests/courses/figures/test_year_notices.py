"""Staff hear of corrections, managers of answers and of a year that is open again: once, while it is so."""

import pytest
from django.core import mail
from django.urls import reverse

from courses.actions.hotline_years import answer_correction, ask_correction, confirm_year, reopen_year
from courses.enums import CorrectionState
from courses.models import CorrectionAsked, YearNotice
from courses.queries.snapshots.years import content_of_year
from lms.kit.errors import Refused
from lms.outbox.drain import run_once
from lms.people.actions.roles import revoke_role
from lms.people.enums import Role
from lms.web import notices
from tests import cast
from tests.moments import next_moment

pytestmark = pytest.mark.django_db
YEAR = 2023


@pytest.fixture
def linea():
    return cast.hotline()


@pytest.fixture
def managers(linea):
    return [cast.user(Role.HOTLINE_MANAGER, linea) for _ in range(2)]


@pytest.fixture
def staff():
    return cast.user(Role.STAFF)


def asked(linea, by) -> CorrectionAsked:
    return ask_correction(hotline=linea, year=YEAR, text="Two people are missing.", by=by)


def confirmed(linea, by) -> None:
    next_moment()
    confirm_year(hotline=linea, year=YEAR, seen=content_of_year(linea, YEAR).digest(None), by=by)
    next_moment()


def page(user) -> str:
    return cast.signed_in(user).get(reverse("notices")).text


class TestWhoHears:
    def test_staff_of_a_correction_until_it_is_settled(self, linea, managers, staff):
        one = asked(linea, managers[0])
        assert [notices.unread(user) for user in (staff, *managers)] == [1, 0, 0]
        assert "Two people are missing." in page(staff)
        assert reverse("staff-correction", args=[one.pk]) in page(staff)
        answer_correction(asked=one, state=CorrectionState.OPEN, text="Which?", by=staff)
        assert "asks for a correction" in page(staff)
        answer_correction(asked=one, state=CorrectionState.DONE, text="Added.", by=staff)
        assert "asks for a correction" not in page(staff)
        assert notices.unread(staff) == 0
        answer_correction(asked=one, state=CorrectionState.OPEN, text="One more?", by=staff)
        assert "asks for a correction" in page(staff)

    def test_every_manager_of_the_hotline_of_the_last_answer(self, linea, managers, staff):
        other = cast.user(Role.HOTLINE_MANAGER, cast.hotline("Other"))
        one = asked(linea, managers[0])
        answer_correction(asked=one, state=CorrectionState.OPEN, text="Which two?", by=staff)
        answer_correction(asked=one, state=CorrectionState.DONE, text="Both were added.", by=staff)
        assert [notices.unread(user) for user in (*managers, other)] == [1, 1, 0]
        told = page(managers[1])
        assert "Both were added." in told
        assert "Which two?" not in told
        assert "Both were added." not in page(other)

    def test_whoever_opens_a_year_again_tells_the_others_until_it_is_confirmed(self, linea, managers, staff):
        confirmed(linea, managers[0])
        reopen_year(hotline=linea, year=YEAR, reason="A session came in late.", by=managers[0])
        assert [notices.unread(user) for user in (*managers, staff)] == [0, 1, 0]
        assert "A session came in late." in page(managers[1])
        confirmed(linea, managers[1])
        assert notices.unread(managers[1]) == 0

    def test_whoever_is_manager_no_longer_reads_nothing_of_it(self, linea, managers, staff):
        answer_correction(
            asked=asked(linea, managers[0]), state=CorrectionState.DONE, text="Both were added.", by=staff
        )
        revoke_role(grant=managers[0].grants.get(), by=cast.user(Role.ADMINISTRATOR))
        assert "Both were added." not in page(managers[0])
        assert "Both were added." in page(managers[1])

    def test_what_is_refused_tells_nobody(self, linea, managers, staff):
        with pytest.raises(Refused):
            ask_correction(hotline=linea, year=YEAR, text=" ", by=managers[0])
        with pytest.raises(Refused):
            reopen_year(hotline=linea, year=YEAR, reason="x", by=managers[0])
        assert not YearNotice.objects.exists()


class TestTheMail:
    def test_it_names_nothing_and_goes_once(self, linea, managers, staff):
        asked(linea, managers[0])
        run_once()
        run_once()
        (sent,) = mail.outbox
        assert sent.to == [staff.email]
        assert linea.name not in sent.subject + sent.body
        assert "missing" not in sent.body

    def test_none_goes_about_what_is_settled(self, linea, managers, staff):
        one = asked(linea, managers[0])
        answer_correction(asked=one, state=CorrectionState.DONE, text="Added.", by=staff)
        run_once()
        assert {address for sent in mail.outbox for address in sent.to} == {user.email for user in managers}


def test_reading_the_notices_quiets_the_bell(linea, managers, staff):
    asked(linea, managers[0])
    client = cast.signed_in(staff)
    client.post(reverse("notices-read"))
    assert notices.unread(staff) == 0
    assert "Two people are missing." in page(staff)


def test_as_many_queries_for_three_as_for_one(linea, managers, staff):
    client = cast.signed_in(staff)
    asked(linea, managers[0])
    one = cast.queries_of(client, reverse("notices"))
    for _ in range(2):
        asked(linea, managers[0])
    assert cast.queries_of(client, reverse("notices")) == one
