"""Cut off at random moments, and back in a new browser: nothing is lost, and nothing is there twice.

SEED= walks another way.
"""

import os
import random

import pytest

from courses.actions.enrolments import enrol
from tests.journeys.whole.conftest import COURSES, EACH, SHORT
from tests.journeys.whole.walk import Walk

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
SEED = int(os.environ.get("SEED", "20261123"))
TIMES = {SHORT: 6, **dict.fromkeys(COURSES, 17)}


@pytest.fixture
def walk(chromium_process, server, cohort, analyst, record_property):
    """Call it with a number of cuts: take the whole course, and bring the certificate."""

    def take(times: int) -> bytes:
        enrolment = enrol(cohort=cohort, person=analyst.person, by=analyst)
        one = Walk(chromium_process, server, enrolment, random.Random(SEED), budget=times)  # noqa: S311
        try:
            one.take_the_lessons()
            certificate = one.look_at_the_end(one.take_the_assessment())
        finally:
            kinds = ", ".join(f"{count} × {kind}" for kind, count in sorted(one.cuts.items()))
            slug = cohort.version.course.slug
            record_property("told", f"SEED={SEED}, {slug}, cut off {one.cuts.total()} times: {kinds or '-'}")
            one.end()
        assert one.cuts.total() == times
        return certificate

    return take


# By chance and by the clock: it belongs where a failure is read with its seed, and not in every change's way.
@pytest.mark.long
@pytest.mark.parametrize("cohort", EACH, indirect=True)
def test_cut_off_again_and_again_it_ends_in_one_certificate(walk, request):
    name = request.node.callspec.params["cohort"]
    assert walk(TIMES[name]).startswith(b"%PDF")


@pytest.mark.long
@pytest.mark.parametrize("cohort", COURSES, indirect=True)
def test_by_mouse_it_ends_in_a_certificate(walk):
    assert walk(0).startswith(b"%PDF")
