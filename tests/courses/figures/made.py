"""Figures for tests: facts are recorded, then frozen, each at a moment of its own."""

from courses.actions.snapshots import freeze
from courses.models import Snapshot
from courses.queries.counts import Code, Question
from courses.queries.snapshots.definitions import of_question
from lms.kit.clock import Span
from lms.people.models import User
from tests import cast
from tests.courses import ledger
from tests.moments import next_moment

YEAR = Span.of_year(2023)


def figure(
    code: str = "", by: User | None = None, title: str = "Trained in 2023", **asked: object
) -> Snapshot:
    """What is recorded by now, or one attendance where nothing is; frozen by the operator if nobody is named."""
    if not Snapshot.objects.exists() and not facts_there():
        ledger.fact(cast.person(), ledger.activity())
    next_moment()
    question = Question(YEAR, **asked)
    definition = of_question(question, Code.parse(code) if code else None)
    made = freeze(definition=definition, title=title, by=by)
    next_moment()
    return made


def facts_there() -> bool:
    return ledger.Entry.objects.filter(activity__versions__starts_at__year=2023).exists()
