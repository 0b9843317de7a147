"""Sheets that are no registers yet, and where they are from."""

from django.urls import path

from courses.web.sheets import columns, desk, detail, layout, people, sources

SHEET = "staff/imports/sheets/<int:pk>/"
SOURCE = "staff/imports/sources/<int:pk>/"
urlpatterns = [
    path("staff/imports/sheets/", desk.DeskPage.as_view(), name="staff-sheets"),
    path(SHEET, detail.SheetPage.as_view(), name="staff-sheet"),
    path(f"{SHEET}layout/", layout.LayoutPage.as_view(), name="staff-sheet-layout"),
    path(f"{SHEET}columns/", columns.ColumnsPage.as_view(), name="staff-sheet-columns"),
    path(f"{SHEET}people/", people.PeoplePage.as_view(), name="staff-sheet-people"),
    path(SOURCE, sources.SourcePage.as_view(), name="staff-sheet-source"),
    path(f"{SOURCE}forget/", sources.ForgetPage.as_view(), name="staff-sheet-source-forget"),
    path(f"{SOURCE}delete/", sources.DeletePage.as_view(), name="staff-sheet-source-delete"),
]
