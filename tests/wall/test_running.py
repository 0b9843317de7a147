"""Doors that only the running program has: relations, receivers, tasks, history, the request log."""

import gc
import inspect

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.db.models import signals
from django.test.utils import isolate_apps

from lms.config.celery import app as celery_app
from tests.wall.source import SIDES

WAYS = sorted(SIDES.items())
# A relation from the platform to a side would be an accessor that both sides can follow.
PLATFORM = ("people", "web", "outbox", "ops", "account", "mfa")


def relations(*labels, registry=apps):
    """Every relation that starts or ends at a model of these apps, as (model, name, other model)."""
    for label in labels:
        for model in registry.get_app_config(label).get_models(include_auto_created=True):
            for field in model._meta.get_fields(include_hidden=True):
                if field.related_model:
                    yield model, field.name, field.related_model


def crossing(side, other, registry=apps):
    return [
        (model.__name__, name)
        for model, name, target in relations(side, registry=registry)
        if isinstance(target, type) and target._meta.app_label == other
    ]


def generic(*labels):
    """Relations without a target of their own: any model could be at their end."""
    found = [model for label in labels for model in apps.get_app_config(label).get_models()]
    return [
        (model.__name__, field.name)
        for model in found
        for field in [*model._meta.private_fields, *model._meta.fields]
        if isinstance(field, GenericForeignKey | GenericRelation)
        or (field.is_relation and field.related_model is ContentType)
    ]


@pytest.mark.parametrize(("side", "other"), WAYS)
class TestRelations:
    def test_no_model_reaches_the_other_side_forwards_or_backwards(self, side, other):
        assert crossing(side, other) == []

    def test_a_foreign_key_would_be_seen_from_both_ends(self, side, other):
        with isolate_apps(side, other) as registry:
            target = type("Target", (models.Model,), {"__module__": f"{other}.models", "Meta": meta(other)})
            key = models.ForeignKey(target, models.CASCADE)
            type("Leak", (models.Model,), {"__module__": f"{side}.models", "Meta": meta(side), "key": key})
            assert crossing(side, other, registry)
            assert crossing(other, side, registry)


def meta(label):
    return type("Meta", (), {"app_label": label})


def test_no_relation_is_generic():
    assert generic(*SIDES, *PLATFORM) == []


def test_a_persons_and_a_logins_accessors_lead_to_no_welfare():
    assert [found for label in PLATFORM for found in crossing(label, "welfare")] == []


def test_no_database_key_leads_from_one_side_to_the_other(db):
    """What models do not say, a migration could: the database itself is asked."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'"
        )
        keys = cursor.fetchall()
    assert keys
    sides = [{name.split(".")[-1].strip('"').split("_")[0] for name in pair} for pair in keys]
    assert not [pair for pair in sides if pair >= set(SIDES)]


@pytest.mark.parametrize(("side", "other"), WAYS)
def test_no_side_listens_to_the_others_rows(side, other):
    for signal in (signals.pre_save, signals.post_save, signals.pre_delete, signals.post_delete):
        for model in apps.get_app_config(other).get_models():
            listening = [receiver for group in signal._live_receivers(model) for receiver in group]
            assert not [one for one in listening if inspect.getmodule(one).__name__.startswith(f"{side}.")]


def with_arguments(tasks):
    return [task.name for task in tasks if inspect.signature(task.run).parameters]


def test_no_task_takes_an_argument():
    """An argument would stay in the broker's file: who is due, and when."""
    celery_app.loader.import_default_modules()
    ours = [task for name, task in celery_app.tasks.items() if not name.startswith("celery.")]
    assert ours
    assert with_arguments(ours) == []
    assert not [
        tick for tick in celery_app.conf.beat_schedule.values() if tick.get("args") or tick.get("kwargs")
    ]


def test_no_history_is_kept_of_a_welfare_row():
    """Neither by a history table, nor by a trigger that writes somewhere, nor by an admin's log."""
    assert not {"pghistory", "simple_history", "reversion", "auditlog"} & set(settings.INSTALLED_APPS)
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
    for model in apps.get_app_config("welfare").get_models():
        assert not [one for one in getattr(model._meta, "triggers", []) if "INSERT INTO" in str(one.func)]
        assert not model.__name__.endswith(("Event", "History"))


def test_the_request_log_and_sessions_keep_no_mark_of_welfare_pages():
    assert {"/checkins/", "/support/"} <= settings.MERGED_IN_LOG.keys()
    assert not settings.SESSION_SAVE_EVERY_REQUEST
    assert "allauth.usersessions" not in settings.INSTALLED_APPS


def test_nothing_of_welfare_lives_in_memory_of_the_other_side():
    """No module of one side holds a function or class of the other, however it came there."""
    import sys

    gc.collect()
    for side, other in WAYS:
        modules = [module for name, module in list(sys.modules.items()) if name.split(".")[0] == side]
        held = [
            (module.__name__, name)
            for module in modules
            for name, value in vars(module).items()
            if str(getattr(value, "__module__", "")).split(".")[0] == other
        ]
        assert held == []
