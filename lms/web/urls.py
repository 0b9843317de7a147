"""The addresses of the platform itself."""

from django.urls import path

from lms.web import views

urlpatterns = [
    path("", views.HomePage.as_view(), name="home"),
]
