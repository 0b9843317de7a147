"""Save what holds for a whole version: its rules and words, and its glossary."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.actions.authoring.claims import claim, require_seen
from courses.models import Course, CourseVersion, GlossaryTerm, Prerequisite
from courses.queries.authoring.texts import glossary_text, settings_text
from courses.queries.prerequisites import leads_back, titles
from lms.kit.errors import Refused
from lms.kit.locks import Lock, hold
from lms.people.models import User

# A lesson's texts are looked through for all of them.
MOST_TERMS = 300


@transaction.atomic
def save_settings(
    *, version: CourseVersion, fields: Mapping[str, Any], first: Iterable[Course], seen: str, by: User
) -> None:
    """Set columns of the version, and the courses to be completed ``first``.

    Raises Stale where somebody saved the settings since ``seen``.
    """
    draft = claim(version=version, by=by)
    require_seen(text=settings_text(draft), seen=seen)
    courses = list(first)
    require_no_circle(draft.course, courses)
    CourseVersion.objects.filter(pk=draft.pk).update(**fields)
    draft.prerequisites.all().delete()
    Prerequisite.objects.bulk_create(Prerequisite(version=draft, course=course) for course in courses)


def require_no_circle(course: Course, first: list[Course]) -> None:
    """Raise Refused where one of the courses asks, in the end, for this one; two authors at once included."""
    if course in first:
        raise Refused(_("A course cannot ask for itself."), field="first")
    if not first:
        return
    # No row stands for the courses that two drafts ask for: whoever is second must see what was first.
    hold(Lock.PREREQUISITES)
    back = leads_back(course, first)
    if back:
        raise Refused(
            _("%(title)s asks for this course in its turn: nobody could begin either.")
            % {"title": titles([back])[back.pk]},
            field="first",
        )


def check_glossary(terms: int) -> None:
    """Raises Refused for more terms than a lesson can be looked through for."""
    if terms > MOST_TERMS:
        raise Refused(_("A glossary has at most %(most)s terms.") % {"most": MOST_TERMS}, field="source")


@transaction.atomic
def save_glossary(*, version: CourseVersion, terms: list[dict[str, str]], seen: str, by: User) -> None:
    """Make these the glossary. Raises Stale where somebody saved it since ``seen``."""
    draft = claim(version=version, by=by)
    require_seen(text=glossary_text(draft), seen=seen)
    names = [term["term"].strip() for term in terms]
    if not all(names) or len(set(names)) < len(names):
        raise Refused(_("Every term is there once, and none is empty."), field="source")
    if any(len(name) > 120 for name in names):
        raise Refused(_("A term has at most 120 characters."), field="source")
    check_glossary(len(terms))
    draft.glossary.all().delete()
    GlossaryTerm.objects.bulk_create(
        GlossaryTerm(version=draft, term=term["term"].strip(), meaning=term["meaning"]) for term in terms
    )
