"""`make bench` (SIZES=200,20000,200000 SEED=1): a table on the screen, and DATA_DIR/bench.json."""

import json
import os
import platform
import sys
import time
from collections.abc import Sequence
from typing import Any

import django

SIZES = "200,20000,200000"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.config.settings")
    # A line for each request would bury the progress.
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    django.setup()
    from django.conf import settings

    sizes = [int(size) for size in (os.environ.get("SIZES") or SIZES).split(",")]
    seed = int(os.environ.get("SEED") or 1)
    result = {"seed": seed, "cores": os.cpu_count(), "python": platform.python_version(), "sizes": []}
    file = settings.DATA_DIR / "bench.json"
    for size in measured(sizes, seed):
        result["sizes"].append(size.as_json())
        sys.stdout.write(table(size))
        sys.stdout.flush()
        # After each size, so that a run that is ended early has what it found.
        file.write_text(json.dumps(result, indent=1, default=str), encoding="utf-8")
    sys.stdout.write(f"\nAlso as JSON in {file}\n")


def measured(sizes: Sequence[int], seed: int) -> Any:
    from tests.benchmarks.scratch import migrated_template
    from tests.benchmarks.size import measure_size

    started = time.monotonic()
    with migrated_template():
        for persons in sizes:

            def progress(step: str, persons: int = persons) -> None:
                sys.stderr.write(f"[{time.monotonic() - started:6.1f} s] {persons} persons: {step}\n")

            yield measure_size(persons, seed, progress)


def table(size: Any) -> str:
    lines = [f"\n{size.persons} persons, {size.lines} lines, {size.facts} facts"]
    lines.append(f"{'':28}{'ms':>10}{'plain ms':>10}{'ratio':>7}{'queries':>9}{'in db ms':>10}  more")
    lines += [row(measure) for measure in size.measures]
    return "\n".join(lines) + "\n"


def row(measure: Any) -> str:
    more = "  ".join(f"{name} {value}" for name, value in measure.more.items() if name != "steps")
    return (
        f"{measure.name:28}{milliseconds(measure.seconds)}{milliseconds(measure.plain)}"
        f"{f'{measure.ratio:.2f}' if measure.ratio else '':>7}"
        f"{measure.queries if measure.queries is not None else '':>9}"
        f"{milliseconds(measure.in_database)}  {more}"
    )


def milliseconds(seconds: float | None) -> str:
    return f"{seconds * 1000:10.1f}" if seconds else f"{'':10}"


if __name__ == "__main__":
    main()
