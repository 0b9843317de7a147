from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from lms.people.models import Country
from lms.web import tables
from tests.web import pages

pytestmark = pytest.mark.django_db


def build(query: str = "", page_size: int = 10) -> tables.Table:
    return tables.build(
        Country.objects.all(),
        pages.CountryList.columns,
        QueryDict(query),
        caption="Countries",
        default_sort="name",
        page_size=page_size,
    )


def first(table: tables.Table, column: int = 0) -> Any:
    return table.rows[0][column].value


def test_sorts_as_the_address_asks_and_back_again() -> None:
    up, down = build("sort=name"), build("sort=-name")
    names = sorted(Country.objects.values_list("name", flat=True))
    in_database = list(Country.objects.order_by("name").values_list("name", flat=True))
    assert len(names) == len(in_database)
    assert (first(up), first(down)) == (in_database[0], in_database[-1])


def test_turning_a_descending_order_round_makes_it_ascending() -> None:
    assert first(build("sort=code"), 1) > first(build("sort=-code"), 1)


def test_an_unknown_sort_and_a_page_beyond_the_end_still_give_a_list() -> None:
    assert first(build("sort=password")) == first(build())
    table = build("page=9999")
    assert table.pager is not None
    assert table.pager.last == table.pager.total


def test_headers_keep_the_filters_and_start_again_at_the_first_page() -> None:
    name, code, letters = build("region=Europe&page=2&sort=name").headers
    assert name.url == "?region=Europe&sort=-name"
    assert (name.direction, code.direction) == ("ascending", "")
    assert letters.url == ""


def test_the_pager_knows_its_place_and_keeps_the_sort() -> None:
    pager = build("sort=-name&page=2").pager
    assert pager is not None
    assert (pager.first, pager.last) == (11, 20)
    assert pager.previous_url == "?sort=-name&page=1"
    assert pager.next_url == "?sort=-name&page=3"


def test_pages_together_hold_every_record_once() -> None:
    total = Country.objects.count()
    seen = [build(f"sort=letters&page={n}", 50).rows for n in range(1, total // 50 + 2)]
    names = [row[0].value for rows in seen for row in rows]
    assert len(names) == len(set(names)) == total


@pytest.mark.parametrize("page_size", [1, 30])
def test_a_list_costs_two_queries_however_long_it_is(page_size: int) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        build("sort=-code&page=2", page_size)
    assert len(queries) == 2


def test_the_page_shows_the_list_with_links_and_aria_sort() -> None:
    view = pages.CountryList.as_view()
    text = pages.html(view(pages.request("/?sort=-name", user=pages.ana())))
    assert 'aria-sort="descending"' in text
    assert 'href="?sort=name"' in text
    assert 'class="num"' in text
    assert 'rel="next"' in text


def test_an_empty_list_says_so() -> None:
    class Nowhere(pages.CountryList):
        empty_text = "No country yet."

        def get_rows(self) -> Any:
            return Country.objects.none()

    text = pages.html(Nowhere.as_view()(pages.request(user=pages.ana())))
    assert "No country yet." in text
    assert "<table" not in text
