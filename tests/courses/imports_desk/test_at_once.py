"""Several people and several workers at one register: one of them has it, and nothing doubles."""

import datetime as dt
import os
import signal
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from courses.actions.uploads.deciding import apply_upload
from courses.actions.uploads.working import work_once
from courses.models import Entry, Import, RegisterUpload
from lms.kit.errors import Refused
from tests.courses.imports_desk import made
from tests.courses.test_imports_at_once import eventually, import_lock_held, waiting
from tests.threads import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("hotlines")]


def worker() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.courses.imports_desk.worker"]
    return subprocess.Popen(
        [*command, connection.settings_dict["NAME"], str(settings.REGISTERS_DIR)],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "lms.config.settings"},
    )


def said(one: RegisterUpload) -> None:
    apply_upload(upload=one, account=one.account, skip_invalid=False, by=made.staff())


def test_of_two_who_press_apply_at_once_one_is_refused_and_one_import_comes_of_it(tmp_path):
    one = made.previewed(tmp_path)
    both = [made.staff(), made.staff()]

    def press() -> None:
        apply_upload(upload=one, account=one.account, skip_invalid=False, by=both.pop())

    outcomes = at_once(2, press)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "Refused"]
    assert any(isinstance(one, Refused) and "before you" in one.sentence for one in outcomes)
    assert at_once(2, work_once).count(True) == 1
    while work_once():
        pass
    assert (Import.objects.count(), Entry.objects.count()) == (1, 1)


def test_a_worker_killed_in_the_middle_of_applying_leaves_nothing_and_the_next_one_applies(tmp_path):
    one = made.previewed(tmp_path)
    said(one)
    with import_lock_held():
        process = worker()
        assert eventually(lambda: waiting() == 1)
        process.send_signal(signal.SIGKILL)
        process.wait(20)
    one.refresh_from_db()
    assert (one.state, work_once(), Import.objects.count()) == ("applying", False, 0)
    RegisterUpload.objects.update(beat_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    assert work_once()
    one.refresh_from_db()
    assert (one.state, Import.objects.count(), Entry.objects.count()) == ("applied", 1, 1)


def test_a_worker_that_waits_goes_on_telling_that_it_is_alive(tmp_path):
    one = made.previewed(tmp_path)
    said(one)
    with import_lock_held():
        process = worker()
        assert eventually(lambda: waiting() == 1)
        RegisterUpload.objects.update(beat_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        assert eventually(lambda: RegisterUpload.objects.filter(beat_at__year__gt=2020).exists())
        assert RegisterUpload.objects.get().step == "participations.csv"
    process.wait(60)
    one.refresh_from_db()
    assert (one.state, Import.objects.count()) == ("applied", 1)
