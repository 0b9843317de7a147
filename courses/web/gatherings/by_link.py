"""/checks/<token>/: a check and a certificate by one's own link, without a login; also without JavaScript."""

from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _

from courses.actions.attendance_certificates import issue_attendance
from courses.actions.checks import answer_check
from courses.actions.tries import count_try
from courses.enums import CheckPhase
from courses.kinds.questions import kind_of
from courses.models import Check, CheckQuestion, PersonalLink
from courses.queries.attendance_certificates import attendance_behind
from courses.queries.checks import done_by
from courses.queries.links import by_token, version_of
from courses.web import words
from courses.web.certificates.own import attendance_file
from courses.web.gatherings.base import times
from courses.web.learn.blocks import AskedQuestion, sent_for
from lms.kit.errors import Refused
from lms.web.permissions import everyone
from lms.web.views import PageView

WRONG_LINKS_AN_HOUR = 30


@method_decorator(login_not_required, name="dispatch")
class ByLinkPage(PageView):
    """Looking uses nothing up. ``certificate`` asks for the PDF; every other post is a check's answers."""

    allowed = staticmethod(everyone)
    template_name = "courses/gatherings/by_link.html"
    link: PersonalLink | None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.link = by_token(kwargs["token"])
        if self.link is None:
            return self.not_found()
        return super().dispatch(request, *args, **kwargs)

    def not_found(self) -> HttpResponse:
        """The same for a link that never was, is over, or was replaced; guessing is answered for a while."""
        asking = get_adapter().get_client_ip(self.request)
        try:
            count_try(about="wrong link", address=asking, limit=WRONG_LINKS_AN_HOUR)
        except Refused as refusal:
            return self.render(status=429, refusal=refusal.sentence)
        return self.render(status=404)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return self.certificate() if "certificate" in request.POST else self.answer(request)
        except Refused as refusal:
            return self.render(refusal=refusal.sentence)

    def certificate(self) -> HttpResponse:
        return attendance_file(self.request, issue_attendance(link=self.known))

    def answer(self, request: HttpRequest) -> HttpResponse:
        check, phase = self.check, request.POST.get("phase", "")
        if check is None or phase not in CheckPhase.values:
            raise Refused(_("This check is not open now."))
        posted = {one.pk: sent_for(request.POST, f"q{one.pk}") for one in check.questions.all()}
        given = answer_check(link=self.known, phase=CheckPhase(phase), posted=posted)
        # What was right is told after the second check alone: the first would not measure anything else.
        shown = [solved(one, given.get(one.pk)) for one in check.questions.all()]
        return self.render(solved=shown if phase == CheckPhase.AFTER else None, thanks=True)

    @property
    def known(self) -> PersonalLink:
        if self.link is None:
            raise PersonalLink.DoesNotExist
        return self.link

    @property
    def check(self) -> Check | None:
        return Check.objects.filter(activity=self.known.participation.activity_id).first()

    def get_page_title(self) -> str:
        version = version_of(self.link) if self.link else None
        return words.title(version) if version else _("This link opens nothing")

    def get_context(self) -> dict[str, Any]:
        if self.link is None:
            return {"link": None}
        version, check = version_of(self.link), self.check
        done = done_by(self.link)
        phase = check.phase if check else ""
        return {
            "link": self.link,
            "times": times(version, anybody=True) if version else [],
            "phase": phase,
            "phase_label": CheckPhase(phase).label if phase else "",
            "has_check": check is not None,
            "questions": asked(check) if check and phase and phase not in done else [],
            "is_done": phase in done,
            "may_have_certificate": attendance_behind(self.link) is not None,
        }


def asked(check: Check) -> list[AskedQuestion]:
    """The questions with nothing in them that tells the right answer; in one order for everybody."""
    return [
        AskedQuestion(one.pk, kind_of(one.kind).public(one.data, seed=one.pk), None, [], "")
        for one in check.questions.all()
    ]


def solved(question: CheckQuestion, answer: Any) -> AskedQuestion:
    """A question with what was right."""
    kind, data = kind_of(question.kind), question.data
    return AskedQuestion(
        question.pk,
        kind.public(data, seed=question.pk),
        answer,
        kind.feedback(data, answer),
        str(data.get("explanation", "")),
    )
