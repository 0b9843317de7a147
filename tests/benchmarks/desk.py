"""What staff do at the desk, at any size: data quality, a merge looked at, a figure frozen, many rows at once.

*Plain* is one statement in SQL for the same answer or rows: the same pairs of records, the counts that a
preview of a merge compares, the statement of a figure, the versions that a bulk action writes.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection, transaction
from django.test import Client

from courses.actions.bulk.choosing import MOST, choose, undo
from courses.actions.bulk.deciding import apply, say
from courses.actions.bulk.working import work
from courses.actions.by_hand.merging import look_at_merge, years_of
from courses.actions.snapshots import freeze
from courses.enums import Finding, ListName
from courses.models import ActivityVersion, BulkAct, BulkAction, BulkState
from courses.queries import quality
from courses.queries.counts.statements import statements_of
from courses.queries.snapshots.definitions import of_statement
from lms.people.models import Person, PersonMerge, User
from tests import cast
from tests.benchmarks import ledger, plain
from tests.benchmarks.measuring import best_in_turn, once
from tests.benchmarks.size import STAFF, YEAR, Measure, compared, page

# The same pairs, by somebody who folds no accents and does not say how they are alike.
ALIKE = """
WITH live AS (
    SELECT id, lower(email) AS mail, lower(given_name || family_name) AS one,
           lower(family_name || given_name) AS other
    FROM people_person p WHERE given_name <> '' AND family_name <> '' AND NOT EXISTS (
        SELECT FROM people_personmerge m WHERE m.duplicate_id = p.id AND m.undone_at IS NULL)),
named AS (SELECT id, unnest(ARRAY[one, other]) AS name FROM live),
mailed AS (SELECT id, mail FROM live WHERE mail <> '')
SELECT a.id, b.id FROM mailed a JOIN mailed b USING (mail) WHERE a.id < b.id
    AND mail IN (SELECT mail FROM mailed GROUP BY 1 HAVING count(DISTINCT id) <= 20)
UNION
SELECT a.id, b.id FROM named a JOIN named b USING (name) WHERE a.id < b.id
    AND name IN (SELECT name FROM named GROUP BY 1 HAVING count(DISTINCT id) <= 20)
"""
# The next version of every activity that a bulk action changed, with the same topic added.
VERSIONS = """
INSERT INTO courses_activityversion ({columns}, number, topics)
SELECT {columns}, number + 1, topics || ARRAY['bench'] FROM courses_activityversion v
WHERE number = (SELECT max(number) FROM courses_activityversion w WHERE w.activity_id = v.activity_id)
    AND activity_id IN (SELECT activity_id FROM courses_bulkrow WHERE action_id = {action})
"""
OWN = ("id", "number", "topics", "recorded_at", "searched")


def measured_desk(persons: int, seed: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Raises RuntimeError where plain SQL gives another answer."""
    from tests.benchmarks.run import HEADINGS, row

    say(f"\n{f'{persons} persons':28}{HEADINGS}")
    with ledger.filled(persons, seed):
        ledger.merge_some()
        ledger.settle_statistics()
        staff = User.objects.get(email=STAFF)
        measures = []
        for part in (findings(staff), merging(staff), freezing(staff), in_bulk(staff)):
            for measure in part:
                say(row(measure))
                measures.append(measure.as_json())
    return {"persons": persons, "measures": measures}


def findings(staff: User) -> Iterator[Measure]:
    ours, theirs = best_in_turn(quality.alike, lambda: plain.run(ALIKE))
    if {(one.first, one.second) for one in ours.result} != set(theirs.result):
        raise RuntimeError("Plain SQL finds other pairs of records that may be one person")
    yield compared("records alike", ours, theirs)
    client = signed_in(staff)
    yield page(client, "data quality", f"/staff/quality/?year={YEAR}")
    for finding in (Finding.AFFILIATION, Finding.DUPLICATES, Finding.DATES, Finding.PAST):
        yield page(client, f"… {finding.label}"[:27], f"/staff/quality/{ADDRESSES[finding]}/")
    yield page(client, "… hotlines without training", f"/staff/quality/hotlines/{YEAR}/")


ADDRESSES = {
    Finding.AFFILIATION: "people",
    Finding.DUPLICATES: "duplicates",
    Finding.DATES: "dates",
    Finding.PAST: "past",
}


def merging(staff: User) -> Iterator[Measure]:
    """Two who took part most; every count of their years is asked before and after, as plain SQL has to."""
    merged = PersonMerge.objects.values("duplicate")
    busiest = plain.run(
        "SELECT person_id FROM courses_entry WHERE person_id NOT IN"
        " (SELECT duplicate_id FROM people_personmerge UNION SELECT survivor_id FROM people_personmerge)"
        " GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 2"
    )
    duplicate, survivor = (Person.objects.exclude(pk__in=merged).get(pk=key) for (key,) in busiest)
    years = sorted(years_of([duplicate.pk, survivor.pk]))
    sqls = [plain.counts(by, year) for year in years for by in (None, "hotline") for _twice in range(2)]
    ours, theirs = best_in_turn(
        lambda: look_at_merge(duplicate=duplicate, survivor=survivor, by=staff),
        lambda: [plain.run(sql) for sql in sqls],
    )
    measure = compared("a merge looked at", ours, theirs)
    measure.more["years"] = len(years)
    yield measure
    address = f"/staff/people/{duplicate.pk}/merge/?other=%23{survivor.pk}"
    yield page(signed_in(staff), "… its page", address)


def freezing(staff: User) -> Iterator[Measure]:
    definition = of_statement(statements_of(YEAR)[0])
    frozen = once(lambda: freeze(definition=definition, title="Bench", by=staff))
    measure = compared("a statement frozen", frozen, once(lambda: plain.run(plain.statement(YEAR))))
    measure.more["entries"] = len(frozen.result.facts["entries"])
    yield measure
    client = signed_in(staff)
    yield page(client, "… held against today", f"/staff/figures/{frozen.result.pk}/")
    yield page(client, "list of figures", "/staff/figures/")


def in_bulk(staff: User) -> Iterator[Measure]:
    """A topic for as many activities as one action takes: looked at, done, and undone."""
    keys = list(ActivityVersion.objects.in_force().order_by("activity").values_list("activity", flat=True))
    chosen = once(lambda: choose(listing=ListName.ACTIVITIES, values={}, ticked=keys[:MOST], by=staff))
    action = chosen.result
    yield Measure("rows chosen", chosen.seconds, chosen.cpu, queries=chosen.queries.number)
    say(action=action, act=BulkAct.TOPICS, said={"add": ["bench"], "remove": []}, reason="bench", by=staff)
    yield worked("… looked at", action, BulkState.PREVIEWED)
    copied = once(lambda: the_same_versions(action))
    apply(action=action, digest=action.digest, without_refused=True, by=staff)
    done = worked("… done", action, BulkState.APPLIED)
    done.plain, done.plain_cpu = copied.seconds, copied.cpu
    yield done
    undoing = undo(action=action, reason="bench", by=staff)
    yield worked("… its undoing looked at", undoing, BulkState.PREVIEWED)
    apply(action=undoing, digest=undoing.digest, without_refused=True, by=staff)
    yield worked("… undone", undoing, BulkState.APPLIED)


def worked(name: str, action: BulkAction, state: BulkState) -> Measure:
    found = once(lambda: work(action))
    action.refresh_from_db()
    if action.state != state:
        raise RuntimeError(f"{name}: it is {action.state}")
    queries, more = found.queries, {"rows": action.total}
    return Measure(
        name, found.seconds, found.cpu, queries=queries.number, in_database=queries.seconds, more=more
    )


def the_same_versions(action: BulkAction) -> None:
    """What the action writes, by one statement, taken back."""
    with connection.cursor() as cursor:
        table = connection.introspection.get_table_description(cursor, "courses_activityversion")
        columns = ", ".join(f'"{one.name}"' for one in table if one.name not in OWN)
        with transaction.atomic():
            cursor.execute(VERSIONS.format(columns=columns, action=action.pk))
            transaction.set_rollback(True)


def signed_in(staff: User) -> Client:
    client: Client = cast.signed_in(staff)
    client.defaults["SERVER_NAME"] = "localhost"
    return client
