"""`make attack` (SEED=1 PEOPLE=200 PERIODS=13): fills a site, takes everything that leaks, and tries to tell whose is what.

Exit status 0 when every linker works on the plain table and none beats chance on sealed rows, 1 when not.
"""

import os
import random
import sys
from typing import TYPE_CHECKING

from tests.attack.report import Report, say

if TYPE_CHECKING:
    from tests.attack.linkers import Row, Trace
    from tests.attack.school import Site

# These need something that the plain table's marks and the program's do not differ in.
NOT_ON_PLAIN = {"marks against numbers of logins"}


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.config.settings")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    os.environ.setdefault("ALLOWED_HOSTS", "localhost,127.0.0.1")
    os.environ["EMAIL_URL"] = "memorymail://here"
    import django

    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    seed, people, periods = (
        int(os.environ.get(name) or usual) for name, usual in (("SEED", 1), ("PEOPLE", 200), ("PERIODS", 13))
    )
    from tests.attack import beside

    say(f"seed {seed}, {people} analysts, {periods} periods")
    site = filled(seed, people, periods)
    report = Report()
    check_ins(site, report)
    kept_or_silent(site, report)
    reflections(site, report)
    beside.application_log(site, report)
    beside.captured_mail(site, report)
    beside.numbers_of_metrics(site, report)
    log_of_writes(site, report)
    with_all_keys(site, report)
    if os.environ.get("PAGES") != "0":
        accounts_of_others(site, report)
    beside.with_the_mailbox(site, report)
    for sentence in report.broken:
        say(f"BREACH {sentence}")
    say("Something leaked." if report.broken else "Nothing leaked.")
    return 1 if report.broken else 0


def filled(seed: int, people: int, periods: int) -> "Site":
    from django.conf import settings
    from django.db import connection

    from tests.attack.school import Site
    from tests.chaos.cluster import Cluster

    cluster = Cluster(settings.DATA_DIR)
    cluster.start()
    connection.ensure_connection()
    site = Site(cluster, random.Random(seed))  # noqa: S311 - a run that can be repeated
    site.fill(people)
    for nth in range(periods):
        period = site.month(measured=nth == periods - 1)
        if nth == periods - 1:
            site.reflect()
        site.shuffle()
        say(f"{period}: {len(site.kept[period])} kept, {len(site.closed[period])} closed")
    return site


def check_ins(site: "Site", report: Report) -> None:
    """Whose is each row? On the plain table, then on the sealed one, by the same linkers."""
    from tests.attack import leaks

    writers = {mark: user for mark, (user, _period) in site.written.items()}
    traces = leaks.closings(site)
    candidates = {
        period: leaks.of_keepers(traces.get(period, []), kept) for period, kept in site.kept.items()
    }
    tried(report, "plain", leaks.rows_of(site, leaks.PLAIN, writers), candidates)
    tried(report, "sealed answers", leaks.rows_of(site, leaks.SEALED, writers), candidates)


def reflections(site: "Site", report: Report) -> None:
    from tests.attack import leaks

    rows = leaks.rows_of(site, leaks.REFLECTIONS, site.reflected)
    tried(report, "reflections", rows, {"once": leaks.sign_ins(site)})


def tried(report: Report, table: str, rows: "dict[str, list[Row]]", traces: "dict[str, list[Trace]]") -> None:
    from tests.attack.chance import LEAST, at_least
    from tests.attack.linkers import LINKERS, hits

    of = sum(map(len, rows.values()))
    report.must(of > 0, f"{table}: there is nothing to attack")
    for name, linker in LINKERS.items():
        found = sum(hits(some, linker(some, traces[period])) for period, some in rows.items())
        chances = [1 / len(traces[period]) for period, some in rows.items() for _row in some]
        likely = at_least(found, chances)
        report.line(f"{table}: {name}", found, of, likely)
        if table != "plain":
            report.must(likely > LEAST, f"{table}: {name} tells {found} of {of}")
        elif name not in NOT_ON_PLAIN:
            report.must(likely < LEAST, f"{name} does not work on the plain table: {found} of {of}")


def kept_or_silent(site: "Site", report: Report) -> None:
    """Who of those that closed a reminder kept an answer, and who only put it away?"""
    from tests.attack import leaks
    from tests.attack.chance import LEAST, at_least_of_sums, drawn
    from tests.attack.linkers import kept_or_not

    writers = {mark: user for mark, (user, _period) in site.written.items()}
    closed = leaks.closings(site)
    # Of one that was left alone the engine closes the reminder, a month later: whoever came is known here.
    traces = {one: leaks.of_keepers(closed.get(one, []), came) for one, came in site.closed.items()}
    for table, sql in (("plain", leaks.PLAIN), ("sealed answers", leaks.SEALED)):
        found = of = 0
        each = []
        for period, rows in leaks.rows_of(site, sql, writers).items():
            guessed = kept_or_not(rows, traces[period])
            found, of = found + len(guessed & site.kept[period]), of + len(rows)
            each.append(drawn(len(traces[period]), len(rows), len(rows)))
        likely = at_least_of_sums(found, each)
        report.line(f"{table}: kept or put away", found, of, likely)
        worked = found >= 0.9 * of if table == "plain" else likely > LEAST
        report.must(worked, f"{table}: kept or put away tells {found} of {of}")


def log_of_writes(site: "Site", report: Report) -> None:
    """A residual risk that is stated: the log of the database has each write beside what came before it."""
    from tests.attack import leaks
    from tests.attack.linkers import hits

    last = max(site.kept)
    writers = {mark: user for mark, (user, _period) in site.written.items()}
    rows = leaks.rows_of(site, leaks.SEALED, writers)[last]
    log = leaks.write_ahead_log(site)
    word = "stated risk: keep the archive as closely as WELFARE_KEYS, and short"
    report.line(
        "sealed answers: write-ahead log of the last period",
        hits(rows, leaks.by_log(site, rows, log)),
        len(rows),
        word=word,
    )


def with_all_keys(site: "Site", report: Report) -> None:
    """Dump and WELFARE_KEYS: what is read, and what is only known to be there."""
    from tests.attack.keys import found_marks, opened_with, opened_without_words

    read, of = opened_without_words(site)
    report.line("sealed: read with dump and keys", read, of)
    report.must(read == 0, f"{read} sealed texts were read")
    control = opened_with(site)
    report.line("sealed: read with the owner's words (control)", control, of)
    report.must(control == of, f"the control opens {control} of {of} only")
    report.line("sealed: with WELFARE_KEYS, known THAT somebody keeps", found_marks(site), of, word="stated")


def accounts_of_others(site: "Site", report: Report) -> None:
    """Do the pages of staff, administrators, officers, managers and trainers change when somebody answers?"""
    from tests.attack.pages import before_and_after

    leaking, of, own = before_and_after(site)
    report.line("pages of others that change when somebody answers", leaking, of)
    report.must(leaking == 0, f"{leaking} pages of others change")
    report.must(own and of > 0, "the analyst's own page does not change either: nothing was compared")


if __name__ == "__main__":
    sys.exit(main())
