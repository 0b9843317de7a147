"""Lists of records as tables: sorted and paged by the address, with a constant number of queries."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import QueryDict

from lms.kit.text import Text


@dataclass(frozen=True)
class Column:
    """One column of a list page.

    `value(record)` gives the cell, by default the attribute named `key`; `link(record)` makes it a link.
    `order` names the model fields that `?sort=key` sorts by; without it the column cannot be sorted by.
    """

    key: str
    label: Text
    value: Callable[[Any], Any] | None = None
    link: Callable[[Any], str] | None = None
    order: Sequence[str] = ()
    numeric: bool = False

    def cell(self, record: Any) -> "Cell":
        value = self.value(record) if self.value else getattr(record, self.key)
        return Cell(value, self.link(record) if self.link else "", self.numeric)


@dataclass(frozen=True)
class Cell:
    value: Any
    url: str = ""
    numeric: bool = False


@dataclass(frozen=True)
class Header:
    """`url` sorts by this column ('' where it cannot); `direction` is ascending, descending or ''."""

    label: Text
    url: str = ""
    direction: str = ""
    numeric: bool = False


@dataclass(frozen=True)
class Pager:
    """Addresses of the pages around ('' where there is none) and the rows shown, counted from 1."""

    first: int
    last: int
    total: int
    previous_url: str = ""
    next_url: str = ""


@dataclass(frozen=True)
class Table:
    caption: Text
    headers: Sequence[Header]
    rows: Sequence[Sequence[Cell]]
    pager: Pager | None = None
    footer: Sequence[Cell] = field(default_factory=tuple)


def simple(caption: Text, headers: Sequence[Header], rows: Sequence[Sequence[Any]]) -> Table:
    """A table of plain values that is neither sorted nor paged; a value may be a ready Cell."""
    made = [
        [v if isinstance(v, Cell) else Cell(v, "", h.numeric) for h, v in zip(headers, row, strict=True)]
        for row in rows
    ]
    return Table(caption, headers, made)


def build(
    records: QuerySet[Any],
    columns: Sequence[Column],
    asked: QueryDict,
    *,
    caption: Text,
    default_sort: str,
    page_size: int = 50,
) -> Table:
    """The page of `records` that the address asks for, in two queries (count and rows) whatever is asked.

    An unknown sort means `default_sort` (a column's key, "-" before it for descending) and a page beyond
    the end the last one, so old links keep working.
    """
    sort = _sort(columns, asked.get("sort", ""), default_sort)
    page = Paginator(_ordered(records, columns, sort), page_size).get_page(asked.get("page"))
    headers = [_header(column, sort, asked) for column in columns]
    rows = [[column.cell(record) for column in columns] for record in page]
    return Table(caption, headers, rows, pager(page, asked, "page"))


def paged(
    records: Sequence[Any] | QuerySet[Any],
    make: Callable[[Sequence[Any]], Table],
    asked: QueryDict,
    *,
    key: str,
    page_size: int = 100,
) -> Table:
    """The table that `make` gives of one page of `records`; `?key=2` asks for the next.

    For a table among others on a page. Where all of them fit there is no pager.
    """
    page = Paginator(records, page_size).get_page(asked.get(key))
    table = make(list(page.object_list))
    return replace(table, pager=pager(page, asked, key)) if page.has_other_pages() else table


def _sort(columns: Sequence[Column], wanted: str, default: str) -> str:
    sortable = {column.key for column in columns if column.order}
    return wanted if wanted.removeprefix("-") in sortable else default


def _ordered(records: QuerySet[Any], columns: Sequence[Column], sort: str) -> QuerySet[Any]:
    fields = next((column.order for column in columns if column.key == sort.removeprefix("-")), ())
    if sort.startswith("-"):
        fields = [name.removeprefix("-") if name.startswith("-") else f"-{name}" for name in fields]
    # The key last: equal rows must not change places between two pages.
    return records.order_by(*fields, "pk")


def _header(column: Column, sort: str, asked: QueryDict) -> Header:
    if not column.order:
        return Header(column.label, numeric=column.numeric)
    turn = f"-{column.key}" if sort == column.key else column.key
    direction = {column.key: "ascending", f"-{column.key}": "descending"}.get(sort, "")
    return Header(column.label, address(asked, sort=turn, page=None), direction, column.numeric)


def pager(page: Page[Any], asked: QueryDict, key: str) -> Pager:
    """The pages around one; ``key`` is what the address calls them."""
    previous_url = address(asked, **{key: page.previous_page_number()}) if page.has_previous() else ""
    next_url = address(asked, **{key: page.next_page_number()}) if page.has_next() else ""
    return Pager(page.start_index(), page.end_index(), page.paginator.count, previous_url, next_url)


def address(asked: QueryDict, **changes: Any) -> str:
    """The present query string with some parameters changed (None drops one), as a relative address."""
    query = asked.copy()
    for key, value in changes.items():
        query.pop(key, None)
        if value is not None:
            query[key] = str(value)
    return f"?{query.urlencode()}"
