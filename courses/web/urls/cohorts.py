"""Cohorts: planned and led by trainers, asked for and left by who takes part."""

from django.urls import path

from courses.web.cohorts import board, enrolling, messages, own, people, plan, requests, sign_offs

COHORT = "teach/cohorts/<int:pk>/"
PLACE = "teach/places/<int:pk>/"
urlpatterns = [
    path("teach/cohorts/", board.CohortsPage.as_view(), name="teach-cohorts"),
    path("teach/cohorts/new/", plan.PlanPage.as_view(), name="teach-plan-cohort"),
    path(COHORT, board.CohortPage.as_view(), name="teach-cohort"),
    path(f"{COHORT}settings/", plan.SettingsPage.as_view(), name="teach-cohort-settings"),
    path(f"{COHORT}enrol/", enrolling.EnrolPage.as_view(), name="teach-enrol"),
    path(f"{COHORT}requests/", requests.RequestsPage.as_view(), name="teach-requests"),
    path(f"{COHORT}messages/", messages.MessagesPage.as_view(), name="teach-messages"),
    path(f"{COHORT}messages/<int:message>/", messages.MessagePage.as_view(), name="teach-message"),
    path("teach/candidates/<int:pk>/refuse/", requests.RefusePage.as_view(), name="teach-refuse"),
    path(PLACE, people.PersonPage.as_view(), name="teach-place"),
    path(f"{PLACE}withdraw/", people.WithdrawPage.as_view(), name="teach-withdraw"),
    path(f"{PLACE}transfer/", people.TransferPage.as_view(), name="teach-transfer"),
    path("teach/sign-offs/<int:pk>/take-back/", sign_offs.TakeBackPage.as_view(), name="teach-sign-off"),
    path("cohorts/", own.OfferedPage.as_view(), name="cohorts"),
    path("cohorts/<int:pk>/", own.PlacePage.as_view(), name="cohort-place"),
    path("learn/<int:pk>/withdraw/", own.LeavePage.as_view(), name="learn-withdraw"),
    path("me/display-name/", own.DisplayNamePage.as_view(), name="display-name"),
]
