"""Every setting comes from the environment; docs/operators.md lists the variables.

Demo mode is on exactly when DATABASE_URL is unset, or DEMO=1. Outside demo mode nothing has a default
that would be unsafe: what is missing stops the start with one sentence.
"""

from pathlib import Path

from lms.config.environment import Environment

BASE_DIR = Path(__file__).resolve().parents[2]
env = Environment(BASE_DIR)

DEMO = env.demo
DATA_DIR = env.data_dir
# Pictures, videos and files of lessons, by digest; handed out by views that ask who may see them.
MEDIA_DIR = env.media_dir
# Registers that staff brought in and what would come of them; private, they hold names and addresses.
REGISTERS_DIR = env.registers_dir
# Of one register, in bytes: as it is uploaded, and unpacked.
REGISTER_MOST_BYTES = env.register_most_bytes
# What was erased for good, told under keys: kept apart from backups, replayed after one is restored.
ERASURE_LIST = env.erasure_list
SECRET_KEY = env.secret_key
# Open what an earlier key sealed: sessions, and the secrets of second factors.
SECRET_KEY_FALLBACKS = env.old_secret_keys
# Wrap what people seal for their own eyes once more; the current key first, all of them outside the database.
WELFARE_KEYS = env.welfare_keys
# "sealed" where analysts may keep check-ins for own eyes, "nothing" where their employer runs the server.
WELFARE_KEEP = env.welfare_keep
# Who runs this server and who pays for it, as analysts read it beside check-ins; "" where nobody has said.
RUN_BY = env.run_by
DEMO_PASSWORD = env.demo_password
DEBUG = False
ALLOWED_HOSTS = env.allowed_hosts
CSRF_TRUSTED_ORIGINS = env.trusted_origins

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "django_prometheus",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "pgtrigger",
    "lms.web",
    "lms.people",
    "lms.outbox",
    "courses",
    "welfare",
    "lms.ops",
]

MIDDLEWARE = [
    "lms.web.middleware.RequestLogMiddleware",
    "lms.web.middleware.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "lms.web.middleware.ReaderZoneMiddleware",
    "lms.web.middleware.LoginRequiredMiddleware",
    "lms.web.middleware.BusyMiddleware",
]

ROOT_URLCONF = "lms.config.urls"
WSGI_APPLICATION = "lms.config.wsgi.application"

# Widgets alone, by Django's own templates for them: a page with three lists of countries spent most of its
# time on those.
FORM_RENDERER = "django.forms.renderers.Jinja2"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lms.web.context.page",
            ],
        },
    },
]

DATABASES = {"default": env.database, "welfare": env.welfare_database}
DATABASE_ROUTERS = ["lms.config.routers.WelfareRouter"]
CACHES = {"default": env.cache}
# A view opens its own transaction in an action; a page that only reads needs none.
ATOMIC_REQUESTS = False
# A lesson is one form, and a case with many steps has many fields: refused, its author would lose it all.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "lms.people.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
# Whoever finds an open session does not get to the keys of the login with it.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# Attempts to sign in are counted by address, which a visitor can invent beyond these.
ALLAUTH_TRUSTED_PROXY_COUNT = env.trusted_proxies
MFA_ADAPTER = "lms.people.second_factor.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True

LANGUAGE_CODE = "en"
USE_I18N = True
# Only what is translated: a browser's wish for another language would mix two on one page.
LANGUAGES = [("en", "English")]
FORMAT_MODULE_PATH = "lms.web.formats"
USE_TZ = True
TIME_ZONE = "UTC"
# A training year is a year in this zone, whatever zone an activity took place in.
REPORTING_ZONE = "Europe/Amsterdam"

STATIC_URL = "/static/"
# Demo mode serves from the sources; whitenoise warns about a folder that is not there.
STATIC_ROOT = None if DEMO else BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": env.static_storage},
}
WHITENOISE_USE_FINDERS = DEMO

EMAIL_CONFIG = env.email
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.from_email
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Seconds for each answer of the mail server; the lease of a mail being sent counts on it.
EMAIL_TIMEOUT = 15
SITE_URL = env.site_url
OUTBOX_UNCERTAIN = env.outbox_uncertain
# Of lms/kit/prepared.py: off behind a pooler that does not know them.
PREPARED_STATEMENTS = env.prepared_statements

METRICS_TOKEN = env.metrics_token

# A task is a wake-up: it may come twice, late or never, and the rows it looks for stay in PostgreSQL.
CELERY_BROKER_URL = env.broker_url
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A broker that comes back hands the task out again: the one that still runs would be its double.
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "lms.ops.heartbeat.MarkingScheduler"
# A task that outlived the visibility timeout would be handed to a second worker while it still runs.
# One that may take longer says so where it is declared, and its double finds the work taken.
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 270
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    # Unacknowledged messages are otherwise looked for every 100 seconds only.
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
    # A page that nudges a task must not wait long for a broker that is gone: it looks once more, at once,
    # where the default is after two seconds.
    "max_retries": 1,
    "interval_start": 0.1,
    "socket_connect_timeout": 2,
    "socket_timeout": 10,
    # A connection that died without a word is noticed within half a minute.
    "health_check_interval": 25,
}

# The first of them bounds what may be sent at all, by the view it is sent to.
FILE_UPLOAD_HANDLERS = [
    "lms.web.uploads.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEMO
SESSION_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 0 if DEMO else 31_536_000
SECURE_SSL_REDIRECT = False
SECURE_PROXY_SSL_HEADER = None if DEMO else ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    }
}

CSRF_FAILURE_VIEW = "lms.web.errors.csrf_failure"

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["lms.web.api.parsing.Json"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["lms.web.api.authentication.BearerToken"],
    "DEFAULT_PERMISSION_CLASSES": ["lms.web.api.permissions.MayAsk"],
    "DEFAULT_THROTTLE_CLASSES": ["lms.web.api.throttling.PerToken"],
    "DEFAULT_SCHEMA_CLASS": "lms.web.api.schema.Schema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "lms.web.api.problems.answer",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Hotline Learning",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "POSTPROCESSING_HOOKS": ["lms.web.api.schema.with_problems"],
}
# Of one token, in a minute of the clock.
API_REQUESTS_A_MINUTE = env.api_requests_a_minute

# Addresses whose requests leave no line in the log, only a day's total under this label.
MERGED_IN_LOG = {
    "/checkins/": "welfare",
    "/support/": "welfare",
    "/me/reflections/": "own eyes",
    "/me/words/": "own eyes",
    "/me/as-others-see-me/": "own eyes",
}
LOGGING_CONFIG = "lms.web.logs.configure"
LOGGING = {"level": env.log_level}
