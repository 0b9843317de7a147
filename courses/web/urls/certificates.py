"""Certificates: checked by anybody, taken along by their holders, revoked by who answers for them."""

from django.urls import path

from courses.web.certificates import own, staff, verify

urlpatterns = [
    path("verify/", verify.VerifyPage.as_view(), name="verify"),
    path("verify/<str:code>/", verify.VerifyCodePage.as_view(), name="verify-code"),
    path("me/certificates/<int:pk>.pdf", own.OwnCertificate.as_view(), name="own-certificate"),
    path("me/attendances/<int:pk>.pdf", own.OwnAttendance.as_view(), name="own-attendance"),
    path("me/transcript.pdf", own.OwnTranscriptPdf.as_view(), name="own-transcript-pdf"),
    path("me/transcript.csv", own.OwnTranscriptCsv.as_view(), name="own-transcript-csv"),
    path("courses/<slug:slug>/renew/", own.RenewView.as_view(), name="course-renew"),
    path(
        "staff/people/<int:person>/certificates/<int:pk>.pdf",
        staff.PersonCertificate.as_view(),
        name="staff-certificate",
    ),
    path("certificates/<int:pk>/revoke/", staff.RevokePage.as_view(), name="revoke-certificate"),
]
