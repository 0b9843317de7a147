"""Reflections for own eyes: kept sealed, opened with one's own words, erased without them, seen by nobody."""

import io
import logging
import re

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection
from django.urls import reverse

from courses.actions import reflections
from courses.actions.enrolments import enrol
from courses.models import Enrolment, KeptReflection
from courses.models.reflections import SEALED_BYTES
from courses.queries.reflections import kept_of, reflection_blocks
from lms.kit.errors import Refused
from lms.kit.sealing import LONGEST
from lms.people.actions.own_keys import give_keys, offer_words, take_words
from lms.people.enums import Role
from lms.people.models import User
from lms.web import logs
from tests import cast
from tests.courses.learn import school

pytestmark = pytest.mark.django_db
TEXT = "I was glad of the walk afterwards."
READ, KEEP, ERASE = "/me/reflections/", "/me/reflections/keep/", "/me/reflections/erase/"
WRONG = "acre actor advice agile agree april"


@pytest.fixture(autouse=True)
def fresh_count():
    cache.clear()


@pytest.fixture
def cohort():
    return school.course()


@pytest.fixture
def analyst(cohort):
    user = cast.user(Role.ANALYST)
    give_keys(users=[user], by=None)
    enrol(cohort=cohort, person=user.person, by=user)
    return user


@pytest.fixture
def words(analyst):
    return words_of(analyst)


@pytest.fixture
def page(analyst):
    return cast.signed_in(analyst)


def words_of(user: User) -> str:
    offer = offer_words(by=user)
    take_words(ticket=offer.ticket(user), typed=offer.words, by=user, confirmed=True)
    return offer.words


def block_of(user: User):
    return reflection_blocks(user).get()


def lesson(user: User) -> str:
    return reverse("lesson", args=[Enrolment.objects.get(person=user.person).pk, "closing"])


def table() -> list[tuple[bytes, bytes]]:
    return [(bytes(row.mark), bytes(row.sealed)) for row in KeptReflection.objects.order_by("mark")]


class TestKeeping:
    def test_it_is_kept_and_read_with_ones_words(self, page, analyst, words):
        answer = page.post(KEEP, {"block": block_of(analyst).pk, "text": TEXT})
        assert answer.url == f"{lesson(analyst)}?ready=1#block-{block_of(analyst).pk}"
        assert "You keep a text here." in page.get(lesson(analyst)).text
        assert TEXT not in page.get(READ).text
        assert TEXT in page.post(READ, {"words": words}).text

    def test_a_row_holds_nothing_in_clear(self, page, analyst, words):
        page.post(KEEP, {"block": block_of(analyst).pk, "text": TEXT})
        [(mark, sealed)] = table()
        assert len(mark) == 32
        assert len(sealed) == SEALED_BYTES[0]
        assert TEXT.encode() not in sealed
        columns = [field.name for field in KeptReflection._meta.get_fields()]
        assert columns == ["mark", "sealed"]

    def test_keeping_again_takes_the_place_of_the_first(self, page, analyst, words):
        for text in ("First.", "Second."):
            page.post(KEEP, {"block": block_of(analyst).pk, "text": text})
        assert len(table()) == 1
        read = page.post(READ, {"words": words}).text
        assert "Second." in read
        assert "First." not in read

    def test_a_short_and_a_usual_text_take_the_same_room(self, page, analyst, words):
        sizes = set()
        for text in ("x", "word " * 300):
            page.post(KEEP, {"block": block_of(analyst).pk, "text": text})
            sizes |= {len(sealed) for _mark, sealed in table()}
        assert len(sizes) == 1

    def test_lines_come_back_as_they_were_typed(self, page, analyst, words):
        page.post(KEEP, {"block": block_of(analyst).pk, "text": "One.\r\n\r\n<b>Two</b> 𝄞"})
        assert "One.\n\n<b>Two</b> 𝄞" in page.post(READ, {"words": words, "export": "1"}).text
        assert "&lt;b&gt;Two&lt;/b&gt;" in page.post(READ, {"words": words}).text

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [(" \n", "There is nothing to keep yet."), ("x" * (LONGEST + 1), "Up to 8191 characters")],
    )
    def test_nothing_and_too_much_are_refused_and_the_text_is_given_back(
        self, page, analyst, words, text, sentence
    ):
        answer = page.post(KEEP, {"block": block_of(analyst).pk, "text": text})
        assert sentence in answer.text
        assert text in answer.text
        assert not table()

    def test_only_a_reflection_of_a_course_of_ones_own_can_be_answered(self, page, analyst, words, cohort):
        foreign = school.course("foreign").version.blocks.get(kind="reflection").pk
        other_kind = cohort.version.blocks.get(kind="check").pk
        for block in (foreign, other_kind, "x", "", "9" * 30):
            assert page.post(KEEP, {"block": block, "text": TEXT}).status_code == 404
        assert not table()

    def test_a_lesson_takes_as_many_queries_with_a_kept_reflection_as_without(self, page, analyst):
        # The first reader has the published content read; from then on it is in memory.
        cast.queries_of(page, lesson(analyst))
        before = cast.queries_of(page, lesson(analyst))
        words_of(analyst)
        reflections.keep(block=block_of(analyst), text=TEXT, by=analyst)
        assert cast.queries_of(page, lesson(analyst)) == before

    def test_the_page_takes_the_same_number_of_queries_for_one_text_and_for_three(self, page, analyst, words):
        reflections.keep(block=block_of(analyst), text=TEXT, by=analyst)
        one = cast.queries_of(page, READ)
        for slug in ("second", "third"):
            enrol(cohort=school.course(slug), person=analyst.person, by=analyst)
        for block in reflection_blocks(analyst):
            reflections.keep(block=block, text=TEXT, by=analyst)
        assert len(table()) == 3
        assert cast.queries_of(page, READ) == one


class TestFirstTime:
    """Who has no words yet is given them on the way; the text stays in the page meanwhile."""

    def offer(self, page, analyst):
        answer = page.post(KEEP, {"block": block_of(analyst).pk, "text": TEXT})
        shown = re.findall(r"<li>([a-z]+)</li>", answer.text)
        ticket = re.search(r'name="ticket" value="([0-9a-f]+)"', answer.text)[1]
        assert TEXT in answer.text
        assert f'name="block" value="{block_of(analyst).pk}"' in answer.text
        assert len(shown) == 6
        return " ".join(shown), ticket

    def test_nothing_is_kept_before_the_words_are_typed(self, page, analyst):
        self.offer(page, analyst)
        assert not table()

    def test_with_the_words_typed_text_and_words_are_kept_in_one_go(self, page, analyst):
        words, ticket = self.offer(page, analyst)
        sent = {"block": block_of(analyst).pk, "text": TEXT, "ticket": ticket, "typed": words}
        for _again in range(2):
            assert page.post(KEEP, sent).status_code == 302
        assert len(table()) == 1
        assert TEXT in page.post(READ, {"words": words}).text

    def test_a_slip_shows_the_same_words_and_the_text_again(self, page, analyst):
        words, ticket = self.offer(page, analyst)
        sent = {"block": block_of(analyst).pk, "text": TEXT, "ticket": ticket, "typed": words[1:]}
        answer = page.post(KEEP, sent)
        assert "not the six words above" in answer.text
        assert re.findall(r"<li>([a-z]+)</li>", answer.text) == words.split()
        assert TEXT in answer.text
        assert not table()

    def test_so_is_who_has_words_that_a_missing_key_keeps_shut(self, page, analyst, words, settings):
        settings.WELFARE_KEYS = [b"n" * 32]
        assert (
            "cannot be opened at the moment"
            in page.post(KEEP, {"block": block_of(analyst).pk, "text": TEXT}).text
        )
        self.test_with_the_words_typed_text_and_words_are_kept_in_one_go(page, analyst)

    def test_an_action_without_words_refuses(self, analyst):
        with pytest.raises(Refused, match="six words first"):
            reflections.keep(block=block_of(analyst), text=TEXT, by=analyst)
        assert not table()


class TestReading:
    @pytest.fixture(autouse=True)
    def kept(self, analyst, words):
        reflections.keep(block=block_of(analyst), text=TEXT, by=analyst)

    def test_wrong_words_are_calmly_refused_and_show_nothing(self, page):
        answer = page.post(READ, {"words": WRONG})
        assert "These words do not open it." in answer.text
        assert TEXT not in answer.text

    def test_words_are_asked_each_time_and_kept_nowhere(self, page, words):
        before = dict(page.session)
        answer = page.post(READ, {"words": words})
        assert answer.headers["Cache-Control"] == "no-store"
        assert dict(page.session) == before
        assert words not in answer.text
        assert TEXT not in page.get(READ).text

    def test_the_file_holds_question_and_text(self, page, words):
        answer = page.post(READ, {"words": words, "export": "1"})
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="reflections.txt"'
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.text == f"Tracing · Closing\nWhat do you take along?\n\n{TEXT}\n"

    def test_the_file_too_needs_the_words(self, page):
        answer = page.post(READ, {"words": WRONG, "export": "1"})
        assert "attachment" not in answer.headers.get("Content-Disposition", "")
        assert TEXT not in answer.text

    def test_too_many_tries_are_refused_in_words(self, page, words):
        for _try in range(10):
            page.post(READ, {"words": WRONG})
        answer = page.post(READ, {"words": words})
        assert "try again in a quarter of an hour" in answer.text
        assert TEXT not in answer.text

    def test_new_words_say_that_the_old_text_is_lost(self, page, analyst):
        answer = page.post(READ, {"words": words_of(analyst)})
        assert "Nobody can open it any more." in answer.text
        assert TEXT not in answer.text


class TestErasing:
    @pytest.fixture(autouse=True)
    def kept(self, analyst, words):
        enrol(cohort=school.course("second"), person=analyst.person, by=analyst)
        for block in reflection_blocks(analyst):
            reflections.keep(block=block, text=TEXT, by=analyst)

    def test_one_goes_and_the_other_stays(self, page, analyst):
        first, second = reflection_blocks(analyst)
        assert page.post(ERASE, {"block": first.pk}).status_code == 302
        assert [one.block for one in kept_of(analyst)] == [second]
        assert len(table()) == 1

    def test_all_go_at_once_and_anothers_stay(self, page, analyst, cohort):
        other = cast.user(Role.ANALYST)
        enrol(cohort=cohort, person=other.person, by=other)
        words_of(other)
        reflections.keep(block=block_of(other), text=TEXT, by=other)
        page.post(ERASE, {"all": "1"})
        assert kept_of(analyst) == []
        assert len(kept_of(other)) == len(table()) == 1

    def test_a_look_at_the_page_erases_nothing(self, page):
        assert page.get(ERASE).status_code == 405
        assert len(table()) == 2


class TestTheDatabase:
    @pytest.mark.parametrize(
        ("row", "constraint"),
        [
            ({"mark": b"x", "sealed": bytes(SEALED_BYTES[0])}, "reflection_mark_size"),
            ({"mark": bytes(32), "sealed": b"in clear"}, "reflection_one_of_sizes"),
        ],
    )
    def test_it_refuses_what_is_not_sealed(self, row, constraint):
        with pytest.raises(IntegrityError, match=constraint):
            KeptReflection.objects.create(**row)

    def test_a_row_put_in_the_place_of_another_does_not_open(self, page, analyst, words):
        reflections.keep(block=block_of(analyst), text=TEXT, by=analyst)
        enrol(cohort=school.course("second"), person=analyst.person, by=analyst)
        reflections.keep(block=reflection_blocks(analyst).first(), text="Other.", by=analyst)
        (_mark, sealed), (other, _sealed) = table()
        KeptReflection.objects.filter(mark=other).update(sealed=sealed)
        assert page.post(READ, {"words": words}).text.count("Nobody can open it any more.") == 1


class TestNothingLeaks:
    def test_neither_log_nor_error_page_repeats_what_was_written(self, page, analyst, words, monkeypatch):
        def breaks(*args, **kwargs):
            raise ValueError(f"it broke over {kwargs}")

        monkeypatch.setattr("courses.actions.reflections.seal", breaks)
        page.raise_request_exception = False
        out = io.StringIO()
        before = logging.root.handlers, logging.root.level
        logs.set_up(out, level="DEBUG")
        try:
            answer = page.post(KEEP, {"block": block_of(analyst).pk, "text": TEXT})
        finally:
            logging.root.handlers, logging.root.level = before[0], before[1]
        assert answer.status_code == 500
        assert out.getvalue() == ""
        for told in (answer.text, out.getvalue()):
            assert TEXT not in told
            assert words not in told

    def test_the_request_log_has_no_line_of_these_pages(self, page, words, caplog):
        for path in (READ, "/me/words/"):
            page.get(path)
        assert not [record for record in caplog.records if "reflections" in record.getMessage()]

    def test_keeping_writes_nothing_else(self, page, analyst, words):
        before = everything()
        page.post(KEEP, {"block": block_of(analyst).pk, "text": TEXT})
        after = everything()
        assert {name for name in after if after[name] != before[name]} == {"courses_keptreflection"}


def everything() -> dict[str, str]:
    """A digest of each table."""
    with connection.cursor() as cursor:
        names = [info.name for info in connection.introspection.get_table_list(cursor)]
        found = {}
        for name in names:
            if name in ("recording", "django_session"):
                continue
            cursor.execute(
                f"SELECT md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) FROM \"{name}\" t"
            )
            found[name] = cursor.fetchone()[0]
    return found
