"""Requests made from the API's own description, sound and broken ones: no fault, and no answer it does not name."""

import os

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, seed, settings
from rest_framework.response import Response
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from courses.api.hotlines import HotlinesView
from courses.enums import Stage
from lms.people.enums import Role
from lms.web.api.schema import description
from tests import cast
from tests.courses import ledger
from tests.courses.api import made
from tests.courses.figures.made import figure

pytestmark = pytest.mark.django_db(transaction=True)
# Not the one that is served: importing that limits every connection of this process.
application = get_wsgi_application()
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
SEED = int(os.environ.get("SEED") or 20_260_301)
FEW, MANY = 5, 200


@pytest.fixture
def program(settings) -> dict[str, str]:
    """The headers of a program of staff's that nothing limits, and something of everything to find."""
    settings.API_REQUESTS_A_MINUTE = 1_000_000
    who = cast.person(register_id="P1")
    cast.affiliate(who, cast.hotline())
    what = ledger.activity()
    ledger.fact(who, what, Stage.ENROLLED, on="2023-05-01")
    ledger.take_back(ledger.fact(who, what))
    figure()
    return {"Authorization": f"Bearer {made.secret_of(cast.user(Role.STAFF))}", "Host": "localhost"}


def ask_everything(headers: dict[str, str], examples: int) -> int:
    """How many requests there were; each is checked, and the same seed makes the same ones."""
    schema = schemathesis.openapi.from_dict(description())
    schema.app = application
    asked = 0

    def ask(case: schemathesis.Case) -> None:
        nonlocal asked
        asked += 1
        case.call_and_validate(headers=headers, checks=CHECKS)

    for found in schema.get_all_operations():
        run(found.ok(), ask, examples)
    return asked


def run(operation, ask, examples: int) -> None:
    test = given(operation.as_strategy())(ask)
    bounded = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    seed(SEED)(bounded(test))()


def test_whatever_is_asked_is_answered_as_described(program):
    assert ask_everything(program, FEW) >= 16


def test_an_answer_that_is_not_described_would_be_found(program, monkeypatch):
    monkeypatch.setattr(HotlinesView, "get", lambda view, request: Response({}, status=418))
    with pytest.raises(FailureGroup, match="Undocumented status code"):
        ask_everything(program, 1)


@pytest.mark.long
def test_whatever_is_asked_many_times_is_answered_as_described(program):
    assert ask_everything(program, MANY) >= 16 * 20
