"""Addresses of training: each section in a module of its own."""

from django.urls import include, path

urlpatterns = [
    # Before the player, which reads the same place in an address as the key of a lesson.
    path("", include("courses.web.urls.assessments")),
    path("", include("courses.web.urls.counts")),
    # Before the player, whose lessons would take these addresses for theirs.
    path("", include("courses.web.urls.assessments")),
    path("", include("courses.web.urls.learn")),
    path("", include("courses.web.urls.certificates")),
    path("", include("courses.web.urls.network")),
]
