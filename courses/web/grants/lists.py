"""/staff/grants/: every grant, by funder and number."""

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from courses import rules
from courses.models import Grant
from courses.web import words
from lms.web.tables import Column
from lms.web.views import ListPage


class GrantsPage(ListPage):
    allowed = staticmethod(rules.may_keep_grants)
    page_title = gettext_lazy("Grants")
    template_name = "courses/grants/list.html"
    empty_text = gettext_lazy("There is no grant yet. Enter one, then say which activities it paid for.")
    default_sort = "-first"
    columns = [
        Column(
            "name",
            gettext_lazy("Grant"),
            link=lambda grant: reverse("staff-grant", args=[grant.pk]),
            order=["name"],
        ),
        Column("title", gettext_lazy("Title"), value=lambda grant: grant.title or "–", order=["title"]),
        Column("first", gettext_lazy("From"), value=lambda grant: words.day(grant.first), order=["first"]),
        Column("last", gettext_lazy("To"), value=lambda grant: words.day(grant.last), order=["last"]),
        Column("packages", gettext_lazy("Work packages"), numeric=True),
    ]

    def get_rows(self) -> QuerySet[Grant]:
        return Grant.objects.annotate(packages=Count("work_packages"))
