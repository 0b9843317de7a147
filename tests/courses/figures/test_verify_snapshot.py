"""`manage.py verify_snapshot`: a good file is proved, each kind of change is named, and rubbish is refused."""

import copy
import json
import os
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from courses.exports.snapshots import as_json
from courses.kinds.figures.proof import canonical, sha256
from tests import cast
from tests.courses import ledger
from tests.courses.figures import made


@pytest.fixture
def told(db):
    """What the site gives for a figure with people, a head count, a breakdown and a late merge."""
    room = ledger.activity(topics=["welfare", "tracing"])
    for name in ("Ek", "Lind"):
        ledger.fact(cast.person(name), room)
    ledger.fact(None, ledger.activity("Webinar", kind_id="webinar"), headcount=12)
    ledger.fact(cast.person(), ledger.activity("Exchange", kind_id="exchange", host_id=cast.hotline("H").pk))
    return json.loads(canonical(as_json(made.figure(by=None))))


@pytest.fixture
def verify(tmp_path, capsys):
    def run(content: object) -> tuple[int, str]:
        file = tmp_path / "figure.json"
        file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        try:
            call_command("verify_snapshot", str(file))
        except CommandError as said:
            return said.returncode, str(said)
        return 0, capsys.readouterr().out

    return run


def test_what_the_site_gave_is_verified(told, verify):
    status, said = verify(told)
    assert (status, said.split(":")[0]) == (0, "verified")
    assert told["digest"] in said


def digested(told: dict) -> dict:
    """As somebody would do who knows how digests are made."""
    told["facts_digest"] = sha256(told["facts"])
    told["digest"] = sha256({name: told[name] for name in ("definition", "moment", "counts", "entries")})
    return told


def set_number(told: dict) -> None:
    told["counts"][0]["number"] += 1


def set_person(told: dict) -> None:
    two = [entry for entry in told["facts"]["entries"] if entry["person"] is not None]
    two[0]["person"] = two[1]["person"]


def entries(told: dict) -> list[dict]:
    return told["facts"]["entries"]


CHANGES = {
    "a number": set_number,
    "a number left out": lambda told: told["counts"].pop(0),
    "the moment": lambda told: told.update(moment="2020-01-01T00:00:00.000000Z"),
    "the span": lambda told: told["definition"].update(to="2023-03-31"),
    "an entry id": lambda told: told["entries"][0]["entries"].append(987_654),
    "an entry id left out": lambda told: next(g for g in told["entries"] if g["entries"])["entries"].pop(),
    "a head count": lambda told: next(e for e in entries(told) if e["person"] is None).update(headcount=11),
    "a person": set_person,
    "a fact left out": lambda told: entries(told).pop(),
    "a stage": lambda told: entries(told)[0].update(stage="completed", day="2023-02-02"),
    "an activity's status": lambda told: told["facts"]["activities"][0].update(status="planned"),
    "a filter": lambda told: told["definition"].update(where=[{"dimension": "country", "value": "SE"}]),
    "a hotline": lambda told: entries(told)[0].update(hotline="Another"),
    "the digest": lambda told: told.update(digest="0" * 64),
}


def change(name: str, told: dict) -> None:
    CHANGES[name](told)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ("a number", "the file says"),
        ("a number left out", "the file says 0"),
        ("the moment", "The digest is not that"),
        ("the span", "count for nothing by the definition"),
        ("an entry id", "987654"),
        ("an entry id left out", "but not listed"),
        ("a head count", "the file says 12, its facts give 11"),
        ("a person", ".people (line 1): the file says"),
        ("a fact left out", "its facts give"),
        ("a stage", "its facts give"),
        ("an activity's status", "its facts give"),
        ("a filter", "count for nothing by the definition"),
        ("a hotline", "The digest of the facts"),
        ("the digest", "The digest is not that"),
    ],
)
def test_each_change_is_named(told, verify, changed, named):
    change(changed, told)
    status, said = verify(told)
    assert status == 1
    assert named in said


@pytest.mark.parametrize(
    "changed",
    ["a number", "an entry id", "a head count", "a person", "a fact left out", "a stage", "the span"],
)
def test_new_digests_do_not_make_other_facts_agree(told, verify, changed):
    change(changed, told)
    status, said = verify(digested(told))
    assert status == 1
    assert "digest" not in said.split("does not agree:")[1].lower()


def test_a_file_of_another_moment_has_another_digest(told, verify):
    """Whoever makes all of it anew has a figure that agrees with itself, and not with the digest in the report."""
    before = told["digest"]
    change("the moment", told)
    status, said = verify(digested(told))
    assert status == 0
    assert before not in said


RUBBISH = {
    "nothing": b"",
    "no json": b"{",
    "not utf-8": b"\xff\xfe{}",
    "a list": b"[]",
    "deep": b"[" * 100_000,
    "a long number": b'{"format": ' + b"9" * 10_000 + b"}",
    "not a number": b'{"format": NaN}',
    "twice": b'{"format": "frozen-figure", "format": "frozen-figure"}',
    "half a character": b'{"\\ud800": 1}',
    "another format": b'{"format": "x", "version": 1}',
    "a null": b"null",
}


@pytest.mark.parametrize("name", sorted(RUBBISH))
def test_rubbish_is_refused_with_a_sentence(verify, name):
    status, said = verify(RUBBISH[name])
    assert (status, said[-1]) == (2, ".")


def places(data: object, path: tuple = ()) -> list[tuple]:
    """Every place in the file, the first two of each list."""
    inner = data.items() if isinstance(data, dict) else enumerate(data[:2]) if isinstance(data, list) else ()
    return [path, *(place for key, value in inner for place in places(value, (*path, key)))]


@pytest.mark.parametrize("value", [None, [], {}, "", "\0", "x" * 100_000, -1, 2**70, 1.5, True, "2023-13-40"])
def test_anything_anywhere_is_refused_or_named_and_never_a_fault(told, verify, value):
    for path in places(told):
        if not path or path == ("title",):
            continue
        mangled = copy.deepcopy(told)
        inside = mangled
        for key in path[:-1]:
            inside = inside[key]
        if inside[path[-1]] == value and type(inside[path[-1]]) is type(value):
            continue
        inside[path[-1]] = value
        assert verify(mangled)[0] in (1, 2), path


def test_more_than_a_figure_has_is_refused(told, verify):
    for place in (told, told["definition"], told["facts"], told["facts"]["entries"][0], told["counts"][0]):
        place["name"] = "Ada"
        assert verify(told)[0] == 2
        del place["name"]


@pytest.mark.parametrize("file", ["missing.json", "."])
def test_what_is_no_file_is_refused(tmp_path, file):
    with pytest.raises(CommandError) as said:
        call_command("verify_snapshot", str(tmp_path / file))
    assert said.value.returncode == 2


def test_a_huge_file_is_refused_unread(tmp_path):
    file = tmp_path / "huge.json"
    with file.open("wb") as out:
        out.truncate(2**40)
    with pytest.raises(CommandError, match="larger than 256 MB"):
        call_command("verify_snapshot", str(file))


def test_no_database_is_started(told, tmp_path):
    file = tmp_path / "figure.json"
    file.write_bytes(canonical(told))
    data = tmp_path / "var"
    env = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "DATABASE_OWNER_URL")
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "verify_snapshot", str(file)],
        env=env | {"DATA_DIR": str(data)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stdout[:9]) == (0, "verified:"), done.stderr
    assert not [one.name for one in data.glob("**/*") if "pg" in one.name or "postgres" in one.name]
