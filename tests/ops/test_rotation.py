"""`manage.py rotate_welfare_keys`: ended anywhere it loses nothing, and run again it comes to its end."""

import base64
import io
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, connections
from nacl.public import PrivateKey

from courses.actions import reflections
from courses.actions.enrolments import enrol
from courses.models import Cohort, KeptReflection
from courses.queries.reflections import kept_of, reflection_blocks, text_of
from lms.kit.sealing import KeyPair
from lms.ops import wrapping
from lms.ops.management.commands import doctor
from lms.people.actions.own_keys import give_keys, offer_words, open_keys, take_words
from lms.people.enums import Role
from lms.people.models import OwnKeys, User
from lms.people.queries.own_keys import held
from tests import cast
from tests.courses.learn import school
from welfare.actions import sealed
from welfare.models import SealedAnswer
from welfare.models.wall import as_keeper
from welfare.queries.sealed import kept_by, opened

pytestmark = pytest.mark.django_db(transaction=True)
NEW = b"n" * 32
CHECK_IN = {"sleep": "0", "supported": "4"}


@dataclass(frozen=True)
class Writer:
    """Somebody who keeps two texts and a check-in, and what opens them; the words are tried once, they cost time."""

    user: User
    pair: KeyPair
    private: PrivateKey

    def reads_all(self) -> bool:
        texts = {one.block.pk: text_of(one, self.private) for one in kept_of(self.user)}
        wanted = {block.pk: f"{self.user.pk} on {block.pk}" for block in reflection_blocks(self.user)}
        checkins = [opened(one, self.private).answers for one in kept_by(self.user)]
        kept = texts == wanted and len(wanted) == 2 and checkins == [CHECK_IN]
        return held(self.user).pair == self.pair and kept


@pytest.fixture
def writers() -> list[Writer]:
    """Three analysts with six words and two kept texts each, among twenty logins that never used theirs."""
    cohorts = [school.course(slug) for slug in ("first", "second")]
    give_keys(users=[cast.user() for _ in range(20)], by=None)
    return [writer(cohorts) for _ in range(3)]


def writer(cohorts: list[Cohort]) -> Writer:
    user = cast.user(Role.ANALYST)
    for cohort in cohorts:
        enrol(cohort=cohort, person=user.person, by=user)
    offer = offer_words(by=user)
    take_words(ticket=offer.ticket(user), typed=offer.words, by=user)
    for block in reflection_blocks(user):
        reflections.keep(block=block, text=f"{user.pk} on {block.pk}", by=user)
    sealed.keep(answers=CHECK_IN, by=user)
    return Writer(user, held(user).pair, open_keys(words=offer.words, by=user))


def nothing_is_lost(writers: list[Writer]) -> bool:
    assert (KeptReflection.objects.count(), OwnKeys.objects.count()) == (6, 23)
    with as_keeper():
        assert SealedAnswer.objects.count() == 3
    return all(one.reads_all() for one in writers)


def test_before_a_dump_everything_is_shuffled(writers):
    def transactions() -> int:
        with as_keeper(), connections["welfare"].cursor() as cursor:
            cursor.execute("SELECT count(DISTINCT xmin::text) FROM sealed_answer")
            return int(cursor.fetchone()[0])

    assert transactions() == 3
    call_command("shuffle_sealed", stdout=io.StringIO())
    assert transactions() == 1
    assert nothing_is_lost(writers)


def rotated() -> str:
    out = io.StringIO()
    call_command("rotate_welfare_keys", stdout=out)
    return out.getvalue()


def test_the_newest_key_takes_over_and_the_earlier_may_leave(writers, settings):
    settings.WELFARE_KEYS = [NEW, *settings.WELFARE_KEYS]
    assert wrapping.earlier()
    assert "earlier ones may leave WELFARE_KEYS" in rotated()
    settings.WELFARE_KEYS = [NEW]
    assert not wrapping.earlier()
    assert nothing_is_lost(writers)


def test_killed_at_any_moment_nothing_is_lost_and_it_goes_on_where_it_was(writers, settings):
    keys = [NEW, *settings.WELFARE_KEYS]
    chance = random.Random(20261123)  # noqa: S311 - the same moments every time
    settings.WELFARE_KEYS = keys
    killed = 0
    for _try in range(5):
        child = rotation(keys)
        time.sleep(chance.uniform(0, 0.4))
        child.kill()
        killed += child.wait(timeout=30) == -signal.SIGKILL
        assert nothing_is_lost(writers)
    assert killed
    rotated()
    settings.WELFARE_KEYS = [NEW]
    assert nothing_is_lost(writers)


def rotation(keys: list[bytes]) -> "subprocess.Popen[str]":
    """The command in a process of its own, about to begin."""
    given = ",".join(base64.b64encode(key).decode() for key in keys)
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.ops.rotating", connection.settings_dict["NAME"]],
        cwd=settings.BASE_DIR,
        env=os.environ | {"WELFARE_KEYS": given},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout.readline() == "ready\n"
    return child


def test_without_a_key_that_is_needed_nothing_changes_and_the_doctor_says_so(writers, settings):
    before, old = list(OwnKeys.objects.order_by("pk").values_list("kept")), settings.WELFARE_KEYS
    settings.WELFARE_KEYS = [NEW]
    with pytest.raises(CommandError, match="not in WELFARE_KEYS") as refusal:
        rotated()
    assert refusal.value.returncode == 2
    assert list(OwnKeys.objects.order_by("pk").values_list("kept")) == before
    seen = doctor.health.look()
    assert "put it back" in " ".join(doctor._welfare_keys(seen))
    settings.WELFARE_KEYS = [NEW, *old]
    assert "rotate_welfare_keys" in " ".join(doctor._welfare_keys(seen))
    settings.WELFARE_KEYS = old
    assert not list(doctor._welfare_keys(seen))
