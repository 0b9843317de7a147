"""Every address and every command as each role gets it, as text that can be held against itself.

The addresses come from the table of tests/house, which fails while an address has no line: a new one is
walked without anybody thinking of it.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from html import unescape
from io import BytesIO, TextIOWrapper
from zipfile import ZipFile

from django.core.management import call_command
from django.test import Client
from django.urls import NoReverseMatch, reverse

from lms.people.models import User
from tests import cast
from tests.courses.api.made import PROBLEM, bearer
from tests.house.test_urls_as_every_role import NOBODYS, POSTED, TABLE

# Pages of signing in and of one's own login.
OWN_LOGIN = ("account_", "mfa_")
# What differs from one request to the next, whatever anybody does.
NOISE = re.compile(
    r'name="csrfmiddlewaretoken" value="\w+"|value="\w{64}"|nonce-\S+|[0-9a-f]{32}'
    r'|"seconds_since": \{[^}]*\}'
)
# What tells something only when it is asked something.
ASKED = {"api-counts": "?from=2000-01-01&to=2100-01-01"}
BEHIND = ("/checkins/", "/support/")
QUESTION = re.compile(r'href="(/[^"?#]*\?[^"#]*)"')


def arguments(about: User) -> dict[str, object]:
    """What addresses are asked with: the things of one analyst wherever an address is about something."""
    enrolment = about.person.enrolments.select_related("cohort__version__course").first()
    version = enrolment.cohort.version
    things = {
        "user": about.pk, "person": about.person_id, "holder": about.person_id, "enrolment": enrolment.pk,
        "course": version.course.slug, "written": version.course.slug, "number": version.number,
        "own_lesson": version.lessons.first().pk, "module": version.modules.first().pk,
        "hotline": cast.hotline().pk, "activity": enrolment.cohort.activity_id, "cohort": enrolment.cohort_id,
        "grant": about.grants.get().pk,
    }  # fmt: skip
    numbers = {"media", "own_question", "certificate", "question", "merge", "invitation"}
    return dict.fromkeys(numbers, 1) | things | {"code": "x", "parked": NOBODYS}


def address_of(name: str, given: dict[str, object]) -> str:
    """Of what an area brings beside these things, number 1 is asked for."""
    words = TABLE[name].args
    try:
        return reverse(name, args=[given.get(word, word) for word in words])
    except NoReverseMatch:
        return reverse(name, args=[given.get(word, 1) for word in words])


def is_behind(address: str) -> bool:
    return address.startswith(BEHIND)


def addresses(given: dict[str, object], wanted: Callable[[str], bool]) -> Iterator[str]:
    for name in TABLE:
        if not name.startswith(OWN_LOGIN) and wanted(address := address_of(name, given)):
            yield address + ASKED.get(name, "")


def pages(client: Client, given: dict[str, object]) -> dict[str, tuple[int, str]]:
    """Every page that can be looked at, but those behind the wall, which are everybody's own.

    And what pages lead to with a question of their own, as to files of the numbers that they show: the first
    such link to each address.
    """
    posted = {address_of(name, given) for name, door in TABLE.items() if door.answers == POSTED}
    found, asked = {}, dict[str, str]()
    asker(client, "/api/")
    for address in addresses(given, lambda one: one not in posted and not is_behind(one)):
        answer = asker(client, address).get(address)
        found[address] = (answer.status_code, text_of(answer))
        for link in QUESTION.findall(found[address][1]):
            path = link.partition("?")[0]
            if path != address and not is_behind(path):
                asked.setdefault(path, unescape(link))
    for link in asked.values():
        answer = client.get(link)
        found[link] = (answer.status_code, text_of(answer))
    return found


def asker(client: Client, address: str) -> Client:
    """Whoever opens the address: the reader, or a program with a token of the reader's, always the same one."""
    if not address.startswith("/api/") or address.startswith(("/api/v1/schema/", "/api/v1/docs/")):
        return client
    if not hasattr(client, "program"):
        client.program = bearer(User.objects.get(pk=client.session["_auth_user_id"]))  # type: ignore[attr-defined]
        # The day of its last use stands in a list.
        client.program.get("/api/v1/hotlines/")  # type: ignore[attr-defined]
    return client.program  # type: ignore[attr-defined,no-any-return]


def text_of(answer: object) -> str:
    """What it says. A PDF is made anew each time, with the time in it; a redirect says where to."""
    kind = answer.headers.get("Content-Type", "")  # type: ignore[attr-defined]
    if "spreadsheet" in kind:
        return workbook_of(b"".join(answer))  # type: ignore[call-overload]
    if not kind.startswith(("text/", "application/json", PROBLEM)):
        return answer.headers.get("Location", "")  # type: ignore[attr-defined]
    text = answer.getvalue().decode()  # type: ignore[attr-defined]
    if "\nlms_" in text:
        # The metrics of the process count what was asked of it.
        text = "\n".join(line for line in text.splitlines() if line.startswith("lms_"))
    return NOISE.sub("", text)


def workbook_of(content: bytes) -> str:
    """Its cells, without the moment at which it was made."""
    with ZipFile(BytesIO(content)) as parts:
        told = [name for name in parts.namelist() if name.startswith("xl/") and name.endswith(".xml")]
        return "".join(parts.read(name).decode() for name in sorted(told))


# The commands that tell something, with what they are asked; the others say why they are not walked.
TELLING: dict[str, list[str]] = {
    "doctor": [],
    "export_training_counts": ["--from", "2000-01-01", "--to", "2100-01-01"],
    "replay_erasures": [],
    "send_mail_due": [],
    "remind": [],
}
SILENT = {
    "add_administrator": "makes a login and asks for a password",
    "demo": "loads demo data",
    "flush": "empties the database",
    "import_hotlines": "reads a file; tells of its lines",
    "import_register": "reads a folder; tells of its lines",
    "migrate": "makes tables",
    "prepare": "calls migrate and demo",
    "reconcile_counts": "reads a file, and counts as export_training_counts does",
    "rotate_welfare_keys": "changes rows; tells how many are left in all",
    "setup_database": "makes roles; reads no table",
    "shuffle_sealed": "puts rows into another order; tells whether any was written, and of nobody",
    "undo_import": "tells of an import's lines",
    "verify_snapshot": "reads a file, and no database",
}


def told() -> dict[str, str]:
    """What each of the commands says, and how it ends."""
    found = {}
    for name, words in TELLING.items():
        out = TextIOWrapper(BytesIO(), encoding="utf-8", write_through=True)
        try:
            # Some write past Django's own stream.
            with redirect_stdout(out):
                call_command(name, *words, stdout=out, stderr=out)
        except SystemExit as left:
            out.write(f"status {left.code}")
        found[name] = NOISE.sub("", out.buffer.getvalue().decode())  # type: ignore[attr-defined]
    return found
