"""The blocks of a lesson as fields of its form: nothing is saved before the whole lesson is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from courses.actions.authoring.lessons import WrittenBlock
from courses.kinds.blocks import BlockKind, Scenario, kind_of
from courses.kinds.fields import Part, blank
from courses.kinds.media import MediaType
from courses.kinds.writing import posted as sent
from courses.kinds.writing import shapes, shown, starters, toml
from courses.kinds.writing.order import shifted
from courses.kinds.writing.posted import Press
from courses.kinds.writing.shown import Shown
from courses.kinds.writing.sources import Unreadable, as_written, block_source, read_block
from courses.models import Block, Media
from courses.queries.media import Held
from courses.queries.readiness import reasons_against
from courses.web.authoring.graphs import Graph, graph
from lms.kit.text import Text

# As many blocks as a lesson's form takes.
MOST = 100


@dataclass
class Row:
    """A block in the form. ``name`` is b and its id, or n and a number for one not saved yet.

    ``source`` is its text and ``data`` what that means; with ``as_form`` the data is what was typed.
    ``theirs`` is what somebody else saved in it meanwhile; ``note`` says what else happened to it; ``added``
    are the files that came with this form.
    """

    name: str
    kind: str
    source: str
    alternative: bool = False
    removed: bool = False
    mistakes: Sequence[str] = ()
    gaps: Sequence[str] | None = None
    theirs: str | None = None
    note: str = ""
    added: Sequence[str] = ()
    data: dict[str, Any] = field(default_factory=dict)
    as_form: bool = False
    wrong: dict[str, list[str]] = field(default_factory=dict)
    focus: str = ""

    @property
    def fields(self) -> Sequence[Part]:
        return kind_of(self.kind).fields

    @property
    def has_form(self) -> bool:
        return bool(self.fields)

    def wrong_now(self) -> dict[str, list[str]]:
        """What in the form cannot be saved."""
        return shown.wrong_in(self.data, shapes.BLOCKS[self.kind], self.name)

    @property
    def written(self) -> Shown:
        return shown.form(self.data, self.fields, self.name, wrong=self.wrong, focus=self.focus)

    @property
    def picture(self) -> Graph | None:
        """Where the choices of a case lead; none where it is no case, or cannot be read."""
        return graph(self.data) if self.kind == BlockKind.SCENARIO and self.gaps is not None else None

    @property
    def pk(self) -> int | None:
        return int(self.name[1:]) if self.name.startswith("b") else None

    @property
    def label(self) -> Text:
        return BlockKind(self.kind).label

    @property
    def takes_files(self) -> bool:
        return bool(kind_of(self.kind).slots)

    @property
    def suffixes(self) -> str:
        """What the browser offers to choose from; what is taken, the content decides."""
        kinds = frozenset[MediaType]().union(*kind_of(self.kind).slots.values())
        return ",".join(sorted(f".{kind.extension}" for kind in kinds))

    @property
    def height(self) -> int:
        """Lines of the field."""
        return min(max(self.source.count("\n") + len(self.source) // 90 + 2, 5), 24)

    @property
    def is_toml(self) -> bool:
        return self.kind != BlockKind.TEXT


def saved_rows(blocks: Iterable[Block], held: Held) -> list[Row]:
    """The blocks as they are saved, each with what it lacks for publication."""
    return [saved_row(block, held) for block in blocks]


def saved_row(block: Block, held: Held) -> Row:
    """As a form where its kind has one, and where what came in as a file fits it."""
    row = Row(
        f"b{block.pk}",
        block.kind,
        block_source(block.kind, block.data),
        block.alternative,
        gaps=reasons_against(block, held),
        data=as_written(block.data),
    )
    row.as_form = row.has_form and not row.wrong_now()
    return row


def sent_rows(posted: QueryDict) -> list[Row]:
    """The blocks as the form sent them, in its order; what is no block is left out."""
    names = dict.fromkeys(name for name in posted.getlist("block") if is_name(name))
    return [
        sent_row(name, posted)
        for name in list(names)[:MOST]
        if posted.get(f"kind-{name}") in BlockKind.values
    ]


def sent_row(name: str, posted: QueryDict) -> Row:
    row = Row(
        name,
        str(posted[f"kind-{name}"]),
        posted.get(f"text-{name}", ""),
        alternative=f"alternative-{name}" in posted,
        removed=f"remove-{name}" in posted,
    )
    if row.has_form and posted.get(f"as-{name}") == "form":
        row.as_form, row.data = True, sent.read(posted, row.fields, name)
        row.source = toml.written(row.data)
    return row


def pressed(rows: Sequence[Row], press: Press) -> None:
    """Do to a block what a button in it says; what was typed in it and in the others stays."""
    row = next((one for one in rows if one.name == press.place.partition("-")[0]), None)
    if row is None or not row.has_form:
        return
    if press.way == "text":
        row.as_form = False
    elif press.way == "form" and read_row(row):
        row.as_form = True
    elif row.as_form:
        row.data, row.focus = sent.changed(row.data, row.fields, press)


def look(rows: Iterable[Row]) -> None:
    """Fill in what each block lacks before publication, as far as it can be read."""
    for row in rows:
        if row.takes_files:
            # What of it is missing hangs on the files that the course holds: said once it is saved.
            continue
        try:
            data = row.data if row.as_form else read_block(row.kind, row.source)
        except Unreadable:
            continue
        if not (row.as_form and row.wrong_now()):
            row.gaps = list(kind_of(row.kind).missing(data))


def is_name(name: str) -> bool:
    return name[:1] in ("b", "n") and name[1:].isdecimal() and name[1:].isascii() and len(name) < 19


def read_rows(rows: Iterable[Row]) -> bool:
    """Fill in what each row's text means, or its mistakes; whether all could be read, and no file refused."""
    staying = [row for row in rows if not row.removed]
    refused = any(row.mistakes for row in staying)
    # Each of them is read, so that every mistake is told at once.
    readable = [read_row(row) for row in staying]
    return all(readable) and not refused


def read_row(row: Row) -> bool:
    if row.as_form:
        row.wrong = row.wrong_now()
        return not row.wrong
    try:
        row.data = read_block(row.kind, row.source)
    except Unreadable as unreadable:
        row.mistakes = [*row.mistakes, *(mistake.sentence for mistake in unreadable.mistakes)]
        return False
    return True


def put_in(row: Row, media: Media) -> None:
    """Name the file in the row's text, in the slot that its type fits."""
    slots = kind_of(row.kind).slots
    slot = next((slot for slot, fitting in slots.items() if media.kind in fitting), None)
    if slot is None:
        wanted = ", ".join(str(kind.label) for kind in sorted(frozenset().union(*slots.values())))
        row.mistakes = [
            *row.mistakes,
            _("“%(name)s” does not fit here: %(wanted)s.") % {"name": media.name, "wanted": wanted},
        ]
        return
    row.source = toml.with_text(row.source.replace("\r\n", "\n"), slot, media.name)
    row.added = [*row.added, media.name]


def as_blocks(rows: Iterable[Row]) -> list[WrittenBlock]:
    return [WrittenBlock(row.pk, row.kind, row.alternative, row.data) for row in rows if not row.removed]


def with_new(rows: Sequence[Row], kind: str) -> list[Row]:
    """With an empty block of a kind at the end; unchanged where it is no kind that can be begun."""
    if kind not in BlockKind.values or len(rows) >= MOST:
        return list(rows)
    row = Row(free_name(rows), kind, starters.BLOCKS.get(kind, ""), data=begun(kind))
    row.as_form, row.focus = row.has_form, row.name
    return [*rows, row]


def begun(kind: str) -> dict[str, Any]:
    """What a new block holds: the form of its kind, to fill in."""
    return Scenario().begun() if kind == BlockKind.SCENARIO else blank(kind_of(kind).fields)


def free_name(rows: Iterable[Row]) -> str:
    return f"n{1 + max((int(row.name[1:]) for row in rows if row.pk is None), default=0)}"


def moved(rows: Sequence[Row], name: str, by: int) -> list[Row]:
    names = [row.name for row in rows]
    return shifted(rows, names.index(name), by) if name in names else list(rows)


def beside_theirs(rows: Sequence[Row], saved: Iterable[Block], held: Held) -> list[Row]:
    """What was sent, next to what somebody else saved meanwhile: nothing of either is left out."""
    now = {row.name: row for row in saved_rows(saved, held)}
    merged = list(rows)
    for row in merged:
        if row.pk is not None and row.name not in now:
            row.note = _("Somebody removed this block meanwhile. Saving puts yours back.")
            row.name = free_name(merged)
        elif row.name in now and now[row.name].source != row.source.replace("\r\n", "\n"):
            row.theirs = now[row.name].source
    added = [row for name, row in now.items() if name not in {one.name for one in merged}]
    for row in added:
        row.note = _("Somebody added this block meanwhile. Saving keeps it.")
    return [*merged, *added]
