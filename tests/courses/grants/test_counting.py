"""Counts by grant: what a funder is told its grant paid for, as it was known at any moment."""

from pathlib import Path

import pytest

from courses.enums import Dimension, Stage
from courses.exports.counts import state
from courses.models import Participation
from courses.queries.counts import Question, count
from courses.queries.counts.definitions import DIMENSIONS
from lms.kit.clock import Span
from tests import cast
from tests.courses import ledger
from tests.courses.grants import made
from tests.courses.test_counts_property import now
from tests.moments import next_moment

pytestmark = pytest.mark.django_db
YEAR = Span.of_year(2023)
FIRST, SECOND = "ISF 2023/117", "CERV 9"


def counts(unit: str = "basic.attended.people", **asked: object) -> dict[str | None, int]:
    """One count by the value of the breakdown, or by None where nothing is broken down."""
    where = tuple((asked.pop("where", None) or {}).items())
    rows = count(Question(YEAR, where=where, **asked))
    return {row.value: row.number for row in rows if str(row.code) == unit}


@pytest.fixture
def attended():
    """Two activities, and one person at both."""
    someone = cast.person()
    at = [ledger.activity("A"), ledger.activity("B")]
    for activity in at:
        ledger.fact(someone, activity)
    next_moment()
    return at


def test_an_activity_counts_under_each_of_its_grants_and_without_one_under_none(attended):
    made.paid(attended[0], made.grant(), made.grant("9", "CERV"))
    assert counts(by="grant") == {FIRST: 1, SECOND: 1, None: 1}
    assert counts("basic.held.events", by="grant") == {FIRST: 1, SECOND: 1, None: 1}
    assert counts(where={"grant": FIRST}) == {None: 1}
    assert counts(where={"grant": FIRST}, by="grant") == {FIRST: 1, SECOND: 1}
    assert counts("basic.held.events", where={"grant": ""}) == {None: 1}
    assert counts("basic.attended.participations") == {None: 2}


def test_a_work_package_counts_beside_its_grant(attended):
    grant = made.grant()
    made.paid(attended[0], made.package(grant))
    made.paid(attended[1], grant)
    assert counts(by="grant") == {FIRST: 1}
    assert counts("basic.attended.participations", by="work_package") == {f"{FIRST} · WP2": 1, None: 1}
    assert counts("basic.held.events", where={"work_package": f"{FIRST} · WP2"}) == {None: 1}


def test_an_as_of_knows_the_grants_of_then(attended):
    grant, other = made.grant(), made.grant("9", "CERV")
    before = now()
    made.paid(attended[0], grant)
    next_moment()
    between = now()
    made.paid(attended[0], other)
    next_moment()
    assert counts(by="grant", instant=before) == {None: 1}
    assert counts(by="grant", instant=between) == {FIRST: 1, None: 1}
    assert counts(by="grant") == {SECOND: 1, None: 1}


def test_a_participation_of_its_own_counts_under_its_own_and_its_event_under_all(attended):
    own = Participation.objects.get(activity=attended[0])
    ledger.fact(None, attended[0])
    made.paid(attended[0], made.grant())
    made.paid(own, made.grant("9", "CERV"))
    assert counts("basic.attended.participations", by="grant") == {FIRST: 1, SECOND: 1, None: 1}
    assert counts("basic.held.events", by="grant") == {FIRST: 1, SECOND: 1, None: 1}
    made.paid(own)
    assert counts("basic.attended.participations", by="grant") == {FIRST: 2, None: 1}
    assert counts("basic.held.events", by="grant") == {FIRST: 1, None: 1}


def test_hosts_come_under_the_grants_of_the_exchange_and_visitors_under_their_own():
    host, guest = cast.hotline("Host"), cast.hotline("Guest")
    at = ledger.activity("Visit", kind_id="exchange", host_id=host.pk)
    entry = ledger.fact(cast.person(), at, at=guest)
    made.paid(at, made.grant())
    made.paid(entry.participation, made.grant("9", "CERV"))
    assert counts("exchange.held.hotlines", by="grant") == {FIRST: 1, SECOND: 2}


def test_every_breakdown_by_grant_says_that_it_does_not_add_up(attended):
    made.paid(attended[0], made.grant())
    said = "Grants do not add up: what several of them paid for counts under each."
    for by, stands in (("grant", True), ("work_package", True), ("funder", False), (None, False)):
        assert (said in state(Question(YEAR, by=by)).notes) is stands


def test_what_was_counted_before_is_the_same_without_a_question_about_grants(attended):
    before = count(Question(YEAR)), count(Question(YEAR, by="topic"))
    made.paid(attended[0], made.grant())
    assert (count(Question(YEAR)), count(Question(YEAR, by="topic"))) == before


def test_the_same_said_again_appends_nothing(attended):
    grant = made.grant()
    first = made.paid(attended[0], grant)
    assert made.paid(attended[0], grant) == first
    assert made.paid(attended[1]) is None


def test_a_completion_counts_under_the_grants_of_its_activity(attended):
    ledger.fact(cast.person("Other"), attended[0], Stage.COMPLETED, on="2023-06-01")
    made.paid(attended[0], made.grant())
    assert counts("basic.completed.people", by="grant") == {FIRST: 1}
    assert counts("basic.completed.people", where={"grant": FIRST}) == {None: 1}


def test_the_document_says_of_grants_what_the_program_does():
    text = (Path(__file__).parents[3] / "docs/counts.md").read_text(encoding="utf-8")
    for dimension in (Dimension.GRANT, Dimension.WORK_PACKAGE):
        assert f"| `{dimension}` | {DIMENSIONS[dimension]} |" in text
