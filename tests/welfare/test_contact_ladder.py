"""A request for contact that nobody answers climbs from one to the next, and ends."""

import threading

import pytest
from django.db import connections

from tests import cast
from tests.welfare import asking
from tests.welfare.asking import ask, run_after, state, states, supporter
from tests.welfare.test_contact import analyst, composed, mails
from tests.welfare.test_crash_points import Commits
from welfare.actions import contact, engine, supporters
from welfare.models import ContactMail, ContactRequest, ContactStep, Supporter
from welfare.models.wall import as_engine, as_officer
from welfare.queries.contact import addressed_to
from welfare.queries.lateness import oldest_due_seconds

__all__ = ["analyst"]
pytestmark = pytest.mark.django_db(transaction=True)


class TestTheLadder:
    def test_within_its_hours_it_stays(self, analyst):
        ask(analyst, supporter("Wanda"), supporter("Tove"))
        run_after(23.9)
        assert states() == ["sent", "waiting"]

    @pytest.mark.parametrize("seen", [False, True])
    def test_unanswered_it_goes_on_and_the_next_is_told_by_one_mail(self, analyst, seen):
        first, second = supporter("Wanda"), supporter("Tove")
        request = ask(analyst, first, second)
        if seen:
            contact.mark_seen(request=request.pk, by=first)
        run_after(24.1)
        assert states() == ["passed", "sent"]
        assert composed() == ["no longer wanted", "tove@test.example"]
        contact.run_contacts_once()
        assert len(mails()) == 2

    def test_the_hours_are_each_persons_own(self, analyst):
        ask(analyst, supporter("Wanda", hours=2), supporter("Tove", hours=72))
        run_after(2.1)
        assert states() == ["passed", "sent"]
        run_after(71)
        assert states() == ["passed", "sent"]

    def test_hours_changed_meanwhile_are_not_those_that_were_shown(self, analyst):
        first = supporter("Wanda")
        ask(analyst, first, supporter("Tove", hours=24))
        with as_officer(first.pk):
            Supporter.objects.update(hours=1)
        run_after(24.1)
        run_after(23)
        assert states() == ["passed", "sent"]

    def test_it_ends_in_words_and_the_last_may_still_answer(self, analyst):
        first = supporter()
        request = ask(analyst, first, reach="room 4")
        run_after(24.1)
        assert (states(), state()) == (["passed"], "unanswered")
        assert [one.reach for one in addressed_to(first)] == ["room 4"]
        contact.mark_answered(request=request.pk, by=first)
        assert (states(), state()) == (["answered"], "answered")

    def test_after_its_end_another_may_be_sent(self, analyst):
        one = supporter()
        ask(analyst, one)
        run_after(24.1)
        ask(analyst, one)
        assert states() == ["passed", "sent"]

    def test_whoever_was_first_may_answer_late(self, analyst):
        first, second = supporter("Wanda"), supporter("Tove")
        request = ask(analyst, first, second)
        run_after(24.1)
        contact.mark_answered(request=request.pk, by=first)
        assert (states(), state()) == (["answered", "sent"], "answered")
        assert composed() == ["no longer wanted", "no longer wanted"]

    def test_a_closed_login_is_left_out_and_not_waited_for(self, analyst):
        first, second, third = supporter("Wanda"), supporter("Tove"), supporter("Mika")
        ask(analyst, first, second, third)
        for gone in (first, second):
            gone.is_active = False
            gone.save()
        contact.run_contacts_once()
        assert states() == ["passed", "left_out", "sent"]

    def test_who_is_taken_off_the_list_is_not_waited_for(self, analyst):
        first, second = supporter("Wanda"), supporter("Tove")
        ask(analyst, first, second)
        supporters.remove_supporter(supporter=first.pk, by=asking.officer())
        contact.run_contacts_once()
        assert states() == ["passed", "sent"]

    def test_one_that_fails_is_set_aside_and_the_others_climb(self, analyst, monkeypatch):
        first, second = supporter("Wanda"), supporter("Tove")
        broken = ask(analyst, first, second)
        ask(cast.user(), first, second)
        tell = contact.tell

        def tell_or_fail(request, step, now):
            if request.pk == broken.pk:
                raise ValueError("broken")
            tell(request, step, now)

        monkeypatch.setattr(contact, "tell", tell_or_fail)
        run_after(24.1)
        assert states() == ["sent", "waiting", "passed", "sent"]
        monkeypatch.undo()
        run_after(0.2)
        assert states() == ["passed", "sent", "passed", "sent"]

    def test_it_climbs_in_the_run_that_all_drivers_share(self, analyst):
        ask(analyst, supporter("Wanda"), supporter("Tove"))
        asking.hours_pass(24.1)
        assert oldest_due_seconds() > 300
        engine.run_once()
        assert states() == ["passed", "sent"]
        assert oldest_due_seconds() == 0

    def test_four_at_once_tell_each_person_once(self):
        ladder = supporter("Wanda"), supporter("Tove"), supporter("Mika")
        for _number in range(12):
            ask(cast.user(), *ladder)
        asking.hours_pass(24.1)

        def work() -> None:
            try:
                contact.run_contacts_once()
            finally:
                connections.close_all()

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert states() == ["passed", "sent", "waiting"] * 12
        assert len(mails()) == 24

    @pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
    def test_killed_at_every_commit(self, analyst, monkeypatch, after):
        """From the press of the button to the second person: nothing is lost, and nobody told twice."""
        first, second = supporter("Wanda"), supporter("Tove")
        for commits in range(20):
            killed = self.die_after(monkeypatch, commits, after, lambda: ask(analyst, first, second))
            if states():
                contact.run_contacts_once()
                assert (states(), len(mails())) == (["sent", "waiting"], 1)
                asking.hours_pass(24.1)
                killed |= self.die_after(monkeypatch, commits, after, contact.run_contacts_once)
                contact.run_contacts_once()
                assert (states(), len(mails())) == (["passed", "sent"], 2), f"commit {commits}"
            with as_engine():
                ContactRequest.objects.all().delete()
            if not killed:
                break
        # The request, and that the first is told; then that the second is.
        assert commits == 2

    def die_after(self, monkeypatch, commits, after, work) -> bool:
        with monkeypatch.context() as patch:
            watched = Commits(patch, let_through=commits, after=after)
            try:
                work()
            except BaseException:
                if not watched.killed:
                    raise
                connections["welfare"].close()
        return watched.killed


class TestItsEnd:
    @pytest.mark.parametrize(("end", "days"), [("answered", 14), ("withdrawn", 14), ("unanswered", 30)])
    def test_it_is_removed(self, analyst, end, days):
        first = supporter()
        request = ask(analyst, first)
        if end == "answered":
            contact.mark_answered(request=request.pk, by=first)
        elif end == "withdrawn":
            contact.withdraw(by=analyst)
        else:
            run_after(24.1)
        assert state() == end
        run_after(days * 24 - 1)
        assert state() == end
        run_after(2)
        with as_engine():
            assert not ContactRequest.objects.exists()
            assert not ContactStep.objects.exists()
            assert not ContactMail.objects.exists()

    def test_one_under_way_is_not(self, analyst):
        ask(analyst, supporter(hours=168), supporter("Tove", hours=168))
        run_after(160)
        assert states() == ["sent", "waiting"]
