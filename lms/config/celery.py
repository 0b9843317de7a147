"""The Celery application: `celery -A lms.config.celery worker`, and `beat` beside it."""

import os
from typing import Any

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.config.settings")

app = Celery("lms")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_finalize.connect
def set_ticks(sender: Celery, **kwargs: Any) -> None:
    """Give beat the ticks that tasks declared; each expires before the next one, so none pile up."""
    from lms.kit.tasks import ticks

    sender.loader.import_default_modules()
    for name, every in ticks.every.items():
        sender.add_periodic_task(every, sender.signature(name), name=name, expires=every.total_seconds())
