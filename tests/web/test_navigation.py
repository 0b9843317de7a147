import pytest
from django.contrib.auth.models import AnonymousUser

from lms.web import context, navigation, permissions
from tests.web import pages

pytestmark = pytest.mark.urls("tests.web.pages")


@pytest.fixture(autouse=True)
def entries(own_navigation: None) -> None:
    navigation.register("Counts", "staff-counts", pages.staff_only, order=20)
    navigation.register("Countries", "countries", permissions.signed_in, order=30)


def labels(user: object) -> list[str]:
    return [str(entry.label) for entry in navigation.entries_for(user)]


def test_shows_only_what_the_rule_of_each_page_allows() -> None:
    staff = pages.ana()
    staff.email = "staff@inhope.example"
    assert labels(pages.ana()) == ["Home", "Countries"]
    assert labels(staff) == ["Home", "Counts", "Countries"]


def test_shows_nothing_to_somebody_who_is_not_signed_in_and_asks_no_rule() -> None:
    navigation.register("Trap", "broken", lambda user: user.no_such_attribute, order=1)
    assert labels(AnonymousUser()) == []


def test_registering_an_address_again_replaces_its_entry() -> None:
    navigation.register("All countries", "countries", permissions.signed_in, order=30)
    assert labels(pages.ana()) == ["Home", "All countries"]


@pytest.mark.parametrize(
    ("path", "current"),
    [("/", "Home"), ("/countries/", "Countries"), ("/countries/NL/", "Countries"), ("/elsewhere/", None)],
)
def test_marks_the_entry_whose_address_leads_furthest_here(path: str, current: str | None) -> None:
    links = navigation.links(pages.request(path, user=pages.ana()))
    assert [link.label for link in links if link.current] == ([current] if current else [])


def test_the_page_shows_the_entries_and_marks_the_current_one_for_a_screen_reader() -> None:
    shown = pages.html(pages.StaffPage(request=pages.request("/", user=pages.ana())).render())
    assert '<a href="/" aria-current="page">Home</a>' in shown
    assert '<a href="/countries/">Countries</a>' in shown
    assert "/staff/counts/" not in shown


def test_a_page_without_navigation_asks_no_rule() -> None:
    asked = []
    navigation.register("Seen", "broken", lambda user: bool(asked.append(user)), order=1)
    context.page(pages.request(user=pages.ana()))
    assert asked == []
