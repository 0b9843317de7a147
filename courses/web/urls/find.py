"""Searching the network, saved filters, and what is done to many rows at once."""

from django.urls import path

from courses.web.find import search

urlpatterns = [
    path("staff/search/", search.SearchPage.as_view(), name="staff-search"),
]
