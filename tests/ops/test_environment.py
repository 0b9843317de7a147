"""Outside demo mode, what is missing or unusable stops the start with one sentence that says what to set."""

import base64
import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

from lms.config.environment import Environment
from lms.config.keys import MAKERS, Keys

PRODUCTION = {
    "DATABASE_URL": "postgres://app:secret@db.example/lms",
    "SECRET_KEY": "x" * 60,
    "ALLOWED_HOSTS": "learning.example",
    "REDIS_URL": "redis://broker.example:6379/0",
    "EMAIL_URL": "smtp+tls://mailer:secret@mail.example:587",
    "WELFARE_KEYS": base64.b64encode(b"k" * 32).decode(),
}
UNUSABLE = [
    ("DATABASE_URL", "sqlite:///file.db"),
    ("DATABASE_URL", ""),
    ("DATABASE_OWNER_URL", "mysql://owner@db.example/lms"),
    ("SECRET_KEY", None),
    ("SECRET_KEY", "short"),
    ("SECRET_KEY", "django-insecure-" + "x" * 60),
    ("ALLOWED_HOSTS", None),
    ("ALLOWED_HOSTS", "*"),
    ("REDIS_URL", None),
    ("REDIS_URL", "amqp://broker.example"),
    ("EMAIL_URL", None),
    ("EMAIL_URL", "consolemail://"),
    ("EMAIL_URL", "pigeon://mail.example"),
    ("SITE_URL", "http://learning.example"),
    ("OUTBOX_UNCERTAIN", "maybe"),
    ("WELFARE_KEEP", "everything"),
    ("RUN_BY", "somebody " * 60),
    ("TRUSTED_PROXIES", "one"),
    ("API_REQUESTS_A_MINUTE", "0"),
    ("API_REQUESTS_A_MINUTE", "many"),
    ("CACHE_URL", "memcached://cache.example"),
    ("WELFARE_KEYS", None),
    ("WELFARE_KEYS", "not base64"),
    ("WELFARE_KEYS", base64.b64encode(b"too short").decode()),
]


@pytest.fixture
def production(monkeypatch):
    other = (
        "DEMO",
        "DATABASE_OWNER_URL",
        "DATA_DIR",
        "TRUSTED_PROXIES",
        "API_REQUESTS_A_MINUTE",
        "CACHE_URL",
        "OLD_SECRET_KEYS",
        "SITE_URL",
        "OUTBOX_UNCERTAIN",
        "WELFARE_KEEP",
        "RUN_BY",
    )
    for name in (*PRODUCTION, *other):
        monkeypatch.delenv(name, raising=False)
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_a_complete_environment_starts(production, tmp_path):
    environment = Environment(tmp_path)
    assert not environment.demo
    assert environment.services == []
    assert (environment.site_url, environment.outbox_uncertain) == ("https://learning.example", "hold")
    assert environment.database["OWNER"] is None
    assert environment.welfare_keys == [b"k" * 32]
    assert not (tmp_path / "var").exists(), "keys were made outside demo mode"


@pytest.mark.parametrize(("name", "value"), UNUSABLE)
def test_an_unusable_variable_is_named(production, capsys, tmp_path, name, value):
    production.delenv(name, raising=False)
    if value is not None:
        production.setenv(name, value)
    with pytest.raises(SystemExit) as stopped:
        Environment(tmp_path)
    assert stopped.value.code == 2
    (sentence,) = capsys.readouterr().err.splitlines()
    assert sentence.startswith(f"Set {name} to ")


def test_a_command_says_the_sentence_and_nothing_else(production):
    production.delenv("REDIS_URL")
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "Set REDIS_URL to the broker, for example redis://HOST:6379/0.\n"


def test_migrating_without_the_owner_says_what_to_set(production):
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate"],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    (sentence,) = done.stderr.splitlines()
    assert sentence.endswith("Set DATABASE_OWNER_URL to the URL of the role that owns the tables.")


@pytest.mark.parametrize(
    ("url", "demo", "expected"), [(None, None, True), ("set", None, False), ("set", "1", True)]
)
def test_demo_mode_is_on_exactly_without_database_url_or_with_demo(production, tmp_path, url, demo, expected):
    if url is None:
        production.delenv("DATABASE_URL")
        production.delenv("ALLOWED_HOSTS")
    if demo:
        production.setenv("DEMO", demo)
    assert Environment(tmp_path).demo is expected


def test_demo_keys_are_made_once_and_for_their_owner_only(tmp_path):
    made = [Keys(tmp_path).get(name) for name in MAKERS]
    assert made == [Keys(tmp_path).get(name) for name in MAKERS]
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["keys.json"]


def test_processes_that_start_at_once_agree_on_the_keys(tmp_path):
    code = "import sys, pathlib; from lms.config.keys import Keys;"
    code += "print(Keys(pathlib.Path(sys.argv[1])).get('SECRET_KEY'))"
    command = [sys.executable, "-c", code, str(tmp_path)]
    started = [
        subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    assert len({process.communicate(timeout=60)[0] for process in started}) == 1


def test_demo_password_can_be_given(production, tmp_path):
    production.delenv("DATABASE_URL")
    production.delenv("ALLOWED_HOSTS")
    assert json.dumps(Environment(tmp_path).demo_password)
    production.setenv("DEMO_PASSWORD", "a password of one's own")
    assert Environment(tmp_path).demo_password == "a password of one's own"
    assert os.environ["DEMO_PASSWORD"] not in (tmp_path / "var" / "keys.json").read_text()


@pytest.mark.parametrize(
    ("name", "value", "starts"),
    [
        ("ALLOWED_HOSTS", "learning.example", False),
        ("ALLOWED_HOSTS", "localhost,learning.example", False),
        ("DATABASE_OWNER_URL", "postgres://owner@db.example/lms", False),
        ("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],demo.localhost", True),
    ],
)
def test_a_deployment_without_its_database_does_not_turn_into_a_demo(
    production, capsys, tmp_path, name, value, starts
):
    production.delenv("DATABASE_URL")
    production.delenv("ALLOWED_HOSTS")
    production.setenv(name, value)
    if starts:
        assert Environment(tmp_path).demo
        return
    with pytest.raises(SystemExit) as stopped:
        Environment(tmp_path)
    assert stopped.value.code == 2
    (sentence,) = capsys.readouterr().err.splitlines()
    assert sentence.startswith("Set DATABASE_URL, or DEMO=1 ")
    assert not (tmp_path / "var").exists()
    production.setenv("DEMO", "1")
    production.delenv("DATABASE_OWNER_URL", raising=False)
    assert Environment(tmp_path).demo


def test_attempts_to_sign_in_are_counted_across_processes_and_behind_one_proxy(production, tmp_path):
    environment = Environment(tmp_path)
    assert environment.cache["LOCATION"] == PRODUCTION["REDIS_URL"]
    assert environment.trusted_proxies == 1
    production.setenv("TRUSTED_PROXIES", "2")
    production.setenv("CACHE_URL", "redis://cache.example:6379/1")
    environment = Environment(tmp_path)
    assert (environment.cache["LOCATION"], environment.trusted_proxies) == ("redis://cache.example:6379/1", 2)
    production.setenv("DEMO", "1")
    production.delenv("CACHE_URL")
    production.delenv("TRUSTED_PROXIES")
    demo = Environment(tmp_path)
    assert (demo.trusted_proxies, "LOCATION" in demo.cache) == (0, False)


def test_a_broker_that_is_no_plain_redis_needs_a_cache(production, capsys, tmp_path):
    production.setenv("REDIS_URL", "sentinel://broker.example:26379/0")
    with pytest.raises(SystemExit):
        Environment(tmp_path)
    assert capsys.readouterr().err.startswith("Set CACHE_URL to ")
