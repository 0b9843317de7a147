"""`manage.py rotate_welfare_keys`: ended anywhere it loses nothing, and run again it comes to its end."""

import base64
import io
import os
import random
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection

from courses.actions import reflections
from courses.actions.enrolments import enrol
from courses.models import KeptReflection
from courses.queries.reflections import kept_of, reflection_blocks, text_of
from lms.ops import wrapping
from lms.ops.management.commands import doctor
from lms.people.actions.own_keys import give_keys, offer_words, open_keys, take_words
from lms.people.enums import Role
from lms.people.models import OwnKeys, User
from tests import cast
from tests.courses.learn import school

pytestmark = pytest.mark.django_db(transaction=True)
NEW = b"n" * 32


@pytest.fixture
def writers() -> dict[User, str]:
    """Four analysts with six words and two kept texts each, among forty logins that never used theirs."""
    cohorts = [school.course(slug) for slug in ("first", "second")]
    found = {}
    for _ in range(4):
        user = cast.user(Role.ANALYST)
        for cohort in cohorts:
            enrol(cohort=cohort, person=user.person, by=user)
        offer = offer_words(by=user)
        take_words(ticket=offer.ticket(user), typed=offer.words, by=user)
        for block in reflection_blocks(user):
            reflections.keep(block=block, text=f"{user.pk} on {block.pk}", by=user)
        found[user] = offer.words
    give_keys(users=[cast.user() for _ in range(40)], by=None)
    return found


def readable(writers: dict[User, str]) -> None:
    cache.clear()
    for user, words in writers.items():
        private = open_keys(words=words, by=user)
        texts = {one.block.pk: text_of(one, private) for one in kept_of(user)}
        assert texts == {block.pk: f"{user.pk} on {block.pk}" for block in reflection_blocks(user)}


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
    readable(writers)
    assert KeptReflection.objects.count() == 8
    assert OwnKeys.objects.count() == 44


def test_killed_at_any_moment_nothing_is_lost_and_it_goes_on_where_it_was(writers, settings):
    keys = [NEW, *settings.WELFARE_KEYS]
    chance, killed = random.Random(20261123), 0  # noqa: S311 - the same moments every time
    settings.WELFARE_KEYS = keys
    for _try in range(40):
        child = rotation(keys)
        time.sleep(chance.uniform(0, 0.15))
        child.kill()
        if child.wait(timeout=30) == 0:
            break
        killed += 1
        readable(writers)
        if not wrapping.earlier():
            break
    assert killed >= 2
    rotated()
    settings.WELFARE_KEYS = [NEW]
    readable(writers)
    assert KeptReflection.objects.count() == 8
    assert OwnKeys.objects.count() == 44


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
