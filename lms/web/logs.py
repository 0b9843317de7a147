"""Structured logs: one line an event, a request id, no personal data.

JSON on a server, plain columns on a terminal. Everything logged through the standard library passes the
same way, so what a dependency writes is cleaned too.
"""

import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from types import TracebackType
from typing import Any, TextIO

import structlog
from django.conf import settings

Event = MutableMapping[str, Any]
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]

WHO = {"user", "user_id", "username", "person", "person_id", "email", "name", "given_name", "family_name"}
WHERE_FROM = {"ip", "remote_addr", "path", "query", "url", "referer", "user_agent", "session", "request"}
PERSONAL = WHO | WHERE_FROM | {"body", "password"}
EMAIL = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+\.[^\s@<>\"']+")
ADDRESS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b|\b(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{0,4}\b", re.IGNORECASE)
QUERY = re.compile(r"\?\S+")
# Django and granian put the raw path into the message of these.
PATH_LOGGERS = ("django.request", "django.security", "django.server")


def configure(config: Mapping[str, Any]) -> None:
    """Set structlog and the standard library's logging up; Django calls it with the LOGGING setting."""
    set_up(sys.stderr, level=config.get("level", "INFO"))


def set_up(stream: TextIO, *, level: str = "INFO") -> logging.Handler:
    """Write all logs of at least `level` to `stream`; returns the handler, for whoever must take it away."""
    structlog.configure(
        processors=[*_cleaning(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_formatter(stream))
    handler.addFilter(is_news)
    logging.root.handlers = [handler]
    logging.root.setLevel(level)
    _own("django", "django.server", "django.request")
    return handler


def is_news(record: logging.LogRecord) -> bool:
    """Answers below 500 have their line in the request log; Django's second one only adds a time.

    Of an address in settings.MERGED_IN_LOG Django writes none at all, not of a fault either.
    """
    path = getattr(getattr(record, "request", None), "path_info", "")
    if merged_label(path):
        return False
    return record.name != "django.request" or record.levelno >= logging.ERROR


def merged_label(path: str) -> str | None:
    """The label that requests to this path are added up under, or None where they are logged one by one."""
    fitting = (label for prefix, label in settings.MERGED_IN_LOG.items() if path.startswith(prefix))
    return next(fitting, None)


def place_of(error: BaseException) -> str:
    """Module and line at which it was raised."""
    frames = _frames((type(error), error, error.__traceback__))
    return frames[-1] if frames else ""


def _own(*names: str) -> None:
    for name in names:
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True


def _cleaning() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        forget_paths,
        terse_exception,
        drop_personal_data,
    ]


def _formatter(stream: TextIO) -> logging.Formatter:
    terminal = stream.isatty()
    last = structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer()
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_cleaning(),
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
    )


def forget_paths(logger: Any, method: str, event: Event) -> Event:
    """Replace a message that carries the raw path by its kind and status."""
    record = event.get("_record")
    if record is not None and record.name.startswith(PATH_LOGGERS):
        event["event"] = record.name.removeprefix("django.") + " problem"
        event["status"] = getattr(record, "status_code", None)
    return event


def terse_exception(logger: Any, method: str, event: Event) -> Event:
    """Keep where an exception came from, not what it said: database errors quote the values they refuse."""
    exc_info = event.pop("exc_info", None)
    if exc_info is True:
        exc_info = sys.exc_info()
    if isinstance(exc_info, BaseException):
        exc_info = (type(exc_info), exc_info, exc_info.__traceback__)
    if exc_info and exc_info[0] is not None:
        event["exception"] = exc_info[0].__name__
        event["frames"] = _frames(exc_info)
    return event


def _frames(exc_info: ExcInfo) -> list[str]:
    return [f"{frame.f_globals.get('__name__')}:{line}" for frame, line in traceback.walk_tb(exc_info[2])]


def drop_personal_data(logger: Any, method: str, event: Event) -> Event:
    """Drop fields about people, and blank e-mail addresses, network addresses and query strings in texts."""
    for key in PERSONAL & event.keys():
        del event[key]
    for key, value in event.items():
        if isinstance(value, str) and key not in ("timestamp", "request_id"):
            event[key] = blank(value)
    return event


def blank(text: str) -> str:
    """The text without e-mail addresses, network addresses and query strings."""
    return QUERY.sub("?…", ADDRESS.sub("[address]", EMAIL.sub("[e-mail]", text)))
