from importlib import import_module

from django.apps import AppConfig


class OpsConfig(AppConfig):
    name = "lms.ops"
    label = "ops"

    def ready(self) -> None:
        # A nudge from a page or a command needs to know the broker: shared tasks take the current app.
        import_module("lms.config.celery")
