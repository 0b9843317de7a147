"""/me/: one's own training, as the network has it on record."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.queries import attendance_certificates, certificates, standing
from courses.web import fact_tables
from courses.web.certificates import tables as certificate_tables
from courses.web.people import affiliation_table
from lms.web.views import PageView


class MyTrainingPage(PageView):
    """A transcript: what stands, and every fact behind it with where it came from."""

    allowed = staticmethod(rules.may_see_own_training)
    page_title = gettext_lazy("My training")
    template_name = "courses/me/transcript.html"

    def get_context(self) -> dict[str, Any]:
        person = self.request.user.person
        if person is None:
            return {"stood": None}
        stood = standing.of_person(person, own=True)
        attended = attendance_certificates.attendances_of(stood)
        return {
            "stood": stood,
            "certificates": certificate_tables.certificates(
                certificates.of_person(stood.survivor), download=_download
            ),
            "attendances": certificate_tables.attendances(
                attended, attendance_certificates.issued_for(attended)
            ),
            "renewals": certificates.renewable(person),
            "affiliations": affiliation_table(stood, linked=False),
            "training": fact_tables.taken_part(
                stood.participations, caption=_("Activities, the latest first"), linked=False
            ),
            "facts": fact_tables.every_fact(
                stood.facts, caption=_("Ledger entries, the latest activity first"), linked=False
            ),
        }


def _download(one: certificates.CertificateStanding) -> str:
    return reverse("own-certificate", args=[one.certificate.pk])
