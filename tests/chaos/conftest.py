"""Schedules are made here as in tests/welfare."""

from tests.welfare.conftest import schedule

__all__ = ["schedule"]
