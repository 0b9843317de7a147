"""The outline beside a lesson. Its rows are written here, not in a template: a page holds one for each lesson
of the course, and a template takes as long over them as over half of the rest of the page.
"""

from collections.abc import Sequence
from html import escape
from itertools import groupby

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from courses.models import Lesson
from courses.queries.enrolments import Step

HERE = ' aria-current="page"'


def modules(steps: Sequence[Step], current: Lesson, url: str) -> list[tuple[str, SafeString]]:
    """Each module's title with its lessons as list items; ``url`` is the address of the current lesson."""
    # One address is resolved: the others differ from it in their last part only.
    beside = url.removesuffix(f"{current.key}/")
    done = f' <span class="tag">{escape(_("done"))}</span>'
    by_module = groupby(steps, key=lambda step: step.lesson.module_id)
    return [
        (rows[0].lesson.module.title, rows_of(rows, current, beside, done))
        for rows in (list(group) for _module, group in by_module)
    ]


def rows_of(steps: Sequence[Step], current: Lesson, beside: str, done: str) -> SafeString:
    # Whatever somebody wrote is escaped in row().
    return mark_safe("".join(row(step, current, beside, done) for step in steps))  # noqa: S308


def row(step: Step, current: Lesson, beside: str, done: str) -> str:
    lesson = step.lesson
    here = HERE if lesson.pk == current.pk else ""
    after = done if step.done else ""
    return f'<li><a href="{beside}{escape(lesson.key)}/"{here}>{escape(lesson.title)}</a>{after}</li>'
