"""A text as a QR code, for a page and for a document."""

import io

import qrcode
from django.utils.safestring import SafeString
from qrcode.image.svg import SvgPathImage


def document(text: str) -> str:
    """As an SVG file, without a border of its own."""
    return _drawn(text, border=0)


def svg(text: str) -> SafeString:
    """As an ``svg`` element; what is in it is drawn, nothing of the text is written.

    Without declaration, and without an id: several may stand on one page.
    """
    found = _drawn(text, border=2).replace(' id="qr-path"', "")
    return SafeString(found[found.index("<svg") :])


def _drawn(text: str, border: int) -> str:
    drawn = io.BytesIO()
    qrcode.make(text, image_factory=SvgPathImage, border=border).save(drawn)
    return drawn.getvalue().decode()
