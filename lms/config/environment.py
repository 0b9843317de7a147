"""What the environment says, checked once at the start; docs/operators.md lists the variables."""

import base64
import binascii
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

import environ

from lms.config.keys import Keys
from lms.ops.embedded.postgres import Postgres
from lms.ops.embedded.service import Service
from lms.ops.embedded.valkey import Valkey
from lms.ops.roles import EMBEDDED, WELFARE_SCHEMA, Roles

MINIMUM_SECRET = 50
BROKERS = ("redis://", "rediss://", "redis+socket://", "sentinel://")
CACHES = ("redis://", "rediss://", "unix://")
# These deliver nothing, which nobody would notice before a reminder is missed.
SILENT_MAIL = ("consolemail", "dummymail", "memorymail")
# What becomes of a mail of which nobody can know whether the server took it.
UNCERTAIN_MAIL = ("hold", "resend")
# Of the words that say who runs this server and who pays for it, in characters.
LONGEST_RUN_BY = 500
# What a register may have at most, however much room there is: a task that imports has four minutes.
MOST_REGISTER_MB = 1024
# Of one token in a minute: beyond this it is no limit.
MOST_API_REQUESTS = 1_000_000
# Whether check-ins may be kept sealed. Where an employer runs the server, nothing is to be kept.
WELFARE_KEEP = ("sealed", "nothing")

# The owner migrates, empties and grants on both sides of the second wall.
BOTH_SCHEMAS = {"options": f"-c search_path=public,{WELFARE_SCHEMA}"}


def refuse(sentence: str) -> NoReturn:
    """End the process with one sentence that says what to set, and status 2."""
    sys.stderr.write(f"{sentence}\n")
    raise SystemExit(2)


def is_loopback(host: str) -> bool:
    """Whether a name of ALLOWED_HOSTS can only mean this machine."""
    return host in ("localhost", "[::1]") or host.endswith(".localhost") or host.startswith("127.")


class Environment:
    """Typed settings read from environment variables; whatever is unusable ends the process."""

    def __init__(self, base_dir: Path) -> None:
        self._read = environ.Env()
        self.demo = self._demo()
        self.data_dir = Path(os.environ.get("DATA_DIR") or base_dir / "var").resolve()
        self.media_dir = Path(os.environ.get("MEDIA_DIR") or self.data_dir / "media").resolve()
        self.registers_dir = Path(os.environ.get("REGISTERS_DIR") or self.data_dir / "registers").resolve()
        self.register_most_bytes = self._register_most_bytes()
        self.erasure_list = Path(os.environ.get("ERASURE_LIST") or self.data_dir / "erasures").resolve()
        self._keys = Keys(self.data_dir) if self.demo else None
        self.database = self._database()
        self.welfare_database = behind_the_wall(self.database)
        self.secret_key = self._secret_key()
        self.old_secret_keys: list[str] = self._read.list("OLD_SECRET_KEYS", default=[])
        self.welfare_keys = self._welfare_keys()
        self.allowed_hosts = self._allowed_hosts()
        self.trusted_origins: list[str] = self._read.list("CSRF_TRUSTED_ORIGINS", default=[])
        self.broker_url = self._broker_url()
        self.cache = self._cache()
        self.trusted_proxies = self._trusted_proxies()
        self.api_requests_a_minute = self._api_requests_a_minute()
        self.site_url = self._site_url()
        self.email = self._email()
        self.outbox_uncertain = self._outbox_uncertain()
        # A pooler that hands one session to several processes must know of them to let them through.
        self.prepared_statements = os.environ.get("PREPARED_STATEMENTS") != "off"
        self.welfare_keep = self._welfare_keep()
        self.run_by = self._run_by()
        self.from_email = os.environ.get("FROM_EMAIL") or f"no-reply@{self._first_host()}"
        self.static_storage = self._static_storage()
        self.demo_password = self._given("DEMO_PASSWORD") if self._keys else ""
        self.metrics_token = os.environ.get("METRICS_TOKEN", "")
        self.log_level = os.environ.get("LOG_LEVEL", "INFO").upper()

    @property
    def services(self) -> list[Service]:
        """The embedded servers that this deployment uses."""
        broker = [] if os.environ.get("REDIS_URL") or not self.demo else [Valkey(self.data_dir)]
        return [*([] if "DATABASE_URL" in os.environ else [Postgres(self.data_dir)]), *broker]

    def _demo(self) -> bool:
        """DEMO=1, or no DATABASE_URL; a deployment that lost its DATABASE_URL must not turn into a demo."""
        if os.environ.get("DEMO") == "1":
            return True
        if "DATABASE_URL" in os.environ:
            return False
        hosts: list[str] = self._read.list("ALLOWED_HOSTS", default=[])
        if os.environ.get("DATABASE_OWNER_URL") or not all(map(is_loopback, hosts)):
            refuse("Set DATABASE_URL, or DEMO=1 if this is to be a demo with a database of its own.")
        return True

    def _given(self, name: str) -> str:
        """The variable, else the key of that name made for the demo, else an empty string."""
        return os.environ.get(name) or (self._keys.get(name) if self._keys else "")

    def _database(self) -> dict[str, Any]:
        if "DATABASE_URL" not in os.environ:
            return embedded_database(self.data_dir)
        owner = self._owner() if os.environ.get("DATABASE_OWNER_URL") else None
        kept = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
        return {**self._database_url("DATABASE_URL"), **kept, "OWNER": owner}

    def _owner(self) -> dict[str, Any]:
        found = self._database_url("DATABASE_OWNER_URL")
        return with_options(found, BOTH_SCHEMAS["options"])

    def _database_url(self, name: str) -> dict[str, Any]:
        given = os.environ.get(name, "").startswith(("postgres://", "postgresql://"))
        found: dict[str, Any] = self._read.db_url(name) if given else {}
        if not (found.get("NAME") and found.get("USER")):
            refuse(f"Set {name} to postgres://ROLE:PASSWORD@HOST/DATABASE; only PostgreSQL is supported.")
        return found

    def _secret_key(self) -> str:
        key = self._given("SECRET_KEY")
        if len(key) < MINIMUM_SECRET or key.startswith("django-insecure-"):
            refuse(f"Set SECRET_KEY to at least {MINIMUM_SECRET} random characters that nobody else knows.")
        return key

    def _welfare_keys(self) -> list[bytes]:
        """32 bytes each, the current one first; older ones stay to open what they sealed."""
        try:
            keys = [base64.b64decode(word, validate=True) for word in self._given("WELFARE_KEYS").split(",")]
        except binascii.Error:
            keys = []
        if not keys or any(len(key) != 32 for key in keys):
            refuse("Set WELFARE_KEYS to one or more keys of 32 random bytes in base64, with commas between.")
        return keys

    def _allowed_hosts(self) -> list[str]:
        own = ["localhost", "127.0.0.1", "[::1]"] if self.demo else []
        hosts: list[str] = self._read.list("ALLOWED_HOSTS", default=own)
        if not hosts or "*" in hosts:
            refuse("Set ALLOWED_HOSTS to the host names of this site, with commas between.")
        return hosts

    def _broker_url(self) -> str:
        url = os.environ.get("REDIS_URL", "")
        if not url and self.demo:
            return Valkey(self.data_dir).url()
        if not url.startswith(BROKERS):
            refuse("Set REDIS_URL to the broker, for example redis://HOST:6379/0.")
        return url

    def _cache(self) -> dict[str, Any]:
        """Counts the attempts to sign in: shared by all processes, except in a demo, which has one."""
        if self.demo and not os.environ.get("CACHE_URL"):
            return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
        url = os.environ.get("CACHE_URL") or self.broker_url
        if not url.startswith(CACHES):
            refuse("Set CACHE_URL to a Redis server, for example redis://HOST:6379/1.")
        waits = {"socket_connect_timeout": 2, "socket_timeout": 2}
        backend = "django.core.cache.backends.redis.RedisCache"
        return {"BACKEND": backend, "LOCATION": url, "KEY_PREFIX": "lms", "OPTIONS": waits}

    def _trusted_proxies(self) -> int:
        """How many proxies stand before the site: the address of a visitor is the one that far back."""
        given = os.environ.get("TRUSTED_PROXIES") or ("0" if self.demo else "1")
        if not given.isdecimal():
            refuse("Set TRUSTED_PROXIES to the number of proxies between the site and its visitors.")
        return int(given)

    def _api_requests_a_minute(self) -> int:
        given = os.environ.get("API_REQUESTS_A_MINUTE") or "120"
        if not given.isdecimal() or not 1 <= int(given) <= MOST_API_REQUESTS:
            refuse(f"Set API_REQUESTS_A_MINUTE to a number from 1 to {MOST_API_REQUESTS}.")
        return int(given)

    def _email(self) -> dict[str, Any]:
        url = os.environ.get("EMAIL_URL", "")
        if not url and self.demo:
            backend = "lms.ops.mail_folder.EmailBackend"
            return {"EMAIL_BACKEND": backend, "EMAIL_FILE_PATH": str(self.data_dir / "mail")}
        scheme, _, rest = url.partition("://")
        known = scheme in environ.Env.EMAIL_SCHEMES and rest
        if not known or (scheme in SILENT_MAIL and not self.demo):
            refuse("Set EMAIL_URL to the mail server, for example smtp+tls://USER:PASSWORD@HOST:587.")
        return {name: value for name, value in self._read.email_url("EMAIL_URL").items() if name != "OPTIONS"}

    def _first_host(self) -> str:
        """The first of ALLOWED_HOSTS; one that begins with a dot stands for all below it."""
        return self.allowed_hosts[0].removeprefix(".")

    def _site_url(self) -> str:
        """Where the links of mails lead, without a slash at the end: a mail is made without any request."""
        port = os.environ.get("PORT") or "8000"
        own = f"http://localhost:{port}" if self.demo else f"https://{self._first_host()}"
        url = (os.environ.get("SITE_URL") or own).rstrip("/")
        if not url.startswith("https://") and not (self.demo and url.startswith("http://")):
            refuse("Set SITE_URL to the address of this site, for example https://learning.example.")
        return url

    def _outbox_uncertain(self) -> str:
        given = os.environ.get("OUTBOX_UNCERTAIN") or "hold"
        if given not in UNCERTAIN_MAIL:
            refuse("Set OUTBOX_UNCERTAIN to hold (no mail comes twice) or resend (none is lost).")
        return given

    def _register_most_bytes(self) -> int:
        given = os.environ.get("REGISTER_MOST_MB") or "64"
        if not given.isdecimal() or not 1 <= int(given) <= MOST_REGISTER_MB:
            refuse(f"Set REGISTER_MOST_MB to a number from 1 to {MOST_REGISTER_MB}: megabytes of a register.")
        return int(given) * 1024 * 1024

    def _welfare_keep(self) -> str:
        given = os.environ.get("WELFARE_KEEP") or "sealed"
        if given not in WELFARE_KEEP:
            refuse(
                "Set WELFARE_KEEP to sealed, or to nothing if the employer of analysts here runs this server."
            )
        return given

    def _run_by(self) -> str:
        given = " ".join((os.environ.get("RUN_BY") or "").split())
        if len(given) > LONGEST_RUN_BY:
            refuse(f"Set RUN_BY to {LONGEST_RUN_BY} characters at most: who runs this server, and who pays.")
        return given

    def _static_storage(self) -> str:
        if self.demo:
            return "django.contrib.staticfiles.storage.StaticFilesStorage"
        return "whitenoise.storage.CompressedManifestStaticFilesStorage"


def embedded_database(data_dir: Path) -> dict[str, Any]:
    """The settings of the database that comes with the checkout."""
    way_in = {"PASSWORD": "", "HOST": "", "PORT": ""}
    return {
        "ENGINE": "lms.ops.embedded",
        "NAME": EMBEDDED.database,
        "USER": EMBEDDED.application,
        **way_in,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "DATA_DIR": str(data_dir),
        "OWNER": {"USER": EMBEDDED.owner, **way_in, "OPTIONS": BOTH_SCHEMAS},
    }


def with_options(database: dict[str, Any], more: str) -> dict[str, Any]:
    """The settings of a database with options for its sessions beside those that its URL gives."""
    given = database.get("OPTIONS", {})
    return {**database, "OPTIONS": {**given, "options": " ".join(filter(None, [given.get("options"), more]))}}


def behind_the_wall(database: dict[str, Any]) -> dict[str, Any]:
    """A second connection to the same database, which sees the welfare schema and nothing else.

    It enters as the application and steps into the welfare role before the first statement.
    """
    role = Roles(owner="", application=database["USER"], database="").welfare
    without_owner = {name: value for name, value in database.items() if name != "OWNER"}
    return with_options(without_owner, f"-c role={role} -c search_path={WELFARE_SCHEMA}")
