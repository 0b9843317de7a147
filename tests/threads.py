"""Several people who press the same button at the same moment, each on a connection of their own."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections


def at_once(number: int, act: Callable[[], Any]) -> list[Any]:
    """What ``act`` returned in each thread, or the exception it raised; in no order."""
    outcomes: list[Any] = []
    ready = threading.Barrier(number)

    def work() -> None:
        try:
            ready.wait(timeout=30)
            outcomes.append(act())
        except Exception as error:
            outcomes.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes
