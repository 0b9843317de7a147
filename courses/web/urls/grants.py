"""Grants, and which of them paid for what; for staff."""

from django.urls import path

from courses.web.grants import keeping, lists, one, paying

GRANT = "staff/grants/<int:pk>/"
PACKAGE = "staff/grants/packages/<int:pk>/"
urlpatterns = [
    path("staff/grants/", lists.GrantsPage.as_view(), name="staff-grants"),
    path("staff/grants/new/", keeping.NewGrantPage.as_view(), name="staff-grant-new"),
    path(GRANT, one.GrantPage.as_view(), name="staff-grant"),
    path(f"{GRANT}change/", keeping.ChangeGrantPage.as_view(), name="staff-grant-change"),
    path(f"{GRANT}delete/", keeping.DeleteGrantPage.as_view(), name="staff-grant-delete"),
    path(f"{GRANT}packages/", keeping.NewPackagePage.as_view(), name="staff-work-package-new"),
    path(PACKAGE, keeping.PackagePage.as_view(), name="staff-work-package"),
    path(f"{PACKAGE}delete/", keeping.DeletePackagePage.as_view(), name="staff-work-package-delete"),
    path(
        "staff/activities/<int:pk>/grants/",
        paying.ActivityGrantsPage.as_view(),
        name="staff-activity-grants",
    ),
    path("exchanges/<int:pk>/grants/", paying.ExchangeGrantsPage.as_view(), name="exchange-grants"),
]
