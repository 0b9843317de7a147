"""The attendance register: trainers keep it, the enrolled enter its code."""

from django.urls import path

from courses.web.register import calls, close, code, guests, lists, marks, page

SESSION = "teach/sessions/<int:pk>/"
REGISTER = f"{SESSION}register/"
urlpatterns = [
    path("teach/registers/", lists.RegistersPage.as_view(), name="teach-registers"),
    path(REGISTER, page.RegisterPage.as_view(), name="teach-register"),
    path(f"{REGISTER}marks/", marks.MarksView.as_view(), name="teach-register-marks"),
    path(f"{REGISTER}close/", close.ClosePage.as_view(), name="teach-register-close"),
    path(f"{REGISTER}call/", calls.CallListPage.as_view(), name="teach-call-list"),
    path(f"{REGISTER}guests/", guests.GuestsPage.as_view(), name="teach-guests"),
    path(f"{REGISTER}code/", code.CodePage.as_view(), name="teach-attendance-code"),
    path("teach/cohorts/<int:pk>/attendance/", close.AskPage.as_view(), name="teach-cohort-attendance"),
    path("me/here/", code.HerePage.as_view(), name="attendance-code"),
    path("me/here/<slug:code>/", code.HerePage.as_view(), name="attendance-code-scanned"),
]
