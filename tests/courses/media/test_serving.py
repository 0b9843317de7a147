"""Who is handed a file, and how: by version, in pieces, and harmless wherever it is opened."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from courses.actions.authoring.drafts import copy_to_draft
from courses.actions.enrolments import enrol
from courses.actions.media import keep_media
from courses.actions.versions import publish, retire
from courses.models import CheckAnswer, Course, LessonDone, Media, Place
from courses.queries.media import blobs
from lms.ops import health
from lms.people.enums import Role
from tests import cast
from tests.courses.learn import school
from tests.courses.media import files, made

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst():
    return cast.user(Role.ANALYST)


@pytest.fixture
def page(analyst):
    return cast.signed_in(analyst)


@pytest.fixture
def cohort():
    return made.course()


@pytest.fixture
def enrolment(cohort, analyst):
    return enrol(cohort=cohort, person=analyst.person, by=analyst)


def media(name, slug="tracing"):
    return Media.objects.get(name=name, course__slug=slug)


def url(enrolment, name="path-40.png", slug="tracing"):
    return reverse("learn-media", args=[enrolment.pk, media(name, slug).pk])


def author_url(name="path-40.png", slug="tracing"):
    return reverse("teach-media-file", args=[slug, media(name, slug).pk])


def body(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


class TestWhoMayFetch:
    def test_who_takes_the_version_gets_what_its_lessons_show(self, page, enrolment):
        for name in ("path-40.png", "path.webm", "path.vtt", "notes.pdf", "gentler.png"):
            answer = page.get(url(enrolment, name))
            assert answer.status_code == 200
            assert body(answer) == blobs().path(media(name).digest).read_bytes()

    @pytest.mark.parametrize("role", [None, *Role])
    def test_nobody_else_does_by_the_same_address(self, enrolment, role):
        other = cast.signed_in(cast.user(role, cast.hotline() if role == Role.HOTLINE_MANAGER else None))
        assert other.get(url(enrolment)).status_code == 404
        assert other.head(url(enrolment)).status_code == 404

    def test_a_login_that_is_nobody_s_finds_nothing(self, enrolment):
        login = cast.user()
        login.person = None
        login.save()
        assert cast.signed_in(login).get(url(enrolment)).status_code == 404

    def test_who_is_not_signed_in_is_asked_to(self, enrolment):
        answer = cast.signed_in(None).get(url(enrolment))
        assert answer.status_code == 302
        assert answer.url.startswith(reverse("account_login"))

    def test_the_enrolled_of_another_course_do_not_reach_it_through_theirs(self, page, analyst, enrolment):
        other = enrol(cohort=made.course("other"), person=analyst.person, by=analyst)
        cast.signed_in(cast.user())
        assert page.get(url(other, "path-40.png", "other")).status_code == 200
        assert page.get(url(other, "path-40.png", "tracing")).status_code == 404
        assert page.get(url(enrolment, "path-40.png", "other")).status_code == 404

    def test_what_no_lesson_of_the_version_shows_is_not_found(self, page, enrolment):
        course = enrolment.cohort.version.course
        draft = copy_to_draft(version=enrolment.cohort.version, by=an_author(course))
        made.add_picture(draft, 9, size=60)
        assert page.get(url(enrolment, "path-60.png")).status_code == 404
        publish(version=draft, by=None)
        assert page.get(url(enrolment, "path-60.png")).status_code == 404

    def test_a_retired_version_still_shows_its_files_to_who_is_under_way(self, page, enrolment):
        retire(version=enrolment.cohort.version, by=None)
        assert page.get(url(enrolment)).status_code == 200

    def test_a_closed_login_gets_nothing(self, page, analyst, enrolment):
        assert page.get(url(enrolment)).status_code == 200
        analyst.is_active = False
        analyst.save()
        assert page.get(url(enrolment)).status_code == 302

    def test_authors_and_trainers_of_the_course_see_it_and_other_trainers_do_not(self, cohort):
        assert cast.signed_in(an_author(cohort.version.course)).get(author_url()).status_code == 200
        trainer = cast.user(Role.TRAINER)
        assert cast.signed_in(trainer).get(author_url()).status_code == 404
        cohort.trainers.add(trainer)
        assert cast.signed_in(trainer).get(author_url()).status_code == 200
        made.course("other")
        assert cast.signed_in(trainer).get(author_url(slug="other")).status_code == 404

    def test_another_course_s_address_does_not_lead_to_it(self, cohort):
        author = an_author(cohort.version.course)
        address = reverse("teach-media-file", args=["elsewhere", media("path-40.png").pk])
        assert cast.signed_in(author).get(address).status_code == 404

    @pytest.mark.parametrize("role", sorted(set(Role) - {Role.TRAINER}))
    def test_a_role_without_teaching_has_no_way_in_there(self, cohort, role):
        login = cast.user(role, cast.hotline() if role == Role.HOTLINE_MANAGER else None)
        cohort.version.course.authors.add(login)
        assert cast.signed_in(login).get(author_url()).status_code == 403


def an_author(course: Course):
    author = cast.user(Role.TRAINER)
    course.authors.add(author)
    return author


class TestHeaders:
    @pytest.mark.parametrize(
        ("name", "kind", "how"),
        [
            ("path-40.png", "image/png", "inline"),
            ("path.webm", "video/webm", "inline"),
            ("path.vtt", "text/vtt; charset=utf-8", "inline"),
            ("notes.pdf", "application/pdf", "attachment"),
        ],
    )
    def test_a_file_is_what_it_was_found_to_be_and_does_nothing(self, page, enrolment, name, kind, how):
        answer = page.get(url(enrolment, name))
        assert answer["Content-Type"] == kind
        assert answer["Content-Disposition"] == f'{how}; filename="{name}"'
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer["Cache-Control"] == "private, no-cache"
        assert answer["Content-Length"] == str(media(name).size)

    def test_the_policy_of_pages_lets_pictures_and_videos_of_the_site_in(self, page, enrolment):
        policy = page.get(reverse("lesson", args=[enrolment.pk, "opening"]))["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "media-src" not in policy

    def test_head_says_the_same_and_opens_nothing(self, page, enrolment, monkeypatch):
        whole = page.get(url(enrolment))
        body(whole)
        monkeypatch.setattr("lms.web.files.Piece", None)
        answer = page.head(url(enrolment))
        assert (answer.status_code, answer.content) == (200, b"")
        for name in ("Content-Length", "ETag", "Content-Type", "Accept-Ranges"):
            assert answer[name] == whole[name]

    def test_what_is_known_already_is_not_sent_again(self, page, enrolment):
        etag = page.get(url(enrolment))["ETag"]
        for known in (etag, f"W/{etag}", f'"x", {etag}', "*"):
            answer = page.get(url(enrolment), headers={"if-none-match": known})
            assert (answer.status_code, answer.content) == (304, b"")
        assert page.get(url(enrolment), headers={"if-none-match": '"x"'}).status_code == 200

    def test_what_may_not_be_seen_is_not_even_said_to_be_unchanged(self, page, enrolment):
        etag = page.get(url(enrolment))["ETag"]
        stranger = cast.signed_in(cast.user(Role.ANALYST))
        assert stranger.get(url(enrolment), headers={"if-none-match": etag}).status_code == 404

    @pytest.mark.parametrize("method", ["post", "put", "delete"])
    def test_a_file_takes_nothing(self, page, enrolment, method):
        assert getattr(page, method)(url(enrolment)).status_code == 405


class TestRanges:
    @pytest.fixture
    def ask(self, page, enrolment):
        def ask(asked, **headers):
            answer = page.get(url(enrolment, "path.webm"), headers={"range": asked} | headers)
            return answer.status_code, answer.get("Content-Range"), body(answer)

        return ask

    @pytest.fixture
    def whole(self, enrolment):
        return blobs().path(media("path.webm").digest).read_bytes()

    def test_one_range_is_that_piece(self, ask, whole):
        size = len(whole)
        assert ask("bytes=0-9") == (206, f"bytes 0-9/{size}", whole[:10])
        assert ask("bytes=5-") == (206, f"bytes 5-{size - 1}/{size}", whole[5:])
        assert ask("bytes=-7") == (206, f"bytes {size - 7}-{size - 1}/{size}", whole[-7:])
        assert ask(f"bytes=3-{10**17}") == (206, f"bytes 3-{size - 1}/{size}", whole[3:])

    def test_what_lies_outside_is_said_with_the_size(self, ask, whole):
        size = len(whole)
        assert ask(f"bytes={size}-") == (416, f"bytes */{size}", b"")
        assert ask("bytes=-0") == (416, f"bytes */{size}", b"")

    @pytest.mark.parametrize(
        "asked",
        [
            *("bytes=0-1,4-5", "bytes=9-3", "bytes=-", "bytes=x-y", "lines=0-1", "bytes", "", "bytes=٣-٤"),
            *(f"bytes={'9' * 5000}-", f"bytes=0-{'9' * 5000}", f"bytes=-{'9' * 5000}"),
        ],
        ids=range(11),
    )
    def test_what_is_no_single_range_is_answered_with_the_whole(self, ask, whole, asked):
        assert ask(asked) == (200, None, whole)

    def test_a_piece_of_another_content_is_never_put_to_what_one_has(self, ask, whole, page, enrolment):
        etag = page.head(url(enrolment, "path.webm"))["ETag"]
        assert ask("bytes=0-9", **{"if-range": etag})[0] == 206
        for other in ('"another"', f"W/{etag}", "Wed, 21 Oct 2026 07:28:00 GMT"):
            assert ask("bytes=0-9", **{"if-range": other}) == (200, None, whole)

    def test_head_ignores_nothing_and_sends_nothing(self, page, enrolment, whole):
        answer = page.head(url(enrolment, "path.webm"), headers={"range": "bytes=0-9"})
        assert (answer.status_code, answer["Content-Length"], answer.content) == (206, "10", b"")


class TestFilesOnDisk:
    def test_a_reader_who_leaves_half_way_leaves_no_file_open(self, page, enrolment, monkeypatch):
        opened = []
        from lms.web import files as served

        keep = served.Piece.__init__
        monkeypatch.setattr(
            served.Piece,
            "__init__",
            lambda piece, file, *span: (opened.append(file), keep(piece, file, *span))[1],
        )
        monkeypatch.setattr(served, "CHUNK", 10)
        left, ended = page.get(url(enrolment)), page.get(url(enrolment))
        next(iter(left.streaming_content))
        left.close()
        body(ended)
        assert [file.closed for file in opened] == [True, True]

    def test_a_file_that_is_gone_or_cut_is_not_found_and_the_lesson_still_reads(self, page, enrolment):
        path = blobs().path(media("path-40.png").digest)
        content = path.read_bytes()
        try:
            path.write_bytes(content[:-1])
            assert page.get(url(enrolment)).status_code == 404
            path.unlink()
            assert page.get(url(enrolment)).status_code == 404
            assert "The path of a report" in page.get(reverse("lesson", args=[enrolment.pk, "opening"])).text
        finally:
            path.write_bytes(content)

    def test_the_doctor_counts_what_is_lost(self, cohort, capsys, monkeypatch):
        ages = {"worker": 1.0, "beat": 1.0, "task": 1.0}
        monkeypatch.setattr(health, "look", lambda: health.Health(True, True, [], ages))
        path = blobs().path(media("path-40.png").digest)
        content = path.read_bytes()
        path.unlink()
        try:
            with pytest.raises(SystemExit):
                call_command("doctor")
        finally:
            path.write_bytes(content)
        assert "MEDIA_DIR lacks or holds cut off: 1." in capsys.readouterr().out
        call_command("doctor")
        assert "Everything answers" in capsys.readouterr().out


class TestNoTrace:
    def test_neither_way_leaves_one(self, page, enrolment, caplog):
        """The rows stay as they were, and the log's lines differ in nothing but time and request."""
        lines = {}
        for name in ("path-40.png", "gentler.png"):
            caplog.clear()
            body(
                page.get(url(enrolment, name), headers={"referer": "http://testserver/learn/1/hard/?other=1"})
            )
            lines[name] = [
                {
                    key: value
                    for key, value in record.msg.items()
                    if key not in ("ms", "request_id", "timestamp")
                }
                for record in caplog.records
                if record.name == "lms.request"
            ]
        first, second = lines.values()
        assert first == second
        assert first[0]["route"] == "learn-media"
        assert "user" not in first[0]
        for table in (LessonDone, Place, CheckAnswer):
            assert not table.objects.exists()


class TestQueries:
    def test_a_lesson_with_one_picture_or_four_takes_as_many(self, page, analyst, enrolment):
        one = cast.queries_of(page, reverse("lesson", args=[enrolment.pk, "opening"]))
        version = made.draft("more")
        for size in (41, 42, 43):
            made.add_picture(version, 90, size=size)
        publish(version=version, by=None)
        more = enrol(
            cohort=school.open_self_paced(version=version, by=None), person=analyst.person, by=analyst
        )
        assert cast.queries_of(page, reverse("lesson", args=[more.pk, "opening"])) == one

    def test_the_list_of_a_course_takes_as_many_for_one_file_as_for_six(self, cohort):
        version = school.draft("few")
        made.kept(version, "one.png", files.picture())
        author = an_author(version.course)
        cohort.version.course.authors.add(author)
        page = cast.signed_in(author)
        few, many = (
            cast.queries_of(page, reverse("teach-media", args=[slug])) for slug in ("few", "tracing")
        )
        assert few == many

    def test_another_upload_of_the_same_is_the_same_file(self, cohort):
        again = keep_media(
            course=cohort.version.course, name="x.png", content=files.opened(files.picture()), by=None
        )
        assert again == media("path-40.png")
