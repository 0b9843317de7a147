"""Addresses about logins, roles and invitations."""

from django.urls import path

from lms.web.accounts import addresses, invitations, tokens, users, words, zone

urlpatterns = [
    # In the place of allauth's page: an address opens a login, so an open session must not change it.
    path("accounts/email/", addresses.AddressesPage.as_view(), name="account_email"),
    path(
        "accounts/invitation/<str:token>/",
        invitations.AcceptInvitationPage.as_view(),
        name="accept-invitation",
    ),
    path("me/time-zone/", zone.ZonePage.as_view(), name="own-zone"),
    path("me/words/", words.WordsPage.as_view(), name="own-words"),
    path("me/tokens/", tokens.TokensPage.as_view(), name="own-tokens"),
    path("me/tokens/new/", tokens.NewTokenPage.as_view(), name="own-token-new"),
    path("me/tokens/<int:pk>/end/", tokens.EndTokenPage.as_view(), name="own-token-end"),
    path("admin/tokens/", tokens.AllTokensPage.as_view(), name="admin-tokens"),
    path("admin/tokens/<int:pk>/end/", tokens.EndAnyTokenPage.as_view(), name="admin-token-end"),
    path("admin/", users.AdminPage.as_view(), name="admin"),
    path("admin/users/", users.UsersPage.as_view(), name="admin-users"),
    path("admin/users/<int:pk>/", users.UserPage.as_view(), name="admin-user"),
    path("admin/users/<int:pk>/grant/", users.GrantPage.as_view(), name="admin-grant"),
    path("admin/users/<int:pk>/close/", users.CloseLoginPage.as_view(), name="admin-close-login"),
    path("admin/users/<int:pk>/open/", users.OpenLoginPage.as_view(), name="admin-open-login"),
    path("admin/grants/<int:pk>/revoke/", users.RevokePage.as_view(), name="admin-revoke"),
    path("admin/invitations/", invitations.InvitationsPage.as_view(), name="admin-invitations"),
    path("admin/invitations/new/", invitations.InvitePage.as_view(), name="admin-invite"),
    path(
        "admin/invitations/<int:pk>/withdraw/",
        invitations.WithdrawInvitationPage.as_view(),
        name="admin-withdraw-invitation",
    ),
]
