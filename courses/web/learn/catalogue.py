"""/courses/: what there is to take, and one course before it is begun."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.enrolments import hide, join
from courses.models import Course, Enrolment
from courses.queries.catalogue import catalogue, in_catalogue
from courses.queries.certificates import renewable
from courses.queries.cohorts import open_cohort
from courses.queries.content import content_of
from courses.queries.enrolments import enrolment_of
from courses.queries.offered import of_course
from courses.queries.prerequisites import asked_of
from lms.kit.errors import Refused
from lms.web.views import PageView


class CataloguePage(PageView):
    allowed = staticmethod(rules.may_take_courses)
    page_title = gettext_lazy("Courses")
    template_name = "courses/catalogue/list.html"

    def get_context(self) -> dict[str, Any]:
        return {"entries": catalogue(self.request.user.person)}


class OfCourse(PageView, abstract=True):
    """A page about the version that somebody takes, else about the one in the catalogue."""

    allowed = staticmethod(rules.may_take_courses)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.course = get_object_or_404(Course.objects.select_related("kind"), slug=kwargs["slug"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.enrolment = (
            enrolment_of(self.request.user.person, self.course) if self.request.user.person else None
        )
        shown = self.enrolment.cohort.version if self.enrolment else in_catalogue(self.course)
        if shown is None:
            raise Http404
        self.version = shown
        return self.render()


class CoursePage(OfCourse):
    """What the course is about, what it asks for, and the one thing to do next."""

    template_name = "courses/catalogue/course.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Begin, or go on where one left off."""
        version = in_catalogue(self.course)
        person = self.request.user.person
        if version is None or person is None:
            messages.warning(request, _("This course cannot be begun: ask staff to link your login to you."))
            return redirect("course", slug=self.course.slug)
        try:
            enrolment = join(version=version, person=person, by=self.request.user)
        except Refused as refused:
            messages.warning(request, refused.sentence)
            return redirect("course", slug=self.course.slug)
        return redirect("learn", pk=enrolment.pk)

    def get_page_title(self) -> str:
        return self.version.title

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Courses"), reverse("courses"))]

    def get_context(self) -> dict[str, Any]:
        person = self.request.user.person
        asked = asked_of(self.version, person)
        renewals = renewable(person) if person and self.enrolment else []
        return {
            "renewal": next((one for one in renewals if one.version.course_id == self.course.pk), None),
            "course": self.course,
            "can_be_hidden": rules.can_be_hidden(self.version),
            "version": self.version,
            "enrolment": self.enrolment,
            "lessons": content_of(self.version).lessons,
            "glossary": self.version.glossary.all(),
            "cohorts": [] if self.enrolment else of_course(self.course, person),
            "joinable": not self.enrolment and open_cohort(self.version) is not None,
            "asked": asked,
            "missing": [one for one in asked if not one.held] if person and not self.enrolment else [],
        }


class HidePage(PageView):
    """Keep a self-care course to oneself, or show it again."""

    http_method_names = ["post"]
    allowed = staticmethod(rules.may_take_courses)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        mine = Enrolment.objects.filter(person__user=self.request.user).select_related(
            "cohort__version__course"
        )
        enrolment = get_object_or_404(mine, pk=kwargs["pk"])
        try:
            hide(enrolment=enrolment, hidden=request.POST.get("hidden") == "yes", by=self.request.user)
        except Refused as refused:
            messages.warning(request, refused.sentence)
        return redirect("course", slug=enrolment.cohort.version.course.slug)
