"""Addresses of training: each section in a module of its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("courses.web.urls.certificates")),
    path("", include("courses.web.urls.counts")),
    path("", include("courses.web.urls.learn")),
    path("", include("courses.web.urls.network")),
]
