"""The way of an exchange from the first word to the ledger, and what is refused on it."""

import datetime as dt
from itertools import pairwise

import pytest
from django.db import DatabaseError, transaction

from courses.actions.exchanges.moving import move, say_yes
from courses.actions.exchanges.planning import (
    Party,
    add_visit,
    arrange_visit,
    change_plan,
    leave,
    request_exchange,
)
from courses.actions.exchanges.reporting import Report, report_visit
from courses.enums import ActivityStatus, ExchangeState, Stage, YesTo
from courses.kinds.exchanges import MOVES, STEPS
from courses.models import (
    ActivityVersion,
    Entry,
    Exchange,
    ExchangeMove,
    ExchangeYes,
    Reversal,
    Traveller,
    Visit,
    VisitReport,
)
from courses.queries.counts import Question, count
from lms.kit.clock import Span, today
from lms.kit.errors import Refused
from lms.people.enums import Audience, Role
from tests import cast
from tests.courses.exchanges import made

pytestmark = pytest.mark.django_db
STATE = ExchangeState


def written() -> tuple[object, ...]:
    """Everything that an action of exchanges could have changed."""
    facts = (ExchangeMove, ExchangeYes, VisitReport, Entry, Reversal, ActivityVersion, Traveller)
    return (
        list(Exchange.objects.order_by("pk").values_list("pk", "state", "round", "programme")),
        list(Visit.objects.order_by("pk").values_list("pk", "heads", "left_at", "funder", "grant_number")),
        *(sorted(model.objects.values_list("pk", flat=True)) for model in facts),
    )


def counts() -> dict[str, int]:
    """What the counts have of exchanges, around today."""
    span = Span(today() - dt.timedelta(days=90), today() + dt.timedelta(days=90))
    return {str(row.code).removeprefix("exchange."): row.number for row in count(Question(span))}


def status(one: made.Cast) -> str:
    return ActivityVersion.objects.in_force().get(activity=one.exchange.activity).status


class TestTheWay:
    def test_goes_from_the_request_to_the_counts_by_the_words_of_both_sides(self):
        one = made.exchange(STATE.REPORTED)
        assert (counts(), status(one)) == ({}, ActivityStatus.PLANNED)
        made.confirmed(one)
        assert one.again().state == STATE.COUNTED
        assert status(one) == ActivityStatus.HELD
        assert counts() == {
            "held.events": 1,
            "held.hotlines": 2,
            "attended.participations": 5,
            "attended.people": 2,
            "attended.unidentified": 3,
        }
        moves = [(move.before, move.after) for move in one.exchange.moves.all()]
        assert moves == list(pairwise(["", *STEPS]))

    def test_asking_is_ones_own_yes_and_staff_say_none_by_asking(self):
        one = made.exchange()
        assert [(yes.hotline, yes.to) for yes in one.exchange.yeses.all()] == [(one.guest, YesTo.PLAN)]
        asked = request_exchange(host=one.host, visiting=[one.guest], plan=made.plan(), by=one.staff)
        assert not asked.yeses.exists()

    def test_several_visitors_all_have_a_word(self):
        one = made.exchange()
        third = cast.hotline("Safeline", "GR")
        add_visit(exchange=one.exchange, hotline=third, by=one.visiting)
        say_yes(exchange=one.exchange, hotline=one.host, to=YesTo.PLAN, by=one.hosting)
        assert one.again().state == STATE.REQUESTED
        say_yes(exchange=one.exchange, hotline=third, to=YesTo.PLAN, by=made.manager(third))
        assert one.again().state == STATE.AGREED

    def test_whoever_came_counts_for_the_visiting_hotline_whatever_their_affiliation_says(self):
        one = made.exchange(STATE.HELD)
        moved = made.person(one.guest)
        moved.affiliations.update(until_on=today() - dt.timedelta(days=60))
        cast.affiliate(moved, cast.hotline("Elsewhere", "BE"), today() - dt.timedelta(days=59))
        arrange_visit(visit=one.visit, party=Party([moved]), by=one.visiting)
        report_visit(visit=one.visit, report=made.REPORT, by=one.visiting)
        made.confirmed(one)
        entry = Entry.objects.get()
        assert (entry.audience, entry.hotline, entry.country_id) == (Audience.HOTLINE, one.guest, "NL")
        assert entry.stage == Stage.ATTENDED

    def test_the_one_funder_of_all_visits_is_the_activitys(self):
        one = made.exchange(STATE.COUNTED)
        assert ActivityVersion.objects.in_force().get(activity=one.exchange.activity).funder.name == "ISF"


class TestYes:
    def test_a_changed_plan_asks_anew_but_not_whoever_changed_it(self):
        one = made.exchange(days_ago=-20)
        change_plan(exchange=one.exchange, plan=made.plan(days_ago=-30), by=one.hosting)
        current = one.again()
        given = current.yeses.filter(round=current.round)
        assert (current.round, [yes.hotline for yes in given]) == (2, [one.host])
        assert current.state == STATE.REQUESTED
        say_yes(exchange=current, hotline=one.guest, to=YesTo.PLAN, by=one.visiting)
        assert one.again().state == STATE.AGREED

    def test_the_same_plan_once_more_asks_nobody(self):
        one = made.exchange()
        same = made.plan()
        change_plan(exchange=one.exchange, plan=same, by=one.hosting)
        before = written()
        change_plan(exchange=one.exchange, plan=same, by=one.hosting)
        assert written() == before

    def test_other_people_or_another_report_ask_both_sides_to_confirm_anew(self):
        one = made.exchange(STATE.REPORTED)
        say_yes(exchange=one.exchange, hotline=one.host, to=YesTo.OUTCOME, by=one.hosting)
        arrange_visit(visit=one.visit, party=Party(heads=7), by=one.visiting)
        say_yes(exchange=one.exchange, hotline=one.guest, to=YesTo.OUTCOME, by=one.visiting)
        assert one.again().state == STATE.REPORTED
        report_visit(visit=one.visit, report=Report("Otherwise.", "Learnt."), by=one.visiting)
        say_yes(exchange=one.exchange, hotline=one.host, to=YesTo.OUTCOME, by=one.hosting)
        assert one.again().state == STATE.REPORTED
        say_yes(exchange=one.exchange, hotline=one.guest, to=YesTo.OUTCOME, by=one.visiting)
        assert counts()["attended.participations"] == 7

    def test_a_second_yes_is_the_first(self):
        one = made.exchange(STATE.AGREED)
        before = written()
        again = say_yes(exchange=one.exchange, hotline=one.host, to=YesTo.PLAN, by=one.hosting)
        assert again.recorded_by == one.hosting
        assert written() == before

    def test_staff_speak_for_a_hotline_and_say_how_its_word_reached_them(self):
        one = made.exchange()
        before = written()
        with pytest.raises(Refused, match="how the hotline's word reached you"):
            say_yes(exchange=one.exchange, hotline=one.host, to=YesTo.PLAN, by=one.staff)
        assert written() == before
        say_yes(exchange=one.exchange, hotline=one.host, to=YesTo.PLAN, by=one.staff, note="By phone.")
        assert one.again().state == STATE.AGREED


class TestRefused:
    @pytest.mark.parametrize(
        ("state", "act", "sentence"),
        [
            (STATE.REQUESTED, lambda c: move(exchange=c.exchange, to=STATE.APPROVED, by=c.staff), "does not go"),
            (STATE.AGREED, lambda c: move(exchange=c.exchange, to=STATE.APPROVED, by=c.hosting), "not yours"),
            (STATE.AGREED, lambda c: move(exchange=c.exchange, to=STATE.CANCELLED, by=c.hosting), "Say why"),
            (STATE.APPROVED, lambda c: move(exchange=c.exchange, to=STATE.HELD, by=c.visiting), "not yours"),
            (STATE.HELD, lambda c: move(exchange=c.exchange, to=STATE.COUNTED, by=c.staff), "not yours"),
            (STATE.HELD, lambda c: move(exchange=c.exchange, to=STATE.CANCELLED, by=c.hosting, note="x"), "not yours"),
            (STATE.HELD, lambda c: leave(visit=c.visit, by=c.visiting), "It was held"),
            (STATE.REQUESTED, lambda c: leave(visit=c.visit, by=c.visiting), "Nobody would visit"),
            (STATE.REQUESTED, lambda c: add_visit(exchange=c.exchange, hotline=c.host, by=c.hosting), "already"),
            (STATE.AGREED, lambda c: add_visit(exchange=c.exchange, hotline=cast.hotline("X"), by=c.staff), "until"),
            (STATE.AGREED, lambda c: change_plan(exchange=c.exchange, plan=made.plan(), by=c.hosting), "ask INHOPE"),
            (STATE.AGREED, lambda c: change_plan(exchange=c.exchange, plan=made.plan(), by=c.staff), "Say why"),
            (STATE.APPROVED, lambda c: report_visit(visit=c.visit, report=made.REPORT, by=c.visiting), "before"),
            (STATE.HELD, lambda c: report_visit(visit=c.visit, report=made.REPORT, by=c.hosting), "visiting"),
            (
                STATE.HELD,
                lambda c: report_visit(visit=c.visit, report=Report("a", "b", published=True), by=c.visiting),
                "library",
            ),
            (STATE.HELD, lambda c: arrange_visit(visit=c.visit, party=Party(), by=c.visiting), "name who came"),
            (STATE.HELD, lambda c: arrange_visit(visit=c.visit, party=Party(heads=1), by=c.hosting), "not yours"),
            (
                STATE.HELD,
                lambda c: arrange_visit(visit=c.visit, party=Party([made.person(c.host)]), by=c.visiting),
                "Only people of the visiting",
            ),
            (STATE.COUNTED, lambda c: arrange_visit(visit=c.visit, party=Party(heads=1), by=c.visiting), "not yours"),
            (STATE.COUNTED, lambda c: arrange_visit(visit=c.visit, party=Party(heads=1), by=c.staff), "Say why"),
        ],
    )  # fmt: skip
    def test_with_a_sentence_and_nothing_is_changed(self, state, act, sentence):
        one = made.exchange(state)
        before = written()
        with pytest.raises(Refused, match=sentence):
            act(one)
        assert written() == before

    def test_nobody_says_it_was_held_before_it_is_over(self):
        one = made.exchange(STATE.APPROVED, days_ago=-5)
        before = written()
        with pytest.raises(Refused, match="not over yet"):
            move(exchange=one.exchange, to=STATE.HELD, by=one.hosting)
        assert written() == before

    @pytest.mark.parametrize("who", ["another manager", "an analyst", "a trainer"])
    def test_nobody_else_says_a_hotlines_word(self, who):
        one = made.exchange()
        login = {
            "another manager": lambda: made.manager(cast.hotline("Other")),
            "an analyst": lambda: cast.user(Role.ANALYST),
            "a trainer": lambda: cast.user(Role.TRAINER),
        }[who]()
        before = written()
        with pytest.raises(Refused, match="Only a manager of the hotline"):
            say_yes(exchange=one.exchange, hotline=one.host, to=YesTo.PLAN, by=login)
        with pytest.raises(Refused, match="Your own hotline has to"):
            request_exchange(host=one.host, visiting=[one.guest], plan=made.plan(), by=login)
        assert written() == before

    def test_a_host_does_not_visit_itself_nor_does_it_end_before_it_begins(self):
        one = made.exchange()
        before = written()
        with pytest.raises(Refused, match="cannot visit itself"):
            request_exchange(host=one.host, visiting=[one.host], plan=made.plan(), by=one.hosting)
        with pytest.raises(Refused, match="ends before it begins"):
            request_exchange(host=one.host, visiting=[one.guest], plan=made.plan(length=-1), by=one.hosting)
        assert written() == before


class TestAfterwards:
    def test_a_correction_reverses_and_records_anew_with_its_reason(self):
        one = made.exchange(STATE.COUNTED)
        first, second = (traveller.person for traveller in one.visit.travellers.all())
        third = made.person(one.guest, "Third")
        arrange_visit(visit=one.visit, party=Party([first, third], 4, "ISF"), by=one.staff, note="Fell ill.")
        assert counts()["attended.participations"] == 6
        standing = Entry.objects.standing()
        assert set(standing.exclude(person=None).values_list("person", flat=True)) == {first.pk, third.pk}
        assert Reversal.objects.count() == 2
        assert Reversal.objects.filter(entry__person=second).exists()
        last = one.exchange.moves.last()
        assert (last.before, last.after, last.note) == (STATE.COUNTED, STATE.COUNTED, "Fell ill.")

    def test_cancelling_afterwards_takes_every_fact_back(self):
        one = made.exchange(STATE.COUNTED)
        entries = Entry.objects.count()
        move(exchange=one.exchange, to=STATE.CANCELLED, by=one.staff, note="It was another visit.")
        assert counts() == {}
        assert (Reversal.objects.count(), Entry.objects.count()) == (entries, entries)
        assert status(one) == ActivityStatus.CANCELLED

    def test_dates_corrected_afterwards_are_what_counts_go_by(self):
        one = made.exchange(STATE.COUNTED)
        change_plan(exchange=one.exchange, plan=made.plan(days_ago=400), by=one.staff, note="Wrong year.")
        assert counts() == {}

    @pytest.mark.parametrize("state", [STATE.REQUESTED, STATE.AGREED, STATE.APPROVED])
    def test_either_side_calls_it_off_before(self, state):
        one = made.exchange(state)
        move(exchange=one.exchange, to=STATE.CANCELLED, by=one.visiting, note="No visa.")
        assert (one.again().state, status(one)) == (STATE.CANCELLED, ActivityStatus.CANCELLED)
        assert one.exchange.moves.last().note == "No visa."

    def test_who_drops_out_counts_for_nothing_and_the_others_go_on(self):
        one = made.exchange()
        third = cast.hotline("Safeline", "GR")
        visit = add_visit(exchange=one.exchange, hotline=third, by=one.visiting)
        arrange_visit(visit=visit, party=Party(heads=2), by=made.manager(third))
        say_yes(exchange=one.exchange, hotline=one.host, to=YesTo.PLAN, by=one.hosting)
        leave(visit=visit, by=made.manager(third))
        say_yes(exchange=one.exchange, hotline=one.guest, to=YesTo.PLAN, by=one.visiting)
        made.reach(one, STATE.COUNTED)
        assert counts()["held.hotlines"] == 2


class TestTheDatabase:
    def test_refuses_every_other_move(self):
        one = made.exchange()
        row = Exchange.objects.filter(pk=one.exchange.pk)
        for old in [*STEPS, STATE.CANCELLED]:
            if old == STATE.CANCELLED:
                move(exchange=one.exchange, to=STATE.CANCELLED, by=one.staff, note="x")
            else:
                made.reach(one, old)
            for new in set(STATE) - {old, *MOVES[old]}:
                with pytest.raises(DatabaseError, match="cannot become"), transaction.atomic():
                    row.update(state=new)
            assert one.again().state == old

    def test_refuses_a_visit_to_oneself_and_another_host_than_the_exchanges(self):
        one = made.exchange()
        with pytest.raises(DatabaseError, match="host_differs_from_visitor"), transaction.atomic():
            Visit.objects.create(exchange=one.exchange, hotline=one.host, host=one.host)
        with pytest.raises(DatabaseError, match="another host"), transaction.atomic():
            Visit.objects.create(exchange=one.exchange, hotline=one.host, host=one.guest)

    def test_refuses_one_person_in_two_visits_of_an_exchange(self):
        one = made.exchange(STATE.REPORTED)
        third = add_visit_of(one, "Safeline")
        person = one.visit.travellers.first().person
        with pytest.raises(DatabaseError, match="traveller_once_an_exchange"), transaction.atomic():
            Traveller.objects.create(exchange=one.exchange, visit=third, person=person)

    def test_begins_only_as_requested(self):
        one = made.exchange()
        activity = made.exchange().exchange.activity
        with pytest.raises(DatabaseError), transaction.atomic():
            Exchange.objects.create(activity=activity, host=one.host, state=STATE.COUNTED)

    @pytest.mark.parametrize("model", [ExchangeMove, ExchangeYes, VisitReport])
    def test_lets_nobody_change_a_line_of_history(self, model):
        made.exchange(STATE.REPORTED)
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            model.objects.update(recorded_by=None)


def add_visit_of(one: made.Cast, name: str) -> Visit:
    return Visit.objects.create(exchange=one.exchange, hotline=cast.hotline(name, "GR"), host=one.host)
