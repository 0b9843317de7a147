"""Doors that only the running program has: relations, receivers, tasks, history, the request log."""

import gc
import inspect
import sys
from types import ModuleType

import pgtrigger
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


def generic(*labels, registry=apps):
    """Relations without a target of their own: any model could be at their end."""
    found = [model for label in labels for model in registry.get_app_config(label).get_models()]
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


def test_a_generic_one_would_be_found():
    with isolate_apps("courses") as registry:
        key = models.ForeignKey(ContentType, models.CASCADE)
        type("Leak", (models.Model,), {"__module__": "courses.models", "Meta": meta("courses"), "key": key})
        assert generic("courses", registry=registry) == [("Leak", "key")]


def test_a_persons_and_a_logins_accessors_lead_to_no_welfare():
    assert [found for label in PLATFORM for found in crossing(label, "welfare")] == []


def between_sides(keys):
    """Keys of the database, as pairs of tables, of which one end is on either side."""
    sides = [{name.split(".")[-1].strip('"').split("_")[0] for name in pair} for pair in keys]
    return [pair for pair in sides if pair >= set(SIDES)]


def test_no_database_key_leads_from_one_side_to_the_other(db):
    """What models do not say, a migration could: the database itself is asked."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'"
        )
        keys = cursor.fetchall()
    assert keys
    assert between_sides(keys) == []
    assert between_sides([*keys, ("courses_entry", "welfare.welfare_schedule")])


def listening(side, other):
    """What of one side is called when a row of the other changes."""
    return [
        receiver
        for signal in (signals.pre_save, signals.post_save, signals.pre_delete, signals.post_delete)
        for model in apps.get_app_config(other).get_models()
        for group in signal._live_receivers(model)
        for receiver in group
        if inspect.getmodule(receiver).__name__.startswith(f"{side}.")
    ]


def module_of(side, monkeypatch, **held):
    """A module of a side that holds something it should not."""
    leak = ModuleType(f"{side}.leak")
    vars(leak).update(held)
    monkeypatch.setitem(sys.modules, leak.__name__, leak)


@pytest.mark.parametrize(("side", "other"), WAYS)
class TestReceivers:
    def test_no_side_listens_to_the_others_rows(self, side, other):
        assert listening(side, other) == []

    def test_one_that_did_would_be_found(self, side, other, monkeypatch):
        def leak(**row): ...

        leak.__module__ = f"{side}.leak"
        module_of(side, monkeypatch)
        sender = next(iter(apps.get_app_config(other).get_models()))
        signals.post_save.connect(leak, sender=sender)
        try:
            assert listening(side, other) == [leak]
        finally:
            signals.post_save.disconnect(leak, sender=sender)


def with_arguments(tasks):
    return [task.name for task in tasks if inspect.signature(task.run).parameters]


def ticks_with_arguments(schedule):
    return [name for name, tick in schedule.items() if tick.get("args") or tick.get("kwargs")]


def test_no_task_takes_an_argument():
    """An argument would stay in the broker's file: who is due, and when."""
    celery_app.loader.import_default_modules()
    ours = [task for name, task in celery_app.tasks.items() if not name.startswith("celery.")]
    assert ours
    assert with_arguments(ours) == []
    ticks = celery_app.conf.beat_schedule
    assert ticks_with_arguments(ticks) == []
    assert ticks_with_arguments(ticks | {"leak": {"task": "x", "args": (1,)}}) == ["leak"]


KEEPERS = {"pghistory", "simple_history", "reversion", "auditlog", "django.contrib.admin"}


def histories(installed, found):
    """What keeps former states of rows: an app, a trigger that writes somewhere, a model named so."""
    keeping = [app for app in installed if app in KEEPERS]
    for model in found:
        triggers = getattr(model._meta, "triggers", [])
        keeping += [one.name for one in triggers if "INSERT INTO" in str(one.func)]
        keeping += [model.__name__] if model.__name__.endswith(("Event", "History")) else []
    return keeping


class TestHistories:
    def test_none_is_kept_of_a_welfare_row(self):
        behind = apps.get_app_config("welfare").get_models()
        assert histories(settings.INSTALLED_APPS, behind) == []

    def test_each_would_be_found(self):
        trigger = pgtrigger.Trigger(
            name="leak",
            when=pgtrigger.After,
            operation=pgtrigger.Update,
            func="INSERT INTO log VALUES (OLD.id);",
        )
        with isolate_apps("welfare"):
            kept = meta("welfare")
            kept.triggers = [trigger]
            leak = type("AnswerHistory", (models.Model,), {"__module__": "welfare.models", "Meta": kept})
        assert histories(["pghistory"], [leak]) == ["pghistory", "leak", "AnswerHistory"]


def test_the_request_log_and_sessions_keep_no_mark_of_welfare_pages():
    assert {"/checkins/", "/support/"} <= settings.MERGED_IN_LOG.keys()
    assert not settings.SESSION_SAVE_EVERY_REQUEST
    assert "allauth.usersessions" not in settings.INSTALLED_APPS


def held_of(side, other):
    """What a module of one side holds of the other, however it came there."""
    gc.collect()
    modules = [module for name, module in list(sys.modules.items()) if name.split(".")[0] == side]
    return [
        (module.__name__, name)
        for module in modules
        for name, value in vars(module).items()
        if str(getattr(value, "__module__", "")).split(".")[0] == other
    ]


@pytest.mark.parametrize(("side", "other"), WAYS)
class TestMemory:
    def test_no_module_of_one_side_holds_anything_of_the_other(self, side, other):
        assert held_of(side, other) == []

    def test_one_that_did_would_be_found(self, side, other, monkeypatch):
        thing = type("Thing", (), {"__module__": f"{other}.models"})
        module_of(side, monkeypatch, Thing=thing)
        assert held_of(side, other) == [(f"{side}.leak", "Thing")]
