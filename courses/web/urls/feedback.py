"""Feedback: asked, given, and summed over a year."""

from django.urls import path

from courses.web.feedback import answering, asking, year

urlpatterns = [
    path("feedback/", answering.AskedOfMePage.as_view(), name="feedback"),
    path("feedback/<int:pk>/", answering.AnswerPage.as_view(), name="feedback-answer"),
    path("feedback/asked/", asking.AskedPage.as_view(), name="feedback-asked"),
    path("feedback/asked/<int:pk>/", asking.ResultPage.as_view(), name="feedback-result"),
    path("feedback/of/<int:pk>/", asking.AskPage.as_view(), name="feedback-ask"),
    path("staff/feedback/", year.YearPage.as_view(), name="staff-feedback"),
    path("staff/feedback/download/", year.YearDownload.as_view(), name="staff-feedback-download"),
]
