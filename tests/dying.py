"""A worker that is gone without a word at some point of its work."""

from collections.abc import Callable
from typing import Any

import pytest


class Killed(BaseException):
    """Not an Exception: no handler of ours may catch a kill."""


def killed(monkeypatch: pytest.MonkeyPatch, module: Any, at: str, work: Callable[[], object]) -> None:
    """``work`` up to where ``module`` would call ``at``."""

    def die(*args: Any, **words: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(module, at, die)
        with pytest.raises(Killed):
            work()
