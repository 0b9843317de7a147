"""The player's measures as lines on the screen."""

from collections.abc import Callable
from typing import Any

from tests.benchmarks.player.size import Rounds, Start, Weighed, measure_size


def measured_player(persons: int, seed: int, say: Callable[[str], None]) -> dict[str, Any]:
    say(f"\n{persons} analysts: filling")
    return measure_size(persons, seed, lambda one: say(line(one)))


def line(one: Start | Weighed | Rounds | str) -> str:
    if isinstance(one, str):
        return one
    if isinstance(one, Start):
        return (
            f"warm start: listening after {ms(one.listening)} ms, the catalogue answered after"
            f" {ms(one.answered)} ms (its first answer took {ms(one.first)} ms, its tenth {ms(one.tenth)} ms)"
        )
    return weighed(one) if isinstance(one, Weighed) else rounds(one)


def weighed(one: Weighed) -> str:
    said = f"{one.name:24}{one.queries:>4} queries"
    if one.load is None:
        return said
    return f"{said}, first load {one.load.requests} requests, {one.load.sent} bytes (HTML {one.load.html})"


def rounds(one: Rounds) -> str:
    found = one.as_json()
    return (
        f"{one.name:24}{one.concurrency:>8}{found['a_second']:>10}{found['of_bare']:>9.2f}"
        f"{found['p50_ms']:>9}{found['p99_ms']:>9}{found['p99_ms'] / found['p50_ms']:>9.1f}"
        f"{found['web_cpu_ms']:>8}{found['database_cpu_ms']:>8}{found['cpu_of_bare']:>9.2f}"
        f"{found['client_share']:>8.0%}{found['answers']:>9}"
    )


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f}"
