"""The pages of a register, without their script, and what the script sends."""

import json
import re
import uuid

import pytest
import time_machine

from courses.actions.register.marking import Word, mark
from courses.models import RegisterMark, TrainingSession
from courses.queries.registers import kept_by, unfinished
from courses.rules import may_run_session
from courses.web.register.page import marker
from lms.people.enums import Role
from tests import cast
from tests.courses import ledger
from tests.courses.register import made

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort():
    return made.cohort()


@pytest.fixture
def session(cohort):
    return made.sessions(cohort)[0]


@pytest.fixture
def trainer(cohort):
    return made.trainer(cohort)


@pytest.fixture
def client(trainer):
    return cast.signed_in(trainer)


def url(session, more=""):
    return f"/teach/sessions/{session.pk}/register/{more}"


def sent(page):
    """The fields of the form as a browser would send them."""
    fields = {}
    for field in re.findall(r"<input[^>]*>", page.split('id="register"')[1].split("</form>")[0]):
        about = dict(re.findall(r'(\w+)="([^"]*)"', field))
        if about.get("type") != "radio" or " checked" in field:
            fields[about["name"]] = about.get("value", "")
    return fields


def tally(page):
    return [int(n) for n in re.findall(r'data-count="\w+">(\d+)<', page)]


class TestTheForm:
    def test_one_press_saves_every_row_that_changed_and_no_other(self, client, cohort, session):
        one, two, three = (made.person(cohort, name) for name in ("Able", "Baker", "Cole"))
        form = sent(client.get(url(session)).text) | {
            f"presence-{one.participation_id}": "late",
            f"minutes-{one.participation_id}": "45",
            f"presence-{two.participation_id}": "absent",
        }
        answer = client.post(url(session), form, follow=True)
        assert "2 marks are saved." in answer.text
        assert tally(answer.text) == [1, 1, 1]
        assert made.said(session, one) == [("late", 45)]
        assert made.said(session, two) == [("absent", None)]
        assert made.said(session, three) == []
        # Pressed again, or sent again by a browser that goes back.
        client.post(url(session), form)
        assert RegisterMark.objects.count() == 2

    def test_a_mistake_saves_nothing_and_loses_nothing(self, client, cohort, session):
        one, two = made.person(cohort, "Able"), made.person(cohort, "Baker")
        form = sent(client.get(url(session)).text) | {
            f"presence-{one.participation_id}": "present",
            f"presence-{two.participation_id}": "late",
            f"minutes-{two.participation_id}": "9999",
        }
        page = client.post(url(session), form).text
        assert "Minutes are a number from 0 to 1440." in page
        assert 'value="9999"' in page
        assert not RegisterMark.objects.exists()
        assert sent(page)[f"presence-{one.participation_id}"] == "present"
        again = sent(page) | {f"minutes-{two.participation_id}": "99"}
        client.post(url(session), again)
        assert made.said(session, two) == [("late", 99)]

    def test_both_trainers_see_who_said_what(self, cohort, session, trainer):
        one, jon = made.person(cohort), made.trainer(cohort)
        jon.person.family_name = "Jonson"
        jon.person.save()
        mark(session=session, word=Word(one.participation_id, "absent"), by=jon)
        client = cast.signed_in(trainer)
        form = sent(client.get(url(session)).text) | {
            f"presence-{one.participation_id}": "present", "reason": "Seen at the door.",
        }  # fmt: skip
        page = client.post(url(session), form, follow=True).text
        assert "1 of them is over a mark of somebody else" in page
        for reader in (trainer, jon):
            shown = cast.signed_in(reader).get(url(session)).text
            assert re.search(r"Before: absent: \w+ Jonson", shown)
            assert "Reason: Seen at the door." in shown

    def test_all_others_absent_is_previewed_and_then_done(self, client, cohort, session):
        one, two = made.person(cohort, "Able"), made.person(cohort, "Baker")
        page = client.post(url(session), {"look": "rest"}).text
        assert page.index("Able") < page.index("Baker")
        assert not RegisterMark.objects.exists()
        chosen = re.findall(r'name="chosen" value="(\d+)"', page)
        answer = client.post(url(session), {"apply": "1", "chosen": chosen}, follow=True)
        assert "2 people are marked absent." in answer.text
        assert [made.said(session, who) for who in (one, two)] == [[("absent", None)]] * 2

    def test_the_last_mark_is_undone(self, client, cohort, session, trainer):
        one = made.person(cohort)
        mark(session=session, word=Word(one.participation_id, "present"), by=trainer)
        assert "Taken back. Now: not marked" in client.post(url(session), {"undo": "1"}, follow=True).text
        assert made.said(session, one)[-1] == ("", None)

    def test_people_are_found_by_the_first_letters_of_any_name(self, client, cohort, session):
        made.person(cohort, "Ångström", "Zoë")
        made.person(cohort, "van der Berg", "Anna-Lena")
        page = client.get(f"{url(session)}?q=ang").text
        assert "Ångström" in page
        assert "van der Berg" not in page
        for text in ("le be", "BER ann", "der"):
            assert "van der Berg" in client.get(f"{url(session)}?q={text}").text
        assert "Nobody here has a name that begins so." in client.get(f"{url(session)}?q=erg").text

    def test_who_is_not_marked_yet_can_be_shown_alone(self, client, cohort, session, trainer):
        one, two = made.person(cohort, "Able"), made.person(cohort, "Baker")
        mark(session=session, word=Word(one.participation_id, "absent"), by=trainer)
        assert "?left" in client.get(url(session)).text
        page = client.get(f"{url(session)}?left").text
        assert "Baker" in page
        assert "Able" not in page
        mark(session=session, word=Word(two.participation_id, "late"), by=trainer)
        assert "Nobody is left" in client.get(f"{url(session)}?left").text

    def test_a_closed_register_can_be_read_and_not_written(self, client, cohort, session):
        one = made.person(cohort)
        client.post(url(session, "close/"), {"when": "now"})
        page = client.get(url(session)).text
        assert "This register is closed" in page
        assert page.count("<fieldset") == page.count("disabled>")
        client.post(
            url(session),
            {
                f"row-{one.participation_id}": f"{uuid.uuid4()}||",
                f"presence-{one.participation_id}": "present",
            },
        )
        assert made.said(session, one) == []

    @pytest.mark.parametrize(
        "form", [{"row-x": "k||"}, {"row-1": "k||", "presence-1": "present"}, {"chosen": "x", "apply": "1"}]
    )
    def test_what_no_page_of_ours_sends_writes_nothing(self, client, cohort, session, form):
        made.person(cohort)
        assert client.post(url(session), form).status_code in (200, 302)
        assert not RegisterMark.objects.exists()


class TestSize:
    def test_a_page_costs_the_same_for_one_and_three_and_more(self, client, cohort, session, trainer):
        costs = []
        for number in (1, 2, 5):
            for nth in range(number):
                one = made.person(cohort, f"Person {number} {nth}")
                mark(session=session, word=Word(one.participation_id, "present"), by=trainer)
            costs.append([cast.queries_of(client, url(session, more)) for more in ("", "marks/")])
        assert costs[0] == costs[1] == costs[2]

    def test_the_list_costs_the_same_for_one_and_three(self, client, cohort, trainer):
        made.person(cohort)
        before = cast.queries_of(client, "/teach/registers/")
        for _nth in range(2):
            made.meeting(cohort.activity, made.FIRST)
        assert cast.queries_of(client, "/teach/registers/") == before
        assert client.get("/teach/registers/").text.count('register/">') == 3

    def test_the_guests_cost_the_same_for_one_and_three(self, client, cohort, session):
        other = made.another(cohort.version, made.SECOND)
        made.person(other, "Guest 0")
        before = cast.queries_of(client, url(session, "guests/?q=gu"))
        for nth in (1, 2):
            made.person(other, f"Guest {nth}")
        assert cast.queries_of(client, url(session, "guests/?q=gu")) == before


class TestTheList:
    def test_holds_what_has_begun_and_is_not_filled_in(self, client, cohort, session, trainer):
        one = made.person(cohort)
        later = made.meeting(cohort.activity, made.SECOND)
        with time_machine.travel("2026-03-05T10:00Z", tick=False):
            assert list(unfinished(trainer)) == [session]
            mark(session=session, word=Word(one.participation_id, "excused"), by=trainer)
            assert list(unfinished(trainer)) == []
        assert list(unfinished(trainer)) == [later]
        assert unfinished(trainer).get().waiting == 1

    def test_an_empty_one_says_so(self, client):
        assert "is filled in." in client.get("/teach/registers/").text


class TestWhoMay:
    def test_the_query_agrees_with_the_rule_for_everybody(self, cohort, session, trainer):
        uncoupled = made.meeting(ledger.activity(), made.FIRST)
        own = made.meeting(ledger.activity(), made.FIRST)
        guest = cast.user(Role.TRAINER)
        own.trainers.add(guest, cast.user(Role.ANALYST))
        logins = [trainer, guest, *own.trainers.all(), *map(cast.user, set(Role) - {Role.HOTLINE_MANAGER})]
        wrong = [
            (login.email, one.pk)
            for login in logins
            for one in TrainingSession.objects.all()
            if may_run_session(login, one) is not kept_by(login).filter(pk=one.pk).exists()
        ]
        assert wrong == []
        assert set(kept_by(logins[-1])) <= {uncoupled, own}

    def test_the_board_leads_to_each_register(self, client, cohort, session):
        assert url(session) in client.get(f"/teach/cohorts/{cohort.pk}/").text

    def test_what_attendance_asks_for_is_previewed_before_it_is_saved(self, client, cohort, session, trainer):
        one = made.person(cohort)
        mark(session=session, word=Word(one.participation_id, "present"), by=trainer)
        address = f"/teach/cohorts/{cohort.pk}/attendance/"
        page = client.post(address, {"sessions": "2", "minutes": ""}).text
        assert "By these numbers 0 people have attended" in page
        assert made.attended(one) is True
        client.post(address, {"sessions": "2", "minutes": "", "apply": "1"})
        assert made.attended(one) is None
        cohort.refresh_from_db()
        assert cohort.sessions_needed == 2


class TestWhatTheScriptSends:
    def post(self, client, session, marks, who=None):
        body = {"who": who or marker(client_user(client), session.pk), "marks": marks}
        return client.post(url(session, "marks/"), json.dumps(body), content_type="application/json")

    def one(self, of, presence="present", **more):
        said = {"participation": of.participation_id, "presence": presence, "minutes": None}
        return said | {"key": str(uuid.uuid4()), "reason": ""} | more

    def test_marks_are_taken_in_order_and_each_refusal_by_itself(self, client, cohort, session):
        one, two = made.person(cohort, "Able"), made.person(cohort, "Baker")
        strange = made.person(made.cohort("elsewhere"))
        marks = [self.one(one), self.one(strange), self.one(two, "late", minutes=30)]
        told = self.post(client, session, marks).json()
        assert [bool(each.get("refused")) for each in told["marks"]] == [False, True, False]
        assert told["counts"] == {"people": 2, "there": 2, "away": 0, "waiting": 0}
        assert made.said(session, two) == [("late", 30)]
        again = self.post(client, session, marks).json()
        assert RegisterMark.objects.count() == 2
        assert again["rows"] == told["rows"]

    def test_it_tells_over_whom_a_mark_was_made_and_no_name_of_who_is_marked(self, client, cohort, session):
        one, jon = made.person(cohort, "Zephyrine"), made.trainer(cohort)
        mark(session=session, word=Word(one.participation_id, "absent"), by=jon)
        answer = self.post(client, session, [self.one(one, reason="Seen.")])
        assert answer.json()["marks"][0]["over"].startswith("absent: ")
        assert "Zephyrine" not in answer.text

    def test_marks_of_somebody_else_who_was_signed_in_are_not_taken(self, client, cohort, session):
        one = made.person(cohort)
        answer = self.post(client, session, [self.one(one)], who="another")
        assert answer.status_code == 400
        assert "somebody else" in answer.json()["refusal"]
        assert made.said(session, one) == []

    @pytest.mark.parametrize(
        "body", ["", "[]", "{", '{"who": 1}', "null", '{"marks": 3}', "[" * 5000, '{"marks": "' + "x" * 70_000 + '"}']
    )  # fmt: skip
    def test_what_is_no_mark_is_told_apart(self, client, session, body):
        answer = client.post(url(session, "marks/"), body, content_type="application/json")
        assert answer.status_code == 400
        assert answer.json()["refusal"]

    @pytest.mark.parametrize(
        "wrong",
        [{"participation": "1e9"}, {"participation": -1}, {"participation": "9" * 30}, {"minutes": "x"},
         {"minutes": True}, {"minutes": 10**9}, {"presence": ["present"]}, {"key": "x"}, {"reason": "x" * 501},
         {"reason": "a\0"}, {"reason": "a\ud800"}],
    )  # fmt: skip
    def test_a_mark_that_is_none_is_refused(self, client, cohort, session, wrong):
        one = made.person(cohort)
        told = self.post(client, session, [self.one(one) | wrong, 7]).json()
        assert all(each["refused"] for each in told["marks"])
        assert not RegisterMark.objects.exists()


def client_user(client):
    return int(client.session["_auth_user_id"])
