from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """An app for its task, its command and its report; the tables belong to whoever sends mail."""

    name = "lms.outbox"
    label = "outbox"
