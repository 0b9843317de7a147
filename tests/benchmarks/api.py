"""The API at any size: lists and counts beside the plain SQL of the same answer, and what a line costs to write."""

from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.test import Client

from lms.people.models import User
from lms.web.api.paging import encoded
from tests.benchmarks import ledger, plain
from tests.benchmarks.measuring import best_in_turn, once
from tests.benchmarks.size import STAFF, YEAR, Measure, compared, number, page
from tests.courses.api.made import API, JSON, bearer

# A hundred rows and one, as a page reads them: beginning, and far in.
ENTRIES = """
SELECT e.*, r.* FROM courses_entry e LEFT JOIN courses_reversal r ON r.entry_id = e.id
WHERE e.id > {after} AND NOT EXISTS (
    SELECT FROM courses_enrolment n WHERE n.participation_id = e.participation_id AND n.hidden)
ORDER BY e.id LIMIT 101
"""
PEOPLE = """
SELECT p.*, a.* FROM (SELECT * FROM people_person ORDER BY id LIMIT 101) p
LEFT JOIN people_affiliation a ON a.person_id = p.id
"""
TAKING = """
SELECT p.*, e.* FROM (
    SELECT * FROM courses_participation p WHERE EXISTS (
        SELECT FROM courses_entry e LEFT JOIN courses_reversal r ON r.entry_id = e.id
        WHERE e.participation_id = p.id AND r.entry_id IS NULL) ORDER BY id LIMIT 101
) p JOIN courses_entry e ON e.participation_id = p.id
"""
VERSIONS = f"{plain.VERSION} SELECT * FROM version WHERE NOT withdrawn ORDER BY id LIMIT 101"


def measured_api(
    persons: int, seed: int, say: Callable[[str], None], row: Callable[[Measure], str], headings: str
) -> dict[str, Any]:
    settings.API_REQUESTS_A_MINUTE = 1_000_000
    say(f"\n{f'{persons} persons':28}{headings}")
    measures = []
    with ledger.filled(persons, seed):
        client = bearer(User.objects.get(email=STAFF))
        client.defaults["HTTP_HOST"] = "localhost"
        for measure in measured(client):
            say(row(measure))
            measures.append(measure.as_json())
    return {"persons": persons, "measures": measures}


def measured(client: Client) -> Iterator[Measure]:
    yield page(client, "people", f"{API}/people/", PEOPLE)
    yield page(client, "activities", f"{API}/activities/", VERSIONS)
    yield page(client, "participations", f"{API}/participations/", TAKING)
    yield page(client, "ledger, first page", f"{API}/ledger/", ENTRIES.format(after=0))
    address, after = far_in(client)
    yield page(client, "ledger, far in", address, ENTRIES.format(after=after))
    yield page(client, "counts", f"{API}/counts/?year={YEAR}", plain.counts(None, YEAR))
    by_hotline = f"{API}/counts/?year={YEAR}&by=hotline"
    yield page(client, "counts by hotline", by_hotline, plain.counts("hotline", YEAR))
    yield from writing(client)


def far_in(client: Client) -> tuple[str, int]:
    """The page that begins in the middle of the ledger, and the entry before it."""
    after = number("SELECT (min(id) + max(id)) / 2 FROM courses_entry")
    return f"{API}/ledger/?cursor={encoded(after)}", after


def writing(client: Client) -> Iterator[Measure]:
    """The same lines again, which change nothing: one, and a hundred at once."""
    rows = plain.run(
        "SELECT a.register_id, k.register_id FROM courses_participation p"
        " JOIN courses_activity a ON a.id = p.activity_id JOIN people_person k ON k.id = p.person_id"
        " JOIN courses_activityversion v ON v.activity_id = a.id AND v.starts_at IS NOT NULL"
        " WHERE v.status = 'held' ORDER BY p.id LIMIT 100"
    )
    lines = [{"activity_id": a, "person_id": k, "attended": "yes"} for a, k in rows]
    for sent in (lines[:1], lines):

        def send(sent: list[dict[str, Any]] = sent) -> int:
            answer = client.post(f"{API}/participations/upsert/", {"lines": sent}, JSON)
            if answer.status_code != 200:
                raise RuntimeError(f"{len(sent)} lines were answered {answer.status_code}: {answer.text}")
            return len(answer.content)

        once(send)
        (ours,) = best_in_turn(send)
        measure = compared(f"upsert of {len(sent)}, unchanged", ours, ours)
        measure.plain = measure.plain_cpu = None
        yield measure
