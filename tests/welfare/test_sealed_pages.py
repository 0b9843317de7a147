"""From the five taps to looking back: kept only when chosen, and never anywhere but sealed."""

import csv
import io
import json
import re

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.welfare.test_crash_points import Commits, Killed
from tests.welfare.test_pages import make_due
from tests.welfare.test_sealed import (
    ANSWERS,
    fresh_count,
    put_week,
    table,
    weeks_ago,
    with_keys,
    words_of,
)
from welfare.actions import sealed
from welfare.models import Occurrence
from welfare.models.wall import as_user
from welfare.queries.sealed import kept_by

__all__ = ["fresh_count"]
pytestmark = pytest.mark.django_db(transaction=True)
PULSE, HISTORY, ERASE = "/checkins/pulse/", "/checkins/history/", "/checkins/history/erase/"
KEPT = {**ANSWERS, "keep": "sealed"}
WRONG = "acre actor advice agile agree april"


@pytest.fixture
def analyst():
    return with_keys("analyst@test.example")


@pytest.fixture
def page(analyst):
    return cast.signed_in(analyst)


@pytest.fixture
def words(analyst):
    return words_of(analyst)


class TestPulse:
    def test_nothing_is_kept_unless_it_is_chosen(self, page, words):
        for sent in (ANSWERS, {**ANSWERS, "keep": "nothing"}, {**ANSWERS, "keep": "maybe"}):
            assert "Thank you for looking after yourself" in page.post(PULSE, sent).text
        assert table() == []
        chosen = re.findall(r'name="keep" value="(\w+)" checked', page.get(PULSE).text)
        assert chosen == ["nothing"]

    def test_the_choice_keeps_it_and_is_remembered_nowhere(self, page, analyst, words):
        before = dict(page.session)
        answer = page.post(PULSE, KEPT)
        assert "Kept, sealed for you alone." in answer.text
        assert "When sleep will not come" in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert len(table()) == 1
        assert dict(page.session) == before
        assert re.findall(r'name="keep" value="(\w+)" checked', page.get(PULSE).text) == ["nothing"]

    def test_what_was_all_skipped_is_not_kept_and_the_page_says_so(self, page, words):
        answer = page.post(PULSE, {"keep": "sealed"})
        assert "Nothing was kept. You skipped all of them" in answer.text
        assert table() == []

    def test_where_the_employer_runs_the_server_it_is_not_offered_and_not_done(self, page, words, settings):
        settings.WELFARE_KEEP = "nothing"
        assert 'name="keep"' not in page.get(PULSE).text
        assert "Nothing was kept. Nothing is kept on this site." in page.post(PULSE, KEPT).text
        assert table() == []
        assert "run by the employer" in page.get("/checkins/who-sees-what/").text
        assert "What you keep sealed" not in page.get("/checkins/who-sees-what/").text

    def test_otherwise_the_page_of_plain_words_tells_what_keeping_means(self, page):
        told = page.get("/checkins/who-sees-what/").text
        assert "What you keep sealed" in told
        assert "run by the employer" not in told


class TestFirstTime:
    """Who has no words yet takes them on the way; the taps stay in the page meanwhile."""

    def offer(self, page) -> tuple[str, dict[str, str]]:
        told = page.post(PULSE, KEPT).text
        words = re.findall(r"<li>([a-z]+)</li>", told)
        assert len(words) == 6
        carried = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w*)"', told))
        assert {key: carried[key] for key in ANSWERS} == ANSWERS
        return " ".join(words), {key: value for key, value in carried.items() if "csrf" not in key}

    def test_nothing_is_kept_and_no_reminder_closed_before_the_words_are_typed(self, page, analyst):
        make_due(analyst)
        self.offer(page)
        assert table() == []
        with as_user(analyst.pk):
            assert Occurrence.objects.get().state == "open"

    def test_with_the_words_typed_both_are_taken_in_one_go(self, page):
        words, carried = self.offer(page)
        for _again in range(2):
            answer = page.post(PULSE, {**carried, "typed": words, "keep": "sealed"})
            assert "Kept, sealed for you alone." in answer.text
        assert len(table()) == 1
        assert "most nights" not in page.get(HISTORY).text
        assert "What you answered" in page.post(HISTORY, {"words": words}).text

    def test_a_slip_shows_the_same_words_and_carries_the_taps_on(self, page):
        words, carried = self.offer(page)
        told = page.post(PULSE, {**carried, "typed": words[1:], "keep": "sealed"}).text
        assert "not the six words above" in told
        assert re.findall(r"<li>([a-z]+)</li>", told) == words.split()
        assert 'name="temper" value="3"' in told
        assert table() == []

    def test_keep_nothing_after_all(self, page, analyst):
        words, carried = self.offer(page)
        told = page.post(PULSE, {**carried, "typed": words, "keep": "nothing"}).text
        assert "Thank you for looking after yourself" in told
        assert table() == []


class TestKilledBetween:
    """The answer is committed before the reminder is closed: a kill costs a notice too many, no answer."""

    @pytest.mark.parametrize(
        ("commits", "after", "kept", "state"),
        [(0, False, 0, "open"), (0, True, 1, "open"), (1, False, 1, "open"), (1, True, 1, "closed")],
    )
    def test_the_answer_is_kept_and_the_notice_comes_once_more(
        self, page, analyst, words, monkeypatch, commits, after, kept, state
    ):
        make_due(analyst)
        with monkeypatch.context() as patch:
            watched = Commits(patch, let_through=commits, after=after)
            try:
                page.post(PULSE, KEPT)
            except BaseException:
                # Django may put its own error in the place of the kill, when it finds the connection gone.
                if not watched.killed:
                    raise
                connections["welfare"].close()
        assert watched.killed
        assert Killed
        assert len(table()) == kept
        with as_user(analyst.pk):
            assert Occurrence.objects.get().state == state


class TestLookingBack:
    @pytest.fixture(autouse=True)
    def kept(self, analyst, words):
        put_week(analyst, weeks_ago(3), {"sleep": "1"})
        put_week(analyst, weeks_ago(1), ANSWERS)

    def test_closed_it_names_the_weeks_and_no_answer(self, page):
        told = page.get(HISTORY).text
        assert told.count('name="week"') == 2
        assert "hardly" not in told
        assert "some nights" not in told

    def test_with_the_words_it_shows_every_answer_in_words_the_newest_first(self, page, words):
        answer = page.post(HISTORY, {"words": words})
        shown = cells(answer.text)
        assert [shown[1:6], shown[7:]] == [
            ["hardly", "every week", "now and then", "once", "yes"],
            ["some nights", "–", "–", "–", "–"],
        ]
        assert answer.text.count('<svg class="plot"') == 5
        assert answer.headers["Cache-Control"] == "no-store"

    def test_nothing_of_it_is_kept(self, page, words):
        before = dict(page.session)
        assert words not in page.post(HISTORY, {"words": words}).text
        assert dict(page.session) == before
        assert "hardly" not in page.get(HISTORY).text

    def test_other_words_show_nothing(self, page):
        told = page.post(HISTORY, {"words": WRONG}).text
        assert "These words do not open it." in told
        assert "hardly" not in told

    def test_what_was_sealed_for_earlier_words_is_said_to_be_lost(self, page, analyst):
        newer = words_of(analyst)
        put_week(analyst, weeks_ago(2), {"sleep": "3"})
        told = page.post(HISTORY, {"words": newer}).text
        assert cells(told)[1:] == ["most nights", "–", "–", "–", "–"]
        assert told.split("Sealed for earlier words")[1].split("</section>")[0].count("<li>") == 2

    def test_both_files_hold_what_opens_and_need_the_words(self, page, words):
        answer = page.post(HISTORY, {"words": words, "export": "csv"})
        assert answer.headers["Content-Disposition"] == 'attachment; filename="looking-back.csv"'
        assert answer.headers["Cache-Control"] == "no-store"
        heading, first, second = csv.reader(io.StringIO(answer.text))
        assert heading[:2] == ["Week of", "I slept well enough"]
        assert first == [weeks_ago(1)[1:], "hardly", "every week", "now and then", "once", "yes"]
        assert second == [weeks_ago(3)[1:], "some nights", "", "", "", ""]
        held = json.loads(page.post(HISTORY, {"words": words, "export": "json"}).text)["check_ins"]
        assert [one["week_of"] for one in held] == [weeks_ago(1)[1:], weeks_ago(3)[1:]]
        assert held[1]["answers"]["I slept well enough"] == "some nights"
        assert held[1]["answers"]["I felt supported"] is None
        refused = page.post(HISTORY, {"words": WRONG, "export": "json"})
        assert "Content-Disposition" not in refused.headers

    def test_it_takes_as_many_queries_for_five_weeks_as_for_two(self, page, analyst, words):
        def queries() -> list[int]:
            found = []
            for alias in connections:
                with CaptureQueriesContext(connections[alias]) as asked:
                    page.get(HISTORY)
                    page.post(HISTORY, {"words": words})
                found.append(len(asked))
            return found

        before = queries()
        for weeks in (0, 2, 4):
            put_week(analyst, weeks_ago(weeks))
        assert queries() == before

    def test_who_keeps_nothing_is_told_so(self):
        told = cast.signed_in(with_keys()).get(HISTORY).text
        assert "You keep nothing here." in told
        assert "Your six words" not in told


class TestErasing:
    @pytest.fixture(autouse=True)
    def kept(self, analyst, words):
        for weeks in (1, 2):
            put_week(analyst, weeks_ago(weeks))

    def test_one_week_is_asked_for_twice_and_takes_no_words(self, page, analyst):
        assert "It cannot be brought back" in page.post(ERASE, {"week": weeks_ago(1)}).text
        assert len(table()) == 2
        assert page.post(ERASE, {"week": weeks_ago(1), "sure": "1"}).url == HISTORY
        assert [one.week for one in kept_by(analyst)] == [weeks_ago(2)]

    def test_all_of_them(self, page):
        assert "Erase everything you keep here?" in page.post(ERASE, {"all": "1"}).text
        assert len(table()) == 2
        page.post(ERASE, {"all": "1", "sure": "1"})
        assert table() == []

    @pytest.mark.parametrize("sent", [{}, {"week": "W1999-01-04"}, {"week": "x"}])
    def test_no_week_at_all_and_one_that_cannot_be_are_not_found(self, page, sent):
        assert page.post(ERASE, {**sent, "sure": "1"}).status_code == 404
        assert len(table()) == 2

    def test_another_login_reaches_none_of_them(self):
        cast.signed_in(with_keys()).post(ERASE, {"all": "1", "sure": "1"})
        assert len(table()) == 2


def cells(page: str) -> list[str]:
    """Of the table beneath the picture, row by row, each with its week first."""
    return re.findall(r"<t[hd][^>]*>\s*([^<]*?)\s*</t[hd]>", page.split("<tbody>")[1])


def test_what_is_kept_changes_no_other_table(page, analyst, words):
    """Neither here nor there: no date of the login, no session, no notice."""
    before = everything()
    sealed.keep(answers=ANSWERS, by=analyst)
    page.post(HISTORY, {"words": words})
    assert {name for name, rows in everything().items() if rows != before[name]} == set()


def everything() -> dict[str, str]:
    """A digest of each table but the one that is to change."""
    found = {}
    for alias, schema in (("default", "public"), ("welfare", "welfare")):
        with as_user(0), connections[alias].cursor() as cursor:
            cursor.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = %s AND has_table_privilege(schemaname || '.' || tablename, 'SELECT')",
                [schema],
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f'SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{name}" t')
                found[name] = cursor.fetchone()[0]
    return found
