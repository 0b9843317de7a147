"""People, hotlines and activities, for staff, for managers and for oneself."""

from django.urls import path

from courses.web import activities, hotline_training, hotlines, me, merges, people, staff

urlpatterns = [
    path("me/", me.MyTrainingPage.as_view(), name="me"),
    path("hotline/", hotlines.OwnHotlinesPage.as_view(), name="own-hotlines"),
    path("hotline/<int:pk>/", hotlines.OwnHotlinePage.as_view(), name="own-hotline"),
    path("hotline/<int:pk>/training/", hotline_training.TrainingStatusPage.as_view(), name="own-training"),
    path(
        "hotline/<int:pk>/training.csv", hotline_training.TrainingStatusCsv.as_view(), name="own-training-csv"
    ),
    path("hotline/<int:pk>/nominations/", hotline_training.NominationsPage.as_view(), name="own-nominations"),
    path("staff/", staff.StaffPage.as_view(), name="staff-network"),
    path("staff/people/", people.PeoplePage.as_view(), name="staff-people"),
    path("staff/people/<int:pk>/", people.PersonPage.as_view(), name="staff-person"),
    path("staff/people/<int:pk>/merge/", merges.MergePage.as_view(), name="staff-merge"),
    path("staff/merges/<int:pk>/undo/", merges.UndoMergePage.as_view(), name="staff-undo-merge"),
    path("staff/hotlines/", hotlines.HotlinesPage.as_view(), name="staff-hotlines"),
    path("staff/hotlines/<int:pk>/", hotlines.HotlinePage.as_view(), name="staff-hotline"),
    path("staff/activities/", activities.ActivitiesPage.as_view(), name="staff-activities"),
    path("staff/activities/<int:pk>/", activities.ActivityPage.as_view(), name="staff-activity"),
]
