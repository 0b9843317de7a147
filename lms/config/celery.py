"""The Celery application: `celery -A lms.config.celery worker`, and `beat` beside it."""

import os
import signal
import warnings
from typing import Any

from celery import Celery
from celery.exceptions import SecurityWarning
from celery.signals import worker_process_init

from lms.ops.embedded.identity import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.config.settings")

# Celery warns root of pickled messages; ours are JSON without arguments, and containers give root.
warnings.filterwarnings("ignore", category=SecurityWarning)

app = Celery("lms")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_finalize.connect
def set_ticks(sender: Celery, **kwargs: Any) -> None:
    """Give beat the ticks that tasks declared; each expires before the next one, so none pile up."""
    from lms.kit.tasks import ticks

    sender.loader.import_default_modules()
    for name, every in ticks.every.items():
        seconds = every.total_seconds()
        sender.add_periodic_task(seconds, sender.signature(name), name=name, expires=seconds)


@worker_process_init.connect
def end_with_the_worker(**kwargs: Any) -> None:
    """A worker that is killed leaves no child behind that still holds a task."""
    die_with_parent(signal.SIGKILL, os.getppid())
