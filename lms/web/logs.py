"""Structured logs: one line an event, a request id, no personal data."""

from typing import Any


def configure(config: dict[str, Any]) -> None:
    """Set structlog up; called by Django with the LOGGING setting."""
