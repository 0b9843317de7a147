"""A folder of its own for the files of each test."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def own_registers(settings: Any, tmp_path: Path) -> None:
    settings.REGISTERS_DIR = tmp_path / "kept-registers"
