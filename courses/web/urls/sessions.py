"""Training sessions: planned by who leads them, seen by who takes part, read by calendars."""

from django.urls import path

from courses.web.sessions import again, feed, listing, mine, one, plan, slots

COHORT = "teach/cohorts/<int:pk>/"
ACTIVITY = "staff/activities/<int:pk>/"
SESSION = "sessions/<int:pk>/"
urlpatterns = [
    path(f"{COHORT}sessions/", listing.CohortSessionsPage.as_view(), name="teach-sessions"),
    path(f"{COHORT}sessions/new/", plan.PlanCohortPage.as_view(), name="teach-plan-sessions"),
    path(f"{COHORT}slots/", slots.SlotsPage.as_view(), name="teach-slots"),
    path(f"{COHORT}again/", again.AgainPage.as_view(), name="teach-again"),
    path(f"{ACTIVITY}sessions/", listing.ActivitySessionsPage.as_view(), name="staff-sessions"),
    path(f"{ACTIVITY}sessions/new/", plan.PlanActivityPage.as_view(), name="staff-plan-sessions"),
    path(SESSION, one.SessionPage.as_view(), name="training-session"),
    path(f"{SESSION}change/", one.ChangePage.as_view(), name="change-session"),
    path(f"{SESSION}cancel/", one.CancelPage.as_view(), name="cancel-session"),
    path(f"{SESSION}reinstate/", one.ReinstateView.as_view(), name="reinstate-session"),
    path("me/sessions/", mine.MySessionsPage.as_view(), name="my-sessions"),
    path("me/calendar/", feed.CalendarPage.as_view(), name="my-calendar"),
    path("calendar/<str:token>.ics", feed.FeedView.as_view(), name="calendar-feed"),
]
