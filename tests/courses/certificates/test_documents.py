"""The PDF: tagged, titled, and with every letter of a name in its own script."""

import re
import zlib
from decimal import Decimal
from typing import Any

import pytest
import typst
from django.utils import timezone
from structlog.testing import capture_logs

from courses.exports import documents
from courses.exports.certificates import certificate_pdf
from courses.exports.documents import fonts, render
from courses.models import Certificate, CourseVersion, Entry
from courses.queries.certificates import CertificateStanding
from lms.people.models import Person
from tests.courses.certificates import made

NAMES = {
    "Latin": ("Łucja Þóra", "Đorđević-Žilinskaitė Ñandú Ășțţ Ġ Ŵ Ệ İı"),
    "Greek": ("Γιώργος", "Παπαδόπουλος Ἀθήνη"),
    "Cyrillic": ("Олександр", "Їжакевич Љубица Ђорђе Ґ Қәіп"),
    "Arabic": ("محمد عبد الله", "الخطيب پگاه چراغی"),
    "Han, Japan": ("太郎 さくら", "山田 ヴィクトリア 髙橋 﨑"),
    "Han, China": ("小明", "陈 陳 龙 龍"),
    "Hangul": ("민준", "김 뷁"),
    "Hebrew": ("דוד", "כהן"),
    "Georgian": ("გიორგი", "ბერიძე"),
    "Armenian": ("Արամ", "Պետրոսյան"),
    "Thai": ("สมชาย", "ใจดี"),
    "Khmer": ("សុខា", "ចាន់"),
}
URL = "https://learning.example.org/verify/ABCD-EFGH-JK23/"


def pdf(given: str = "Ada", family: str = "Example", title: str = "Tracing basics", **kept: Any) -> bytes:
    """Of a certificate that is in no database."""
    version = CourseVersion(title=title, number=3, cpd_hours=Decimal("12.50"))
    entry = Entry(happened_on=made.ago(3))
    certificate = Certificate(version=version, code="ABCD-EFGH-JK23", entry=entry, **kept)
    standing = CertificateStanding(certificate, Person(given_name=given, family_name=family), False)
    return certificate_pdf(standing, verify_url=URL)


def streams(document: bytes) -> bytes:
    """Whatever the PDF holds, unpacked."""
    packed = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", document, re.DOTALL)
    return document + b"".join(_unpacked(one) for one in packed)


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


@pytest.mark.parametrize("script", NAMES)
def test_a_name_in_this_script_lacks_no_glyph_on_any_machine(script):
    with capture_logs() as logs:
        assert pdf(*NAMES[script]).startswith(b"%PDF")
    assert logs == []


def test_a_glyph_that_is_missing_would_be_found():
    with pytest.raises(typst.TypstError, match="could not be displayed"):
        typst.compile("#set document(title: [x])\n𠮷".encode(), font_paths=fonts(), pdf_standards="ua-1")


def test_a_name_that_our_fonts_lack_still_gives_a_certificate_and_a_log_line_without_it():
    with capture_logs() as logs:
        assert pdf("𠮷").startswith(b"%PDF")
    assert [line["event"] for line in logs] == ["a document needs a font that the program does not bring"]
    assert "𠮷" not in str(logs)


def test_it_is_tagged_and_has_a_title_and_a_language():
    inside = streams(pdf())
    for needed in (b"/StructTreeRoot", b"/Lang", b"pdfuaid", b"Certificate: Tracing basics", b"/Alt"):
        assert needed in inside


@pytest.mark.parametrize(
    "kept", [{"expires_on": made.ago(1)}, {"revoked_at": timezone.now(), "revoked_because": "x"}]
)
def test_one_that_is_not_valid_any_more_is_a_document_too(kept):
    with capture_logs() as logs:
        assert pdf(**kept).startswith(b"%PDF")
    assert logs == []


def test_it_links_to_the_page_that_checks_it():
    assert URL.encode() in streams(pdf())


def test_a_name_or_title_is_text_and_never_markup():
    hostile = '#panic("x") $x$ *b* `r` <l> @r \\ "'
    assert pdf(hostile, hostile, hostile).startswith(b"%PDF")


def test_another_mistake_is_not_taken_for_a_missing_font(tmp_path, monkeypatch):
    (tmp_path / "broken.typ").write_text("#nothing-of-that-name")
    monkeypatch.setattr(documents, "TEMPLATES", tmp_path)
    with pytest.raises(typst.TypstError, match="unknown variable"):
        render("broken.typ", {})
