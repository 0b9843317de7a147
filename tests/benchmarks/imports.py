"""A register as it is brought in, as a zip and as a workbook: how long it takes, and how much memory at most."""

import csv
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import xlsxwriter

from courses.actions.imports.sheets import MOST_LINES
from courses.actions.imports.source import FILES
from lms.people import demo
from tests.benchmarks import ledger, registers
from tests.benchmarks.scratch import scratch

# What a worker may need, in kilobytes, for a million lines.
MOST_KB = 400 * 1024


@dataclass
class Measure:
    """One way in: seconds by the clock, unpacking among them, and the most memory of the process."""

    name: str
    lines: int
    seconds: float
    cpu: float
    unpacked: float
    peak_kb: int

    def __str__(self) -> str:
        return (
            f"{self.name:28}{self.lines:>10}{self.seconds:>9.1f}{self.cpu:>9.1f}{self.unpacked:>9.1f}"
            f"{self.peak_kb // 1024:>8}"
        )


def measured_imports(persons: int, seed: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Each way into a scratch database of its own. Raises RuntimeError where it takes too much memory."""
    say(f"\n{f'{persons} persons':28}{'lines':>10}{'s':>9}{'cpu s':>9}{'unpack s':>9}{'MB':>8}")
    measures = []
    with tempfile.TemporaryDirectory(prefix="bench-") as made:
        folder = Path(made) / "register"
        lines = registers.write_register(folder, persons=persons, seed=seed)
        ways: dict[str, Callable[[Path, Path], Path]] = {"zip": zipped}
        if longest(folder) <= MOST_LINES:
            ways["workbook"] = workbook
        for name, pack in ways.items():
            measure = measured(name, pack(folder, Path(made)), lines, seed)
            say(str(measure))
            measures.append(asdict(measure))
    return {"persons": persons, "measures": measures}


def measured(name: str, path: Path, lines: int, seed: int) -> Measure:
    with scratch():
        demo.load(password=str(seed))
        done = ledger.in_child("import", str(path))
    if done["rejected"] or not done["changes"]:
        raise RuntimeError(f"The register should import whole: {done}")
    if done["peak_kb"] > MOST_KB:
        raise RuntimeError(f"{lines} lines by {name} took {done['peak_kb']} kB of memory")
    return Measure(
        f"import by {name}", lines, done["seconds"], done["cpu"], done["steps"]["unpacked"], done["peak_kb"]
    )


def longest(folder: Path) -> int:
    counts = []
    for name in FILES:
        with (folder / name).open(encoding="utf-8") as file:
            counts.append(sum(1 for _line in file) - 1)
    return max(counts)


def zipped(folder: Path, target: Path) -> Path:
    path = target / "register.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in FILES:
            archive.write(folder / name, name)
    return path


def workbook(folder: Path, target: Path) -> Path:
    """All cells as text, as a careful person saves it; a row at a time."""
    path = target / "register.xlsx"
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        for name in FILES:
            sheet = book.add_worksheet(name.removesuffix(".csv"))
            with (folder / name).open(encoding="utf-8", newline="") as file:
                for number, cells in enumerate(csv.reader(file)):
                    for place, cell in enumerate(cells):
                        if cell:
                            sheet.write_string(number, place, cell)
    return path
