"""The glossary of a course as a page, and its terms where a lesson uses them first."""

from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.kinds.blocks import BlockKind
from courses.models import CourseVersion, GlossaryTerm
from courses.queries.content import content_of
from courses.web.learn.blocks import ShownBlock
from courses.web.learn.catalogue import OfCourse
from lms.web.markdown import render_with_terms
from lms.web.terms import Term


class GlossaryPage(OfCourse):
    """The words of the version that somebody takes, else of the one in the catalogue."""

    page_title = gettext_lazy("Words used in this course")
    template_name = "courses/catalogue/glossary.html"

    def get_crumbs(self) -> list[tuple[str, str]]:
        course = reverse("course", args=[self.course.slug])
        return [(_("Courses"), reverse("courses")), (self.version.title, course)]

    def get_context(self) -> dict[str, Any]:
        return {"version": self.version, "glossary": self.version.glossary.all()}


def with_terms(
    version: CourseVersion, shown: list[ShownBlock]
) -> tuple[list[ShownBlock], list[GlossaryTerm]]:
    """The blocks with each term marked where the lesson's texts use it first, and the terms that were.

    No query for a published version.
    """
    glossary = {anchor(one): one for one in content_of(version).glossary}
    left = tuple(Term(one.term, name) for name, one in glossary.items())
    marked: list[ShownBlock] = []
    used: set[str] = set()
    for one in shown:
        if one.block.kind == BlockKind.TEXT and left:
            html, found = render_with_terms(one.block.data["markdown"], left)
            left = tuple(term for term in left if term not in found)
            used |= {term.anchor for term in found}
            marked.append(replace(one, html=html))
        else:
            marked.append(one)
    return marked, [one for name, one in glossary.items() if name in used]


def anchor(term: GlossaryTerm) -> str:
    """The id of what says on the page what a term means."""
    return f"word-{term.pk}"
