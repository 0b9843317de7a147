"""A new cycle of a course: in its window, in a cohort of its own, and without touching the old one."""

import datetime as dt

import pytest
import time_machine

from courses.actions.certificates import revoke_certificate
from courses.actions.renewals import renew
from courses.enums import Stage
from courses.models import Certificate, Cohort, Enrolment, Entry
from courses.queries.certificates import renewable
from lms.kit.errors import Refused
from lms.people.enums import Role
from tests import cast
from tests.courses import ledger
from tests.courses.certificates import made

pytestmark = pytest.mark.django_db
# Completed on 1 May 2025, valid until 1 May 2026, renewable from 1 April 2026.
RULES = {"validity_months": 12, "renewal_days": 30}
IN_THE_WINDOW = dt.datetime(2026, 4, 10, 12, tzinfo=dt.UTC)


@pytest.fixture
def analyst():
    return cast.user(Role.ANALYST)


def written() -> tuple[list[object], ...]:
    return tuple(list(model.objects.order_by("pk").values()) for model in (Cohort, Enrolment, Entry))


def begin(one: Certificate, login) -> Enrolment:
    return renew(course=one.version.course, person=login.person, by=login)


@pytest.mark.parametrize(
    ("day", "days", "offered"),
    [
        (dt.date(2026, 3, 31), 30, False),
        (dt.date(2026, 4, 1), 30, True),
        (dt.date(2026, 5, 1), 30, True),
        (dt.date(2027, 5, 1), 30, True),
        (dt.date(2026, 5, 1), None, False),
        (dt.date(2026, 5, 2), None, True),
    ],
)
def test_is_offered_from_the_window_on_and_after_the_end(analyst, day, days, offered):
    one = made.certificate(analyst.person, validity_months=12, renewal_days=days)
    with time_machine.travel(dt.datetime.combine(day, dt.time(12), dt.UTC)):
        page = cast.signed_in(analyst)
        assert bool(renewable(analyst.person)) is offered
        address = f"/courses/{one.version.course.slug}/renew/"
        for path in ("/me/", f"/courses/{one.version.course.slug}/"):
            assert (address in page.get(path).text) is offered


def test_outside_the_window_is_refused_and_nothing_is_written(analyst):
    one = made.certificate(analyst.person, **RULES)
    before = written()
    with time_machine.travel(dt.datetime(2026, 3, 1, tzinfo=dt.UTC)):
        with pytest.raises(Refused, match="cannot be renewed now"):
            begin(one, analyst)
        page = cast.signed_in(analyst)
        assert page.post(f"/courses/{one.version.course.slug}/renew/").url.startswith("/courses/")
    assert written() == before


def test_begins_in_a_cohort_new_to_the_person_and_leaves_the_old_completion(analyst):
    one = made.certificate(analyst.person, **RULES)
    trainer = made.trainer(one)
    with time_machine.travel(IN_THE_WINDOW):
        answer = cast.signed_in(analyst).post(f"/courses/{one.version.course.slug}/renew/")
        new = Enrolment.objects.exclude(participation=one.entry.participation).get()
        assert answer.url == f"/learn/{new.pk}/"
    assert new.cohort_id != one.entry.activity.cohort.pk
    assert list(new.cohort.trainers.all()) == [trainer]
    assert Entry.objects.standing().filter(pk=one.entry_id).exists()
    assert Certificate.objects.get() == one
    assert new.participation.entries.get().stage == Stage.ENROLLED


def test_a_second_press_goes_on_with_the_cycle_under_way(analyst):
    one = made.certificate(analyst.person, **RULES)
    with time_machine.travel(IN_THE_WINDOW):
        first = begin(one, analyst)
        before = written()
        assert begin(one, analyst) == first
    assert written() == before


def test_goes_to_the_newest_version_and_its_open_cohort(analyst):
    one = made.certificate(analyst.person, **RULES)
    newer = made.cohort(made.version(one.version.course, title="Tracing, revised"))
    with time_machine.travel(IN_THE_WINDOW):
        assert begin(one, analyst).cohort == newer


def test_completed_anew_has_a_certificate_of_its_own_and_is_offered_no_more(analyst):
    one = made.certificate(analyst.person, **RULES)
    with time_machine.travel(IN_THE_WINDOW):
        second = made.complete(begin(one, analyst), on="2026-04-10")
        assert renewable(analyst.person) == []
    assert (second.expires_on, second.code != one.code) == (dt.date(2027, 4, 10), True)
    one.refresh_from_db()
    assert one.expires_on == dt.date(2026, 5, 1)


def test_a_course_that_nobody_joins_alone_is_the_trainers_to_renew(analyst):
    one = made.certificate(analyst.person, **RULES)
    Cohort.objects.update(open_enrolment=False)
    before = written()
    with time_machine.travel(IN_THE_WINDOW), pytest.raises(Refused, match="trainer"):
        begin(one, analyst)
    assert written() == before
    with time_machine.travel(IN_THE_WINDOW):
        text = cast.signed_in(analyst).get("/me/").text
    assert "A trainer enrols people in this course." in text
    assert "/renew/" not in text


@pytest.mark.parametrize("how", ["revoked", "withdrawn", "for ever"])
def test_what_is_revoked_withdrawn_or_for_ever_is_not_renewed(analyst, how):
    one = made.certificate(analyst.person, **({} if how == "for ever" else RULES))
    if how == "revoked":
        revoke_certificate(certificate=one, reason="x", by=cast.user(Role.STAFF))
    if how == "withdrawn":
        ledger.take_back(one.entry)
    with time_machine.travel(IN_THE_WINDOW):
        assert renewable(analyst.person) == []


def test_the_window_of_another_opens_nothing(analyst):
    one = made.certificate(cast.person(), **RULES)
    with time_machine.travel(IN_THE_WINDOW), pytest.raises(Refused):
        begin(one, analyst)
