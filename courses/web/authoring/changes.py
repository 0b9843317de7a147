"""What changed from one version of a course to another."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from courses.models import CourseVersion
from courses.queries.authoring import own
from courses.queries.authoring.changes import changes
from courses.web.authoring.base import VersionView
from lms.web.templatetags.ui import Chip


class ChangesPage(VersionView):
    """`?from=` names an earlier version; without it, the one just before."""

    template_name = "courses/authoring/changes.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = request.GET.get("from", "")
        earlier = self.version.course.versions.filter(number__lt=self.version.number)
        if asked.isdecimal() and len(asked) < 9:
            self.before: CourseVersion | None = get_object_or_404(earlier, number=asked)
        else:
            self.before = own.version_before(self.version)
        return self.render()

    def get_page_title(self) -> str:
        return _("What changed")

    def get_context(self) -> dict[str, Any]:
        earlier = self.version.course.versions.filter(number__lt=self.version.number)
        current = self.before.number if self.before else 0
        return {
            "version": self.version,
            "before": self.before,
            "changes": changes(self.before, self.version) if self.before else [],
            "chips": [chip(one.number, current) for one in earlier],
        }


def chip(number: int, current: int) -> Chip:
    return Chip(_("Version %(number)s") % {"number": number}, f"?from={number}", number == current)
