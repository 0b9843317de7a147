"""Registers brought in by staff, and the imports that came of them."""

from django.urls import path

from courses.web.imports import desk, record, upload

UPLOAD = "staff/imports/uploads/<int:pk>/"
IMPORT = "staff/imports/<int:pk>/"
urlpatterns = [
    path("staff/imports/", desk.DeskPage.as_view(), name="staff-imports"),
    path(UPLOAD, upload.UploadPage.as_view(), name="staff-upload"),
    path(f"{UPLOAD}rejected.zip", upload.ToMendView.as_view(), name="staff-upload-rejected"),
    path(IMPORT, record.ImportPage.as_view(), name="staff-import"),
    path(f"{IMPORT}undo/", record.UndoPage.as_view(), name="staff-undo-import"),
]
