"""How the training that a form is about is called."""

from typing import Any

from django.utils.translation import gettext as _

from courses.web import words


def title(form: Any) -> str:
    """Of a form from courses.queries.feedback.named."""
    name: str = form.session_title or form.title or form.kind_name
    return name


def when(form: Any) -> str:
    """The day and hour at the place; '' for what has none."""
    starts = form.session_starts_at or form.starts_at
    return words.time_in(starts, form.zone) if starts else _("self-paced")
