"""Everything that is measured at one size."""

import io
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client

from courses.enums import Dimension
from courses.exports.counts import FORMATS, state, write
from courses.queries.counts import Question, count
from courses.queries.counts.reconciling import reconcile
from courses.queries.counts.statements import statements_of
from lms.kit.clock import Span, today
from lms.people import demo
from lms.people.models import User
from tests.benchmarks import ledger, plain, registers
from tests.benchmarks.measuring import Timed, best_in_turn, once
from tests.benchmarks.scratch import scratch

YEAR = 2023
QUESTION = Question(Span.of_year(YEAR))
STAFF = "staff@demo.example"


@dataclass
class Measure:
    """One line of the result. `plain` is the seconds of plain SQL or COPY for the same answer or rows;
    `cpu` and `plain_cpu` are seconds on the processor, `in_database` those of `seconds` spent waiting for the
    database.
    """

    name: str
    seconds: float
    cpu: float
    plain: float | None = None
    plain_cpu: float | None = None
    queries: int | None = None
    in_database: float | None = None
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        return self.seconds / self.plain if self.plain else None

    @property
    def cpu_ratio(self) -> float | None:
        return self.cpu / self.plain_cpu if self.plain_cpu else None

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"ratio": self.ratio, "cpu_ratio": self.cpu_ratio}


@dataclass
class Size:
    persons: int
    lines: int
    facts: int
    measures: list[Measure]

    def as_json(self) -> dict[str, Any]:
        return {**vars(self), "measures": [measure.as_json() for measure in self.measures]}


def measure_size(persons: int, seed: int, shown: Callable[[Measure], None]) -> Size:
    """Fill a scratch database with a register of so many persons, and measure; `shown` gets each result."""
    with scratch(), tempfile.TemporaryDirectory(prefix="bench-") as folder:
        register = Path(folder) / f"register-{persons}"
        lines = registers.write_register(register, persons=persons, seed=seed)
        demo.load(password=str(seed))
        size = Size(persons, lines, 0, [])
        for stage in (imports(register, lines), answers(), exports(), pages()):
            for measure in stage:
                shown(measure)
                size.measures.append(measure)
        size.facts = number("SELECT count(*) FROM courses_entry")
        return size


def imports(register: Path, lines: int) -> Iterator[Measure]:
    first = ledger.in_child("import", str(register))
    if first["rejected"] or not first["changes"]:
        raise RuntimeError(f"The register should import whole: {first}")
    copied = ledger.copy_same_rows(register)
    yield import_measure("import, first time", first, copied, lines)
    ledger.settle_statistics()
    again = ledger.in_child("import", str(register))
    if again["changes"]:
        raise RuntimeError(f"A second import should change nothing: {again}")
    yield import_measure("import, unchanged", again, copied, lines)
    ledger.merge_some()
    ledger.fund_some()
    ledger.settle_statistics()


def import_measure(name: str, result: dict[str, Any], copied: Timed, lines: int) -> Measure:
    more = {
        "lines_a_second": round(lines / result["seconds"]),
        "lines_a_cpu_second": round(lines / result["cpu"]),
        "peak_kb": result["peak_kb"],
        "steps": result["steps"],
    }
    return Measure(name, result["seconds"], result["cpu"], copied.seconds, copied.cpu, more=more)


def answers() -> Iterator[Measure]:
    for dimension in (None, *Dimension):
        asked, sql = QUESTION.broken_down_by(dimension), plain.counts(dimension, YEAR)
        ours, theirs = best_in_turn(lambda asked=asked: count(asked), lambda sql=sql: plain.run(sql))
        same = {(str(row.code), row.value, row.number) for row in ours.result}
        if same != plain.numbers(theirs.result):
            raise RuntimeError(f"Plain SQL counts otherwise: {same ^ plain.numbers(theirs.result)}")
        yield compared(f"counts by {dimension}" if dimension else "counts", ours, theirs)
    known = Question(QUESTION.span, as_of=today())
    ours, theirs = best_in_turn(lambda: count(known), lambda: plain.run(plain.counts(None, YEAR)))
    yield compared("counts as of a day", ours, theirs)
    statement = statements_of(YEAR)[0]
    ours, theirs = best_in_turn(lambda: reconcile(statement), lambda: plain.run(plain.statement(YEAR)))
    yield compared("reconcile", ours, theirs)


def compared(name: str, ours: Timed, theirs: Timed) -> Measure:
    queries = ours.queries
    return Measure(name, ours.seconds, ours.cpu, theirs.seconds, theirs.cpu, queries.number, queries.seconds)


def exports() -> Iterator[Measure]:
    asked = QUESTION.broken_down_by(Dimension.HOTLINE)
    for form in FORMATS:
        ours, theirs = best_in_turn(
            lambda form=form: write(state(asked), form, io.BytesIO()), lambda: copy_out(Dimension.HOTLINE)
        )
        yield compared(f"export by hotline, {form}", ours, theirs)
    figures = [ledger.in_child("csv", dimension) for dimension in (Dimension.MODE, Dimension.HOTLINE)]
    yield Measure("memory of a streamed CSV", 0, 0, more={"by_mode": figures[0], "by_hotline": figures[1]})


def copy_out(dimension: str) -> int:
    sql = plain.counts(dimension, YEAR)
    with connection.cursor() as cursor, cursor.copy(f"COPY ({sql}) TO STDOUT WITH CSV HEADER") as copy:
        return sum(len(block) for block in copy)


def pages() -> Iterator[Measure]:
    client = Client(HTTP_HOST="localhost")
    client.force_login(
        User.objects.get(email=STAFF), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    asked = [plain.counts(None, YEAR), plain.counts("hotline", YEAR), plain.statement(YEAR)]
    charts = {"month": YEAR, "region": YEAR, "year": None}
    asked += [plain.counts(by, year, only_adding_up=True) for by, year in charts.items()]
    yield page(client, "counts page", f"/staff/counts/?year={YEAR}", *asked)
    facts = f"/staff/counts/facts/?year={YEAR}&count=online.enrolled"
    for place, offset in (("first", 0), ("deep", deep_offset())):
        sql = plain.facts("online", "enrolled", YEAR, offset)
        address = f"{facts}.participations&page={offset // 50 + 1}"
        yield page(client, f"facts, {place} page", address, sql)
    yield page(client, "facts, people", f"{facts}.people", plain.people("online", "enrolled", YEAR))
    person = number("SELECT max(person_id) FROM courses_entry")
    yield page(client, "person page", f"/staff/people/{person}/", plain.person(person))
    yield page(client, "people list", "/staff/people/")
    yield page(client, "activities list", "/staff/activities/")
    smallest, largest = by_size("activity_id")
    yield page(client, "activity page, small", f"/staff/activities/{smallest}/")
    yield page(client, "activity page, largest", f"/staff/activities/{largest}/")
    yield page(client, "hotline page, largest", f"/staff/hotlines/{by_size('hotline_id')[1]}/")


def page(client: Client, name: str, address: str, *sqls: str) -> Measure:
    def ask() -> int:
        response = client.get(address)
        if response.status_code != 200:
            raise RuntimeError(f"{address} answered {response.status_code}")
        return len(response.content)

    once(ask)
    ours, theirs = best_in_turn(ask, lambda: [plain.run(sql) for sql in sqls])
    measure = compared(name, ours, theirs)
    measure.more["bytes"] = ours.result
    if not sqls:
        measure.plain = measure.plain_cpu = None
    return measure


def deep_offset() -> int:
    """The last full page of fifty among the enrolments online."""
    rows = plain.run(plain.facts("online", "enrolled", YEAR, 0))
    return max(int(str(rows[0][1])) // 50 - 1, 0) * 50


def by_size(column: str) -> tuple[int, int]:
    """The ids with the fewest and with the most facts."""
    rows = plain.run(
        f"SELECT {column} FROM courses_entry WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY count(*), 1"
    )
    return int(str(rows[0][0])), int(str(rows[-1][0]))


def number(sql: str) -> int:
    return int(str(plain.run(sql)[0][0]))
