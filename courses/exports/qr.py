"""A text as a QR code for a page."""

import io

import qrcode
from django.utils.safestring import SafeString
from qrcode.image.svg import SvgPathImage


def svg(text: str) -> SafeString:
    """As an ``svg`` element without declaration; what is in it is drawn, nothing of the text is written."""
    drawn = io.BytesIO()
    qrcode.make(text, image_factory=SvgPathImage, border=2).save(drawn)
    found = drawn.getvalue().decode()
    return SafeString(found[found.index("<svg") :])
