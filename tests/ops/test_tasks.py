"""A task is a wake-up: it carries nothing, runs in a real worker, and may be lost without harm."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from celery.utils.time import maybe_timedelta
from django.conf import settings
from django.db import transaction

from lms.config.celery import app
from lms.kit.tasks import nudge, task, ticks
from lms.ops import heartbeat
from lms.ops.tasks import heartbeat as heartbeat_task


@contextmanager
def running(*words: str) -> Iterator[None]:
    """A worker or beat of its own on this test process's queue."""
    command = [sys.executable, "-m", "celery", "-A", "lms.config.celery", "-b", app.conf.broker_url, *words]
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env={**os.environ})
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


def wait_until_seen(part: str, seconds: float = 25) -> float | None:
    deadline = time.monotonic() + seconds
    while heartbeat.ages()[part] is None and time.monotonic() < deadline:
        time.sleep(0.1)
    return heartbeat.ages()[part]


@pytest.fixture
def empty_queue(broker):
    with heartbeat.broker_client() as client:
        client.flushdb()
    return broker


def test_a_task_with_parameters_is_refused_where_it_is_written():
    with pytest.raises(TypeError, match="write a row"):
        task(name="tests.with_parameter")(lambda reminder: None)
    assert "tests.with_parameter" not in app.tasks


def test_a_task_is_never_called_with_arguments():
    with pytest.raises(TypeError):
        heartbeat_task.delay(1)


def test_every_tick_expires_before_the_next_one():
    app.finalize()
    entries = app.conf.beat_schedule
    assert {entry["task"] for entry in entries.values()} >= set(ticks.every) > set()
    for entry in entries.values():
        assert entry["options"]["expires"] <= maybe_timedelta(entry["schedule"]).total_seconds()


# May come a second time while they run, and what that one finds.
LONGER = {"courses.work_on_registers": "the upload claimed: tests/courses/imports_desk/test_at_once.py"}


def test_no_task_may_outlive_the_visibility_timeout_but_those_whose_double_finds_nothing_to_do():
    app.finalize()
    visible = app.conf.broker_transport_options["visibility_timeout"]
    assert app.conf.task_time_limit < visible
    assert {name for name, each in app.tasks.items() if (each.time_limit or 0) >= visible} == set(LONGER)
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.result_backend is None


@pytest.mark.django_db(transaction=True)
def test_a_nudge_wakes_after_the_commit_and_not_after_a_rollback(empty_queue):
    with heartbeat.broker_client() as client:
        with transaction.atomic():
            nudge(heartbeat_task)
            assert client.llen("celery") == 0
        assert client.llen("celery") == 1
        with transaction.atomic():
            nudge(heartbeat_task)
            transaction.set_rollback(True)
        assert client.llen("celery") == 1


def test_a_nudge_without_broker_is_let_go(tmp_path):
    code = "from lms.kit.tasks import nudge; from lms.ops.tasks import heartbeat; nudge(heartbeat); print('done')"
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", code],
        cwd=settings.BASE_DIR,
        env={**os.environ, "REDIS_URL": f"redis+socket://{tmp_path}/no.sock"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == "done\n"
    assert "the next tick will find the work" in done.stderr


def test_worker_and_beat_are_told_apart(empty_queue):
    assert heartbeat.ages() == {"worker": None, "beat": None, "task": None}
    heartbeat_task.delay()
    with running("worker", "--concurrency", "1", "--loglevel", "error"):
        assert wait_until_seen("worker") is not None
        assert wait_until_seen("task") is not None
        assert heartbeat.ages()["beat"] is None
    with heartbeat.broker_client() as client:
        client.flushdb()
    with running("beat", "--loglevel", "error", "--pidfile", ""):
        assert wait_until_seen("beat") is not None
        assert heartbeat.ages()["worker"] is None
