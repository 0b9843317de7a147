"""What training adds to the side navigation and to the home page."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.web.as_seen import seen_of
from courses.web.cohorts.as_seen import seen_of as seen_in_cohorts
from courses.web.exchanges import menu as exchanges
from courses.web.figures import as_seen as figures_seen
from courses.web.nudges import TrainingNotices
from courses.web.quality import as_seen as quality_seen
from courses.web.register import as_seen as register_seen
from lms.people.rules import Visitor, may_enter_hotline
from lms.web import as_seen, home, navigation, notices, search
from lms.web.home import Card


def register() -> None:
    """Called once, when the app is ready."""
    staff = rules.may_browse_network
    navigation.register(gettext_lazy("Courses"), "courses", rules.may_take_courses, order=10)
    navigation.register(gettext_lazy("My training"), "me", rules.may_see_own_training, order=20)
    navigation.register(gettext_lazy("My sessions"), "my-sessions", rules.may_see_own_training, order=21)
    navigation.register(gettext_lazy("My reflections"), "reflections", rules.may_take_courses, order=22)
    navigation.register(gettext_lazy("My courses"), "teach", rules.may_teach, order=34)
    navigation.register(gettext_lazy("My cohorts"), "teach-cohorts", rules.may_plan_cohorts, order=33)
    navigation.register(gettext_lazy("Registers"), "teach-registers", rules.may_keep_registers, order=36)
    navigation.register(gettext_lazy("Marks"), "teach-marks", rules.may_teach, order=35)
    navigation.register(gettext_lazy("Feedback"), "feedback-asked", rules.may_read_feedback, order=36)
    gatherings = rules.may_plan_gatherings
    navigation.register(gettext_lazy("Law enforcement"), "teach-law-enforcement", gatherings, order=37)
    navigation.register(gettext_lazy("My hotline"), "own-hotlines", may_enter_hotline, order=40)
    navigation.register(gettext_lazy("Network"), "staff-network", staff, order=60)
    navigation.register(gettext_lazy("Counts"), "staff-counts", rules.may_read_counts, order=55)
    figures = rules.may_freeze_figures
    navigation.register(gettext_lazy("Published figures"), "staff-figures", figures, order=57)
    navigation.register(gettext_lazy("Onboarding"), "staff-onboarding", rules.may_plan_onboarding, order=64)
    navigation.register(gettext_lazy("Grants"), "staff-grants", rules.may_keep_grants, order=58)
    feedback = rules.may_read_all_feedback
    navigation.register(gettext_lazy("Feedback of a year"), "staff-feedback", feedback, order=56)
    navigation.register(gettext_lazy("Activities"), "staff-activities", staff, order=61)
    navigation.register(gettext_lazy("People"), "staff-people", staff, order=62)
    navigation.register(gettext_lazy("Hotlines"), "staff-hotlines", staff, order=63)
    navigation.register(gettext_lazy("Imports"), "staff-imports", rules.may_import_registers, order=65)
    navigation.register(gettext_lazy("Data quality"), "staff-quality", rules.may_mend_data, order=66)
    search.register(gettext_lazy("Search the network"), "staff-search", staff)
    exchanges.register()
    home.register(cards, order=20)
    notices.register(TrainingNotices())
    as_seen.register(seen_of)
    as_seen.register(seen_in_cohorts)
    as_seen.register(register_seen.seen_of)
    as_seen.register(figures_seen.seen_of)
    as_seen.register(quality_seen.seen_of)


def cards(user: Visitor) -> Iterator[Card]:
    if rules.may_take_courses(user):
        text = _("Take a course in the browser, stop whenever you like, and go on where you left off.")
        yield Card(_("Courses"), text, reverse("courses"), _("Open"))
    if rules.may_see_own_training(user):
        text = _("What you enrolled in, attended and completed, and where each line came from.")
        yield Card(_("My training"), text, reverse("me"), _("Open"))
    if rules.may_teach(user):
        text = _("Write your courses, see them as an analyst does, and publish them when nothing is missing.")
        yield Card(_("My courses"), text, reverse("teach"), _("Open"))
        text = _("Who has completed, what others still miss, and who waits for your sign-off.")
        yield Card(_("My cohorts"), text, reverse("teach-cohorts"), _("Open"))
    if may_enter_hotline(user):
        text = _("The people of your hotline and what they were trained in.")
        yield Card(_("My hotline"), text, reverse("own-hotlines"), _("Open"))
    if rules.may_read_counts(user):
        text = _("How many were trained, by hotline, country and funder; every number opens to its facts.")
        yield Card(_("Training counts"), text, reverse("staff-counts"), _("Open"))
    if rules.may_browse_network(user):
        text = _("Activities, hotlines and people of the whole network.")
        yield Card(_("Network"), text, reverse("staff-network"), _("Open"))
