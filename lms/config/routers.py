"""Which connection a model is read and written through."""

from typing import Any

from django.db.models import Model


class WelfareRouter:
    """Welfare has a connection of its own, as another role; one owner migrates everything."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        return "welfare" if model._meta.app_label == "welfare" else None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "default"
