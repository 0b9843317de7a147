"""Law-enforcement sessions and other activities of the network, and who took part in them."""

from django.urls import path

from courses.web.gatherings import (
    adding,
    by_link,
    checks,
    correcting,
    lists,
    planning,
    public,
    registrations,
    room,
)

ROOM = "gatherings/<int:pk>/"
urlpatterns = [
    path("teach/law-enforcement/", lists.SessionsPage.as_view(), name="teach-law-enforcement"),
    path(
        "teach/law-enforcement/new/",
        planning.NewSessionPage.as_view(),
        name="teach-new-law-enforcement",
    ),
    path("staff/activities/new/", planning.NewActivityPage.as_view(), name="staff-new-activity"),
    path(ROOM, room.RoomPage.as_view(), name="gathering"),
    path(f"{ROOM}change/", planning.ChangePage.as_view(), name="gathering-change"),
    path(f"{ROOM}cancel/", room.CancelPage.as_view(), name="gathering-cancel"),
    path(f"{ROOM}again/", room.PlanAgainPage.as_view(), name="gathering-again"),
    path(f"{ROOM}people/", adding.AddPage.as_view(), name="gathering-add"),
    path(f"{ROOM}check/", checks.CheckPage.as_view(), name="gathering-check"),
    path(f"{ROOM}links/", checks.LinksPage.as_view(), name="gathering-links"),
    path(f"{ROOM}registration/", registrations.DeskPage.as_view(), name="gathering-desk"),
    path(f"{ROOM}registrations/", registrations.RegistrationsPage.as_view(), name="gathering-registrations"),
    path(
        f"{ROOM}registrations/<int:one>/remove/", registrations.ForgetPage.as_view(), name="gathering-forget"
    ),
    path(f"{ROOM}attendees/", registrations.AttendeesPage.as_view(), name="gathering-attendees"),
    path("register/<slug:slug>/", public.RegisterPage.as_view(), name="register"),
    path("register/back/<str:token>/", public.WithdrawPage.as_view(), name="register-withdraw"),
    path("checks/<str:token>/", by_link.ByLinkPage.as_view(), name="check-by-link"),
    path(f"{ROOM}people/<int:one>/", correcting.CorrectPage.as_view(), name="gathering-correct"),
]
