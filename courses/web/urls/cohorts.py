"""Cohorts, for the trainers who lead them."""

from django.urls import path

from courses.web.cohorts import board, sign_offs

urlpatterns = [
    path("teach/cohorts/", board.CohortsPage.as_view(), name="teach-cohorts"),
    path("teach/cohorts/<int:pk>/", board.CohortPage.as_view(), name="teach-cohort"),
    path("teach/sign-offs/<int:pk>/take-back/", sign_offs.TakeBackPage.as_view(), name="teach-sign-off"),
]
