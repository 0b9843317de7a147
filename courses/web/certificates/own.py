"""/me/: one's own certificates and transcript to take along, and the way to renew."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from courses import rules
from courses.actions.attendance_certificates import issue_own_attendance
from courses.actions.renewals import renew
from courses.enums import Stage
from courses.exports.attendance import attendance_pdf
from courses.exports.certificates import certificate_pdf
from courses.exports.transcripts import transcript_pdf, transcript_table
from courses.models import Course, Entry
from courses.queries.attendance_certificates import AttendanceStanding
from courses.queries.certificates import CertificateStanding, of_person
from lms.exports.tables import csv_lines
from lms.kit.errors import Refused
from lms.people.models import Person
from lms.people.queries.merges import records_of
from lms.web.views import PageRequest, PageView


class OwnCertificate(PageView):
    allowed = staticmethod(rules.may_see_own_training)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return certificate_file(request, of_person(person_of(self.request)), kwargs["pk"])


class OwnAttendance(PageView):
    """The press that makes a certificate of attendance, once, and gives it."""

    allowed = staticmethod(rules.may_see_own_training)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        mine = records_of(person_of(self.request).pk)
        entry = get_object_or_404(Entry, pk=kwargs["pk"], stage=Stage.ATTENDED, person__in=mine)
        try:
            standing = issue_own_attendance(entry=entry, by=self.request.user)
        except Refused as refused:
            messages.warning(request, refused.sentence)
            return redirect("me")
        return attendance_file(request, standing)


class OwnTranscriptPdf(PageView):
    allowed = staticmethod(rules.may_see_own_training)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return attached(transcript_pdf(person_of(self.request)), "application/pdf", "transcript.pdf")


class OwnTranscriptCsv(PageView):
    allowed = staticmethod(rules.may_see_own_training)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> StreamingHttpResponse:
        lines = csv_lines(transcript_table(person_of(self.request)))
        answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="transcript.csv"'
        return answer


class RenewView(PageView):
    """Begins a new cycle of a course and leads into it."""

    allowed = staticmethod(rules.may_take_courses)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        course = get_object_or_404(Course, slug=kwargs["slug"])
        try:
            enrolment = renew(course=course, person=person_of(self.request), by=self.request.user)
        except Refused as refused:
            messages.warning(request, refused.sentence)
            return redirect("course", slug=course.slug)
        return redirect("learn", pk=enrolment.pk)


def person_of(request: PageRequest) -> Person:
    """Whose login it is; 404 for a login of nobody known to the network."""
    person = request.user.person
    if person is None:
        raise Http404
    return person


def certificate_file(request: HttpRequest, shown: Iterable[CertificateStanding], pk: int) -> HttpResponse:
    """One of these certificates as a download, or 404: another's is never found."""
    standing = next((one for one in shown if one.certificate.pk == pk), None)
    if standing is None:
        raise Http404
    pdf = certificate_pdf(standing, verify_url=verify_url(request, standing))
    return attached(pdf, "application/pdf", f"certificate-{standing.certificate.code}.pdf")


def attendance_file(request: HttpRequest, standing: AttendanceStanding) -> HttpResponse:
    """A certificate of attendance as a download."""
    code = standing.certificate.code
    url = request.build_absolute_uri(reverse("verify-code", args=[code]))
    pdf = attendance_pdf(standing, verify_url=url)
    return attached(pdf, "application/pdf", f"certificate-{code}.pdf")


def verify_url(request: HttpRequest, standing: CertificateStanding) -> str:
    return request.build_absolute_uri(reverse("verify-code", args=[standing.certificate.code]))


def attached(content: bytes, content_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
