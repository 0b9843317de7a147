"""`make attack` (SEED=1 PEOPLE=200 PERIODS=13): fills a site, takes everything that leaks, and tries to tell whose is what.

Exit status 0 when every linker works on the plain table and none beats chance on sealed rows, 1 when not.
"""

import os
import random
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.attack.linkers import Row, Trace
    from tests.attack.outside import Visit
    from tests.attack.school import Site

# These need something that the plain table's marks and the program's do not differ in.
NOT_ON_PLAIN = {"marks against numbers of logins"}


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
    say(f"seed {seed}, {people} analysts, {periods} periods")
    site = filled(seed, people, periods)
    report = Report()
    check_ins(site, report)
    kept_or_silent(site, report)
    reflections(site, report)
    application_log(site, report)
    captured_mail(site, report)
    numbers_of_metrics(site, report)
    log_of_writes(site, report)
    with_all_keys(site, report)
    if os.environ.get("PAGES") != "0":
        accounts_of_others(site, report)
    with_the_mailbox(site, report)
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
    traces = leaks.closings(site)
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


def application_log(site: "Site", report: Report) -> None:
    """The request log of a plain design names who asked for what; ours has lines of other pages, and no name."""
    from tests.attack import outside

    users = {user.pk: user for user in site.users}
    plain = {one: outside.by_plain_log(site.watch, kept, one) for one, kept in site.kept.items()}
    ours = {one: outside.by_log(site.watch, users, kept, one) for one, kept in site.kept.items()}
    from_outside(site, report, "application log", plain, ours)
    named = sum(bool(outside.named_in(visit.lines, users)) for visit in site.watch.visits)
    report.line("application log: visits with a line that names somebody", named, len(site.watch.visits))
    report.must(named == 0, f"{named} visits are named in the log")
    lines = [[float(len(visit.lines))] for visit in site.watch.visits]
    plainly = [[float(len(visit.plain_lines))] for visit in site.watch.visits]
    who_kept(site, report, "application log: number of lines", plainly, lines)


def captured_mail(site: "Site", report: Report) -> None:
    """A plain design thanks for an answer; ours writes one mail before anybody comes, and none after."""
    from tests.attack import outside

    numbers = {user.email: user.pk for user in site.users}
    plain = {one: outside.by_mail(site.watch.thanked.get(one, [])) for one in site.kept}
    came = {one: [numbers[to] for to, *_rest in site.watch.mails[one] if to in numbers] for one in site.kept}
    ours = {one: outside.by_mail([who for who in came[one] if who in site.kept[one]]) for one in site.kept}
    from_outside(site, report, "captured mail, in order", plain, ours)
    ids = {
        one: outside.by_message_id(site.watch.mails[one], numbers, kept) for one, kept in site.kept.items()
    }
    from_outside(site, report, "captured mail, by Message-ID", plain, ids)
    mails = [[float(came[visit.period].count(visit.user))] for visit in site.watch.visits]
    plainly = [[float(visit.kept)] for visit in site.watch.visits]
    who_kept(site, report, "captured mail: number of mails", plainly, mails)
    sizes = [
        [
            float(
                sum(size for to, _id, size in site.watch.mails[visit.period] if numbers.get(to) == visit.user)
            )
        ]
        for visit in site.watch.visits
    ]
    who_kept(site, report, "captured mail: lengths", plainly, sizes)


def numbers_of_metrics(site: "Site", report: Report) -> None:
    """Asked for before and after every single visit of the last month, as no monitoring does."""
    from tests.attack import outside

    visits = site.watch.of(max(site.kept))
    moved = outside.series(visits)
    plainly = [[visit.plain_counted] for visit in visits]
    ours = [name for name in moved if not name.startswith(outside.OF_THE_PROCESS)]
    weights = [[visit.counted.get(name, 0.0) for name in ours] for visit in visits]
    who_kept(site, report, f"metrics: best of {len(ours)} numbers that move", plainly, weights, visits)
    process = [name for name in moved if name.startswith(outside.OF_THE_PROCESS)]
    weights = [[visit.counted.get(name, 0.0) for name in process] for visit in visits]
    who_kept(
        site, report, f"metrics: best of {len(process)} of the process", plainly, weights, visits, stated=True
    )


def from_outside(
    site: "Site",
    report: Report,
    source: str,
    plain: "dict[str, list[Trace]]",
    ours: "dict[str, list[Trace]]",
) -> None:
    """Whose is each row, by the order in which a source saw people: on the plain table, then on ours."""
    from tests.attack import leaks
    from tests.attack.chance import LEAST, at_least
    from tests.attack.linkers import hits
    from tests.attack.outside import in_order

    writers = {mark: user for mark, (user, _period) in site.written.items()}
    for table, sql, traces in (("plain", leaks.PLAIN, plain), ("sealed answers", leaks.SEALED, ours)):
        rows = leaks.rows_of(site, sql, writers)
        found = sum(hits(some, in_order(some, traces[period])) for period, some in rows.items())
        chances = [1 / len(site.kept[period]) for period, some in rows.items() for _row in some]
        likely = at_least(found, chances)
        report.line(f"{table}: {source}", found, len(chances), likely)
        worked = likely < LEAST if table == "plain" else likely > LEAST
        report.must(worked, f"{table}: {source} tells {found} of {len(chances)}")


def who_kept(
    site: "Site",
    report: Report,
    source: str,
    plain: list[list[float]],
    ours: list[list[float]],
    visits: "list[Visit] | None" = None,
    *,
    stated: bool = False,
) -> None:
    """Of those who came, who kept something? By the best of some numbers, each held against chance for all of them."""
    from tests.attack.chance import LEAST, at_least_of_sums, drawn
    from tests.attack.outside import most

    visits = site.watch.visits if visits is None else visits
    periods = sorted({visit.period for visit in visits})
    for table, weights in (("plain", plain), ("ours", ours)):
        found = of = 0
        tried = max(1, max(map(len, weights), default=0))
        for number in range(max(map(len, weights), default=0)):
            hit = of = 0
            for period in periods:
                some = [nth for nth, visit in enumerate(visits) if visit.period == period]
                kept = {visits[nth].user for nth in some if visits[nth].kept}
                # In an order by chance, so that equal numbers tell nothing.
                site.chance.shuffle(some)
                guessed = most(
                    [visits[nth] for nth in some], len(kept), [weights[nth][number] for nth in some]
                )
                hit, of = hit + len(guessed & kept), of + len(kept)
            found = max(found, hit)
        each = [
            drawn(len(of_it), len(kept), len(kept))
            for period in periods
            for of_it in [[visit for visit in visits if visit.period == period]]
            for kept in [[visit for visit in of_it if visit.kept]]
        ]
        likely = min(1.0, at_least_of_sums(found, each) * tried) if of else 1.0
        word = "stated risk: for who asks at every request" if stated and table == "ours" else ""
        report.line(f"{table}: kept or not by {source}", found, of, likely, word)
        if table == "plain":
            report.must(found == of, f"{source} does not work on the plain design: {found} of {of}")
        elif not stated:
            report.must(likely > LEAST, f"{source} tells {found} of {of}")


def with_the_mailbox(site: "Site", report: Report) -> None:
    """Dump, WELFARE_KEYS, and the mailbox by which a login is taken over; the last, for it changes keys."""
    from tests.attack import takeover

    control, of = takeover.control(site)
    report.line("sealed: read by these owners with their words (control)", control, of)
    report.must(control == of > 0, f"the control opens {control} of {of} only")
    read, of, taken = takeover.taken_over(site)
    report.line(
        "sealed: read after taking logins over by mailbox", read, of, word=f"{taken} logins taken over"
    )
    report.must(read == 0, f"{read} check-ins were read by whoever has the mailbox")
    report.must(taken > 0, "no login could be taken over: nothing was tried")


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


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
