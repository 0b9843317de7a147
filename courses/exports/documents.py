"""PDF through typst: tagged, with title and language, in fonts that travel with the program."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import structlog
import typst
from django.utils.translation import get_language, get_language_bidi

HERE = Path(__file__).parent
TEMPLATES = HERE / "typst"
FONTS = HERE / "fonts"
# PDF for everybody: typst refuses to write one without title, language, tags or a glyph it would need.
STANDARD: Final = "ua-1"

log = structlog.get_logger("courses.documents")


def render(template: str, content: dict[str, Any]) -> bytes:
    """The document of a template in typst/; ``content`` reaches it as data, never as markup.

    A character that no font of ours has is set in a font of the machine, and logged without the text.
    """
    language = get_language() or "en"
    direction = "rtl" if get_language_bidi() else "ltr"
    data = json.dumps(content | {"language": language, "direction": direction})
    try:
        return _compiled(template, data, fonts(), STANDARD)
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
    log.warning("a document needs a font that the program does not bring", template=template)
    return _compiled(template, data, machine_fonts(), None)


def _compiled(template: str, data: str, fonts: typst.Fonts, standard: Literal["ua-1"] | None) -> bytes:
    return typst.compile(
        str(TEMPLATES / template),
        root=str(TEMPLATES),
        font_paths=fonts,
        sys_inputs={"data": data},
        pdf_standards=standard,
    )


@cache
def fonts() -> typst.Fonts:
    """Those in fonts/ and those that typst brings."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])


@cache
def machine_fonts() -> typst.Fonts:
    """Ours, and whatever the machine has besides."""
    return typst.Fonts(include_system_fonts=True, font_paths=[str(FONTS)])
