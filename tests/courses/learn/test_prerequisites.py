"""What a course asks for first: said, held against the day of enrolment, and never in a circle."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection

from courses.actions.authoring.settings import save_settings
from courses.actions.certificates import revoke_certificate
from courses.actions.enrolments import enrol
from courses.actions.versions import new_draft
from courses.models import Enrolment, Entry, Prerequisite
from courses.queries.authoring.texts import settings_text
from courses.queries.catalogue import catalogue
from courses.queries.prerequisites import asked_of, missing_prerequisites
from lms.kit.clock import today
from lms.kit.errors import Refused
from lms.people.actions.merges import merge_persons
from lms.people.enums import Role
from tests import cast
from tests.courses.authoring import made as written
from tests.courses.certificates import made
from tests.courses.learn import school

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def analyst():
    return cast.user(Role.ANALYST)


def after(certificate):
    """A published course that asks for the certificate's course."""
    version = school.draft("advanced-tracing")
    version.prerequisites.create(course=certificate.version.course)
    school.publish(version=version, by=None)
    school.open_self_paced(version=version, by=None)
    return version


def test_a_completion_counts_from_its_day_to_its_last_valid_one(analyst):
    one = made.certificate(analyst.person, validity_months=12)
    later, done = after(one), one.entry.happened_on
    title = one.version.title
    for day, missing in (
        (done - dt.timedelta(days=1), [title]),
        (done, []),
        (one.expires_on, []),
        (one.expires_on + dt.timedelta(days=1), [title]),
    ):
        assert missing_prerequisites(later, analyst.person, day) == missing, day


def test_a_completion_that_is_over_is_named_and_nothing_is_recorded(analyst):
    one = made.certificate(analyst.person, validity_months=1)
    later = after(one)
    assert one.expires_on < today()
    before = Entry.objects.count()
    with pytest.raises(Refused, match=f"First complete: {one.version.title}"):
        enrol(cohort=later.cohorts.get(), person=analyst.person, by=analyst)
    assert Entry.objects.count() == before
    assert not Enrolment.objects.filter(cohort__version=later).exists()
    page = cast.signed_in(analyst).get("/courses/advanced-tracing/").text
    assert f'/courses/{one.version.course.slug}/">{one.version.title}</a>' in page
    assert "To be completed before" in page


def test_a_completion_under_a_merged_record_counts_and_a_revoked_one_does_not(analyst):
    twin = cast.person("Twin")
    one = made.certificate(twin, validity_months=1200)
    later = after(one)
    assert missing_prerequisites(later, analyst.person) == [one.version.title]
    merge_persons(duplicate=twin, survivor=analyst.person, by=None)
    assert missing_prerequisites(later, analyst.person) == []
    assert enrol(cohort=later.cohorts.get(), person=analyst.person, by=analyst)
    revoke_certificate(certificate=one, reason="A mistake.", by=cast.user(Role.STAFF))
    assert missing_prerequisites(later, analyst.person) == [one.version.title]


def test_the_catalogue_names_what_comes_before_in_as_many_queries_for_three(analyst):
    one = made.certificate(cast.person("Other"))
    later = after(one)
    page = cast.signed_in(analyst)
    assert {entry.version.pk: list(entry.first) for entry in catalogue(analyst.person)} == {
        one.version.pk: [],
        later.pk: [one.version.title],
    }
    page.get("/courses/")
    before = [cast.queries_of(page, path) for path in ("/courses/", "/courses/advanced-tracing/")]
    more = school.draft("expert-tracing")
    for course in (one.version.course, later.course):
        more.prerequisites.create(course=course)
    school.publish(version=more, by=None)
    assert [cast.queries_of(page, path) for path in ("/courses/", "/courses/expert-tracing/")] == before


def test_a_draft_s_title_is_told_to_nobody(analyst):
    one = made.certificate(analyst.person, validity_months=1)
    later = after(one)
    new_draft(course=one.version.course, by=None, title="Not published yet")
    assert [asked.title for asked in asked_of(later, analyst.person)] == [one.version.title]


def test_a_circle_of_courses_is_refused_and_names_the_one_that_closes_it():
    me = written.author()
    first, second, third = (written.draft(me, slug) for slug in ("one", "two", "three"))
    ask(second, first, me)
    ask(third, second, me)
    before = written.whole(first)
    with pytest.raises(Refused, match="Three asks for this course in its turn"):
        ask(first, third, me)
    with pytest.raises(Refused, match="cannot ask for itself"):
        ask(first, first, me)
    assert written.whole(first) == before
    assert not first.prerequisites.exists()
    ask(third, first, me)


def test_two_courses_that_ask_for_each_other_at_once_close_no_circle():
    authors = [written.author(), written.author()]
    drafts = [written.draft(by, slug) for by, slug in zip(authors, ("one", "two"), strict=True)]
    together = Barrier(2)

    def save(number):
        together.wait(10)
        try:
            ask(drafts[number], drafts[1 - number], authors[number])
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(save, range(2))) == [False, True]
    assert Prerequisite.objects.count() == 1


def ask(version, first, by):
    save_settings(version=version, fields={}, first=[first.course], seen=seen(version), by=by)


def seen(version):
    return written.digest(settings_text(version))


def test_hours_and_validity_are_shown_in_catalogue_and_transcript(analyst):
    page = cast.signed_in(analyst)
    one = made.certificate(analyst.person, cpd_hours=Decimal("2.50"), validity_months=12, renewal_days=30)
    text = " ".join(page.get(f"/courses/{one.version.course.slug}/").text.split())
    assert "2.5 CPD hours" in text
    assert "valid for 12 months." in text
    assert "renewed from 30 days before" in text
    assert "2.5 CPD hours" in page.get("/courses/").text
    assert "CPD hours" in page.get("/me/").text
    rows = b"".join(page.get("/me/transcript.csv")).decode().splitlines()
    assert rows[0].endswith("CPD hours")
    assert rows[1].endswith(",2.5")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"cpd_hours": "0"}, "more than 0"),
        ({"cpd_hours": "-1"}, "more than 0"),
        ({"validity_months": "0"}, "begin at 1"),
        ({"renewal_days": "30"}, "say how long"),
    ],
)
def test_settings_that_mean_nothing_are_refused(typed, said):
    me = written.author()
    draft = written.draft(me)
    before = written.whole(draft)
    sent = {"seen": seen(draft), "title": "T", "language": "en", "level": "introductory", "minutes": "1"}
    page = written.page("teach-settings", draft)
    answer = cast.signed_in(me).post(page, sent | {"intensity": "none"} | typed)
    assert said in answer.text
    assert written.whole(draft) == before
