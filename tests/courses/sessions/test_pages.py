"""Training sessions on the screen: dates looked at first, versions read back, and nobody else's to be seen."""

import datetime as dt

import pytest
from django.urls import reverse

from courses.actions.enrolments import hide
from courses.actions.sessions import cancel_session
from courses.models import ActivityVersion, SessionVersion, TrainingSession
from courses.queries.sessions import last_of, planned
from lms.people.enums import Role
from lms.people.models import User
from tests import cast
from tests.courses import ledger
from tests.courses.cohorts import made as cohorts
from tests.courses.sessions import made
from tests.courses.sessions.made import MONDAY

pytestmark = pytest.mark.django_db
WEEKLY = {
    "date": "2030-04-15", "time": "10:00", "minutes": "90", "zone": "Europe/Berlin", "repeat": "weeks",
    "every": "1", "weekdays": ["0", "2"], "times": "3", "title": "Unit",
}  # fmt: skip


def plan_url(cohort) -> str:
    return f"/teach/cohorts/{cohort.pk}/sessions/new/"


def seen(text: str) -> str:
    """What the second press carries."""
    return text.split('name="apply" value="')[1].split('"')[0]


@pytest.fixture
def led():
    cohort, trainer = made.cohort()
    return cohort, trainer, cast.signed_in(trainer)


class TestPlanning:
    def test_all_dates_are_shown_in_both_zones_with_holidays_before_anything_is_planned(self, led):
        cohort, trainer, client = led
        User.objects.filter(pk=trainer.pk).update(zone="Asia/Tokyo")
        one = cohorts.person(cohort)
        ledger.fact(one.person, ledger.activity("Other"), "enrolled", on="2026-01-01")
        ActivityVersion.objects.create(
            activity=cohort.activity,
            number=2,
            kind_id="online",
            timezone=made.ZONE,
            country_id="DE",
            status="held",
        )
        page = client.post(plan_url(cohort), WEEKLY | {"look": "1"})
        for text in (
            "Mon 15 Apr 2030, 10:00 – 11:30 (Europe/Berlin)",
            "Wed 17 Apr 2030, 10:00 – 11:30 (Europe/Berlin)",
            "Mon 22 Apr 2030, 10:00 – 11:30 (Europe/Berlin)",
            "Mon 22 Apr 2030, 17:00 – 18:30 (Asia/Tokyo)",
            "Germany: Easter Monday",
            "Mailed to everybody enrolled and to who leads it: 2 now.",
        ):
            assert text in page.text
        assert not TrainingSession.objects.exists()

    def test_the_second_press_plans_what_was_shown(self, led):
        cohort, _trainer, client = led
        cohorts.person(cohort)
        shown = client.post(plan_url(cohort), WEEKLY | {"look": "1"}).text
        answer = client.post(plan_url(cohort), WEEKLY | {"apply": seen(shown)}, follow=True)
        assert "3 training sessions are planned." in answer.text
        assert [one.starts_at.isoformat()[:16] for one in planned(cohort.activity)] == [
            "2030-04-15T08:00", "2030-04-17T08:00", "2030-04-22T08:00",
        ]  # fmt: skip
        assert made.to_takers().count() == 3

    def test_what_was_typed_since_is_shown_once_more_first(self, led):
        cohort, _trainer, client = led
        shown = client.post(plan_url(cohort), WEEKLY | {"look": "1"}).text
        page = client.post(plan_url(cohort), WEEKLY | {"times": "2", "apply": seen(shown)})
        assert not TrainingSession.objects.exists()
        assert page.text.count("2030, 10:00 – 11:30 (Europe/Berlin)") == 2

    @pytest.mark.parametrize(
        ("said", "sentence"),
        [
            ({"call_link": "http://call.example/a"}, "The link of the call begins with https://."),
            ({"call_link": "javascript:alert(1)"}, "Enter a valid URL."),
            ({"times": ""}, "Say how many times, or until which day."),
            ({"times": "", "until": "2030-04-01"}, "This day lies before the first one."),
            ({"times": "", "until": "2030-04-15", "weekdays": ["2"]}, "These dates hold no day"),
            ({"zone": "Europe/Atlantis"}, "Select a valid choice."),
            ({"minutes": "0"}, "greater than or equal to 1"),
            ({"times": "105"}, "less than or equal to 104"),
            ({"date": "9999-12-31"}, "Look at the year: 9999 is not meant."),
            ({"date": "0026-05-06"}, "Look at the year: 26 is not meant."),
        ],
    )
    def test_a_mistake_is_said_at_its_field_and_nothing_typed_is_lost(self, led, said, sentence):
        cohort, _trainer, client = led
        page = client.post(plan_url(cohort), WEEKLY | {"place": "Grote Markt"} | said | {"look": "1"})
        assert sentence in page.text
        assert 'value="Grote Markt"' in page.text
        assert not TrainingSession.objects.exists()

    def test_an_hour_that_a_clock_change_skips_or_brings_twice_is_noted(self, led):
        cohort, _trainer, client = led
        for day, text in (("2030-03-31", "02:30 is skipped"), ("2030-10-27", "the first 02:30 is meant")):
            page = client.post(plan_url(cohort), WEEKLY | {"repeat": "once", "date": day, "time": "02:30"})
            assert text in page.text

    def test_what_the_finder_proposes_stands_in_the_form(self, led):
        cohort, _trainer, client = led
        text = client.get(f"{plan_url(cohort)}?date=2030-05-06&time=14:30&minutes=45&zone=Asia/Tokyo").text
        for value in (
            'value="2030-05-06"',
            'value="14:30"',
            'value="45"',
            '<option value="Asia/Tokyo" selected',
        ):
            assert value in text

    def test_staff_plan_where_there_is_no_cohort_and_nowhere_else(self, led):
        cohort, _trainer, _client = led
        staff, webinar = cast.signed_in(made.staff()), made.webinar()
        url = f"/staff/activities/{webinar.pk}/sessions/new/"
        one = WEEKLY | {"repeat": "once"}
        staff.post(url, one | {"apply": seen(staff.post(url, one).text)})
        assert planned(webinar).count() == 1
        assert staff.get(f"/staff/activities/{cohort.activity_id}/sessions/").status_code == 404
        assert "/sessions/" in staff.get(f"/staff/activities/{webinar.pk}/").text
        assert (
            f"{cohort.activity_id}/sessions/"
            not in staff.get(f"/staff/activities/{cohort.activity_id}/").text
        )


class TestOne:
    def test_every_version_stands_on_the_page(self, led):
        cohort, trainer, client = led
        version = made.session(cohort, trainer, place="Room 1", call_link="https://call.example/a")
        cancel_session(session=version.session, after=0, reason="Ill.", by=trainer)
        text = client.get(f"/sessions/{version.session_id}/").text
        assert "cancelled: Ill." in text
        assert text.count("Room 1") == 3
        answer = client.post(f"/sessions/{version.session_id}/reinstate/", {"after": "1"}, follow=True)
        assert "It takes place again" in answer.text
        assert "https://call.example/a" in answer.text
        assert last_of(version.session).number == 2

    def test_a_change_is_looked_at_and_then_made(self, led):
        cohort, trainer, client = led
        first, second = made.weekly(cohort, trainer, 2)
        url = f"/sessions/{first.session_id}/change/"
        said = {
            "which": "following", "date": "2030-03-05", "time": "10:00", "minutes": "90", "zone": made.ZONE,
            "place": "Hall", "after": "0",
        }  # fmt: skip
        page = client.post(url, said | {"look": "1"}).text
        assert "Tue 12 Mar 2030, 10:00 – 11:30 (Europe/Berlin)" in page
        assert "the time, the place" in page
        assert SessionVersion.objects.count() == 2
        answer = client.post(url, said | {"apply": seen(page)}, follow=True)
        assert "2 training sessions are changed." in answer.text
        assert last_of(second.session).place == "Hall"

    def test_a_change_of_who_leads_is_told_to_them_alone(self, led):
        cohort, trainer, client = led
        cohorts.person(cohort)
        version = made.session(cohort, trainer)
        before = made.mails()
        substitute = cast.user(Role.TRAINER)
        url = f"/sessions/{version.session_id}/change/"
        said = {"date": "2030-03-04", "time": "10:00", "minutes": "90", "zone": made.ZONE, "after": "0"}
        said |= {"trainers": [substitute.pk]}
        answer = client.post(url, said | {"apply": seen(client.post(url, said).text)}, follow=True)
        assert "only who comes to lead it, or leaves, is told" in answer.text
        assert made.mails() == before
        assert [kind for kind, _number, _state in made.mails(substitute)] == ["request"]
        assert [kind for kind, _number, _state in made.mails(trainer)] == ["request", "cancel"]
        theirs = cast.signed_in(substitute)
        assert theirs.get(f"/sessions/{version.session_id}/").status_code == 200
        assert f"/sessions/{version.session_id}/" in theirs.get("/me/sessions/").text
        assert theirs.get(f"/teach/cohorts/{cohort.pk}/sessions/").status_code == 404
        # Who stood in for the cohort's trainers leads it instead of them; they still may change it.
        assert "Sessions you lead" not in client.get("/me/sessions/").text
        assert client.get(url).status_code == 200

    def test_what_was_changed_meanwhile_is_shown_as_a_refusal(self, led):
        cohort, trainer, client = led
        version = made.session(cohort, trainer)
        cancel_session(session=version.session, after=0, reason="Ill.", by=trainer)
        said = {"date": "2030-03-04", "time": "11:00", "minutes": "90", "zone": made.ZONE, "after": "0"}
        page = client.post(f"/sessions/{version.session_id}/change/", said | {"look": "1"})
        assert "changed meanwhile" in page.text

    def test_a_series_is_called_off_on_one_page(self, led):
        cohort, trainer, client = led
        first, second = made.weekly(cohort, trainer, 2)
        url = f"/sessions/{first.session_id}/cancel/"
        assert "Mon 11 Mar 2030" in client.get(url).text
        page = client.post(url, {"reason": " ", "which": "following", "after": "0"})
        assert "Say why: everybody enrolled reads it." in page.text
        client.post(url, {"reason": "No room.", "which": "following", "after": "0"})
        assert last_of(second.session).reason == "No room."

    def test_anothers_session_is_not_found(self, led):
        cohort, trainer, _client = led
        version = made.session(cohort, trainer)
        webinar = made.session(made.webinar(), made.staff())
        for login, session in (
            (cast.user(Role.TRAINER), version),
            (made.staff(), version),
            (trainer, webinar),
        ):
            client = cast.signed_in(login)
            for name in ("training-session", "change-session", "cancel-session"):
                assert client.get(reverse(name, args=[session.session_id])).status_code == 404
            answer = client.post(reverse("reinstate-session", args=[session.session_id]), {"after": "0"})
            assert answer.status_code == 404
        analyst = cast.signed_in(cast.user(Role.ANALYST))
        assert analyst.get(reverse("training-session", args=[version.session_id])).status_code == 403


class TestList:
    def test_it_took_place_is_pressed_once_it_has_begun(self):
        staff, webinar = made.staff(), made.webinar()
        made.session(webinar, staff)
        client, url = cast.signed_in(staff), f"/staff/activities/{webinar.pk}/sessions/"
        assert "It took place" not in client.get(url).text
        made.session(webinar, staff, made.LONG_AGO)
        assert "It took place" in client.get(url).text
        assert "It is recorded that this took place." in client.post(url, follow=True).text
        assert ActivityVersion.objects.in_force().get(activity=webinar).status == "held"
        assert "It took place" not in client.get(url).text

    def test_a_trainer_of_one_session_of_an_activity_sees_that_one_and_plans_none(self):
        staff, webinar, trainer = made.staff(), made.webinar(), cast.user(Role.TRAINER)
        made.session(webinar, staff, title="Theirs", trainers=[trainer])
        made.session(webinar, staff, MONDAY + dt.timedelta(days=1), title="Another's")
        client, url = cast.signed_in(trainer), f"/staff/activities/{webinar.pk}/sessions/"
        text = client.get(url).text
        assert "Theirs" in text
        assert "Another" not in text
        assert client.get(f"{url}new/").status_code == 404
        assert cast.signed_in(cast.user(Role.TRAINER)).get(url).status_code == 404

    def test_lists_cost_the_same_at_one_and_at_three(self, led):
        cohort, trainer, client = led
        analyst = cohorts.person(cohort).person.user
        pages = [(client, f"/teach/cohorts/{cohort.pk}/sessions/"), (client, "/me/sessions/")]
        pages.append((cast.signed_in(analyst), "/me/sessions/"))
        substitute = cast.user(Role.TRAINER)
        made.session(cohort, trainer, trainers=[substitute])
        before = [cast.queries_of(who, url) for who, url in pages]
        made.weekly(cohort, trainer, 2, trainers=[substitute])
        assert [cast.queries_of(who, url) for who, url in pages] == before


class TestMine:
    def test_who_is_enrolled_sees_time_place_call_and_materials(self, led):
        cohort, trainer, _client = led
        analyst = cohorts.person(cohort).person.user
        User.objects.filter(pk=analyst.pk).update(zone="America/New_York")
        made.session(
            cohort,
            trainer,
            title="Unit 1",
            place="Hall",
            call_link="https://call.example/1",
            materials="*Read*.",
        )
        made.session(cohort, trainer, made.LONG_AGO, title="Long over")
        text = cast.signed_in(analyst).get("/me/sessions/").text
        for part in (
            "Unit 1",
            "Mon 4 Mar 2030, 10:00 – 11:30 (Europe/Berlin)",
            "Mon 4 Mar 2030, 04:00 – 05:30 (America/New_York)",
            "Hall",
            'href="https://call.example/1"',
            "<em>Read</em>.",
        ):
            assert part in text
        assert "Long over" not in text

    def test_what_was_called_off_is_struck_with_its_reason_and_without_the_call(self, led):
        cohort, trainer, _client = led
        analyst = cohorts.person(cohort).person.user
        version = made.session(cohort, trainer, call_link="https://call.example/1")
        cancel_session(session=version.session, after=0, reason="Ill.", by=trainer)
        text = cast.signed_in(analyst).get("/me/sessions/").text
        assert f"<s>{cohort.version.title}</s>" in text
        assert "Cancelled: Ill." in text
        assert "call.example" not in text

    def test_nobody_else_sees_it(self, led):
        cohort, trainer, _client = led
        made.session(cohort, trainer, call_link="https://call.example/1")
        text = cast.signed_in(cast.user(Role.ANALYST)).get("/me/sessions/").text
        assert "No training session is planned for you." in text
        assert "call.example" not in text

    def test_what_one_keeps_to_oneself_one_sees_whole(self):
        cohort, trainer = made.cohort(self_care=True, needs_sign_off=False)
        one = cohorts.person(cohort, lessons=0)
        hide(enrolment=one, hidden=True, by=one.person.user)
        made.session(cohort, trainer, title="Circle")
        assert "Circle" in cast.signed_in(one.person.user).get("/me/sessions/").text
