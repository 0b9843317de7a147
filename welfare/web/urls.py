"""The addresses under /checkins/, and those of reminder defaults under /support/."""

from django.urls import path

from welfare.web import checkins, defaults, own_dates, reminders

urlpatterns = [
    path("checkins/", checkins.CheckinsPage.as_view(), name="checkins"),
    path("checkins/pulse/", checkins.PulsePage.as_view(), name="checkin-pulse"),
    path("checkins/not-this-time/", checkins.NotThisTimeView.as_view(), name="checkin-not-this-time"),
    path("checkins/who-sees-what/", checkins.WhoSeesWhatPage.as_view(), name="checkin-who-sees-what"),
    path("checkins/reminders/", reminders.RemindersPage.as_view(), name="checkin-reminders"),
    path("checkins/reminders/stop/", reminders.StopPage.as_view(), name="checkin-stop-reminders"),
    path(
        "checkins/reminders/leave/<int:leave>/",
        reminders.RemoveLeaveView.as_view(),
        name="checkin-remove-leave",
    ),
    path("checkins/reminders/resume/", reminders.ResumeView.as_view(), name="checkin-resume"),
    path("checkins/put-off/", own_dates.PutOffPage.as_view(), name="checkin-put-off"),
    path("checkins/reminders/dates/", own_dates.OwnDatePage.as_view(), name="checkin-own-date"),
    path(
        "checkins/reminders/dates/<int:occurrence>/",
        own_dates.RemoveOwnDateView.as_view(),
        name="checkin-remove-own-date",
    ),
    path("support/reminders/", defaults.DefaultsPage.as_view(), name="reminder-defaults"),
    path("support/reminders/<int:hotline>/", defaults.DefaultPage.as_view(), name="reminder-default"),
    path("support/reminders/holidays/", defaults.HolidaysPage.as_view(), name="reminder-holidays"),
    path(
        "support/reminders/holidays/<str:code>/<int:year>/",
        defaults.AddHolidayPage.as_view(),
        name="reminder-add-holiday",
    ),
    path(
        "support/reminders/holidays/<str:code>/days/<str:day>/",
        defaults.MarkHolidayView.as_view(),
        name="reminder-mark-holiday",
    ),
]
