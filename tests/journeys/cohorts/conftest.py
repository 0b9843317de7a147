"""The same windows as for learning."""

from tests.journeys.learning.conftest import window

__all__ = ["window"]
