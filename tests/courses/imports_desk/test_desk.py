"""The import desk: a register comes in, is looked at to the line, applied or dropped, and undone."""

import io
import re
from zipfile import ZipFile

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from courses.actions.uploads.bringing import bring_register
from courses.actions.uploads.deciding import apply_upload, drop_upload, try_again
from courses.actions.uploads.working import work_once
from courses.models import Activity, Entry, Import, RegisterUpload, UploadState
from courses.web.imports import tables
from lms.kit.errors import Refused
from lms.people.enums import Role
from lms.people.models import Hotline, Person
from tests import cast
from tests.courses.imports_desk import made
from tests.courses.imports_desk.made import DESK, press, send, url
from tests.courses.packing import bytes_of, workbook
from tests.courses.registers import (
    SWEDEN,
    activity,
    import_folder,
    participation,
    person,
    register,
    small,
    write,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("hotlines")]
LEDGER = (Import, Person, Activity, Entry)


def written() -> list[int]:
    return [model.objects.count() for model in LEDGER]


@pytest.fixture
def client() -> Client:
    return cast.signed_in(made.staff())


def upload() -> RegisterUpload:
    return RegisterUpload.objects.order_by("-pk").first()


def state() -> str:
    return upload().state


class TestARegisterComesIn:
    def test_an_empty_desk_says_what_to_do(self, client):
        assert "No register has been imported yet" in client.get(DESK).text

    def test_it_waits_is_read_and_nothing_is_written(self, client, tmp_path):
        before = written()
        page = send(client, made.packed(tmp_path))
        assert (state(), page.redirect_chain[-1][0]) == ("waiting", url(upload()))
        assert 'hx-trigger="every 2s"' in page.text
        assert work_once()
        page = client.get(url(upload()))
        assert (state(), written()) == ("previewed", before)
        assert "hx-trigger" not in page.text
        assert "No line is rejected." in page.text

    def test_the_preview_shows_the_lines_themselves(self, client, tmp_path):
        page = client.get(url(made.previewed(tmp_path))).text
        assert f"affiliations: hotline, {SWEDEN}, SE" in page
        assert "A1 · P1" in page
        assert "attended: yes, hotline" in page

    def test_a_changed_line_stands_beside_what_is_there(self, client, tmp_path):
        import_folder(write(tmp_path / "first", small()))
        changed = small()
        changed["people"] = [person(given_name="Bea", **{"from": "2023-02-01"})]
        changed["participations"] = [participation(attended="no", completed_on="2023-05-10")]
        changed["activities"] = [activity(title="Basic, once more")]
        lines = rows(client.get(url(made.previewed(tmp_path, changed))).text)
        assert lines["P1"] == (
            f"given_name: Ada|affiliations: hotline, {SWEDEN}, SE",
            f"given_name: Bea|affiliations: hotline, {SWEDEN}, SE, 2023-02-01 – …",
        )
        assert lines["A1"] == ("title: Basic", "title: Basic, once more")
        before, after = lines["A1 · P1"]
        assert before == f"attended: yes, hotline, {SWEDEN}, SE|completed: –"
        assert after == f"attended: no, hotline, {SWEDEN}, SE|completed: 2023-05-10, hotline, {SWEDEN}, SE"

    def test_what_somebody_keeps_to_themselves_is_not_told_by_a_preview(self, tmp_path):
        changes = [
            {"kept": True, "before": {}, "after": {}, "line": 2, "record": "A · P", "change": "changed"}
        ]
        assert next(iter(tables.changes(changes, caption="x").rows))[2].value == "kept to themselves"

    def test_each_rejection_says_where_what_and_why(self, client, tmp_path):
        page = client.get(url(made.previewed(tmp_path, made.with_rejected()))).text
        assert "This is not a country code" in page
        assert "QQ" in page
        assert "Apply without the rejected lines" in page
        assert 'value="all"' not in page

    def test_long_lists_come_in_pages(self, client, tmp_path):
        one = made.previewed(tmp_path, made.with_rejected(60))
        first, second = client.get(url(one)).text, client.get(f"{url(one)}?rejections=2").text
        assert "1 to 50 of 120" in first
        assert "51 to 100 of 120" in second

    def test_a_csv_and_a_workbook_come_in_as_well(self, client, tmp_path):
        send(client, bytes_of(workbook(tmp_path / "r.xlsx")))
        work_once()
        assert state() == "previewed"
        write(tmp_path, small())
        send(client, bytes_of(tmp_path / "people.csv"))
        work_once()
        assert (state(), upload().outcome["changes"]["people.csv"]) == ("previewed", 1)

    def test_what_cannot_be_read_says_why_and_is_dropped(self, client, tmp_path):
        sent = io.BytesIO(b"hello")
        sent.name = "report.docx"
        send(client, sent)
        assert work_once()
        assert state() == "unusable"
        assert "Give a folder, a .zip" in client.get(url(upload())).text
        assert "Dropped" in press(client, upload(), drop="1").text

    def test_an_empty_file_and_none_are_refused_at_once(self, client):
        empty = io.BytesIO(b"")
        empty.name = "r.zip"
        for sent in ({"file": empty}, {}):
            page = client.post(DESK, sent)
            assert 'id="mistakes"' in page.text
        assert not RegisterUpload.objects.exists()

    def test_a_file_over_the_limit_is_refused_and_not_kept(self, client, tmp_path, settings, monkeypatch):
        settings.REGISTER_MOST_BYTES = 100
        assert "larger than" in send(client, made.packed(tmp_path)).text
        monkeypatch.setattr("courses.web.imports.desk.DeskPage.most_upload_bytes", 100)
        assert "larger than" in send(client, made.packed(tmp_path)).text
        assert not RegisterUpload.objects.exists()


def rows(page: str) -> dict[str, tuple[str, str]]:
    """Record to before and after of the tables of changes."""
    found = {}
    for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL):
        cells = re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
        if len(cells) == 3:
            plain = [re.sub(r"</div><div>", "|", cell) for cell in cells]
            record, before, after = (re.sub(r"<[^>]+>", "", cell).strip() for cell in plain)
            found[record] = before, after
    return found


class TestItIsApplied:
    def test_all_of_it(self, client, tmp_path):
        one = made.previewed(tmp_path)
        assert press(client, one, apply="all").status_code == 200
        assert (state(), Entry.objects.count()) == ("to_apply", 0)
        assert work_once()
        assert (state(), Entry.objects.count()) == ("applied", 1)
        record = Import.objects.get()
        assert (record.applied_by, upload().record, record.name) == (upload().decided_by, record, "r.zip")
        assert f'href="/staff/imports/{record.pk}/"' in client.get(url(one)).text

    def test_without_the_rejected_lines_which_come_as_files_to_mend(self, client, tmp_path):
        one = made.previewed(tmp_path, made.with_rejected(2))
        press(client, one, apply="without")
        work_once()
        assert (state(), Entry.objects.count()) == ("applied", 1)
        answer = client.get(f"{url(one)}rejected.zip")
        assert answer["Content-Disposition"].startswith("attachment")
        with ZipFile(io.BytesIO(b"".join(answer))) as archive:
            lines = archive.read("people.csv").decode()
        assert lines.count("QQ") == 2
        mended = io.BytesIO(lines.replace("QQ", "SE").encode())
        mended.name = "people.csv"
        send(client, mended)
        work_once()
        assert upload().outcome["tallies"]["people.csv"]["created"] == 2

    def test_as_long_as_lines_are_rejected_all_of_it_is_refused(self, client, tmp_path):
        one = made.previewed(tmp_path, made.with_rejected())
        before = written()
        assert "Some lines are rejected" in press(client, one, apply="all").text
        assert (work_once(), state(), written()) == (False, "previewed", before)

    def test_what_is_known_already_has_nothing_to_apply(self, client, tmp_path):
        import_folder(write(tmp_path / "first", small()))
        one = made.previewed(tmp_path)
        page = client.get(url(one)).text
        assert "Nothing would change." in page
        assert 'name="apply"' not in page
        assert "known already" in press(client, one, apply="all").text

    def test_nobody_applies_what_they_have_not_seen(self, client, tmp_path):
        one = made.previewed(tmp_path)
        page = press(client, one, apply="all", account="0" * 64)
        assert "has changed since you looked" in page.text
        assert state() == "previewed"

    def test_what_changed_since_is_looked_at_once_more_and_nothing_is_written(self, client, tmp_path):
        one = made.previewed(tmp_path)
        press(client, one, apply="all")
        Hotline.objects.filter(name=SWEDEN).update(name="Another")
        before = written()
        work_once()
        assert (state(), upload().changed_since, written()) == ("previewed", True, before)
        page = client.get(url(one)).text
        assert "has changed since somebody looked" in page
        assert "The network holds no hotline of this name" in page

    def test_of_two_who_apply_it_one_is_told(self, client, tmp_path):
        one = made.previewed(tmp_path)
        press(client, one, apply="all")
        other = cast.signed_in(made.staff())
        assert "before you" in press(other, one, apply="all").text
        assert "before you" in press(other, one, drop="1").text
        assert (work_once(), work_once()) == (True, False)
        assert "before you" in press(other, one, apply="all").text
        assert (Import.objects.count(), Entry.objects.count()) == (1, 1)

    def test_two_of_the_same_do_not_double(self, client, tmp_path):
        one, other = made.previewed(tmp_path), made.previewed(tmp_path)
        for each in (one, other):
            press(client, each, apply="all")
        while work_once():
            pass
        one.refresh_from_db()
        other.refresh_from_db()
        assert (one.state, other.state, other.changed_since) == ("applied", "previewed", True)
        assert (Import.objects.count(), Entry.objects.count()) == (1, 1)


class TestItIsDropped:
    @pytest.mark.parametrize("read", [False, True])
    def test_with_its_files(self, client, tmp_path, read):
        one = made.previewed(tmp_path) if read else made.brought(tmp_path)
        before = written()
        assert "Dropped" in press(client, one, drop="1").text
        assert (state(), work_once(), written()) == ("dropped", False, before)
        assert one.name in client.get(DESK).text


class TestAnImport:
    @pytest.fixture
    def record(self, client, tmp_path) -> Import:
        press(client, made.previewed(tmp_path), apply="all")
        work_once()
        return Import.objects.get()

    def test_says_what_it_did(self, client, record):
        page = client.get(f"{DESK}{record.pk}/").text
        for words in ("Ada Ek", "Basic", "attended", SWEDEN, "Undo it"):
            assert words in page

    def test_is_undone_on_the_page(self, client, record):
        assert "is taken back" in client.get(f"{DESK}{record.pk}/undo/").text
        page = client.post(f"{DESK}{record.pk}/undo/", follow=True).text
        assert "is undone" in page
        record.refresh_from_db()
        assert record.undone_by is not None
        assert not Entry.objects.standing().exists()
        assert "Undo it" not in page
        assert "Staff" in client.get(DESK).text or "staff" in client.get(DESK).text

    def test_stays_where_later_facts_stand_on_it_and_names_them(self, client, record, tmp_path):
        line = participation(completed_on="2023-05-10", attended="no")
        import_folder(write(tmp_path / "later", register(participations=[line])))
        before = written()
        page = client.post(f"{DESK}{record.pk}/undo/").text
        assert "Later facts stand on import" in page
        assert "A1 P1 attended" in page
        record.refresh_from_db()
        assert (record.undone_at, written()) == (None, before)

    def test_from_the_command_is_in_the_history_too(self, client, tmp_path):
        import_folder(write(tmp_path / "folder", small()))
        page = client.get(DESK).text
        assert "the operator" in page
        assert client.get(f"{DESK}{Import.objects.get().pk}/").status_code == 200


class TestTheDatabase:
    def test_refuses_what_must_never_be(self, tmp_path):
        one = made.brought(tmp_path)
        for wrong in ({"state": "applied"}, {"state": "reading"}, {"state": "previewed"}, {"size": 0}):
            with pytest.raises(IntegrityError), transaction.atomic():
                RegisterUpload.objects.filter(pk=one.pk).update(**wrong)


class TestWhoMay:
    @pytest.mark.parametrize("role", [Role.TRAINER, Role.HOTLINE_MANAGER, Role.ADMINISTRATOR])
    def test_nobody_but_staff(self, tmp_path, role):
        one = made.previewed(tmp_path)
        login = cast.user(role, cast.hotline() if role == Role.HOTLINE_MANAGER else None)
        for act in (
            lambda: bring_register(name="r.zip", content=io.BytesIO(b"x"), by=login),
            lambda: apply_upload(upload=one, account=one.account, skip_invalid=False, by=login),
            lambda: drop_upload(upload=one, by=login),
            lambda: try_again(upload=one, by=login),
        ):
            with pytest.raises(Refused):
                act()
        assert (RegisterUpload.objects.count(), state()) == (1, UploadState.PREVIEWED)


class TestQueries:
    def test_are_as_many_for_one_as_for_three(self, client, tmp_path):
        ones = [made.previewed(tmp_path, made.with_rejected(1))]
        few = [cast.queries_of(client, DESK), cast.queries_of(client, url(ones[0]))]
        three = [made.previewed(tmp_path, made.with_rejected(3)) for _ in range(2)]
        assert [cast.queries_of(client, DESK), cast.queries_of(client, url(three[0]))] == few

    def test_of_an_import_and_the_history(self, client, tmp_path):
        counts = []
        for people in (1, 3):
            lines = register(
                people=[person(f"P{people}{n}") for n in range(people)],
                activities=[activity(f"A{people}{n}") for n in range(people)],
                participations=[participation(f"A{people}{n}", f"P{people}{n}") for n in range(people)],
            )
            press(client, made.previewed(tmp_path, lines), apply="all")
            work_once()
            record = Import.objects.latest("pk")
            counts.append([cast.queries_of(client, path) for path in (DESK, f"{DESK}{record.pk}/")])
        assert counts[0] == counts[1]
