"""That what is measured of the player is what it seems: real pages and saves, of as many as were asked for."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import repeat

import pytest
from django.db import connection
from django.urls import Resolver404, resolve

from courses.models import Answer, Attempt, Enrolment, LessonDone, Place
from tests.benchmarks.player import load, school
from tests.benchmarks.player.asked import Asked, everything, get
from tests.benchmarks.player.first_load import NEEDED
from tests.benchmarks.player.size import queries
from tests.benchmarks.player.urls import BARE

PERSONS = 4


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = b"x" * 40_000
        self.send_response(404 if self.path == "/gone" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Not to the screen."""


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    # The client closes in the middle where it is told to.
    server.handle_error = lambda *_arguments: None  # type: ignore[method-assign]  # of this one alone
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def test_the_client_counts_every_answer_once(port: int) -> None:
    found = load.ask(port, repeat(get("/"), 30), status=200, concurrency=4, seconds=20)
    assert len(found.latencies) == 30
    assert all(0 < latency <= found.seconds for latency in found.latencies)


def test_the_client_refuses_another_status_than_was_asked_for(port: int) -> None:
    with pytest.raises(load.Unexpected, match="404 instead of 200"):
        load.ask(port, repeat(get("/gone")), status=200, concurrency=2, seconds=20)


def test_the_client_stops_when_its_time_is_over(port: int) -> None:
    found = load.ask(port, repeat(get("/")), status=200, concurrency=1, seconds=0.2)
    assert found.latencies
    assert found.seconds < load.LONGEST_ANSWER


def test_a_first_load_knows_scripts_styles_and_pictures_from_links() -> None:
    page = '<link rel="icon" href="/a.svg"><script src="/b.js" defer></script><img src="/c.svg"><a href="/d">'
    assert {script or link for script, link in NEEDED.findall(page)} == {"/a.svg", "/b.js", "/c.svg"}


def test_the_bare_page_is_not_on_the_site() -> None:
    with pytest.raises(Resolver404):
        resolve(f"/{BARE}", urlconf="lms.config.urls")
    assert resolve(f"/{BARE}", urlconf="tests.benchmarks.player.urls").func.__name__ == "bare"


@pytest.mark.django_db(transaction=True)
def test_analysts_are_as_if_they_had_taken_the_courses_and_everything_asked_is_answered() -> None:
    school.fill(PERSONS, seed=7)
    mine = Enrolment.objects.filter(person__email__endswith="@bench.example")
    assert mine.count() == PERSONS * 3
    assert Place.objects.count() == Attempt.objects.filter(submitted_at=None).count() == PERSONS * 3
    assert LessonDone.objects.exists()
    assert Answer.objects.exists()
    asked = {one.name: one for one in everything(school.analysts(PERSONS), rounds=1)}
    counted = {name: queries(one) for name, one in asked.items()}
    assert all(counted.values())
    assert one_submitted(asked["submit"])
    assert connection.settings_dict["NAME"] != "hotline_bench"


def one_submitted(submit: Asked) -> bool:
    """The one submission that was counted ended the attempt of its page."""
    enrolment = int(submit.path.split("/")[2])
    ended = Attempt.objects.exclude(submitted_at=None)
    return [attempt.enrolment_id for attempt in ended] == [enrolment]
