"""Assessments: who takes them, and who marks them."""

from django.urls import path

from courses.web.assessments import attempt, corrections, essays, extra_time

urlpatterns = [
    path("learn/<int:pk>/assessment/", attempt.StartPage.as_view(), name="assessment"),
    path("learn/<int:pk>/assessment/<int:number>/", attempt.AttemptPage.as_view(), name="attempt"),
    path(
        "learn/<int:pk>/assessment/<int:number>/result/", attempt.ResultPage.as_view(), name="attempt-result"
    ),
    path("teach/marks/", essays.EssaysPage.as_view(), name="teach-marks"),
    path("teach/marks/<int:pk>/", essays.EssayPage.as_view(), name="teach-essay"),
    path("teach/questions/", corrections.QuestionsPage.as_view(), name="teach-questions"),
    path("teach/questions/<int:pk>/", corrections.CorrectionPage.as_view(), name="teach-correction"),
    path("teach/extra-time/", extra_time.PeoplePage.as_view(), name="teach-extra-times"),
    path("teach/extra-time/<int:pk>/", extra_time.ExtraTimePage.as_view(), name="teach-extra-time"),
]
