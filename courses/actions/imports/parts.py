"""The XML of a workbook, read as a stream by a parser that knows no entities."""

import posixpath
from collections.abc import Callable
from typing import NoReturn
from xml.parsers import expat

from courses.actions.imports.archives import Archive, Counted, unusable

# The words of spreadsheets come under one of these two; they are told apart from those of others by it.
MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main ",
    "http://purl.oclc.org/ooxml/spreadsheetml/main ",
)
# What a cell can hold in a spreadsheet program is less; what is longer is cut, and rejected as too long.
LONGEST_TEXT = 40_000

Attributes = dict[str, str]
Start = Callable[[str, Attributes], None]
End = Callable[[str], None]


class Part:
    """Handlers for one part; a subclass answers what it wants to know."""

    def start(self, tag: str, attributes: Attributes) -> None:
        """``tag`` is without its namespace where that is the spreadsheets' own."""

    def end(self, tag: str) -> None:
        pass

    def text(self, data: str) -> None:
        pass


def own(tag: str) -> str:
    for space in MAIN:
        if tag.startswith(space):
            return tag[len(space) :]
    return tag


def read_part(archive: Archive, member: str, part: Part | None) -> None:
    """Hand a part's elements over, a chunk at a time; without ``part`` only look whether it is sound.

    Raises Unusable for what no spreadsheet writes.
    """
    try:
        with archive.reading(member) as content:
            parse(archive, member, content, part)
    except (KeyError, expat.ExpatError, LookupError, ValueError):
        raise unusable(archive.name, "broken_workbook", member) from None


def parse(archive: Archive, member: str, content: Counted, part: Part | None) -> None:
    def refuse(*_told: object) -> NoReturn:
        raise unusable(archive.name, "doctype", member)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    if part is not None:
        begin, finish = part.start, part.end
        parser.StartElementHandler = lambda tag, attributes: begin(own(tag), attributes)
        parser.EndElementHandler = lambda tag: finish(own(tag))
        parser.CharacterDataHandler = part.text
    for chunk in content.chunks():
        parser.Parse(chunk)
    parser.Parse(b"", True)


class Relations(Part):
    """What a part refers to: identifier to (type, target); and whether anything lies outside of the file."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.found: dict[str, tuple[str, str]] = {}
        self.outside = False

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag.rpartition(" ")[2] != "Relationship":
            return
        kind = attributes.get("Type", "").rpartition("/")[2]
        if attributes.get("TargetMode", "").casefold() == "external":
            # A spreadsheet makes a link of every e-mail address; nobody follows it here.
            self.outside = self.outside or kind != "hyperlink"
            return
        target = attributes.get("Target", "")
        whole = target.removeprefix("/") if target.startswith("/") else posixpath.join(self.base, target)
        self.found[attributes.get("Id", "")] = kind, posixpath.normpath(whole)


def relations_of(archive: Archive, member: str) -> Relations:
    """Of a part, or of the whole file for ''."""
    folder, name = posixpath.split(member)
    relations = Relations(folder)
    read_part(archive, posixpath.join(folder, "_rels", f"{name}.rels"), relations)
    return relations
