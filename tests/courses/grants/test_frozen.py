"""A figure by grant: proved from its file alone, and explained after a change of who paid."""

import copy
import json

import pytest
from django.core.management import CommandError, call_command

from courses.actions.funding import fund_activity
from courses.exports.snapshots import as_json
from courses.kinds.figures.proof import canonical, sha256
from lms.people.enums import Role
from tests import cast
from tests.courses import ledger
from tests.courses.figures import made as figures
from tests.courses.grants import made
from tests.moments import next_moment

pytestmark = pytest.mark.django_db
FIRST = "ISF 2023/117"


@pytest.fixture
def room():
    at = ledger.activity()
    ledger.fact(cast.person("Ek"), at)
    ledger.fact(None, at, headcount=3)
    return at


def told(snapshot) -> dict:
    return json.loads(canonical(as_json(snapshot)))


def verify(tmp_path, content: dict) -> tuple[int, str]:
    (tmp_path / "figure.json").write_text(json.dumps(content))
    try:
        call_command("verify_snapshot", str(tmp_path / "figure.json"))
    except CommandError as said:
        return said.returncode, str(said)
    return 0, ""


def test_a_figure_by_grant_is_proved_from_its_file(room, tmp_path):
    made.paid(room, made.package(made.grant()))
    file = told(figures.figure(by=None, where=(("grant", FIRST),)))
    assert file["facts"]["activities"][0]["funding"] == {
        "grants": [FIRST],
        "work_packages": [f"{FIRST} · WP2"],
    }
    assert verify(tmp_path, file) == (0, "")
    other = copy.deepcopy(file)
    other["facts"]["activities"][0]["funding"] = {"grants": ["Other 1"], "work_packages": []}
    status, said = verify(tmp_path, other)
    assert status == 1
    assert "The digest of the facts is not that of the facts in the file." in said
    other["facts_digest"] = sha256(other["facts"])
    status, said = verify(tmp_path, other)
    assert (status, "the file says 1, its facts give 0" in said) == (1, True)


def test_a_file_without_grants_is_what_it_always_was_and_nothing_is_not_said_in_words(room, tmp_path):
    made.grant()
    file = told(figures.figure(by=None))
    assert "funding" not in canonical(file["facts"]).decode()
    assert verify(tmp_path, file) == (0, "")
    for said in (
        {"grants": [], "work_packages": []},
        {"grants": ["B", "A"], "work_packages": []},
        {"grants": ["A", "A"], "work_packages": []},
        [],
    ):
        file["facts"]["activities"][0]["funding"] = said
        assert verify(tmp_path, file)[0] == 2


def test_what_was_said_of_a_grant_later_explains_the_difference(room):
    staff = cast.user(Role.STAFF)
    made.paid(room, made.grant())
    figure = figures.figure(by=staff, where=(("grant", FIRST),))
    ledger.fact(cast.person("Lind"), room)
    next_moment()

    fund_activity(activity=room, payers=made.payers(made.grant("9", "CERV")), by=staff)
    next_moment()
    client = cast.signed_in(staff)
    page = client.get(f"/staff/figures/{figure.pk}/").text
    assert "who paid: CERV 9" in page
    assert "Basic training, attended: participations −5" in page or "participations −5" in page
    assert "nothing recorded explains" not in page.lower()
    before = cast.queries_of(client, f"/staff/figures/{figure.pk}/")
    made.paid(room)
    next_moment()
    made.paid(room, made.grant("10", "CERV"))
    next_moment()
    assert cast.queries_of(client, f"/staff/figures/{figure.pk}/") == before
