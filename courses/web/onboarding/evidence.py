"""The evidence pack of a hotline: for its manager, and for staff."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from courses import rules
from courses.exports.evidence import evidence_pdf
from courses.queries import evidence
from courses.web.certificates.own import attached
from lms.people.models import Hotline
from lms.people.queries.hotlines import managed_by, with_membership
from lms.people.rules import may_enter_hotline
from lms.web.views import PageView


class EvidencePack(PageView, abstract=True):
    """One PDF, made of the ledger when it is asked for."""

    def get_hotlines(self) -> QuerySet[Hotline]:
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        hotline = get_object_or_404(self.get_hotlines(), pk=kwargs["pk"])
        made = evidence.of_hotline(hotline)
        return attached(
            evidence_pdf(made), "application/pdf", f"training-evidence-{made.day.isoformat()}.pdf"
        )


class StaffEvidencePack(EvidencePack):
    allowed = staticmethod(rules.may_browse_network)

    def get_hotlines(self) -> QuerySet[Hotline]:
        return with_membership()


class OwnEvidencePack(EvidencePack):
    """A manager's own hotline; another one is not found."""

    allowed = staticmethod(may_enter_hotline)

    def get_hotlines(self) -> QuerySet[Hotline]:
        return managed_by(self.request.user)
