"""Addresses of the facts behind a frozen number, and behind the same number today."""

from urllib.parse import urlencode

from django.urls import reverse

from courses.kinds.figures import Definition, Key
from courses.kinds.figures.definition import WHOLE
from courses.models import Snapshot
from courses.queries.counts import Code
from courses.queries.snapshots.definitions import question_of
from courses.web.counts.links import facts_url


def frozen_url(snapshot: Snapshot, key: Key) -> str:
    """'' for what stands behind all lines of a statement together: its lines can be opened."""
    if key.line == WHOLE:
        return ""
    asked = urlencode({"line": key.line, "count": key.code, "value": key.value})
    return f"{reverse('staff-figure-facts', args=[snapshot.pk])}?{asked}"


def today_url(definition: Definition, key: Key) -> str:
    if key.line == WHOLE:
        return ""
    question = question_of(definition, definition.asked[key.line - 1])
    return facts_url(Code.parse(key.code), question, key.value or None)
