"""What the environment says, checked once at the start."""

import os
from pathlib import Path
from typing import Any

import environ


class Environment:
    """Typed settings read from environment variables."""

    def __init__(self, base_dir: Path) -> None:
        read = environ.Env()
        self.demo = "DATABASE_URL" not in os.environ or os.environ.get("DEMO") == "1"
        self.data_dir = Path(os.environ.get("DATA_DIR") or base_dir / "var").resolve()
        self.secret_key = os.environ.get("SECRET_KEY", "demo")
        self.allowed_hosts = read.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
        self.trusted_origins: list[str] = []
        self.database: dict[str, Any] = read.db_url("DATABASE_URL", default="postgres:///postgres")
        self.static_storage = "django.contrib.staticfiles.storage.StaticFilesStorage"
        self.email = read.email_url("EMAIL_URL", default="consolemail://")
        self.from_email = "no-reply@localhost"
        self.broker_url = os.environ.get("REDIS_URL", "")
        self.log_level = "INFO"
