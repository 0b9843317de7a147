"""The training counts, for staff."""

from django.urls import path

from courses.web.counts import facts, page

urlpatterns = [
    path("staff/counts/", page.CountsPage.as_view(), name="staff-counts"),
    path("staff/counts/facts/", facts.FactsPage.as_view(), name="staff-counts-facts"),
    path("staff/counts/download/<str:form>/", page.CountsDownload.as_view(), name="staff-counts-download"),
]
