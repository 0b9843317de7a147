"""The addresses under /checkins/ and /support/."""

from django.urls import path

from welfare.web import checkins, contact, local_help, mails, people, reminders, support

ASKED, SHARED = "support/requests/<uuid:asked>", "support/shared/<uuid:item>"
PERSON, ENTRY = "support/people/<int:person>", "support/local-help/<int:entry>"

urlpatterns = [
    path("checkins/", checkins.CheckinsPage.as_view(), name="checkins"),
    path("checkins/pulse/", checkins.PulsePage.as_view(), name="checkin-pulse"),
    path("checkins/not-this-time/", checkins.NotThisTimeView.as_view(), name="checkin-not-this-time"),
    path("checkins/who-sees-what/", checkins.WhoSeesWhatPage.as_view(), name="checkin-who-sees-what"),
    path("checkins/reminders/", reminders.RemindersPage.as_view(), name="checkin-reminders"),
    path("checkins/reminders/mail/", mails.MailPage.as_view(), name="checkin-mail"),
    path("checkins/reminders/mail/test/", mails.TestMailView.as_view(), name="checkin-test-mail"),
    path("checkins/reminders/stop/", reminders.StopView.as_view(), name="checkin-stop-reminders"),
    path(
        "checkins/reminders/leave/<int:leave>/",
        reminders.RemoveLeaveView.as_view(),
        name="checkin-remove-leave",
    ),
    path("checkins/contact/", contact.ContactPage.as_view(), name="checkin-contact"),
    path("checkins/contact/withdraw/", contact.WithdrawView.as_view(), name="checkin-withdraw"),
    path("checkins/contact/forget/", contact.ForgetOrderView.as_view(), name="checkin-forget-order"),
    path("checkins/help/", local_help.HelpPage.as_view(), name="checkin-help"),
    path("checkins/share/", contact.SharePage.as_view(), name="checkin-share"),
    path("support/", support.SupportPage.as_view(), name="support"),
    path(f"{ASKED}/seen/", support.SeenView.as_view(), name="support-seen"),
    path(f"{ASKED}/in-touch/", support.AnsweredView.as_view(), name="support-in-touch"),
    path("support/mail/", support.MailView.as_view(), name="support-mail"),
    path(f"{SHARED}/", support.SharedPage.as_view(), name="support-shared"),
    path(f"{SHARED}/erase/", support.EraseSharedView.as_view(), name="support-erase-shared"),
    path("support/people/", people.PeoplePage.as_view(), name="support-people"),
    path("support/people/new/", people.NewPersonPage.as_view(), name="support-new-person"),
    path(f"{PERSON}/", people.PersonPage.as_view(), name="support-person"),
    path(f"{PERSON}/remove/", people.RemovePersonView.as_view(), name="support-remove-person"),
    path("support/local-help/", local_help.HelpListPage.as_view(), name="support-local-help"),
    path("support/local-help/new/", local_help.NewHelpPage.as_view(), name="support-new-help"),
    path(f"{ENTRY}/", local_help.HelpEntryPage.as_view(), name="support-help-entry"),
    path(
        f"{ENTRY}/remove/",
        local_help.RemoveHelpView.as_view(),
        name="support-remove-help",
    ),
]
