"""The pages of a cohort in Chromium: accessible, and no wider than a phone."""

from itertools import product

import pytest

from courses.actions.sign_offs import sign_off
from tests import cast
from tests.browser import EVERY, breaches, launched
from tests.courses.cohorts import made
from tests.web.test_in_a_browser import open_page

pytestmark = [pytest.mark.journey, pytest.mark.django_db]


@pytest.fixture
def shown() -> dict[str, str]:
    """Every page as it is answered, before the browser starts its own loop."""
    cohort = made.cohort(self_care=True)
    trainer = made.trainer(cohort)
    ready, done = made.person(cohort, "Ready"), made.person(cohort, "Done")
    made.person(cohort, "Early", lessons=1)
    (given,) = sign_off(cohort=cohort, chosen=[done.pk], by=trainer).given
    client, board = cast.signed_in(trainer), f"/teach/cohorts/{cohort.pk}/"
    return {
        "cohorts": client.get("/teach/cohorts/").text,
        "board": client.get(board).text,
        "preview": client.post(board, {"look": "chosen", "chosen": [ready.pk]}).text,
        "take back": client.get(f"/teach/sign-offs/{given.pk}/take-back/").text,
    }


@pytest.mark.long
def test_every_page_is_accessible_and_needs_no_sideways_scroll(shown):
    wrong = {}
    # The browser's loop ends before the database is put back, which would refuse to work beside it.
    with launched() as browser:
        for (name, text), (width, scheme) in product(shown.items(), EVERY):
            page = open_page(browser, text, viewport={"width": width, "height": 800}, color_scheme=scheme)
            wide = page.evaluate("document.documentElement.scrollWidth")
            found = breaches(page)
            if wide > width or found:
                wrong[name, width, scheme] = (wide, found)
            page.context.close()
    assert wrong == {}
