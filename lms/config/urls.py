"""The roof: which package answers under which address."""

from django.urls import include, path

urlpatterns = [
    path("", include("lms.ops.urls")),
    path("accounts/", include("allauth.urls")),
]
