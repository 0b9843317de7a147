"""/staff/: the network at a glance."""

from typing import Any

from django.utils.translation import gettext_lazy

from courses import rules
from courses.models import ActivityVersion, Import
from lms.people.models import Hotline, Person
from lms.web.views import PageView


class StaffPage(PageView):
    allowed = staticmethod(rules.may_browse_network)
    page_title = gettext_lazy("The network")
    template_name = "courses/staff.html"

    def get_context(self) -> dict[str, Any]:
        merged = Person.objects.filter(merged_into__undone_at=None, merged_into__isnull=False)
        return {
            "people": Person.objects.count() - merged.distinct().count(),
            "hotlines": Hotline.objects.count(),
            "activities": ActivityVersion.objects.in_force().count(),
            "imports": Import.objects.filter(undone_at=None).count(),
        }
