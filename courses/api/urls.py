"""Addresses of the API."""

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from courses.api import activities, counts, figures, hotlines, ledger, participations, people


class IdConverter(IntConverter):
    """As long as a key of the database can be."""

    regex = "[0-9]{1,18}"


register_converter(IdConverter, "id")
urlpatterns = [
    path("hotlines/", hotlines.HotlinesView.as_view(), name="api-hotlines"),
    path("hotlines/<id:pk>/", hotlines.HotlineView.as_view(), name="api-hotline"),
    path("people/", people.PeopleView.as_view(), name="api-people"),
    path("people/<id:pk>/", people.PersonView.as_view(), name="api-person"),
    path("activities/", activities.ActivitiesView.as_view(), name="api-activities"),
    path("activities/<id:pk>/", activities.ActivityView.as_view(), name="api-activity"),
    path("participations/", participations.ParticipationsView.as_view(), name="api-participations"),
    path("participations/upsert/", participations.UpsertView.as_view(), name="api-upsert"),
    path("participations/<id:pk>/", participations.ParticipationView.as_view(), name="api-participation"),
    path(
        "participations/<str:activity>/<str:person>/",
        participations.LineView.as_view(),
        name="api-participation-line",
    ),
    path("ledger/", ledger.LedgerView.as_view(), name="api-ledger"),
    path("ledger/<id:pk>/", ledger.EntryView.as_view(), name="api-entry"),
    path("counts/", counts.CountsView.as_view(), name="api-counts"),
    path("reconcile/", counts.ReconcileView.as_view(), name="api-reconcile"),
    path("snapshots/", figures.SnapshotsView.as_view(), name="api-snapshots"),
    path("snapshots/<id:pk>/", figures.SnapshotView.as_view(), name="api-snapshot"),
]
