"""An .xlsx workbook with the sheets of a register, written out as CSV files with the same line numbers.

Read as a stream (docs/adr/0035-a-register-is-unpacked-before-it-is-read.md): memory holds the workbook's
shared texts and one row.
"""

import re

from courses.actions.imports.archives import Archive, unusable
from courses.actions.imports.number_cells import NumberFormat
from courses.actions.imports.parts import LONGEST_TEXT, Attributes, Part, Relations, read_part, relations_of
from courses.actions.imports.reasons import Problem
from courses.actions.imports.source import FILES, Unusable

MOST_TEXTS = 500_000
# As spreadsheet programs have it; brackets that never close are looked through once for each.
LONGEST_FORMAT = 255
SHEETS = {name: file for file in FILES for name in (file, file.removesuffix(".csv"))}
# Parts with programs in them, and parts that fetch what is in other files.
PROGRAMS = ("vbaproject.bin", "vbadata.xml", "/macrosheets/", "/activex/", "/dialogsheets/")
OUTSIDE = ("/externallinks/", "/connections.xml", "/querytables/", "/model/")
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships "
RELATION_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships "
# How a workbook writes characters that XML cannot hold.
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def is_workbook(archive: Archive) -> bool:
    return "[Content_Types].xml" in archive.zip.namelist()


class ContentTypes(Part):
    """Whether the file calls itself one with macros, whatever its name ends with."""

    def __init__(self) -> None:
        self.with_macros = False

    def start(self, tag: str, attributes: Attributes) -> None:
        self.with_macros = self.with_macros or "macroenabled" in attributes.get("ContentType", "").casefold()


class Outline(Part):
    """Of workbook.xml: the sheets in their order, (name, relation, whether it is shown)."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, bool]] = []
        self.since_1904 = False

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "workbookPr":
            self.since_1904 = attributes.get("date1904", "0") in ("1", "true")
        if tag == "sheet":
            relation = attributes.get(f"{RELATION}id") or attributes.get(f"{RELATION_STRICT}id", "")
            shown = attributes.get("state", "visible") == "visible"
            self.sheets.append((attributes.get("name", ""), relation, shown))


class Styles(Part):
    """How cells show numbers, in the order in which cells name it."""

    def __init__(self) -> None:
        self.codes: dict[int, str] = {}
        self.formats: list[NumberFormat] = []
        self.known: dict[int, NumberFormat] = {}
        self.within = False

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "numFmt":
            self.codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")[:LONGEST_FORMAT]
        elif tag == "cellXfs":
            self.within = True
        elif tag == "xf" and self.within:
            number = int(attributes.get("numFmtId", "0"))
            # Once for each code, however long it is and however many styles name it.
            if number not in self.known:
                self.known[number] = NumberFormat(number, self.codes.get(number, ""))
            self.formats.append(self.known[number])

    def end(self, tag: str) -> None:
        if tag == "cellXfs":
            self.within = False


class Texts(Part):
    """The texts that cells share; how a word is pronounced stands beside some and is not read."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.found: list[str] = []
        self.pieces: list[str] = []
        self.length = 0
        self.reading = self.beside = False

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "si":
            self.pieces, self.length = [], 0
        self.reading = tag == "t" and not self.beside
        self.beside = self.beside or tag == "rPh"

    def end(self, tag: str) -> None:
        self.reading = False
        if tag == "rPh":
            self.beside = False
        if tag == "si":
            if len(self.found) >= MOST_TEXTS:
                raise unusable(self.name, "too_many_texts", limit=MOST_TEXTS)
            self.found.append(unescaped("".join(self.pieces)))

    def text(self, data: str) -> None:
        if self.reading and self.length < LONGEST_TEXT:
            self.pieces.append(data)
            self.length += len(data)


def unescaped(text: str) -> str:
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


class Book:
    """A workbook that was looked over: where its sheets lie, and what their cells lean on."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        look_over(archive)
        top = relations_of(archive, "")
        self.place = next((place for kind, place in top.found.values() if kind == "officeDocument"), "")
        self.outline = Outline()
        read_part(archive, self.place, self.outline)
        self.relations = relations_of(archive, self.place)
        self.styles, self.texts = Styles(), Texts(archive.name)
        for kind, part in (("styles", self.styles), ("sharedStrings", self.texts)):
            if place := self.place_of(kind):
                read_part(archive, place, part)

    def place_of(self, wanted: str) -> str:
        return next((place for kind, place in self.relations.found.values() if kind == wanted), "")

    def format_of(self, style: str) -> NumberFormat:
        number = int(style or 0)
        formats = self.styles.formats
        return formats[number] if 0 <= number < len(formats) else NumberFormat(0, "")

    def shown_sheets(self) -> dict[str, str]:
        """The part of each sheet of cells that is not hidden, by its name, in their order."""
        return {
            name: place
            for name, relation, shown in self.outline.sheets
            for kind, place in [self.relations.found.get(relation, ("", ""))]
            if shown and kind == "worksheet"
        }

    def sheets(self) -> tuple[dict[str, str], list[Problem]]:
        """File of the register to the part of its sheet, and warnings. Raises Unusable."""
        found: dict[str, str] = {}
        warnings, wrong = [], []
        for name, relation, shown in self.outline.sheets:
            file = SHEETS.get(name.strip().casefold())
            kind, place = self.relations.found.get(relation, ("", ""))
            if not shown:
                wrong.append(Problem(self.archive.name, None, "", name, "hidden_sheet"))
            elif file is None or kind != "worksheet":
                warnings.append(Problem(self.archive.name, None, "", name, "unknown_sheet"))
            elif file in found:
                wrong.append(Problem(self.archive.name, None, "", name, "sheet_twice"))
            else:
                found[file] = place
        if not found and not wrong:
            wrong.append(Problem(self.archive.name, None, "", "", "missing_sheet"))
        if wrong:
            raise Unusable(wrong)
        return found, warnings


def look_over(archive: Archive) -> None:
    """Refuse what a register never holds: programs, what lies in other files, and XML with entities."""
    types = ContentTypes()
    read_part(archive, "[Content_Types].xml", types)
    names = [f"/{info.filename.casefold()}" for info in archive.members]
    if types.with_macros or any(word in name for name in names for word in PROGRAMS):
        raise unusable(archive.name, "macros")
    if any(word in name for name in names for word in OUTSIDE):
        raise unusable(archive.name, "external")
    for info in archive.members:
        name = info.filename
        if name.endswith(".rels"):
            relations = Relations("")
            read_part(archive, name, relations)
            if relations.outside:
                raise unusable(archive.name, "external", name)
        elif name.endswith((".xml", ".vml")) and name != "[Content_Types].xml":
            # For its declarations alone: a part that nobody reads later must have none either.
            read_part(archive, name, None)
