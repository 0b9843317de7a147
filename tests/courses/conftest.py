"""What the tests of registers and counts share."""

import pytest

from lms.people.actions.hotlines import record_hotlines
from lms.people.hotline_list import SHIPPED, read


@pytest.fixture
def hotlines(db: None) -> None:
    """The hotlines of the shipped list."""
    record_hotlines(rows=read(SHIPPED).rows, by=None)
