"""The sources beside the database, each by its linkers: on the plain design first, then on ours."""

from tests.attack import leaks, outside, takeover
from tests.attack.chance import LEAST, at_least, at_least_of_sums, drawn
from tests.attack.linkers import Trace, hits
from tests.attack.outside import Visit
from tests.attack.report import Report
from tests.attack.school import Site

By = dict[str, list[Trace]]
# For each visit some numbers that might be larger where somebody kept an answer.
Weights = list[list[float]]


def application_log(site: Site, report: Report) -> None:
    """The request log of a plain design names who asked for what; ours has lines of other pages, and no name."""
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


def captured_mail(site: Site, report: Report) -> None:
    """A plain design thanks for an answer; ours writes one mail before anybody comes, and none after."""
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


def numbers_of_metrics(site: Site, report: Report) -> None:
    """Asked for before and after every single visit of the last month, as no monitoring does."""
    visits = site.watch.of(max(site.kept))
    moved = outside.series(visits)
    plainly = [[visit.plain_counted] for visit in visits]
    weights = [[visit.counted.get(name, 0.0) for name in moved] for visit in visits]
    who_kept(site, report, f"metrics: best of {len(moved)} numbers that move", plainly, weights, visits)


def from_outside(
    site: Site,
    report: Report,
    source: str,
    plain: By,
    ours: By,
) -> None:
    """Whose is each row, by the order in which a source saw people: on the plain table, then on ours."""
    writers = {mark: user for mark, (user, _period) in site.written.items()}
    for table, sql, traces in (("plain", leaks.PLAIN, plain), ("sealed answers", leaks.SEALED, ours)):
        rows = leaks.rows_of(site, sql, writers)
        found = sum(hits(some, outside.in_order(some, traces[period])) for period, some in rows.items())
        chances = [1 / len(site.kept[period]) for period, some in rows.items() for _row in some]
        likely = at_least(found, chances)
        report.line(f"{table}: {source}", found, len(chances), likely)
        worked = likely < LEAST if table == "plain" else likely > LEAST
        report.must(worked, f"{table}: {source} tells {found} of {len(chances)}")


def who_kept(
    site: Site,
    report: Report,
    source: str,
    plain: Weights,
    ours: Weights,
    visits: list[Visit] | None = None,
    *,
    stated: bool = False,
) -> None:
    """Of those who came, who kept something? By the best of some numbers, each held against chance for all of them."""
    visits = site.watch.visits if visits is None else visits
    by_period = [
        [nth for nth, visit in enumerate(visits) if visit.period == one] for one in periods_of(visits)
    ]
    kept = [sum(visits[nth].kept for nth in some) for some in by_period]
    each = [drawn(len(some), number, number) for some, number in zip(by_period, kept, strict=True)]
    for table, weights in (("plain", plain), ("ours", ours)):
        numbers = range(len(weights[0]) if weights else 0)
        found = max(
            (guessed(site, visits, by_period, [one[nth] for one in weights]) for nth in numbers), default=0
        )
        # The best of so many numbers is better than one by chance alone.
        likely = min(1.0, at_least_of_sums(found, each) * max(1, len(numbers)))
        word = "stated risk: for who asks at every request" if stated and table == "ours" else ""
        report.line(f"{table}: kept or not by {source}", found, sum(kept), likely, word)
        if table == "plain":
            report.must(
                found == sum(kept), f"{source} does not work on the plain design: {found} of {sum(kept)}"
            )
        elif not stated:
            report.must(likely > LEAST, f"{source} tells {found} of {sum(kept)}")


def periods_of(visits: list[Visit]) -> list[str]:
    return sorted({visit.period for visit in visits})


def guessed(site: Site, visits: list[Visit], by_period: list[list[int]], weight: list[float]) -> int:
    """How many are right, where those with the most are taken for the ones that kept something."""
    right = 0
    for some in by_period:
        # In an order by chance, so that equal numbers tell nothing.
        some = site.chance.sample(some, len(some))
        number = sum(visits[nth].kept for nth in some)
        most = sorted(some, key=lambda nth: -weight[nth])[:number]
        right += sum(visits[nth].kept for nth in most)
    return right


def with_the_mailbox(site: Site, report: Report) -> None:
    """Dump, WELFARE_KEYS, and the mailbox by which a login is taken over; the last, for it changes keys."""
    control, of = takeover.control(site)
    report.line("sealed: read by these owners with their words (control)", control, of)
    report.must(control == of > 0, f"the control opens {control} of {of} only")
    read, of, taken = takeover.taken_over(site)
    report.line(
        "sealed: read after taking logins over by mailbox", read, of, word=f"{taken} logins taken over"
    )
    report.must(read == 0, f"{read} check-ins were read by whoever has the mailbox")
    report.must(taken > 0, "no login could be taken over: nothing was tried")
