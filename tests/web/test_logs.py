import io
import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import structlog
import time_machine
from django.http import HttpResponse
from django.test import Client

from lms.web import logs, middleware
from tests.web import pages

Lines = Callable[[], list[dict[str, Any]]]
pytestmark = pytest.mark.urls("tests.web.pages")


def test_a_request_leaves_one_line_with_route_status_time_and_id(logged: Lines) -> None:
    response = Client().get("/countries/?sort=-code&q=ana@hotline.example", headers={"X-Request-ID": "ana"})
    (line,) = logged()
    assert (line["method"], line["route"], line["status"]) == ("GET", "countries", 302)
    assert line["ms"] >= 0
    assert line["request_id"] == response["X-Request-ID"]
    assert len(line["request_id"]) == 32


def test_a_line_holds_no_path_no_query_no_address_and_nobody(logged: Lines) -> None:
    Client().get(
        "/nothing/ana/?q=ana@hotline.example", REMOTE_ADDR="203.0.113.7", headers={"User-Agent": "Spy"}
    )
    (line,) = logged()
    assert set(line) == {
        "event",
        "level",
        "logger",
        "timestamp",
        "request_id",
        "method",
        "route",
        "status",
        "ms",
    }
    assert line["route"] == "unrouted"
    assert not {"ana", "Spy", "203.0.113.7"} & set(json.dumps(line).replace('"', " ").split())


def test_welfare_pages_leave_no_line_and_a_total_once_the_day_is_over(logged: Lines) -> None:
    with time_machine.travel(datetime(2026, 3, 2, 22, tzinfo=UTC), tick=False) as clock:
        watch = middleware.RequestLogMiddleware(lambda request: HttpResponse())
        for address in ("/checkins/1/", "/checkins/2/", "/support/"):
            watch(pages.request(address))
        assert logged() == []
        clock.shift(3 * 3600)
        watch(pages.request("/checkins/1/"))
    (line,) = logged()
    assert (line["route"], line["day"], line["total"]) == ("welfare", "2026-03-02", 3)
    assert "status" not in line


def test_an_exception_leaves_its_kind_and_place_but_not_its_words(logged: Lines) -> None:
    Client(raise_request_exception=False).get("/broken/")
    problem, line = logged()
    assert problem["exception"] == "ValueError"
    assert problem["frames"][-1].startswith("tests.web.pages:")
    assert problem["request_id"] == line["request_id"]
    assert line["status"] == 500
    assert "ana@" not in json.dumps(problem)
    assert "/broken/" not in json.dumps(problem)


def test_a_fault_of_an_added_up_address_is_in_the_day_s_total_and_has_no_line(
    logged: Lines, settings: Any
) -> None:
    settings.MERGED_IN_LOG = {"/broken/": "welfare"}
    with time_machine.travel(datetime(2026, 3, 2, 22, tzinfo=UTC), tick=False) as clock:
        client = Client(raise_request_exception=False)
        assert client.get("/broken/").status_code == 500
        assert logged() == []
        clock.shift(3 * 3600)
        client.get("/broken/")
    lines = {line["route"]: line["total"] for line in logged()}
    assert lines.pop("welfare") == 1
    ((fault, total),) = lines.items()
    assert fault.startswith("welfare: ValueError at tests.web.pages:")
    assert total == 1


def test_what_a_dependency_logs_is_cleaned_too(logged: Lines) -> None:
    logging.getLogger("some.library").warning("mail to %s from %s", "ana@hotline.example", "203.0.113.7")
    (line,) = logged()
    assert line["event"] == "mail to [e-mail] from [address]"
    assert line["logger"] == "some.library"


def test_fields_about_people_are_dropped_and_others_kept(logged: Lines) -> None:
    structlog.get_logger("lms.any").info(
        "saved", user_id=7, email="ana@hotline.example", rows=3, place="a?b=c"
    )
    (line,) = logged()
    assert "user_id" not in line
    assert "email" not in line
    assert (line["rows"], line["place"]) == (3, "a?…")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("2001:db8:0:1:2:3:4:5 asked", "[address] asked"),
        ("at 12:30:05 o'clock", "at 12:30:05 o'clock"),
        ("GET /verify/?code=ab12 twice", "GET /verify/?… twice"),
        ("version 5.2.19", "version 5.2.19"),
    ],
)
def test_blanks_addresses_and_queries_but_neither_times_nor_versions(text: str, kept: str) -> None:
    assert logs.blank(text) == kept


def test_a_terminal_gets_columns_and_a_server_json() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    before = logging.root.handlers
    stream = Terminal()
    logs.set_up(stream)
    structlog.get_logger("lms.any").info("started")
    logging.root.handlers = before
    assert "started" in stream.getvalue()
    assert not stream.getvalue().startswith("{")


def test_static_files_are_not_logged(logged: Lines) -> None:
    assert Client().get("/static/css/app.css").status_code == 200
    assert logged() == []
