"""Holidays that officers take off, put back and add, and who keeps them."""

import datetime as dt

import pytest

from tests import cast
from tests.welfare.conftest import DAY
from tests.welfare.test_defaults import analyst, officer, schedule_of
from welfare.actions import engine
from welfare.actions.holidays import add_holiday, put_back_holiday, take_off_holiday
from welfare.actions.schedules import set_reminders
from welfare.models import Occurrence, Schedule
from welfare.models.wall import as_user, database_now

__all__ = ["analyst", "officer"]
pytestmark = pytest.mark.django_db(transaction=True)


class TestHolidays:
    CODE, DAY = "FR", dt.date(2030, 7, 14)
    PAGE = "/support/reminders/holidays/?country=FR&region=&year=2030"

    def test_a_day_is_taken_off_put_back_and_added_on_the_page(self, officer):
        browser = cast.signed_in(officer)
        assert "14 July: National Day" in browser.get(self.PAGE).text
        mark = "/support/reminders/holidays/FR/days/2030-07-14/"
        assert "<s>14 July" in browser.post(mark, follow=True).text
        assert "<s>14 July" not in browser.post(mark, {"put-back": "1"}, follow=True).text
        add = "/support/reminders/holidays/FR/2030/"
        sent = {"day": "2030-07-15", "name": "The day after"}
        assert "15 July: The day after" in browser.post(add, sent, follow=True).text
        assert "This day is a holiday already." in browser.post(add, sent).text
        assert "This day is not in 2030." in browser.post(add, sent | {"day": "2031-07-15"}).text
        assert browser.post("/support/reminders/holidays/XX/days/2030-07-14/").status_code == 404
        assert browser.post("/support/reminders/holidays/FR/days/nonsense/").status_code == 404

    def test_who_keeps_the_calendar_is_not_reminded_on_it(self, analyst, officer):
        self.monthly_on_the_14th(analyst)
        assert schedule_of(analyst).next_at.date() == self.ahead
        add_holiday(code="FR", day=self.ahead, name="A day off", by=officer)
        engine.run_once()
        assert schedule_of(analyst).next_at.date() == self.ahead + DAY
        take_off_holiday(code="FR", day=self.ahead, by=officer)
        engine.run_once()
        assert schedule_of(analyst).next_at.date() == self.ahead
        put_back_holiday(code="FR", day=self.ahead, by=officer)
        engine.run_once()
        assert schedule_of(analyst).next_at.date() == self.ahead + DAY

    def monthly_on_the_14th(self, user):
        """Every day is a working day of theirs; ``ahead`` is one well ahead that is no holiday in France."""
        today = database_now().date()
        self.ahead = next(day for count in range(20, 90) if (day := today + count * DAY).day == 19)
        set_reminders(by=user, zone="UTC", cadence="monthly", day=19, working_days=[1, 2, 3, 4, 5, 6, 7])
        with as_user(user.pk):
            Schedule.objects.update(planned_until=self.ahead.replace(day=1) - DAY)
        set_reminders(by=user, paused_until=None)

    def test_a_period_of_holidays_alone_says_so(self, schedule, officer):
        made = schedule(weeks_before=1, holidays="FR")
        week = [made.planned_until + number * DAY for number in range(1, 8)]
        for day in week:
            try_to_add(day, officer)
        with as_user(1):
            Schedule.objects.update(revision=10**6)
        engine.run_once()
        with as_user(1):
            skipped = Occurrence.objects.get(slot_key=f"W{week[0]}")
        assert (skipped.state, skipped.skipped_for) == ("skipped", "holiday")

    def test_what_was_kept_outlives_another_version_of_the_package(self, analyst, monkeypatch):
        self.monthly_on_the_14th(analyst)
        engine.run_once()
        monkeypatch.setattr(
            "welfare.queries.holidays.public_holidays", lambda code, year: {self.ahead: "New"}
        )
        set_reminders(by=analyst, paused_until=None)
        assert schedule_of(analyst).next_at.date() == self.ahead


def try_to_add(day, officer) -> None:
    from lms.kit.errors import Refused

    try:
        add_holiday(code="FR", day=day, name="Off", by=officer)
    except Refused:
        return
