"""The addresses of the platform itself."""

from django.urls import path

from lms.web import deliveries, views
from lms.web.api import docs, schema
from lms.web.as_seen import pages as as_seen
from lms.web.notices import pages

urlpatterns = [
    path("", views.HomePage.as_view(), name="home"),
    path("me/as-others-see-me/", as_seen.AsOthersSeeMePage.as_view(), name="as-others-see-me"),
    path("me/as-others-see-me/<slug:role>/<slug:page>/", as_seen.SeenPage.as_view(), name="as-others-see-my"),
    path(
        "me/as-others-see-me/<slug:role>/<slug:page>/<int:pk>/",
        as_seen.SeenPage.as_view(),
        name="as-others-see-my",
    ),
    path("me/notices/", pages.NoticesPage.as_view(), name="notices"),
    path("me/notices/read/", pages.ReadView.as_view(), name="notices-read"),
    path("me/notices/<slug:source>/<slug:kind>/", pages.KindView.as_view(), name="notice-kind"),
    path("admin/deliveries/", deliveries.DeliveriesPage.as_view(), name="admin-deliveries"),
    path(
        "admin/deliveries/<uuid:mail>/retry/",
        deliveries.RetryPage.as_view(),
        name="admin-retry-delivery",
    ),
    path(
        "admin/deliveries/<uuid:mail>/give-up/",
        deliveries.GiveUpPage.as_view(),
        name="admin-give-up-delivery",
    ),
    path("api/v1/schema/", schema.SchemaView.as_view(), name="api-schema"),
    path("api/v1/docs/", docs.DocsPage.as_view(), name="api-docs"),
    path("notices/off/<str:token>/", pages.OffPage.as_view(), name="notice-off"),
]
