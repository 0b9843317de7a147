"""Asking for contact: each move, what is refused, the way up the ladder, and who sees which row."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError

from lms.kit.errors import Refused
from lms.outbox.mail import Unwanted
from tests import cast
from tests.welfare import asking
from tests.welfare.asking import ask, state, states, supporter
from welfare.actions import contact, contact_mail, supporters
from welfare.models import ContactMail, ContactRequest, ContactStep, OwnLadder, Supporter
from welfare.models.wall import as_engine, as_officer, as_user
from welfare.queries.contact import addressed_to, choices_for, reach_of, remembered_ladder, shown_as

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def analyst():
    return cast.user(email="analyst@test.example")


def mails() -> list[tuple[int, str]]:
    """Whom a mail was made for, and what became of it, oldest first."""
    with as_engine():
        return list(ContactMail.objects.order_by("pk").values_list("step__supporter_id", "state"))


def composed() -> list[str]:
    """What the drain would get of each mail: the address, or why there is none."""
    said = []
    with as_engine():
        for mail in ContactMail.objects.order_by("pk"):
            try:
                said.append(contact_mail.compose(mail).to)
            except Unwanted as unwanted:
                said.append(unwanted.reason)
    return said


class TestAsking:
    def test_the_first_is_told_at_once_and_by_one_mail(self, analyst):
        first, second = supporter("Wanda"), supporter("Tove")
        ask(analyst, first, second)
        assert states() == ["sent", "waiting"]
        assert mails() == [(first.pk, "pending")]
        assert composed() == ["wanda@test.example"]

    def test_who_is_asked_sees_who_when_and_how_to_reach_and_nobody_else_does(self, analyst):
        first, second = supporter("Wanda"), supporter("Tove")
        ask(analyst, first, second, reach="room 4, after five")
        (seen,) = addressed_to(first)
        assert (seen.name, seen.reach) == (analyst.person.name, "room 4, after five")
        assert addressed_to(second) == addressed_to(analyst) == []

    def test_without_a_way_to_be_reached_the_address_of_the_login_is_shown(self, analyst):
        first = supporter()
        ask(analyst, first)
        assert [one.reach for one in addressed_to(first)] == ["analyst@test.example"]

    def test_the_way_to_be_reached_stands_in_no_row(self, analyst):
        request = ask(analyst, supporter(), reach="room 4")
        assert b"room 4" not in bytes(request.reach)
        assert reach_of(request) == "room 4"
        other = ContactRequest(reach=request.reach)
        assert reach_of(other) == ""

    def test_the_order_is_remembered_only_for_who_asks(self, analyst):
        first, second = supporter("Wanda"), supporter("Tove")
        ask(analyst, second, first, remember=True)
        assert remembered_ladder(analyst) == [second.pk, first.pk]
        contact.withdraw(by=analyst)
        ask(analyst, first)
        assert remembered_ladder(analyst) == []

    def test_forgetting_leaves_nothing(self, analyst):
        ask(analyst, supporter(), remember=True)
        contact.forget_ladder(by=analyst)
        with as_user(analyst.pk):
            assert not OwnLadder.objects.exists()


class TestRefused:
    def refused(self, analyst, ladder, sentence, *, shown=None):
        with pytest.raises(Refused, match=sentence):
            contact.ask_contact(ladder=ladder, shown=shown or "", by=analyst)
        assert states() == []

    def test_before_the_page_has_shown_what_to_know(self, analyst):
        self.refused(analyst, [supporter().pk], "read this first")

    def test_when_a_word_of_it_has_changed_since(self, analyst):
        one = supporter()
        shown = shown_as(choices_for(analyst))
        with as_officer(one.pk):
            Supporter.objects.update(nights="Wanda answers at night.")
        self.refused(analyst, [one.pk], "read this first", shown=shown)

    @pytest.mark.parametrize(
        ("ladder", "sentence"),
        [
            ([], "at least one"),
            ([0, 0], "each person once"),
            ([0, 1, 2, 3], "three at most"),
            ([99], "no longer be asked"),
        ],
    )
    def test_a_ladder_that_is_none(self, analyst, ladder, sentence):
        people = [supporter(name) for name in ("Ada", "Bo", "Cy", "Di")] if ladder else []
        numbers = [people[place].pk if place < 4 else 0 for place in ladder]
        self.refused(analyst, numbers, sentence)

    def test_oneself(self):
        one = supporter()
        self.refused(one, [one.pk], "no longer be asked")

    def test_a_closed_login(self, analyst):
        one = supporter()
        one.is_active = False
        one.save()
        self.refused(analyst, [one.pk], "no longer be asked")

    def test_somebody_for_another_hotline(self, analyst):
        one = supporter(hotline=cast.hotline("Other"))
        self.refused(analyst, [one.pk], "no longer be asked")

    def test_a_second_request_while_one_is_under_way(self, analyst):
        one = supporter()
        ask(analyst, one)
        with pytest.raises(Refused, match="under way already"):
            ask(analyst, one)
        assert states() == ["sent"]

    def test_the_database_refuses_it_too(self, analyst):
        first = ask(analyst, supporter())
        again = ContactRequest(user_id=analyst.pk, reach=first.reach, made_at=first.made_at)
        again.climbs_at = first.climbs_at
        with pytest.raises(IntegrityError, match="one_open_request"), as_user(analyst.pk):
            again.save(force_insert=True)

    @pytest.mark.parametrize(
        ("change", "why"),
        [
            ({"state": "waiting"}, "What is sent cannot become waiting"),
            ({"state": "answered"}, "What is sent cannot become answered"),
        ],
    )
    def test_a_move_that_is_none(self, analyst, change, why):
        ask(analyst, supporter())
        with pytest.raises(IntegrityError, match=why), as_engine():
            ContactStep.objects.update(**change)

    def test_two_who_are_asked_at_once(self, analyst):
        ask(analyst, supporter("Wanda"), supporter("Tove"))
        with pytest.raises(IntegrityError, match="one_step_at_a_time"), as_engine():
            ContactStep.objects.filter(place=2).update(state="sent", sent_at=asking.now())

    def test_a_request_that_is_over_is_opened_no_more(self, analyst):
        ask(analyst, supporter())
        contact.withdraw(by=analyst)
        with pytest.raises(IntegrityError, match="withdrawn cannot become open"), as_engine():
            ContactRequest.objects.update(state="open")


class TestAnswering:
    def test_seen_then_in_touch(self, analyst):
        first = supporter()
        request = ask(analyst, first, reach="room 4")
        contact.mark_seen(request=request.pk, by=first)
        assert (states(), state()) == (["seen"], "open")
        contact.mark_answered(request=request.pk, by=first)
        assert (states(), state()) == (["answered"], "answered")
        assert [one.reach for one in addressed_to(first)] == ["analyst@test.example"]

    def test_in_touch_without_a_word_before(self, analyst):
        first = supporter()
        contact.mark_answered(request=ask(analyst, first).pk, by=first)
        assert (states(), state()) == (["answered"], "answered")

    def test_seen_twice_is_as_once(self, analyst):
        first = supporter()
        request = ask(analyst, first)
        contact.mark_seen(request=request.pk, by=first)
        contact.mark_seen(request=request.pk, by=first)
        assert states() == ["seen"]

    @pytest.mark.parametrize("who", ["next", "analyst", "stranger"])
    @pytest.mark.parametrize("act", [contact.mark_seen, contact.mark_answered])
    def test_nobody_else_may(self, analyst, who, act):
        second = supporter("Tove")
        request = ask(analyst, supporter("Wanda"), second)
        others = {"next": second, "analyst": analyst, "stranger": cast.user()}
        with pytest.raises(Refused, match="nothing like this"):
            act(request=request.pk, by=others[who])
        assert (states(), state()) == (["sent", "waiting"], "open")

    def test_what_was_withdrawn_is_over(self, analyst):
        first = supporter()
        request = ask(analyst, first, reach="room 4")
        contact.withdraw(by=analyst)
        with pytest.raises(Refused, match="over already"):
            contact.mark_answered(request=request.pk, by=first)
        assert (states(), state()) == (["sent"], "withdrawn")
        assert composed() == ["no longer wanted"]

    def test_withdrawing_is_ones_own(self, analyst):
        ask(analyst, supporter())
        contact.withdraw(by=cast.user())
        assert state() == "open"


class TestTheMail:
    def test_whoever_wants_none_gets_none_and_the_page_says_so(self, analyst):
        one = supporter()
        supporters.choose_mail(by=one, wanted=False)
        ask(analyst, one)
        assert composed() == ["no longer wanted"]
        assert [choice.supporter.by_mail for choice in choices_for(analyst)] == [False]

    def test_seen_before_it_is_sent_it_is_not_sent(self, analyst):
        one = supporter()
        contact.mark_seen(request=ask(analyst, one).pk, by=one)
        assert composed() == ["no longer wanted"]

    def test_it_is_word_for_word_that_of_any_other_notice(self, analyst):
        from lms.people.mail import notice

        one = supporter()
        ask(analyst, one)
        with as_engine():
            mail = ContactMail.objects.get()
            made = contact_mail.compose(mail)
            off = contact_mail.token(contact_mail.OFF_TOKEN, mail.message_id)
        assert made == notice(one, off)


class TestWhoSeesWhichRow:
    def test_a_stranger_and_an_officer_see_none(self, analyst):
        ask(analyst, supporter(), remember=True)
        officer = asking.officer()
        for name in (as_user(officer.pk), as_officer(officer.pk)):
            with name:
                for model in (ContactRequest, ContactStep, ContactMail, OwnLadder):
                    assert not model.objects.exists(), model

    def test_who_is_not_asked_yet_sees_nothing(self, analyst):
        second = supporter("Tove")
        ask(analyst, supporter("Wanda"), second)
        with as_user(second.pk):
            assert not ContactRequest.objects.exists()
            assert not ContactStep.objects.exists()

    def test_who_is_asked_cannot_remove_it(self, analyst):
        first = supporter()
        ask(analyst, first)
        with as_user(first.pk):
            ContactStep.objects.all().delete()
            ContactRequest.objects.all().delete()
        assert states() == ["sent"]


class TestWhoCanBeAsked:
    def test_those_from_outside_ones_hotline_come_first(self, analyst):
        own = cast.hotline()
        cast.affiliate(analyst.person, own)
        inside, outside = supporter("Ann"), supporter("Zoe", kind="peer")
        cast.affiliate(inside.person, own)
        assert [(one.name, one.outside) for one in choices_for(analyst)] == [
            ("Zoe Example", True),
            ("Ann Example", False),
        ]
        assert outside.pk == choices_for(analyst)[0].pk

    def test_a_role_at_ones_hotline_is_inside_too(self, analyst):
        from lms.people.enums import Role
        from lms.people.models import RoleGrant

        own = cast.hotline()
        cast.affiliate(analyst.person, own)
        one = supporter()
        RoleGrant.objects.create(user=one, role=Role.HOTLINE_MANAGER, hotline=own, from_on=cast.SINCE)
        assert [choice.outside for choice in choices_for(analyst)] == [False]

    def test_one_for_a_hotline_is_there_for_its_analysts(self, analyst):
        own = cast.hotline()
        cast.affiliate(analyst.person, own)
        one = supporter(hotline=own)
        assert [choice.pk for choice in choices_for(analyst)] == [one.pk]
        assert choices_for(cast.user()) == []

    def test_officers_alone_keep_the_list(self, analyst):
        one = cast.user(email="new@test.example")
        for act in (
            lambda: supporters.name_supporter(email=one.email, by=analyst, hotline_id=None, **asking.WORDS),
            lambda: supporters.remove_supporter(supporter=1, by=analyst),
        ):
            with pytest.raises(PermissionDenied):
                act()
        assert choices_for(analyst) == []

    def test_an_officer_of_one_hotline_keeps_that_ones_people_only(self):
        from lms.people.enums import Role

        own, other = cast.hotline(), cast.hotline("Other")
        officer = cast.user(Role.WELFARE_OFFICER, own)
        one = cast.user(email="new@test.example")
        for hotline_id in (None, other.pk):
            with pytest.raises(PermissionDenied):
                supporters.name_supporter(email=one.email, by=officer, hotline_id=hotline_id, **asking.WORDS)
        supporters.name_supporter(email=one.email, by=officer, hotline_id=own.pk, **asking.WORDS)
        with pytest.raises(PermissionDenied):
            supporters.change_supporter(supporter=one.pk, by=officer, hotline_id=None, **asking.WORDS)
        with as_officer(officer.pk):
            assert Supporter.objects.get().hotline_id == own.pk

    def test_the_database_keeps_the_list_from_everybody_else(self, analyst):
        supporter()
        with as_user(analyst.pk):
            Supporter.objects.update(nights="changed")
            Supporter.objects.all().delete()
            assert Supporter.objects.get().nights == asking.WORDS["nights"]
