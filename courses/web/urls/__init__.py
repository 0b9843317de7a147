"""Addresses of training: each section in a module of its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("courses.web.urls.counts")),
    path("", include("courses.web.urls.figures")),
    # Before the player, whose lessons would take these addresses for theirs.
    path("", include("courses.web.urls.assessments")),
    path("", include("courses.web.urls.cohorts")),
    path("", include("courses.web.urls.learn")),
    path("", include("courses.web.urls.certificates")),
    path("", include("courses.web.urls.gatherings")),
    path("", include("courses.web.urls.grants")),
    path("", include("courses.web.urls.imports")),
    path("", include("courses.web.urls.find")),
    path("", include("courses.web.urls.sheets")),
    path("", include("courses.web.urls.by_hand")),
    path("", include("courses.web.urls.network")),
    path("", include("courses.web.urls.quality")),
    path("", include("courses.web.urls.teach")),
    path("", include("courses.web.urls.register")),
    path("", include("courses.web.urls.sessions")),
    path("", include("courses.web.urls.feedback")),
    path("", include("courses.web.urls.onboarding")),
    path("", include("courses.web.urls.exchanges")),
]
