"""Dates that somebody asks for: each is told once, in order, whatever else comes; and a reminder put off."""

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError

from lms.kit.errors import Refused
from tests import cast
from tests.welfare.conftest import DAY, EVERY_DAY
from tests.welfare.test_engine import this_week
from tests.welfare.test_pages import REMINDERS, make_due
from welfare.actions import engine
from welfare.actions.events import MOST_AHEAD, add_own_date, put_off
from welfare.actions.schedules import set_reminders
from welfare.models import Leave, Notice, Occurrence, Schedule
from welfare.models.wall import as_user, database_now

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = dt.timedelta(hours=1)
TUESDAY = dt.date(2026, 11, 3)


@pytest.fixture
def analyst():
    return cast.user(email="analyst@test.example")


@pytest.fixture
def browser(analyst):
    return cast.signed_in(analyst)


def asked_for(schedule, due_at) -> str:
    """A date of the own that falls due at a moment, also one that is over."""
    key = f"event:{uuid.uuid4()}"
    with as_user(schedule.user_id):
        Occurrence.objects.create(schedule=schedule, slot_key=key, due_at=due_at, open_from=due_at)
    return key


def states(user_id: int = 1) -> dict[str, str]:
    with as_user(user_id):
        return dict(Occurrence.objects.values_list("slot_key", "state"))


def notices(user_id: int = 1) -> list[str]:
    with as_user(user_id):
        return list(Notice.objects.order_by("pk").values_list("occurrence__slot_key", flat=True))


def far_ahead(schedule, **fields):
    """A schedule whose own next reminder is weeks away."""
    later = {"planned_until": database_now().date() + 30 * DAY, "next_at": database_now() + 30 * DAY}
    return schedule(**(later | fields))


def close() -> None:
    with as_user(1):
        Occurrence.objects.filter(state="open").update(state="closed")


class TestTold:
    def test_once_when_it_has_come(self, schedule):
        made = far_ahead(schedule)
        come, ahead = (asked_for(made, database_now() + hours * HOUR) for hours in (-1, 1))
        engine.run_once()
        engine.run_once()
        assert states() == {come: "open", ahead: "planned"}
        assert notices() == [come]

    def test_several_after_an_outage_in_order_a_day_apart_and_none_is_lost(self, schedule):
        made = far_ahead(schedule)
        keys = [asked_for(made, database_now() - days * DAY) for days in (3, 2, 1)]
        for turn, key in enumerate(keys, start=1):
            assert engine.run_once() >= 1
            assert engine.run_once() == 0
            assert notices() == keys[:turn]
            assert states()[key] == "open"
            a_day_goes_by()
        assert [states()[key] for key in keys] == ["closed", "closed", "open"]

    def test_the_next_comes_no_sooner_for_an_answer_to_the_first(self, schedule):
        made = far_ahead(schedule)
        first, second = (asked_for(made, database_now() - days * DAY) for days in (2, 1))
        engine.run_once()
        close()
        engine.run_once()
        assert states() == {first: "closed", second: "planned"}
        a_day_goes_by()
        engine.run_once()
        assert states() == {first: "closed", second: "open"}

    def test_a_recurring_one_gives_way_to_it(self, schedule):
        made = schedule()
        engine.run_once()
        key = asked_for(made, database_now())
        engine.run_once()
        assert states() == {this_week(): "closed", key: "open"}

    def test_a_recurring_one_waits_for_its_day_to_be_over(self, schedule):
        made = schedule()
        key = asked_for(made, database_now() - 30 * DAY)
        engine.open_batch()
        engine.run_once()
        assert states() == {key: "open", this_week(): "planned"}
        a_day_goes_by()
        engine.run_once()
        assert states() == {key: "closed", this_week(): "open"}

    def test_coalescing_leaves_it_alone(self, schedule):
        made = schedule(weeks_before=2)
        key = asked_for(made, database_now() + HOUR)
        engine.run_once()
        assert sorted(states().values()) == ["open", "planned", "skipped", "skipped"]
        assert states()[key] == "planned"

    def test_quiet_hours_put_it_off_to_their_end(self, schedule):
        now = database_now()
        until = (now + 2 * HOUR).time().replace(second=0, microsecond=0)
        made = far_ahead(schedule, quiet_from=(now - 2 * HOUR).time(), quiet_until=until)
        key = asked_for(made, now - HOUR)
        engine.run_once()
        assert states() == {key: "planned"}
        with as_user(1):
            assert Occurrence.objects.get().open_from.time() == until

    def test_a_day_off_does_not(self, schedule):
        off = [day for day in EVERY_DAY if day != database_now().isoweekday()]
        made = far_ahead(schedule, working_days=off)
        key = asked_for(made, database_now())
        engine.run_once()
        assert states() == {key: "open"}

    def test_leave_does(self, schedule):
        made, today = far_ahead(schedule), database_now().date()
        with as_user(1):
            Leave.objects.create(schedule=made, first=today, last=today + DAY)
        key = asked_for(made, database_now())
        engine.run_once()
        assert states() == {key: "planned"}
        with as_user(1):
            assert Occurrence.objects.get().open_from.date() == today + 2 * DAY

    def test_the_database_refuses_a_second_one_open(self, schedule):
        made = far_ahead(schedule)
        for _ in range(2):
            asked_for(made, database_now())
        with pytest.raises(IntegrityError, match="one_open_occurrence"), as_user(1):
            Occurrence.objects.update(state="open")
        assert set(states().values()) == {"planned"}


def a_day_goes_by() -> None:
    """For the engine: everything it waits for, or that is open, is a day older."""
    with as_user(1):
        for row in Occurrence.objects.filter(state__in=["planned", "open"]):
            # Never before it was due, which the database would refuse.
            Occurrence.objects.filter(pk=row.pk).update(
                due_at=row.due_at - DAY, open_from=row.open_from - DAY
            )


class TestPutOff:
    def test_it_ends_as_an_answer_does_and_comes_again(self, analyst):
        make_due(analyst)
        local = (database_now() + 2 * DAY).replace(tzinfo=None, second=0, microsecond=0)
        put_off(local=local, by=analyst)
        with as_user(analyst.pk):
            over, again = Occurrence.objects.order_by("pk")
        assert (over.state, over.skipped_for) == ("closed", "")
        assert (again.state, again.due_at) == ("planned", local.replace(tzinfo=dt.UTC))
        assert again.is_event

    def test_without_an_open_one_it_is_refused(self, analyst):
        set_reminders(by=analyst, zone="UTC")
        with pytest.raises(Refused, match="No reminder is open"):
            put_off(local=(database_now() + DAY).replace(tzinfo=None), by=analyst)
        assert states(analyst.pk) == {}

    def test_to_a_time_that_is_over_it_is_refused_and_stays_open(self, analyst):
        make_due(analyst)
        with pytest.raises(Refused, match="over already"):
            put_off(local=(database_now() - HOUR).replace(tzinfo=None), by=analyst)
        assert states(analyst.pk) == {this_week(): "open"}

    @pytest.mark.parametrize(("to", "days"), [("tomorrow", 1), ("week", 7)])
    def test_on_the_page_by_one_choice_at_the_usual_hour(self, browser, analyst, to, days):
        make_due(analyst)
        with as_user(analyst.pk):
            Schedule.objects.update(zone="Asia/Tokyo", at=dt.time(11))
        assert "Later" in browser.get("/checkins/").text
        browser.post("/checkins/put-off/", {"to": to})
        with as_user(analyst.pk):
            again = Occurrence.objects.get(state="planned")
        there = database_now().astimezone(ZoneInfo("Asia/Tokyo"))
        wanted = dt.datetime.combine(there.date() + days * DAY, dt.time(11), there.tzinfo)
        assert again.due_at == wanted
        assert "is waiting" not in browser.get("/").text

    def test_on_the_page_at_a_time_one_chooses(self, browser, analyst):
        make_due(analyst)
        day = (database_now() + 3 * DAY).date()
        assert "Say the day and the hour." in browser.post("/checkins/put-off/", {"to": "chosen"}).text
        browser.post("/checkins/put-off/", {"to": "chosen", "day": day.isoformat(), "at": "13:30"})
        with as_user(analyst.pk):
            again = Occurrence.objects.get(state="planned")
        assert again.due_at == dt.datetime.combine(day, dt.time(13, 30), dt.UTC)

    def test_the_page_says_at_which_hour_and_by_which_clock(self, browser, analyst):
        make_due(analyst)
        set_reminders(by=analyst, zone="Asia/Tokyo", at=dt.time(11))
        page = browser.get("/checkins/put-off/").text
        assert "tomorrow, at 11:00" in page
        assert "Times of Asia/Tokyo." in page
        assert "Times of Asia/Tokyo." in browser.get("/checkins/reminders/dates/").text

    def test_a_day_that_was_typed_is_not_dropped_for_another_choice(self, browser, analyst):
        make_due(analyst)
        day = (database_now() + 3 * DAY).date().isoformat()
        page = browser.post("/checkins/put-off/", {"to": "tomorrow", "day": day, "at": "13:30"}).text
        assert "choose “at a time I choose”" in page
        assert day in page
        assert "is waiting" in browser.get("/").text

    def test_this_afternoon_is_offered_until_it_has_begun(self):
        from welfare.web.forms import PutOffForm

        for hour, offered in ((14, True), (15, False)):
            now = dt.datetime.combine(TUESDAY, dt.time(hour))
            form = PutOffForm(now=now, at=dt.time(9), zone="UTC", data={"to": "afternoon"})
            assert form.is_valid() == offered
            if offered:
                assert form.local() == dt.datetime.combine(TUESDAY, dt.time(15))


class TestOwnDates:
    ADDRESS = "/checkins/reminders/dates/"

    def add(self, browser, day, at="10:15"):
        return browser.post(self.ADDRESS, {"day": day.isoformat(), "at": at}, follow=True)

    def test_are_listed_and_removed_on_the_page(self, browser, analyst):
        set_reminders(by=analyst, zone="UTC")
        day = (database_now() + 9 * DAY).date()
        page = self.add(browser, day).text
        assert "T10:15:00+00:00" in page
        with as_user(analyst.pk):
            made = Occurrence.objects.get()
        assert made.due_at == dt.datetime.combine(day, dt.time(10, 15), dt.UTC)
        browser.post(f"{self.ADDRESS}{made.pk}/")
        assert states(analyst.pk) == {}

    def test_anothers_is_out_of_reach(self, browser, analyst):
        other = cast.user(email="other@test.example")
        for user in (analyst, other):
            set_reminders(by=user, zone="UTC")
        add_own_date(local=(database_now() + DAY).replace(tzinfo=None), by=other)
        with as_user(other.pk):
            theirs = Occurrence.objects.get()
        browser.post(f"{self.ADDRESS}{theirs.pk}/")
        assert len(states(other.pk)) == 1

    def test_are_refused_with_a_sentence(self, browser, analyst):
        ahead = (database_now() + 2 * DAY).date()
        assert "switch them on first" in self.add(browser, ahead).text
        set_reminders(by=analyst, zone="UTC")
        assert "is over already" in self.add(browser, ahead - 5 * DAY).text
        assert "more than a year ahead" in self.add(browser, ahead + 400 * DAY).text
        assert states(analyst.pk) == {}
        for number in range(MOST_AHEAD):
            self.add(browser, ahead + number * DAY)
        assert "Ten dates lie ahead already" in self.add(browser, ahead).text
        assert len(states(analyst.pk)) == MOST_AHEAD

    def test_a_skipped_hour_is_an_hour_later(self, analyst):
        set_reminders(by=analyst, zone="Europe/Amsterdam")
        now = database_now()
        year = now.year + (now.date() > dt.date(now.year, 3, 20))
        sunday = max(day for number in range(25, 32) if (day := dt.date(year, 3, number)).isoweekday() == 7)
        add_own_date(local=dt.datetime.combine(sunday, dt.time(2, 30)), by=analyst)
        with as_user(analyst.pk):
            assert Occurrence.objects.get().due_at == dt.datetime.combine(sunday, dt.time(1, 30), dt.UTC)


class TestThePage:
    def test_shows_both_zones_where_they_differ(self, browser, analyst):
        set_reminders(
            by=analyst, zone="Asia/Tokyo", at=dt.time(11), quiet_from=dt.time(0), quiet_until=dt.time(0)
        )
        analyst.zone = "Europe/Lisbon"
        analyst.save()
        for page in (REMINDERS, "/checkins/"):
            shown = browser.get(page).text
            assert shown.count(", 11:00</time>") == 3
            assert shown.count("in Europe/Lisbon)") == 3
        analyst.zone = "Asia/Tokyo"
        analyst.save()
        assert "in Europe/Lisbon" not in browser.get(REMINDERS).text

    def test_ends_a_pause(self, browser, analyst):
        set_reminders(by=analyst, zone="UTC")
        with as_user(analyst.pk):
            before = Schedule.objects.get().next_at
        assert "End the pause now" not in browser.get(REMINDERS).text
        set_reminders(by=analyst, paused_until=(before + 40 * DAY).date())
        with as_user(analyst.pk):
            assert Schedule.objects.get().next_at > before
        assert "End the pause now" in browser.get(REMINDERS).text
        for _ in range(2):
            browser.post("/checkins/reminders/resume/")
        with as_user(analyst.pk):
            assert (Schedule.objects.get().paused_until, Schedule.objects.get().next_at) == (None, before)

    def test_asks_once_before_it_stops(self, browser, analyst):
        make_due(analyst)
        assert "nothing can be put back" in browser.get("/checkins/reminders/stop/").text
        with as_user(analyst.pk):
            assert Schedule.objects.exists()

    @pytest.mark.parametrize(
        ("row", "words"),
        [
            ({"state": "skipped", "skipped_for": "holiday"}, "none came, because: holiday."),
            ({"state": "skipped", "skipped_for": "leave"}, "none came, because: on leave or paused."),
            (
                {"state": "skipped", "skipped_for": "no_day"},
                "none came, because: no working day in the period.",
            ),
            ({"state": "skipped", "skipped_for": "coalesced"}, "because: a newer one came at the same time."),
            ({"waits": 2}, "it waits until 2 November, 11:30, outside your quiet hours and days off."),
            (
                {"waits": 2, "then": "open"},
                "put off to 2 November, 11:30, the end of your quiet hours or days off;",
            ),
            ({"event": True, "then": "open"}, "you asked for this one; it is waiting for you."),
            ({"then": "closed"}, "it is over."),
        ],
    )
    def test_says_why_one_came_or_did_not(self, browser, analyst, row, words):
        set_reminders(by=analyst, zone="UTC")
        due_at = dt.datetime(2026, 11, 2, 9, 30, tzinfo=dt.UTC)
        fields = {name: row[name] for name in ("state", "skipped_for") if name in row}
        key = f"event:{uuid.uuid4()}" if row.get("event") else "M2026-11"
        with as_user(analyst.pk):
            Occurrence.objects.create(
                schedule=Schedule.objects.get(),
                slot_key=key,
                due_at=due_at,
                open_from=due_at + row.get("waits", 0) * HOUR,
                **fields,
            )
            for state in {"open": ["open"], "closed": ["open", "closed"]}.get(row.get("then"), []):
                Occurrence.objects.update(state=state)
        assert words in browser.get(REMINDERS).text
