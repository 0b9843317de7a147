"""How likely so many hits are by chance alone, exactly."""

from collections.abc import Iterable
from math import comb

# A linker is taken for a leak when chance would do as well less than once in a million times.
LEAST = 1e-6


def at_least(hits: int, chances: Iterable[float]) -> float:
    """The chance of so many hits or more, of independent guesses of which each has its own chance."""
    below = [1.0] + [0.0] * max(0, hits - 1)
    if hits <= 0:
        return 1.0
    for chance in chances:
        for number in range(hits - 1, 0, -1):
            below[number] = below[number] * (1 - chance) + below[number - 1] * chance
        below[0] *= 1 - chance
    return max(0.0, 1 - sum(below))


def drawn(of: int, good: int, drawn_: int) -> list[float]:
    """The chances of 0, 1, 2 … good ones among so many drawn from all (hypergeometric)."""
    return [
        comb(good, k) * comb(of - good, drawn_ - k) / comb(of, drawn_) for k in range(min(good, drawn_) + 1)
    ]


def at_least_of_sums(hits: int, each: Iterable[list[float]]) -> float:
    """The chance that numbers drawn by these chances add up to so many or more."""
    total = [1.0]
    for chances in each:
        fresh = [0.0] * (len(total) + len(chances) - 1)
        for one, this in enumerate(total):
            for other, that in enumerate(chances):
                fresh[one + other] += this * that
        total = fresh
    return sum(total[hits:])
