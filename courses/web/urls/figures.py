"""Published figures and confirmed years: for staff, and for the managers of each hotline."""

from django.urls import path

from courses.web.figures import detail, facts, freezing, lists, own_year, years

FIGURE = "staff/figures/<int:pk>/"
YEARS = "staff/figures/years/<int:year>/"
OWN_YEAR = "hotline/<int:pk>/year/<int:year>/"
urlpatterns = [
    path("staff/figures/", lists.FiguresPage.as_view(), name="staff-figures"),
    path("staff/figures/freeze/", freezing.FreezePage.as_view(), name="staff-figure-freeze"),
    path(YEARS, years.YearsPage.as_view(), name="staff-years"),
    path(f"{YEARS}<int:hotline>/reopen/", years.StaffReopenPage.as_view(), name="staff-year-reopen"),
    path("staff/figures/corrections/", years.CorrectionsPage.as_view(), name="staff-corrections"),
    path("staff/figures/corrections/<int:pk>/", years.AnswerPage.as_view(), name="staff-correction"),
    path(FIGURE, detail.FigurePage.as_view(), name="staff-figure"),
    path(f"{FIGURE}facts/", facts.FrozenFactsPage.as_view(), name="staff-figure-facts"),
    path(f"{FIGURE}<str:form>/", detail.FigureDownload.as_view(), name="staff-figure-download"),
    path(OWN_YEAR, own_year.OwnYearPage.as_view(), name="own-year"),
    path(f"{OWN_YEAR}facts/", own_year.OwnYearFactsPage.as_view(), name="own-year-facts"),
    path(f"{OWN_YEAR}correction/", own_year.CorrectionPage.as_view(), name="own-year-correction"),
    path(f"{OWN_YEAR}reopen/", own_year.ReopenPage.as_view(), name="own-year-reopen"),
]
