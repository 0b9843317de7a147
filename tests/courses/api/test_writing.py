"""Participations by the API are imports: the same checks, entries and history, whatever way they come."""

import pytest

from courses.actions.imports.undo import undo_import
from courses.models import Entry, Import, Participation, Reversal
from lms.people.enums import Role
from lms.people.models import ApiToken
from tests import cast
from tests.courses.api import made
from tests.courses.api.made import API, JSON, problem, results
from tests.courses.registers import FRANCE, activity, import_folder, participation, person, register, write
from tests.threads import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("known")]
LINE = f"{API}/participations/A1/P1/"
UPSERT = f"{API}/participations/upsert/"


@pytest.fixture
def known(hotlines, tmp_path):
    """Two people and two activities; nobody took part yet."""
    told = register(
        people=[person("P1"), person("P2"), person("P/3")],
        activities=[activity("A1"), activity("A2", status="cancelled"), activity("A 4")],
    )
    assert import_folder(write(tmp_path / "register", told)).status == 0


def rows() -> list[int]:
    return [model.objects.count() for model in (Import, Participation, Entry, Reversal)]


def put(client, body, url=LINE):
    return client.put(url, body, JSON)


def post(client, *lines):
    return client.post(UPSERT, {"lines": list(lines)}, JSON)


class TestOneLine:
    def test_a_new_one_is_recorded_as_an_import_in_the_name_of_the_tokens_owner(self):
        user = cast.user(Role.STAFF)
        client, before = made.bearer(user), rows()
        answer = put(client, {"attended": "yes", "enrolled_on": "2023-04-01"})
        assert answer.status_code == 201
        told = answer.json()
        record = Import.objects.latest("pk")
        assert (told["changed"], told["source_import"]) == (True, record.pk)
        assert told["participations"]["created"] == 1
        assert (record.applied_by, record.token, record.name) == (
            user,
            ApiToken.objects.get(),
            "API: Nightly export",
        )
        assert rows() == [before[0] + 1, 1, 2, 0]
        assert {entry.recorded_by for entry in Entry.objects.all()} == {user}
        assert {entry.hotline.name for entry in Entry.objects.all()} == {"ECPAT Sweden Hotline"}
        (found,) = results(client, "participations/")
        assert (found["attended"], found["enrolled_on"]) == (True, "2023-04-01")

    def test_an_equal_one_changes_nothing_and_says_so(self):
        client = made.staff()
        put(client, {"attended": "yes"})
        before = rows()
        answer = put(client, {"attended": "yes", "completed_on": None, "audience": ""})
        told = answer.json()
        assert (answer.status_code, told["changed"], told["source_import"]) == (200, False, None)
        assert (told["participations"]["unchanged"], rows()) == (1, before)

    def test_a_changed_one_becomes_a_reversal_and_a_new_entry(self):
        client = made.staff()
        put(client, {"attended": "no"})
        before = rows()
        answer = put(client, {"attended": "yes"})
        told = answer.json()
        assert (answer.status_code, told["changed"], told["participations"]["changed"]) == (200, True, 1)
        assert rows() == [before[0] + 1, before[1], before[2] + 1, before[3] + 1]
        entries = results(client, "ledger/")
        assert [(one["absent"], one["stands"]) for one in entries] == [(True, False), (False, True)]
        assert entries[0]["reversal"]["source_import"] == told["source_import"]

    def test_what_it_leaves_blank_no_line_says_any_more(self):
        client = made.staff()
        put(client, {"attended": "yes", "enrolled_on": "2023-04-01"})
        put(client, {"attended": "yes"})
        (found,) = results(client, "participations/")
        assert (found["attended"], found["enrolled_on"]) == (True, None)

    @pytest.mark.parametrize(
        ("url", "body", "field", "reason"),
        [
            (LINE, {"attended": "perhaps"}, "attended", "one of: yes, no"),
            (LINE, {"completed_on": "31.5.2023"}, "completed_on", "not a date"),
            (LINE, {"country": "QQ"}, "country", "ISO 3166"),
            (
                LINE,
                {"audience": "hotline", "organisation": "No such"},
                "organisation",
                "no hotline of this name",
            ),
            (LINE, {"organisation": "A\nB"}, "organisation", "control"),
            (LINE, {"organisation": "A\rB"}, "organisation", "control"),
            (f"{API}/participations/A9/P1/", {"attended": "yes"}, "activity_id", "No activity of this id"),
            (f"{API}/participations/A1/P9/", {"attended": "yes"}, "person_id", "No person of this id"),
            (f"{API}/participations/A2/P1/", {"completed_on": "2023-05-31"}, "completed_on", "cancelled"),
            (LINE, {"colour": "blue"}, "colour", "no such column"),
            (LINE, {"attended": True}, "attended", "Not a valid string"),
        ],
    )
    def test_a_rejection_gives_the_imports_own_reason_and_changes_nothing(self, url, body, field, reason):
        before = rows()
        told = problem(put(made.staff(), body, url), 422)
        assert [one["field"] for one in told["errors"]] == [field]
        assert reason in told["errors"][0]["detail"]
        assert rows() == before

    def test_ids_are_quoted_in_the_address_and_one_with_a_slash_travels_in_a_body(self):
        client = made.staff()
        assert put(client, {"attended": "yes"}, f"{API}/participations/A%204/P2/").status_code == 201
        problem(put(client, {"attended": "yes"}, f"{API}/participations/A1/P%2F3/"), 404)
        assert post(client, {"activity_id": "A1", "person_id": "P/3", "attended": "yes"}).status_code == 200
        assert Entry.objects.count() == 2


class TestManyLines:
    def test_all_of_them_are_one_import(self):
        client, before = made.staff(), rows()
        answer = post(
            client,
            {"activity_id": "A1", "person_id": "P1", "attended": "yes"},
            {"activity_id": "A1", "person_id": "P2", "attended": "no"},
            {
                "activity_id": "A1",
                "audience": "law_enforcement",
                "country": "FR",
                "headcount": 7,
                "attended": "yes",
            },
        )
        assert answer.status_code == 200, answer.content
        assert answer.json()["participations"] == {
            "lines": 3, "repeated": 0, "created": 3, "changed": 0, "unchanged": 0, "rejected": 0
        }  # fmt: skip
        assert rows() == [before[0] + 1, 3, 3, 0]

    def test_one_rejected_line_keeps_out_the_others_and_lines_are_counted_from_one(self):
        client, before = made.staff(), rows()
        answer = post(
            client,
            {"activity_id": "A1", "person_id": "P1", "organisation": "Two\r\nlines\n", "attended": "yes"},
            {"activity_id": "A1", "person_id": "P2", "attended": "yes"},
            {"activity_id": "A1", "person_id": "P2", "attended": "no"},
        )
        told = problem(answer, 422)
        said = [(one["line"], one["field"]) for one in told["errors"]]
        assert said == [(1, "organisation"), (2, "activity_id"), (3, "activity_id")]
        assert "Line 3 says something else" in told["errors"][1]["detail"]
        assert "Line 2 says something else" in told["errors"][2]["detail"]
        assert rows() == before

    def test_what_the_import_warns_of_is_told(self):
        answer = post(
            made.staff(),
            {"activity_id": "A1", "person_id": "P1", "audience": "hotline", "organisation": FRANCE,
             "country": "FR", "attended": "yes"},
        )  # fmt: skip
        (warning,) = answer.json()["warnings"]
        assert (warning["line"], answer.json()["changed"]) == (1, True)
        assert "what this line says was taken" in warning["detail"]

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"lines": []},
            {"lines": "A1"},
            {"lines": [{"person_id": "P1"}]},
            {"lines": [{"activity_id": " ", "person_id": "P1"}]},
            {"lines": [{"activity_id": "A1", "headcount": "5"}]},
            {"lines": [{"activity_id": "A1", "person_id": "P\x00"}]},
            {"lines": [{"activity_id": "A1", "person_id": "P1"}] * 1001},
        ],
    )
    def test_a_body_that_is_no_list_of_lines_is_refused(self, body):
        before = rows()
        told = problem(made.staff().post(UPSERT, body, JSON), 422)
        assert told["errors"][0]["field"].startswith("lines")
        assert rows() == before


def test_it_is_the_import_of_a_folder_with_the_same_lines(tmp_path):
    client = made.staff()
    lines = [participation("A1", "P1", enrolled_on="2023-04-01"), participation("A1", "P2", attended="no")]
    post(client, *({name: cell for name, cell in line.items() if cell} for line in lines))
    before = rows()
    told = import_folder(write(tmp_path / "again", register(participations=lines))).data
    assert told["participations"]["unchanged"] == 2
    assert rows() == before


def test_the_history_of_imports_knows_it_and_can_take_it_back():
    client = made.staff()
    number = put(client, {"attended": "yes"}).json()["source_import"]
    page = cast.signed_in(cast.user(Role.STAFF))
    assert "API: Nightly export" in page.get("/staff/imports/").text
    assert "By the API, with the token" in page.get(f"/staff/imports/{number}/").text
    undo_import(number=number, by=cast.user(Role.STAFF))
    assert results(client, "participations/") == []


def test_two_equal_ones_at_once_record_it_once():
    user = cast.user(Role.STAFF)
    secret = made.secret_of(user)

    def send():
        program = made.Client(headers={"Authorization": f"Bearer {secret}"})
        return put(program, {"attended": "yes"}).json()["changed"]

    assert sorted(at_once(4, send)) == [False, False, False, True]
    assert Entry.objects.count() == 1
    assert Import.objects.filter(token__isnull=False).count() == 1
