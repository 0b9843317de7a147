"""What a run prints, and whether anything leaked."""

import sys


class Report:
    """Lines on the screen, and whether anything leaked."""

    def __init__(self) -> None:
        self.broken: list[str] = []

    def line(self, name: str, hits: int, of: int, likely: float | None = None, word: str = "") -> None:
        chance = "" if likely is None else f"by chance {likely:.3g}"
        say(f"{name:58}{hits:6} of {of:<6}{chance:22}{word}")

    def must(self, holds: bool, sentence: str) -> None:
        if not holds:
            self.broken.append(sentence)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
