"""What is likely to be wrong with the data."""

from django.urls import path

from courses.web.quality import findings, page

urlpatterns = [
    path("staff/quality/", page.QualityPage.as_view(), name="staff-quality"),
    path("staff/quality/people/", findings.AffiliationPage.as_view(), name="staff-quality-affiliation"),
    path("staff/quality/zones/", findings.ZonePage.as_view(), name="staff-quality-zone"),
    path("staff/quality/duplicates/", findings.DuplicatesPage.as_view(), name="staff-quality-duplicates"),
    path("staff/quality/dates/", findings.DatesPage.as_view(), name="staff-quality-dates"),
    path("staff/quality/past/", findings.PastPage.as_view(), name="staff-quality-past"),
    path("staff/quality/hotlines/<int:year>/", findings.UntrainedPage.as_view(), name="staff-untrained"),
]
