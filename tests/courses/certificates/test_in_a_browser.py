"""The pages in Chromium: accessible, and no wider than a phone."""

from itertools import product

import pytest

from lms.people.enums import Role
from tests import cast
from tests.browser import EVERY, breaches
from tests.courses.certificates import made
from tests.web.test_in_a_browser import open_page

pytestmark = [pytest.mark.journey, pytest.mark.django_db]


@pytest.fixture
def shown() -> dict[str, str]:
    """Every page as it is answered."""
    analyst, staff, nobody = (
        cast.signed_in(login) for login in (cast.user(Role.ANALYST), cast.user(Role.STAFF), None)
    )
    holder = cast.user(Role.ANALYST)
    one = made.certificate(holder.person, validity_months=1)
    code = f"/verify/{one.code}/"
    return {
        "ask": nobody.get("/verify/").text,
        "expired": nobody.get(code).text,
        "answered": nobody.post(code, {"name": "Eve Else"}).text,
        "refused": nobody.post(code, {"name": ""}).text,
        "unknown": analyst.get("/verify/x/").text,
        "own": cast.signed_in(holder).get("/me/").text,
        "revoke": staff.get(f"/certificates/{one.pk}/revoke/").text,
        "person": staff.get(f"/staff/people/{one.person_id}/").text,
    }


@pytest.mark.long
def test_every_page_is_accessible_and_needs_no_sideways_scroll(browser, shown):
    wrong = {}
    for (name, text), (width, scheme) in product(shown.items(), EVERY):
        page = open_page(browser, text, viewport={"width": width, "height": 800}, color_scheme=scheme)
        wide = page.evaluate("document.documentElement.scrollWidth")
        found = breaches(page)
        if wide > width or found:
            wrong[name, width, scheme] = (wide, found)
        page.context.close()
    assert wrong == {}
