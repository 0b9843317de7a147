"""A worker that dies over a register, and how long the files of one are kept."""

import datetime as dt
import os

import pytest

from courses.actions.uploads import working
from courses.actions.uploads.accounts import files
from courses.actions.uploads.forgetting import forget_old_registers
from courses.actions.uploads.working import work_once
from courses.models import Entry, Import, RegisterUpload
from tests.courses.imports_desk import made
from tests.courses.imports_desk.made import press, url
from tests.courses.imports_desk.test_desk import client, state, upload, written
from tests.dying import killed

__all__ = ["client"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("hotlines")]


class TestAWorkerThatDies:
    def silent(self, one: RegisterUpload) -> None:
        RegisterUpload.objects.filter(pk=one.pk).update(beat_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))

    def claimed(self, monkeypatch, at: str) -> None:
        """A worker that claims, works up to there, and is gone without a word."""

        killed(monkeypatch, working, at, work_once)

    @pytest.mark.parametrize("at", ["import_register", "finish"])
    def test_while_reading_is_followed_by_another(self, tmp_path, monkeypatch, at):
        one = made.brought(tmp_path)
        self.claimed(monkeypatch, at)
        assert (state(), work_once()) == ("reading", False)
        self.silent(one)
        assert work_once()
        assert state() == "previewed"

    @pytest.mark.parametrize("at", ["import_register", "move"])
    def test_while_applying_leaves_nothing_and_is_followed_by_another(
        self, client, tmp_path, monkeypatch, at
    ):
        one = made.previewed(tmp_path)
        press(client, one, apply="all")
        self.claimed(monkeypatch, at)
        assert (state(), Import.objects.count(), work_once()) == ("applying", 0, False)
        self.silent(one)
        assert work_once()
        assert (state(), Import.objects.count(), Entry.objects.count()) == ("applied", 1, 1)

    def test_every_time_ends_with_a_word_and_another_chance(self, client, tmp_path, monkeypatch):
        one = made.brought(tmp_path)
        for _try in range(3):
            self.claimed(monkeypatch, "import_register")
            self.silent(one)
        assert work_once() is False
        assert state() == "failed"
        assert "Try again" in client.get(url(one)).text
        press(client, one, again="1")
        assert work_once()
        assert state() == "previewed"

    def test_and_comes_back_finds_its_claim_gone(self, tmp_path, monkeypatch):
        """What it had done is not kept beside what its successor did."""
        one = made.brought(tmp_path)
        read = working.import_register

        def slow(**words):
            outcome = read(**words)
            self.silent(one)
            monkeypatch.setattr(working, "import_register", read)
            assert work_once()
            return outcome

        monkeypatch.setattr(working, "import_register", slow)
        assert work_once()
        assert (state(), upload().claim) == ("previewed", None)

    def test_a_fault_is_told_and_nothing_is_written(self, client, tmp_path, monkeypatch):
        one = made.previewed(tmp_path)
        press(client, one, apply="all")
        before = written()
        monkeypatch.setattr(working, "unpacked", lambda *a, **k: 1 / 0)
        assert work_once()
        assert (state(), written()) == ("failed", before)


class TestWhatIsKept:
    def test_is_forgotten_when_it_is_over(self, client, tmp_path):
        one = made.previewed(tmp_path)
        long_ago = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
        RegisterUpload.objects.update(state_at=long_ago)
        for digest in files().digests():
            os.utime(files().path(digest), (0, 0))
        assert forget_old_registers() == 2
        assert (state(), list(files().digests())) == ("dropped", [])
        assert "Nobody decided for 30 days" in client.get(url(one)).text

    def test_is_there_as_long_as_somebody_may_want_it(self, tmp_path):
        one = made.previewed(tmp_path)
        for digest in files().digests():
            os.utime(files().path(digest), (0, 0))
        forget_old_registers()
        one.refresh_from_db()
        assert files().path(one.digest).exists()
        assert files().path(one.account).exists()

    def test_a_page_whose_file_is_gone_says_so(self, client, tmp_path):
        one = made.previewed(tmp_path)
        files().path(one.account).unlink()
        page = client.get(url(one))
        assert page.status_code == 200
        assert "is not there" in client.get(url(one)).text
