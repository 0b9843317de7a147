"""What staff write down by hand: activities of any kind, who took part in them, and people."""

from django.urls import path

from courses.web.by_hand import activity, adding, facts, genders, people

ACTIVITY = "staff/activities/<int:pk>/"
PERSON = "staff/people/<int:pk>/"
urlpatterns = [
    path(f"{ACTIVITY}edit/", activity.CorrectActivityPage.as_view(), name="staff-edit-activity"),
    path(
        f"{ACTIVITY}versions/<int:number>/undo/",
        activity.UndoVersionPage.as_view(),
        name="staff-undo-version",
    ),
    path(f"{ACTIVITY}people/", facts.PeoplePage.as_view(), name="staff-activity-people"),
    path(f"{ACTIVITY}people/add/", adding.AddPage.as_view(), name="staff-activity-add"),
    path(f"{ACTIVITY}people/<int:one>/", facts.CorrectFactsPage.as_view(), name="staff-activity-correct"),
    path("staff/changes/<int:pk>/undo/", facts.UndoFactsPage.as_view(), name="staff-undo-facts"),
    path(f"{ACTIVITY}genders/", genders.GendersPage.as_view(), name="staff-genders"),
    path(f"{ACTIVITY}for-the-funder.csv", genders.FunderFile.as_view(), name="staff-funder-file"),
    path("staff/people/new/", people.NewPersonPage.as_view(), name="staff-new-person"),
    path(f"{PERSON}edit/", people.EditPersonPage.as_view(), name="staff-edit-person"),
    path(f"{PERSON}move/", people.MovePage.as_view(), name="staff-move-person"),
    path(f"{PERSON}affiliations/new/", people.NewAffiliationPage.as_view(), name="staff-new-affiliation"),
    path("staff/affiliations/<int:pk>/", people.AffiliationPage.as_view(), name="staff-affiliation"),
    path(
        "staff/person-changes/<int:pk>/undo/",
        people.UndoPersonChangePage.as_view(),
        name="staff-undo-person-change",
    ),
]
