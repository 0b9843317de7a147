"""A calendar client of others reads the feed over HTTP into a folder, again after each change, and loses nothing."""

import datetime as dt
import subprocess
import sys
from pathlib import Path

import icalendar
import pytest

from courses.actions.calendar_feeds import make_feed
from courses.actions.sessions import cancel_session, reinstate_session
from courses.models import SessionVersion
from courses.queries.sessions import last_of
from tests.courses.cohorts import made as cohorts
from tests.courses.sessions import made
from tests.courses.sessions.test_planning import again

pytestmark = pytest.mark.django_db(transaction=True)
CONFIG = """
[general]
status_path = "{folder}/status"
[pair feed]
a = "site"
b = "folder"
collections = null
[storage site]
type = "http"
url = "{url}"
[storage folder]
type = "filesystem"
path = "{folder}/events"
fileext = ".ics"
"""
# The Sundays on which clocks change in 2030, and times that lie around the change.
CLOCK_CHANGES = [
    ("Europe/Berlin", "2030-03-31T03:30"),
    ("Europe/Berlin", "2030-10-27T02:30"),
    ("America/New_York", "2030-03-10T03:00"),
    ("America/New_York", "2030-11-03T01:30"),
    ("Australia/Sydney", "2030-10-06T03:30"),
    ("Australia/Sydney", "2030-04-07T02:30"),
    ("America/Sao_Paulo", "2030-11-03T00:30"),
]


class Client:
    """vdirsyncer, with one folder of one event a file."""

    def __init__(self, folder: Path, url: str) -> None:
        (folder / "events").mkdir()
        self.folder, self.config = folder, folder / "config"
        self.config.write_text(CONFIG.format(folder=folder, url=url))
        self.run("discover")

    def run(self, command: str) -> None:
        program = Path(sys.executable).with_name("vdirsyncer")
        done = subprocess.run(
            [program, "-c", self.config, command], capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr

    def events(self) -> list[icalendar.Event]:
        """What the folder holds after one more look at the feed."""
        self.run("sync")
        read = (
            icalendar.Calendar.from_ical(file.read_bytes()) for file in (self.folder / "events").glob("*.ics")
        )
        return [event for calendar in read for event in calendar.events]


def told(event: icalendar.Event) -> tuple[object, ...]:
    """All of an event but its UID: what it reads over HTTP this client names by its content."""
    times = event.start.astimezone(dt.UTC), event.end.astimezone(dt.UTC)
    return *times, event["SEQUENCE"], event["STATUS"], event["LOCATION"], event["SUMMARY"]


def planned(version: SessionVersion, course: str) -> tuple[object, ...]:
    status = "CANCELLED" if version.cancelled else "CONFIRMED"
    return version.starts_at, version.ends_at, version.number, status, version.place, course


def test_a_real_client_follows_change_cancellation_and_return_on_days_on_which_clocks_change(
    live_server, tmp_path
):
    cohort, trainer = made.cohort()
    login = cohorts.person(cohort).person.user
    sessions = [
        made.session(cohort, trainer, dt.datetime.fromisoformat(local), zone=zone, place=f"Hall {nth}")
        for nth, (zone, local) in enumerate(CLOCK_CHANGES)
    ]
    client = Client(tmp_path, f"{live_server.url}/calendar/{make_feed(by=login)}.ics")

    def as_it_stands() -> None:
        stand = [planned(last_of(one.session), cohort.version.title) for one in sessions]
        assert sorted(map(told, client.events())) == sorted(stand)

    as_it_stands()
    for one in sessions:
        again(one, trainer, place="Moved, hence elsewhere", zone="UTC", minutes=45)
    cancel_session(session=sessions[0].session, after=1, reason="Ill.", by=trainer)
    as_it_stands()
    reinstate_session(session=sessions[0].session, after=2, by=trainer)
    as_it_stands()
