"""The site's own addresses, and the bare page that they are held against; served by benchmarks alone."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from courses.models import Course
from lms.config.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500"]

BARE = "bench/bare/"


@login_not_required
def bare(request: HttpRequest) -> HttpResponse:
    """As little as a page of Django can be that asks the database one thing: no template, no reader."""
    course = Course.objects.get(slug=request.GET["course"])
    return HttpResponse(f"<!DOCTYPE html><title>{course.slug}</title><h1>{course.slug}</h1>")


urlpatterns = [path(BARE, bare), path("", include("lms.config.urls"))]
