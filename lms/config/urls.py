"""The roof: which package answers under which address."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
]
