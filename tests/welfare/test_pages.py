"""The pages under /checkins/: for oneself alone, and nothing is kept of an answer."""

import datetime as dt
import re

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from tests import cast
from welfare.actions import engine
from welfare.actions.schedules import add_leave, set_reminders
from welfare.models import Leave, Notice, Occurrence, Schedule
from welfare.models.wall import as_engine, as_user, database_now

pytestmark = pytest.mark.django_db(transaction=True)

REMINDERS = "/checkins/reminders/"
WISHES = {
    "cadence": "monthly",
    "weekday": "1",
    "day": "15",
    "at": "10:00",
    "zone": "Europe/Lisbon",
    "working_days": ["1", "2", "3", "4", "5"],
    "quiet_from": "18:00",
    "quiet_until": "08:00",
    "paused_until": "",
}


@pytest.fixture
def analyst():
    return cast.user(email="analyst@test.example")


@pytest.fixture
def browser(analyst):
    return cast.signed_in(analyst)


def schedules() -> list[Schedule]:
    with as_engine():
        return list(Schedule.objects.order_by("user_id"))


def make_due(user) -> None:
    """As if the present period's reminder had come a moment ago."""
    set_reminders(
        by=user,
        cadence="weekly",
        day=1,
        at=dt.time(0),
        zone="UTC",
        working_days=[1, 2, 3, 4, 5, 6, 7],
        quiet_from=dt.time(0),
        quiet_until=dt.time(0),
    )
    with as_user(user.pk):
        today = database_now().date()
        Schedule.objects.update(
            planned_until=today - dt.timedelta(days=today.isoweekday()), next_at=database_now()
        )
    engine.run_once()


def test_reminders_are_off_until_chosen(browser):
    assert "They are off" in browser.get("/checkins/").content.decode()
    assert browser.get(REMINDERS).status_code == 200
    assert schedules() == []


def test_reminders_are_switched_on_with_the_next_three_dates(browser, analyst):
    response = browser.post(REMINDERS, WISHES, follow=True)
    (made,) = schedules()
    assert (made.user_id, made.cadence, made.day, made.zone) == (analyst.pk, "monthly", 15, "Europe/Lisbon")
    assert made.next_at > database_now()
    assert response.content.decode().count("<time datetime=") == 3


def test_one_press_takes_what_is_proposed_with_the_dates_that_were_shown(browser, analyst):
    shown = re.findall(r"<time datetime=\"([^\"]+)", browser.get(REMINDERS).text)
    assert len(shown) == 3
    page = browser.post(REMINDERS, {"as-proposed": "1"}, follow=True).text
    assert re.findall(r"<time datetime=\"([^\"]+)", page) == shown
    (made,) = schedules()
    assert (made.cadence, made.follows) == ("monthly", ["rhythm", "hour", "days", "quiet", "holidays"])


def test_pressed_by_somebody_who_has_reminders_it_changes_nothing(browser):
    browser.post(REMINDERS, WISHES)
    (before,) = schedules()
    browser.post(REMINDERS, {"as-proposed": "1"})
    (after,) = schedules()
    assert (after.cadence, after.day, after.zone, after.follows) == (
        before.cadence,
        before.day,
        before.zone,
        before.follows,
    )


def test_what_is_changed_below_a_tick_becomes_ones_own(browser):
    browser.post(REMINDERS, {"as-proposed": "1"})
    ticked = ["rhythm", "hour", "days", "quiet", "holidays"]
    as_it_stands = {**WISHES, "day": "1", "holidays": ""}
    page = browser.post(REMINDERS, {**as_it_stands, "at": "14:30", "follows": ticked}, follow=True).text
    assert "no longer as proposed: the hour." in page
    (made,) = schedules()
    assert (made.at, made.follows) == (dt.time(14, 30), ["rhythm", "days", "quiet", "holidays"])
    page = browser.post(REMINDERS, {**as_it_stands, "at": "14:30", "follows": ticked}, follow=True).text
    (made,) = schedules()
    assert (made.at, made.follows) == (dt.time(10), ticked), "ticked anew, it is as proposed again"
    assert "no longer as proposed" not in page


def test_the_page_says_why_one_came_and_what_became_of_its_mail(browser, analyst):
    make_due(analyst)
    page = browser.get(REMINDERS).text
    assert "every week, on Monday (your own choice)" in page
    assert "it is waiting for you." in page
    assert "A mail is on its way." in page
    browser.post("/checkins/not-this-time/")
    assert "it is over." in browser.get(REMINDERS).text


def test_a_pause_is_shown_with_its_last_day(browser):
    day = database_now().date() + dt.timedelta(days=20)
    browser.post(REMINDERS, {**WISHES, "paused_until": day.isoformat()})
    assert f"Paused: none comes up to {day.day} {day:%B %Y}, that day too." in browser.get(REMINDERS).text


@pytest.mark.parametrize(
    ("said", "demo", "sentence"),
    [
        ("INHOPE runs it; its members pay.", False, "INHOPE runs it; its members pay."),
        ("", True, "This is a demonstration"),
        ("", False, "Nobody has said here who runs this server and who pays for it."),
    ],
)
def test_who_runs_the_server_is_said_or_that_nobody_said_it(browser, settings, said, demo, sentence):
    settings.RUN_BY, settings.DEMO = said, demo
    assert sentence in browser.get("/checkins/who-sees-what/").text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"day": "32"}, "less than or equal to 31"),
        ({"zone": "Atlantis/Centre"}, "Select a valid choice"),
        ({"working_days": []}, "This field is required"),
        ({"at": "25:00"}, "Enter a valid time"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(browser, wrong, sentence):
    page = browser.post(REMINDERS, {**WISHES, "at": "11:47", **wrong}).content.decode()
    assert sentence in page
    assert ("11:47" in page) == ("at" not in wrong)
    assert schedules() == []


def test_a_change_reminds_nobody_at_once(browser, analyst):
    make_due(analyst)
    for cadence in ("monthly", "weekly", "fortnightly", "quarterly", "weekly"):
        browser.post(REMINDERS, {**WISHES, "cadence": cadence, "day": "1"})
        engine.run_once()
    with as_user(analyst.pk):
        assert Notice.objects.count() == 1


def test_leave_moves_the_dates_and_goes_again(browser, analyst):
    browser.post(REMINDERS, WISHES)
    before = schedules()[0].next_at
    day = before.date().isoformat()
    browser.post(REMINDERS, {"leave-first": day, "leave-last": day, "add-leave": "1"})
    assert schedules()[0].next_at > before
    with as_user(analyst.pk):
        leave = Leave.objects.get()
    browser.post(f"/checkins/reminders/leave/{leave.pk}/")
    assert schedules()[0].next_at == before


def test_a_turned_span_of_leave_is_refused_with_what_was_typed(browser, analyst):
    browser.post(REMINDERS, WISHES)
    sent = {"leave-first": "2027-02-03", "leave-last": "2027-02-01", "add-leave": "1"}
    page = browser.post(REMINDERS, sent).content.decode()
    assert "The last day comes before the first." in page
    assert "2027-02-03" in page
    with as_user(analyst.pk):
        assert not Leave.objects.exists()


def test_anothers_leave_is_out_of_reach(browser, analyst):
    other = cast.user(email="other@test.example")
    set_reminders(by=other, zone="UTC")
    add_leave(by=other, first=dt.date(2027, 1, 1), last=dt.date(2027, 1, 5))
    with as_user(other.pk):
        leave = Leave.objects.get()
    set_reminders(by=analyst, zone="UTC")
    browser.post(f"/checkins/reminders/leave/{leave.pk}/")
    with as_user(other.pk):
        assert Leave.objects.exists()


def test_a_period_without_a_reminder_is_named_in_words(browser, analyst):
    set_reminders(by=analyst, zone="UTC")
    with as_user(analyst.pk):
        Occurrence.objects.create(
            schedule=Schedule.objects.get(), slot_key="W2026-11-02", state="skipped", skipped_for="leave"
        )
    page = browser.get(REMINDERS).content.decode()
    assert "Week of 2 November 2026: none came, because: on leave or paused." in page


def test_stopping_leaves_nothing(browser, analyst):
    make_due(analyst)
    other = cast.user(email="other@test.example")
    set_reminders(by=other, zone="UTC")
    browser.post("/checkins/reminders/stop/")
    with as_engine():
        assert [found.user_id for found in Schedule.objects.all()] == [other.pk]
        assert not Occurrence.objects.exists()
        assert not Notice.objects.exists()


def everything_behind_the_wall() -> list:
    with as_engine(), connections["welfare"].cursor() as cursor:
        rows = []
        for table in connections["welfare"].introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {table} ORDER BY 1")
            rows.append((table, cursor.fetchall()))
        return rows


def test_an_answer_and_not_this_time_leave_the_same_behind(analyst):
    left = []
    for path in ("/checkins/pulse/", "/checkins/not-this-time/"):
        user = cast.user(email=f"{len(left)}@test.example")
        make_due(user)
        cast.signed_in(user).post(path, {"sleep": "0"})
        with as_user(user.pk):
            left.append(Occurrence.objects.values_list("state", "skipped_for", "slot_key").get())
    assert left[0] == left[1]
    assert left[0][0] == "closed"


def test_a_pulse_gives_words_for_what_was_hard_and_keeps_nothing(browser):
    before = everything_behind_the_wall()
    page = browser.post(
        "/checkins/pulse/", {"sleep": "0", "temper": "4", "away": "nonsense"}
    ).content.decode()
    assert "When sleep will not come" in page
    assert "When patience runs out" not in page
    assert "When you keep away" not in page
    assert "112" in page
    assert everything_behind_the_wall() == before


def test_a_pulse_may_be_left_empty(browser):
    assert "Nothing you answered asks for anything now." in browser.post("/checkins/pulse/").content.decode()


def test_nothing_of_it_is_kept_by_the_browser_or_a_proxy(browser):
    assert browser.post("/checkins/pulse/", {"sleep": "0"}).headers["Cache-Control"] == "no-store"


def test_the_home_page_says_it_in_the_same_place_either_way(browser, analyst):
    assert "A minute for yourself, at any time." in browser.get("/").content.decode()
    make_due(analyst)
    assert "A minute for yourself is waiting" in browser.get("/").content.decode()


@pytest.mark.parametrize("path", ["/checkins/", REMINDERS, "/"])
def test_a_page_takes_as_many_queries_however_long_reminders_have_been_on(browser, analyst, path):
    def queries() -> int:
        with CaptureQueriesContext(connections["welfare"]) as asked:
            assert browser.get(path).status_code == 200
        return len(asked)

    make_due(analyst)
    add_leave(by=analyst, first=dt.date(2027, 1, 1), last=dt.date(2027, 1, 5))
    first = queries()
    for day in (2, 3):
        add_leave(by=analyst, first=dt.date(2027, 1, day), last=dt.date(2027, 1, 5))
        with as_user(analyst.pk):
            Occurrence.objects.create(
                schedule=Schedule.objects.get(),
                slot_key=f"W2027-01-0{day}",
                state="skipped",
                skipped_for="leave",
            )
    assert queries() == first


class TestAChangeLosesNoReminder:
    def at_once(self, user, **wishes):
        """Weekly on Mondays 00:00 UTC, planned until last week, with this week's due."""
        make_due(user)
        with as_user(user.pk):
            Occurrence.objects.all().delete()
            today = database_now().date()
            Schedule.objects.update(planned_until=today - dt.timedelta(days=today.isoweekday()), **wishes)

    def told(self, user) -> int:
        with as_user(user.pk):
            return Notice.objects.count()

    def test_one_that_waits_through_quiet_hours_keeps_its_place_when_the_hour_is_changed(self, analyst):
        now = database_now()
        quiet = {
            "quiet_from": (now - dt.timedelta(hours=1)).time(),
            "quiet_until": (now + dt.timedelta(hours=1)).time(),
        }
        self.at_once(analyst, next_at=now, **quiet)
        engine.run_once()
        with as_user(analyst.pk):
            assert Occurrence.objects.get().state == "planned"
            # As an edit to a later hour of the same period leaves it, when that hour has come.
            today = now.date()
            Schedule.objects.update(
                planned_until=today - dt.timedelta(days=today.isoweekday()),
                next_at=now,
                quiet_from=dt.time(0),
                quiet_until=dt.time(0),
            )
        engine.run_once()
        assert self.told(analyst) == 1

    def test_one_that_came_due_a_moment_ago_survives_an_earlier_hour(self, analyst):
        self.at_once(analyst, next_at=database_now() - dt.timedelta(seconds=5))
        set_reminders(by=analyst, cadence="monthly", day=1)
        engine.run_once()
        assert self.told(analyst) == 1

    def test_leave_on_the_days_ahead_reminds_nobody_at_once_for_a_day_that_is_over(self, analyst):
        today = database_now().date()
        self.at_once(analyst, day=7, next_at=database_now() + dt.timedelta(days=8 - today.isoweekday()))
        sunday = today + dt.timedelta(days=7 - today.isoweekday())
        add_leave(by=analyst, first=today, last=sunday)
        engine.run_once()
        assert self.told(analyst) == 0
        with as_user(analyst.pk):
            schedule = Schedule.objects.get()
            assert schedule.next_at.date() > sunday
