"""`make bench` (SIZES= SEED=1 PARTS=ledger,player): tables on the screen, and DATA_DIR/bench.json."""

import json
import os
import platform
import sys
from collections.abc import Callable, Iterator
from typing import Any

import django

# Each part with the sizes it has where none are named.
SIZES = {
    "ledger": "200,20000,200000",
    "player": "200,20000",
    "reminders": "200000",
    "sealed": "1000000",
    "sessions": "2000",
    "register": "20,200,2000",
    "cohorts": "20,200,2000",
    "exchanges": "10,1000",
    "find": "200,20000,200000",
    "imports": "200,45000,330000",
    "api": "200,20000,200000",
    "desk": "200,20000,200000",
}
HEADINGS = (
    f"{'ms':>10}{'plain ms':>10}{'ratio':>7}{'cpu ms':>10}{'plain cpu':>10}{'ratio':>7}{'queries':>9}"
    f"{'in db ms':>10}  more"
)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.config.settings")
    # A line for each request would bury the progress.
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    django.setup()
    from django.conf import settings

    seed = int(os.environ.get("SEED") or 1)
    result: dict[str, Any] = {"seed": seed, "cores": os.cpu_count(), "python": platform.python_version()}
    file = settings.DATA_DIR / "bench.json"
    for part in (os.environ.get("PARTS") or ",".join(SIZES)).split(","):
        result[part] = []
        for size in measured(part, seed):
            result[part].append(size)
            # After each size, so that a run that is ended early has what it found.
            file.write_text(json.dumps(result, indent=1, default=str), encoding="utf-8")
    sys.stdout.write(f"\nAlso as JSON in {file}\n")


def measured(part: str, seed: int) -> Iterator[dict[str, Any]]:
    """Each size in turn; every line is shown as soon as it is known, which is the progress."""
    from tests.benchmarks.cohorts import measured_cohorts
    from tests.benchmarks.desk import measured_desk
    from tests.benchmarks.exchanges import measured_exchanges
    from tests.benchmarks.find import measured_find
    from tests.benchmarks.imports import measured_imports
    from tests.benchmarks.player.table import measured_player
    from tests.benchmarks.register import measured_register
    from tests.benchmarks.reminders import measured_reminders
    from tests.benchmarks.scratch import migrated_template
    from tests.benchmarks.sealed import measured_sealed
    from tests.benchmarks.sessions import measured_sessions

    measure = {
        "ledger": measured_ledger,
        "player": measured_player,
        "reminders": measured_reminders,
        "sealed": measured_sealed,
        "sessions": measured_sessions,
        "register": measured_register,
        "cohorts": measured_cohorts,
        "desk": measured_desk,
        "exchanges": measured_exchanges,
        "find": measured_find,
        "imports": measured_imports,
        "api": measured_by_programs,
    }[part]
    sizes = [int(size) for size in (os.environ.get("SIZES") or SIZES[part]).split(",")]
    with migrated_template():
        for persons in sizes:
            yield measure(persons, seed, say)


def measured_ledger(persons: int, seed: int, say: Callable[[str], None]) -> dict[str, Any]:
    from tests.benchmarks.size import measure_size

    say(f"\n{f'{persons} persons':28}{HEADINGS}")
    size = measure_size(persons, seed, lambda measure: say(row(measure)))
    say(f"{size.persons} persons: {size.lines} lines, {size.facts} facts")
    return size.as_json()


def measured_by_programs(persons: int, seed: int, say: Callable[[str], None]) -> dict[str, Any]:
    from tests.benchmarks.api import measured_api

    return measured_api(persons, seed, say, row, HEADINGS)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def row(measure: Any) -> str:
    more = "  ".join(f"{name} {value}" for name, value in measure.more.items() if name != "steps")
    return (
        f"{measure.name:28}{milliseconds(measure.seconds)}{milliseconds(measure.plain)}"
        f"{ratio(measure.ratio)}{milliseconds(measure.cpu)}{milliseconds(measure.plain_cpu)}"
        f"{ratio(measure.cpu_ratio)}"
        f"{measure.queries if measure.queries is not None else '':>9}"
        f"{milliseconds(measure.in_database)}  {more}"
    )


def ratio(number: float | None) -> str:
    return f"{number:7.2f}" if number else f"{'':7}"


def milliseconds(seconds: float | None) -> str:
    return f"{seconds * 1000:10.1f}" if seconds else f"{'':10}"


if __name__ == "__main__":
    main()
