"""The roof: which package answers under which address."""

from django.urls import include, path

urlpatterns = [
    path("", include("lms.ops.urls")),
    path("", include("lms.web.urls")),
    path("", include("lms.web.accounts.urls")),
    path("", include("courses.web.urls")),
    path("api/v1/", include("courses.api.urls")),
    path("", include("welfare.web.urls")),
    path("accounts/", include("allauth.urls")),
]

handler400 = "lms.web.errors.bad_request"
handler403 = "lms.web.errors.forbidden"
handler404 = "lms.web.errors.not_found"
handler500 = "lms.web.errors.server_error"
