"""A finished cohort run again: same weekdays and hours, later; and an hour found for its people."""

import datetime as dt

import pytest

from courses.actions.again import preview_again, run_again
from courses.actions.cohorts import entrance_of
from courses.actions.enrolments import enrol
from courses.actions.sessions import cancel_session, plan_sessions
from courses.actions.versions import retire
from courses.models import ActivityVersion, Cohort, HotlineSeats, SessionMail
from courses.queries.sessions import planned
from courses.queries.slots import groups
from lms.kit.errors import Refused
from lms.people.enums import Role
from lms.people.models import User
from tests import cast
from tests.courses.cohorts import made as cohorts
from tests.courses.sessions import made
from tests.courses.sessions.test_pages import seen

pytestmark = pytest.mark.django_db
# Mondays in the winter of Berlin; the next run lies across the change of its clocks.
STARTS = [made.LONG_AGO + dt.timedelta(weeks=week) for week in range(3)]
ON = dt.date(2030, 3, 19)


@pytest.fixture
def over():
    """Three Mondays long ago, the second called off."""
    cohort, trainer = made.cohort()
    cohorts.person(cohort)
    versions = plan_sessions(
        activity=cohort.activity,
        starts=STARTS,
        minutes=90,
        zone=made.ZONE,
        by=trainer,
        title="Unit",
        place="Hall",
    )
    cancel_session(session=versions[1].session, after=0, reason="x", by=trainer)
    return cohort, trainer


def test_the_next_run_keeps_weekdays_hours_version_and_trainers(over):
    cohort, trainer = over
    before = made.mails()
    run = run_again(cohort=cohort, on_or_after=ON, by=trainer)
    assert [one.starts_at.isoformat()[:16] for one in planned(run.activity)] == [
        "2030-03-25T09:00", "2030-04-08T08:00",
    ]  # fmt: skip
    assert {(one.title, one.place, one.timezone) for one in planned(run.activity)} == {
        ("Unit", "Hall", made.ZONE)
    }
    assert (run.version, list(run.trainers.all()), run.open_enrolment) == (
        cohort.version, [trainer], cohort.open_enrolment,
    )  # fmt: skip
    about = ActivityVersion.objects.in_force().get(activity=run.activity)
    assert about.status == "planned"
    assert about.starts_at == planned(run.activity)[0].starts_at
    assert not run.enrolments.exists()
    assert made.mails() == before
    invited = SessionMail.objects.filter(user=trainer, session__activity=run.activity)
    assert sorted(invited.values_list("kind", "session")) == [
        ("request", one.session_id) for one in planned(run.activity)
    ]
    series = set(planned(run.activity).values_list("session__series", flat=True))
    assert len(series) == 1
    assert series != set(planned(cohort.activity).values_list("session__series", flat=True))


def test_the_next_run_has_the_places_of_each_hotline_and_holds_people_to_them(over):
    cohort, trainer = over
    safe, other = cast.hotline("Safe Line"), cast.hotline("Other Line")
    Cohort.objects.filter(pk=cohort.pk).update(capacity=20, seats_per_hotline=3)
    HotlineSeats.objects.create(cohort=cohort, hotline=safe, seats=1)
    HotlineSeats.objects.create(cohort=cohort, hotline=other, seats=5)
    cohort.refresh_from_db()
    run = run_again(cohort=cohort, on_or_after=ON, by=trainer)
    assert entrance_of(run) == entrance_of(cohort)
    assert entrance_of(run).special == {safe.pk: 1, other.pk: 5}
    first, second = cast.user(Role.ANALYST), cast.user(Role.ANALYST)
    for login in (first, second):
        cast.affiliate(login.person, safe)
    enrol(cohort=run, person=first.person, by=trainer)
    with pytest.raises(Refused, match="places for this hotline"):
        enrol(cohort=run, person=second.person, by=trainer)
    HotlineSeats.objects.filter(cohort=run).delete()
    assert HotlineSeats.objects.filter(cohort=cohort).count() == 2


def test_it_is_looked_at_first_and_then_made(over):
    cohort, trainer = over
    client, url = cast.signed_in(trainer), f"/teach/cohorts/{cohort.pk}/again/"
    assert url in client.get(f"/teach/cohorts/{cohort.pk}/sessions/").text
    said = {"on_or_after": "2030-04-16"}
    page = client.post(url, said).text
    assert "Mon 6 Jan 2020, 10:00 – 11:30" in page
    assert "Mon 22 Apr 2030, 10:00 – 11:30" in page
    assert Cohort.objects.count() == 1
    answer = client.post(url, said | {"apply": seen(page)}, follow=True)
    assert "The new cohort is planned" in answer.text
    assert Cohort.objects.count() == 2
    assert "This day is over." in client.post(url, {"on_or_after": "2020-01-01"}).text


def test_it_is_refused_where_there_is_nothing_to_repeat(over):
    cohort, trainer = over

    def refused(cohort, by, why):
        with pytest.raises(Refused, match=why):
            run_again(cohort=cohort, on_or_after=ON, by=by)

    refused(cohort, cast.user(Role.TRAINER), "Only who leads")
    other, their_trainer = made.cohort("other")
    refused(other, their_trainer, "no training session to repeat")
    made.session(other, their_trainer)
    refused(other, their_trainer, "not over yet")
    HotlineSeats.objects.create(cohort=cohort, hotline=cast.hotline(), seats=1)
    retire(version=cohort.version, by=trainer)
    refused(cohort, trainer, "is retired")
    assert Cohort.objects.count() == 2
    assert HotlineSeats.objects.count() == 1


def test_a_preview_writes_nothing(over):
    cohort, trainer = over
    assert len(preview_again(cohort=cohort, on_or_after=ON, by=trainer)) == 2
    assert Cohort.objects.count() == 1


class TestFinder:
    @pytest.fixture
    def spread(self):
        """Three of Paris by their hotline, one who reads times in Tokyo, and one who is not seen."""
        cohort, trainer = made.cohort(self_care=True, needs_sign_off=False)
        for nth in range(5):
            login = cast.user(Role.ANALYST)
            cast.affiliate(login.person, cast.hotline())
            if nth == 3:
                User.objects.filter(pk=login.pk).update(zone="Asia/Tokyo")
            cohorts.person(cohort, login=login, lessons=0, hidden=nth == 4)
        return cohort, trainer

    def test_zones_are_peoples_own_or_their_countrys(self, spread):
        cohort, trainer = spread
        made.session(cohort, trainer, zone="Asia/Tokyo")
        made.session(cohort, trainer, zone="Europe/Paris")
        found = [(one.zone, one.people, one.unsocial) for one in groups(cohort)]
        # Ten in Tokyo is two in Paris; ten in Paris is six in the evening in Tokyo.
        assert found == [("Europe/Paris", 3, 1), ("Asia/Tokyo", 1, 1)]

    def test_a_proposal_leads_to_the_form(self, spread):
        cohort, trainer = spread
        url = f"/teach/cohorts/{cohort.pk}/slots/"
        text = cast.signed_in(trainer).get(f"{url}?week=2030-03-06&minutes=60").text
        assert "Within the working hours of all." not in text
        assert "Within the working hours of 3 of 4." in text
        assert f"/teach/cohorts/{cohort.pk}/sessions/new/?date=2030-03-04&amp;time=" in text
        assert "outside working hours" in text
        assert cast.signed_in(cast.user(Role.TRAINER)).get(url).status_code == 404

    def test_it_says_so_where_nobody_is_enrolled_or_nothing_fits(self):
        cohort, trainer = made.cohort()
        client, url = cast.signed_in(trainer), f"/teach/cohorts/{cohort.pk}/slots/"
        assert "Nobody is enrolled yet." in client.get(url).text
        assert "Enter a valid date." in client.get(f"{url}?week=x&minutes=60").text

    def test_it_costs_the_same_however_many_there_are(self, spread):
        cohort, trainer = spread
        client, url = cast.signed_in(trainer), f"/teach/cohorts/{cohort.pk}/slots/?week=2030-03-06&minutes=60"
        before = cast.queries_of(client, url)
        made.session(cohort, trainer)
        cohorts.person(cohort, lessons=0)
        assert cast.queries_of(client, url) == before
