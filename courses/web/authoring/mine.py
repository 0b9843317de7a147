"""/teach/: one's own courses, a new one, and one course with its versions."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.authoring.drafts import (
    add_author,
    begin_course,
    copy_to_draft,
    remove_author,
    retire_version,
)
from courses.enums import VersionStatus
from courses.models import ActivityKind, Course, CourseVersion
from courses.queries.authoring import own
from courses.web import words
from courses.web.authoring.base import CourseView
from lms.kit.errors import Refused
from lms.web.tables import Cell, Header, Table, simple
from lms.web.views import FormPage, PageView, RefuseMixin

# What can be given as a course; the other kinds of activity have no versions.
COURSE_KINDS = ("basic", "advanced", "online")


class MyCoursesPage(PageView):
    """What one may write, with what is published and what is a draft. Constant queries."""

    allowed = staticmethod(rules.may_teach)
    page_title = gettext_lazy("My courses")
    template_name = "courses/authoring/mine.html"

    def get_context(self) -> dict[str, Any]:
        courses = list(own.courses_of(self.request.user))
        return {"table": my_table(courses) if courses else None}


def my_table(courses: list[Course]) -> Table:
    headers = [Header(_("Course")), Header(_("Kind")), Header(_("Published")), Header(_("Draft"))]
    rows = [
        [
            Cell(newest_title(course), reverse("teach-course", args=[course.slug])),
            course.kind.name,
            version_cell(course, VersionStatus.PUBLISHED),
            version_cell(course, VersionStatus.DRAFT),
        ]
        for course in courses
    ]
    return simple(_("Courses that you write"), headers, rows)


def newest_title(course: Course) -> str:
    return next((version.title for version in course.versions.all()), course.slug)


def version_cell(course: Course, status: str) -> Cell:
    found = next((version for version in course.versions.all() if version.status == status), None)
    return version_link(course, found) if found else Cell("–")


def version_link(course: Course, version: CourseVersion) -> Cell:
    name = _("Version %(number)s") % {"number": version.number}
    return Cell(name, reverse("teach-version", args=[course.slug, version.number]))


class NewCourseForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    kind = forms.ModelChoiceField(
        label=gettext_lazy("Kind"), queryset=ActivityKind.objects.filter(code__in=COURSE_KINDS)
    )
    self_care = forms.BooleanField(
        label=gettext_lazy("About looking after oneself: who takes it may keep that private"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].label_from_instance = lambda kind: kind.name  # type: ignore[attr-defined]  # of its class


class NewCoursePage(FormPage):
    allowed = staticmethod(rules.may_teach)
    page_title = gettext_lazy("New course")
    form_class = NewCourseForm
    submit_label = gettext_lazy("Begin the course")

    def act(self, form: Any) -> None:
        self.version = begin_course(by=self.request.user, **form.cleaned_data)

    def get_success_url(self) -> str:
        return reverse("teach-version", args=[self.version.course.slug, self.version.number])

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("My courses"), reverse("teach"))]


class AuthorForm(forms.Form):
    email = forms.EmailField(label=gettext_lazy("E-mail address of another trainer"))


class CoursePage(RefuseMixin, CourseView):
    """The versions of a course, who writes it, and the ways to the next version."""

    template_name = "courses/authoring/course.html"

    def get_page_title(self) -> str:
        return newest_title(self.course)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Let another trainer write it too."""
        form = AuthorForm(request.POST)
        if form.is_valid() and self.attempt(form, lambda: self.add(form.cleaned_data["email"])):
            messages.success(request, _("Added. You both write this course now."))
            return redirect("teach-course", slug=self.course.slug)
        return self.render(form=form)

    def add(self, email: str) -> None:
        add_author(course=self.course, email=email, by=self.request.user)

    def get_context(self) -> dict[str, Any]:
        versions = list(self.course.versions.all())
        by_status = {version.status: version for version in reversed(versions)}
        return {
            "course": self.course,
            "table": versions_table(self.course, versions),
            "draft": by_status.get(VersionStatus.DRAFT),
            "published": by_status.get(VersionStatus.PUBLISHED),
            "newest": versions[0] if versions else None,
            "authors": self.course.authors.select_related("person"),
            "form": AuthorForm(),
        }


class RemoveAuthorView(CourseView):
    """Somebody who writes the course no more; who takes off oneself goes back to the list."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        author = get_object_or_404(self.course.authors, pk=kwargs["pk"])
        try:
            remove_author(course=self.course, author=author, by=self.request.user)
        except Refused as refusal:
            messages.warning(request, refusal.sentence)
            return redirect("teach-course", slug=self.course.slug)
        messages.success(request, _("Done. What was written stays."))
        return (
            redirect("teach") if author == self.request.user else redirect("teach-course", self.course.slug)
        )


def versions_table(course: Course, versions: list[CourseVersion]) -> Table:
    headers = [
        Header(_("Version")),
        Header(_("Status")),
        Header(_("Published")),
        Header(_("Retired")),
        Header(_("Compared")),
    ]
    first = min((version.number for version in versions), default=0)
    rows = [
        [
            version_link(course, version),
            version.get_status_display(),
            words.reader_time(version.published_at) if version.published_at else "–",
            words.reader_time(version.retired_at) if version.retired_at else "–",
            changes_link(course, version) if version.number > first else Cell("–"),
        ]
        for version in versions
    ]
    return simple(_("Versions, the newest first"), headers, rows)


def changes_link(course: Course, version: CourseVersion) -> Cell:
    address = reverse("teach-changes", args=[course.slug, version.number])
    return Cell(_("What changed in version %(number)s") % {"number": version.number}, address)


class NewDraftView(CourseView):
    """A draft of one version; where there is a draft already, that is said."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        version = get_object_or_404(self.course.versions, number=kwargs["number"])
        try:
            version = copy_to_draft(version=version, by=self.request.user)
        except Refused as refusal:
            messages.warning(request, refusal.sentence)
            return redirect("teach-course", slug=self.course.slug)
        messages.success(request, _("This is the new draft. Nobody but its authors sees it."))
        return redirect("teach-version", slug=self.course.slug, number=version.number)


class RetireView(CourseView):
    """Out of the catalogue; who is under way finishes it."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        version = get_object_or_404(self.course.versions, number=kwargs["number"])
        try:
            retire_version(version=version, by=self.request.user)
        except Refused as refusal:
            messages.warning(request, refusal.sentence)
        else:
            messages.success(request, _("It is retired. Who has begun it can finish it."))
        return redirect("teach-course", slug=self.course.slug)
