"""`manage.py export_training_counts`: the training counts of a year or a span of dates."""

import datetime as dt
import sys
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from courses.enums import Dimension
from courses.exports.counts import FORMATS, state, write
from courses.models import Grant
from courses.queries.counts import Question, UnknownValue
from courses.queries.counts.question import NOT_TEXT
from lms.kit.clock import Span
from lms.kit.terminal import reader_may_leave

USAGE_ERROR = 2
YEARS = range(1900, 9999)


class Command(BaseCommand):
    help = "Export the training counts of a year or a span of dates (Europe/Amsterdam)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--year", type=year, help="a calendar year, as in 2023")
        parser.add_argument("--from", dest="first", type=day, metavar="DATE", help="the first day")
        parser.add_argument("--to", dest="last", type=day, metavar="DATE", help="the last day")
        parser.add_argument(
            "--grant", metavar="GRANT", help="what a grant paid for; in its own period where none is given"
        )
        parser.add_argument("--as-of", type=day, metavar="DATE", help="as known by the end of this day")
        parser.add_argument("--by", metavar="DIMENSION", help=f"one of {', '.join(Dimension)}")
        parser.add_argument("--where", type=pair, action="append", default=[], metavar="DIMENSION=VALUE")
        parser.add_argument("--format", choices=FORMATS, default="json")
        parser.add_argument("--out", type=Path, metavar="FILE", help="write there instead of the screen")

    def handle(self, *, out: Path | None, **options: Any) -> None:
        try:
            statement = state(question(options))
            with reader_may_leave(sys.stdout):
                write(statement, options["format"], out or sys.stdout.buffer)
        except UnknownValue as unknown:
            raise CommandError(str(unknown), returncode=USAGE_ERROR) from None
        except OSError as error:
            reason = f"{out} cannot be written: {error.strerror}."
            raise CommandError(reason, returncode=USAGE_ERROR) from None
        for note in statement.notes[1:]:
            self.stderr.write(note)


def question(options: dict[str, Any]) -> Question:
    """Raises UnknownValue for a grant that is none."""
    where, span = options["where"], None
    if name := options["grant"]:
        grant = grant_of(name)
        where = [*where, (Dimension.GRANT.value, grant.name)]
        if not (options["year"] or options["first"] or options["last"]):
            span = Span(grant.first, grant.last)
    return Question(span or span_of(options), options["as_of"], tuple(dict.fromkeys(where)), options["by"])


def grant_of(name: str) -> Grant:
    found = None if NOT_TEXT.search(name) else Grant.objects.filter(name=name).first()
    if found is None:
        raise UnknownValue(_("No grant “%(name)s” is known here.") % {"name": name})
    return found


def span_of(options: dict[str, Any]) -> Span:
    """The span asked for; a usage error unless it is given one way and is a span."""
    year, first, last = options["year"], options["first"], options["last"]
    if year and not (first or last):
        return Span.of_year(year)
    if year or not (first and last):
        raise CommandError("Give either --year, or both --from and --to.", returncode=USAGE_ERROR)
    if last < first:
        raise CommandError("--to is before --from.", returncode=USAGE_ERROR)
    return Span(first, last)


def year(text: str) -> int:
    if not text.isdecimal() or int(text) not in YEARS:
        raise ArgumentTypeError(f"“{text}” is not a year; write it as 2023")
    return int(text)


def day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}” is not a date; write it as 2023-05-31") from None


def pair(text: str) -> tuple[str, str]:
    dimension, separator, value = text.partition("=")
    if not separator:
        raise ArgumentTypeError(f"“{text}” lacks its value; write it as audience=hotline")
    return dimension.strip(), value.strip()
