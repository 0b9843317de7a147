"""/healthz, /readyz and /metrics: what they tell, and to whom."""

from types import ModuleType

import pytest
from django.db import OperationalError
from django.db.migrations.recorder import MigrationRecorder

from lms.config.celery import app
from lms.ops import health

LOOPBACK, ELSEWHERE = "127.0.0.1", "192.0.2.7"


def test_the_process_is_up_without_database_or_broker(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_ready_with_database_broker_and_all_migrations(client, broker):
    response = client.get("/readyz")
    body = response.json()
    assert response.status_code == 200
    assert (body["ready"], body["database"], body["broker"], body["migrations"]) == (True, "up", "up", [])
    assert set(body["seconds_since"]) == {"worker", "beat", "task"}


@pytest.mark.django_db
def test_not_ready_without_broker(client, monkeypatch):
    monkeypatch.setattr(app.conf, "broker_url", "redis+socket:///nowhere/at.all")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["broker"] == "down"
    assert response.json()["database"] == "up"


@pytest.mark.django_db
def test_not_ready_while_a_migration_is_missing(client, broker, monkeypatch):
    monkeypatch.setattr(health, "_needed", lambda: frozenset({("courses", "9999_to_come")}))
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["migrations"] == ["courses.9999_to_come"]


def test_not_ready_without_database(client, broker, monkeypatch):
    def refuse(recorder: MigrationRecorder) -> None:
        raise OperationalError("the server is gone")

    monkeypatch.setattr(MigrationRecorder, "applied_migrations", refuse)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["database"] == "down"
    assert b"the server is gone" not in response.content


@pytest.mark.django_db
def test_an_app_adds_what_it_has_to_report(client, broker, monkeypatch):
    welfare = ModuleType("welfare.health")
    welfare.report = lambda: {"oldest_due_reminder_seconds": 7}  # type: ignore[attr-defined]
    monkeypatch.setattr(health, "_reporters", lambda: [welfare.report])
    assert client.get("/readyz").json()["oldest_due_reminder_seconds"] == 7
    assert b"lms_oldest_due_reminder_seconds 7.0" in client.get("/metrics").content


@pytest.mark.django_db
def test_metrics_are_for_this_machine(client, broker):
    response = client.get("/metrics", REMOTE_ADDR=LOOPBACK)
    assert response.status_code == 200
    assert b"lms_database_up 1.0" in response.content
    assert client.get("/metrics", REMOTE_ADDR=ELSEWHERE).status_code == 403
    assert client.get("/metrics", REMOTE_ADDR=LOOPBACK, HTTP_X_FORWARDED_FOR=ELSEWHERE).status_code == 403


@pytest.mark.django_db
def test_metrics_with_a_token_are_for_its_holder(client, broker, settings):
    settings.METRICS_TOKEN = "a-token-of-the-operators"
    assert client.get("/metrics", REMOTE_ADDR=LOOPBACK).status_code == 403
    wrong = {"HTTP_AUTHORIZATION": "Bearer another"}
    assert client.get("/metrics", REMOTE_ADDR=LOOPBACK, **wrong).status_code == 403
    right = {"HTTP_AUTHORIZATION": "Bearer a-token-of-the-operators"}
    assert client.get("/metrics", REMOTE_ADDR=ELSEWHERE, **right).status_code == 200
