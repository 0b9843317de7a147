"""The addresses under /checkins/."""

from django.urls import path

from welfare.web import checkins, history, reminders

urlpatterns = [
    path("checkins/", checkins.CheckinsPage.as_view(), name="checkins"),
    path("checkins/pulse/", checkins.PulsePage.as_view(), name="checkin-pulse"),
    path("checkins/not-this-time/", checkins.NotThisTimeView.as_view(), name="checkin-not-this-time"),
    path("checkins/who-sees-what/", checkins.WhoSeesWhatPage.as_view(), name="checkin-who-sees-what"),
    path("checkins/history/", history.HistoryPage.as_view(), name="checkin-history"),
    path("checkins/history/erase/", history.ErasePage.as_view(), name="checkin-erase"),
    path("checkins/reminders/", reminders.RemindersPage.as_view(), name="checkin-reminders"),
    path("checkins/reminders/stop/", reminders.StopView.as_view(), name="checkin-stop-reminders"),
    path(
        "checkins/reminders/leave/<int:leave>/",
        reminders.RemoveLeaveView.as_view(),
        name="checkin-remove-leave",
    ),
]
