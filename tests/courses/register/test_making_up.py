"""A missed session, made up in another cohort."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.actions.leaving import transfer, withdraw
from courses.actions.names import set_display_name
from courses.actions.register.making_up import make_up
from courses.actions.register.marking import Word, mark
from courses.models import Participation, RegisterMark
from courses.queries.registers import counts, rows
from lms.kit.errors import Refused
from lms.people.enums import Role
from tests import cast
from tests.courses.register import made

pytestmark = pytest.mark.django_db


@pytest.fixture
def own():
    """Where somebody is enrolled; it meets first."""
    return made.cohort("tracing", made.FIRST)


@pytest.fixture
def missed(own):
    return made.sessions(own)[0]


@pytest.fixture
def other(own):
    """Another cohort of the course, a week later."""
    return made.another(own.version, made.SECOND)


@pytest.fixture
def visited(other):
    return made.sessions(other)[0]


@pytest.fixture
def host(other):
    return made.trainer(other)


@pytest.fixture
def guest(own):
    return made.person(own, "Guest", "Gerda")


def visit(visited, guest, missed, by, **more):
    return make_up(session=visited, participation=guest.participation, made_up_for=missed.pk, by=by, **more)


class TestItCounts:
    def test_for_the_own_cohort_dated_by_the_session_they_were_at(
        self, own, other, missed, visited, host, guest
    ):
        mark(session=missed, word=Word(guest.participation_id, "absent"), by=made.trainer(own))
        visit(visited, guest, missed, host)
        assert made.attended(guest) is True
        assert made.completed(guest) == made.SECOND.date()
        assert not Participation.objects.filter(activity=other.activity).exists()

    def test_taken_back_it_counts_no_more(self, missed, visited, host, guest):
        visit(visited, guest, missed, host)
        mark(session=visited, word=Word(guest.participation_id, "", reason="Somebody else."), by=host)
        assert made.attended(guest) is None
        assert RegisterMark.objects.order_by("number").last().made_up_for == missed

    def test_both_registers_show_it(self, own, missed, visited, host, guest):
        visit(visited, guest, missed, host)
        there = cast.signed_in(host).get(f"/teach/sessions/{visited.pk}/register/").text
        assert "Gerda Guest" in there
        assert "Guest of another cohort" in there
        here = cast.signed_in(made.trainer(own)).get(f"/teach/sessions/{missed.pk}/register/").text
        assert "Made up in another cohort" in here
        assert 'data-count="waiting">0<' in here


class TestRefused:
    def test_who_does_not_keep_this_register(self, own, missed, visited, guest):
        with pytest.raises(Refused, match="keeps its register"):
            visit(visited, guest, missed, made.trainer(own))

    def test_somebody_of_another_course_or_enrolled_here_or_unseen(self, missed, other, visited, host, guest):
        strange = made.person(made.cohort("elsewhere"))
        here = made.person(other)
        hidden = made.person(missed.activity.cohort, "Hidden")
        type(hidden).objects.filter(pk=hidden.pk).update(hidden=True)
        for who in (strange, here, hidden):
            with pytest.raises(Refused, match="Only somebody enrolled in another cohort"):
                visit(visited, who, missed, host)
        assert not RegisterMark.objects.exists()

    def test_a_session_that_is_not_of_their_cohort(self, visited, host, guest):
        with pytest.raises(Refused, match="their own cohort") as refused:
            visit(visited, guest, visited, host)
        assert refused.value.field == "made_up_for"

    @pytest.mark.parametrize("for_own", [True, False])
    def test_the_database_takes_no_mark_of_a_stranger(self, missed, visited, guest, for_own):
        with (
            pytest.raises(IntegrityError, match="makes up for a session of theirs"),
            transaction.atomic(),
        ):
            RegisterMark.objects.create(
                session=missed if for_own else visited,
                participation=guest.participation,
                presence="present",
                made_up_for=missed if for_own else None,
            )


class TestThePage:
    def test_finds_by_two_letters_and_puts_somebody_on_the_register(self, missed, visited, host, guest):
        client, url = cast.signed_in(host), f"/teach/sessions/{visited.pk}/register/guests/"
        assert "Gerda" not in client.get(url).text
        assert "Gerda" not in client.get(f"{url}?q=g").text
        page = client.get(f"{url}?q=gu ge").text
        assert "Gerda Guest" in page
        key = page.split('name="key" value="')[1].split('"')[0]
        form = {"guest": guest.participation_id, "made_up_for": missed.pk, "key": key}
        answer = client.post(url, form, follow=True)
        assert "Gerda Guest is on this register as a guest, present." in answer.text
        client.post(url, form)
        assert made.said(visited, guest) == [("present", None)]

    def test_another_trainer_finds_nothing(self, visited):
        client = cast.signed_in(cast.user(Role.TRAINER))
        assert client.get(f"/teach/sessions/{visited.pk}/register/guests/?q=gu").status_code == 404


class TestWhoLeft:
    def test_who_withdrew_or_went_to_another_cohort_is_expected_no_more(
        self, own, other, missed, visited, host
    ):
        trainer = made.trainer(own)
        other.trainers.add(trainer)
        stays, leaves, moves = (made.person(own, name) for name in ("Stays", "Leaves", "Moves"))
        withdraw(enrolment=leaves, reason="", by=leaves.person.user)
        transfer(enrolment=moves, to=other, reason="", by=trainer)
        assert [one.participation for one in rows(missed)] == [stays.participation]
        assert [one.participation.person for one in rows(visited)] == [moves.person]
        assert counts(missed).people == counts(visited).people == 1

    def test_who_was_marked_before_stays_on_the_register_and_is_no_guest(
        self, own, other, missed, visited, host
    ):
        trainer = made.trainer(own)
        leaves = made.person(own, "Leaves")
        mark(session=missed, word=Word(leaves.participation_id, "late"), by=trainer)
        type(leaves).objects.filter(pk=leaves.pk).update(withdrawn_at=timezone.now())
        assert [one.presence for one in rows(missed)] == ["late"]
        with pytest.raises(Refused, match="Only somebody enrolled"):
            visit(visited, leaves, missed, host)


def test_somebody_is_found_by_what_they_want_to_be_called(own, missed):
    one = made.person(own, "Example", "Margaret")
    set_display_name(name="Peggy", shown=False, by=one.person.user)
    client = cast.signed_in(made.trainer(own))
    page = client.get(f"/teach/sessions/{missed.pk}/register/?q=peg").text
    assert "Margaret Example (Peggy)" in page
