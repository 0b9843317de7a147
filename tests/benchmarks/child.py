"""What is measured in a process of its own, so that its memory is its own: `import PATH` (a folder, a zip or
a workbook), `csv DIMENSION`, `remind PORT`, `drain PORT`.

Prints one line of JSON.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import django


def main(task: str, subject: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.config.settings")
    django.setup()
    from django.db import connection

    from tests.benchmarks.scratch import NAME

    connection.settings_dict["NAME"] = NAME
    connection.ensure_connection()
    if task in ("remind", "drain"):
        from tests.benchmarks import mails

        (mails.remind if task == "remind" else mails.drain_only)(subject)
    json.dump({"import": import_one, "csv": stream_csv}[task](subject), sys.stdout)


def import_one(path: str) -> dict[str, Any]:
    from django.conf import settings

    from courses.actions.imports import import_register, unpacked
    from tests.benchmarks.measuring import cpu_seconds, peak_memory

    steps: dict[str, float] = {}
    started, cpu = time.perf_counter(), cpu_seconds()

    def progress(step: str, done: int, total: int) -> None:
        steps[f"{step} {done}" if step == "comparison" else step] = round(time.perf_counter() - started, 3)

    # As large as an operator may allow: a million lines are more than the 64 MB of a fresh site.
    settings.REGISTER_MOST_BYTES = 1024 * 1024 * 1024
    with unpacked(Path(path)) as register:
        steps["unpacked"] = round(time.perf_counter() - started, 3)
        outcome = import_register(folder=register.folder, by=None, progress=progress)
    return {
        "seconds": time.perf_counter() - started,
        "cpu": cpu_seconds() - cpu,
        "peak_kb": peak_memory(),
        "changes": outcome.changes,
        "rejected": len(outcome.rejections),
        "steps": steps,
    }


def stream_csv(dimension: str) -> dict[str, Any]:
    """Stream the counts of a year by a dimension piece by piece, as the download does."""
    from courses.exports.counts import encoded, state
    from courses.queries.counts import Question
    from lms.kit.clock import Span
    from tests.benchmarks.measuring import memory_now, peak_memory

    before = memory_now()
    size = sum(len(piece) for piece in encoded(state(Question(Span.of_year(2023), by=dimension)), "csv"))
    return {"bytes": size, "grown_kb": peak_memory() - before, "peak_kb": peak_memory()}


if __name__ == "__main__":
    main(*sys.argv[1:])
