"""Trainers put files into their courses: nothing hostile gets in, and nothing that was typed is lost."""

import html
import os
import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from courses.actions import media as actions
from courses.actions.authoring.drafts import copy_to_draft, publish_draft
from courses.actions.course_files import import_course
from courses.actions.versions import publish
from courses.kinds.blocks import BlockKind, kind_of
from courses.kinds.media.names import TURNING
from courses.kinds.writing import starters
from courses.kinds.writing.sources import block_source, read_block
from courses.models import Course, CourseVersion, Media
from courses.queries.media import blobs
from courses.queries.readiness import gaps
from lms.kit.errors import Refused
from lms.ops.database import as_owner
from lms.people.enums import Role
from tests import cast
from tests.courses.authoring import made as written
from tests.courses.learn import school
from tests.courses.media import files, made

pytestmark = pytest.mark.django_db


@pytest.fixture
def me():
    return written.author()


@pytest.fixture
def draft(me):
    return written.draft(me)


@pytest.fixture
def client(me):
    return cast.signed_in(me)


@pytest.fixture
def folder(settings, tmp_path):
    """The files of this test alone."""
    settings.MEDIA_DIR = tmp_path / "media"
    return settings.MEDIA_DIR


def on_disk(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def list_page(draft):
    return reverse("teach-media", args=[draft.course.slug])


def send(client, draft, name, content, **more):
    return client.post(list_page(draft), {"file": files.upload(name, content)}, **more)


class TestTheListOfACourse:
    def test_a_file_is_there_by_its_name_and_stands_under_its_digest(self, client, draft, me, folder):
        answer = send(client, draft, "Trace (final).JPEG", files.picture("PNG"), follow=True)
        assert "It is here as “trace-final.png”" in answer.text
        media = Media.objects.get()
        assert (media.name, media.kind, media.uploaded_by) == ("trace-final.png", "image/png", me)
        assert (media.width, media.height) == (40, 30)
        assert on_disk(folder) == [media.digest]
        assert media.size == blobs().path(media.digest).stat().st_size
        assert "No lesson shows it." in answer.text

    @pytest.mark.parametrize("what", files.HOSTILE)
    def test_what_is_hostile_is_refused_in_words_and_nothing_is_written(self, client, draft, folder, what):
        name, content, words = files.HOSTILE[what]
        answer = send(client, draft, name, content)
        assert answer.status_code == 200
        errors = re.search(r'id="id_file_error">(.*?)</ul>', answer.text, re.S)[1]
        assert words in html.unescape(errors)
        assert not Media.objects.exists()
        assert on_disk(folder) == []

    def test_an_empty_file_is_refused(self, client, draft, folder):
        assert "empty" in send(client, draft, "trace.png", b"").text
        assert not Media.objects.exists()
        assert on_disk(folder) == []

    def test_no_file_at_all_is_said(self, client, draft):
        assert "This field is required." in client.post(list_page(draft), {}).text

    @pytest.mark.parametrize(
        ("sent", "name"),
        [
            ("../../etc/trace.png", "trace.png"),
            ("..\\trace.png", "trace.png"),
            ("a\u202egnp.png", "agnp.png"),
        ],
    )
    def test_a_name_that_plays_tricks_ends_as_a_harmless_one(self, client, draft, folder, sent, name):
        send(client, draft, sent, files.picture())
        media = Media.objects.get()
        assert media.name == name
        assert not TURNING & set(media.name)
        assert on_disk(folder) == [media.digest]

    @pytest.mark.parametrize("name", ["../trace.png", "a\0.png", "a\u202egnp.exe"])
    def test_such_a_name_is_refused_by_the_action_itself(self, draft, me, folder, name):
        content = files.opened(files.picture())
        with pytest.raises(Refused) as refusal:
            actions.add_media(course=draft.course, name=name, content=content, by=me)
        assert refusal.value.field == "file"
        assert not Media.objects.exists()
        assert on_disk(folder) == []

    def test_the_same_name_twice_gets_a_number_and_the_same_content_twice_is_one(self, client, draft):
        for size in (40, 50, 40):
            send(client, draft, "trace.png", files.picture(size=(size, 30)))
        assert list(Media.objects.values_list("name", "width")) == [("trace-2.png", 50), ("trace.png", 40)]

    def test_a_file_that_is_too_large_is_not_even_taken_in(self, client, draft, folder, monkeypatch):
        monkeypatch.setattr("courses.web.authoring.media.MediaPage.most_upload_bytes", 1000)
        answer = send(client, draft, "notes.txt", b"Notes. " * 1000)
        assert "This file is larger than" in answer.text
        assert "This field is required." not in answer.text
        assert not Media.objects.exists()
        assert on_disk(folder) == []

    def test_a_course_holds_so_much_and_no_more(self, client, draft, folder, monkeypatch):
        monkeypatch.setattr(actions, "MOST_OF_A_COURSE", len(files.CAPTIONS))
        send(client, draft, "a.vtt", files.CAPTIONS)
        assert "would be more than" in send(client, draft, "b.txt", b"Notes.").text
        assert Media.objects.count() == 1

    def test_only_authors_add_and_remove(self, draft, me):
        stranger = written.author()
        assert send(cast.signed_in(stranger), draft, "trace.png", files.picture()).status_code == 404
        with pytest.raises(Refused, match="Only the authors"):
            actions.add_media(
                course=draft.course, name="a.png", content=files.opened(files.picture()), by=stranger
            )
        assert not Media.objects.exists()
        kept = made.kept(draft, "a.png", files.picture())
        with pytest.raises(Refused, match="Only the authors"):
            actions.remove_media(media=kept, by=stranger)
        assert Media.objects.exists()

    def test_it_says_where_a_file_is_shown_and_what_is_missing_there(self, client, draft):
        made.add_picture(draft, 9)
        draft.blocks.filter(kind="image").update(data={"file": "path-40.png"})
        text = client.get(list_page(draft)).text
        assert f"Opening, version {draft.number}" in text
        assert "The picture has no alternative text" in text
        assert (
            f'src="{reverse("teach-media-file", args=[draft.course.slug, Media.objects.get().pk])}"' in text
        )


class TestRemoving:
    def remove(self, client, draft, media):
        address = reverse("teach-remove-media", args=[draft.course.slug, media.pk])
        return client.post(address, follow=True).text

    def test_what_no_lesson_shows_goes(self, client, draft):
        media = made.kept(draft, "a.png", files.picture())
        assert "The file is removed." in self.remove(client, draft, media)
        assert not Media.objects.exists()

    def test_what_a_draft_shows_stays_and_so_do_captions(self, client, draft):
        version = made.draft("shown")
        version.course.authors.add(*draft.course.authors.all())
        for name in ("path-40.png", "path.vtt"):
            media = version.course.media.get(name=name)
            assert "A lesson shows this file" in self.remove(client, version, media)
        assert version.course.media.count() == 5

    @pytest.mark.django_db(transaction=True)
    def test_what_a_published_version_shows_the_database_keeps(self):
        cohort = made.course()
        media = Media.objects.get(name="path.vtt")
        with pytest.raises(IntegrityError, match="A published course version shows this file"):
            media.delete()
        with as_owner(), pytest.raises(IntegrityError, match="shows this file"):
            Media.objects.filter(pk=media.pk).delete()
        assert cohort.version.course.media.count() == 5

    @pytest.mark.django_db(transaction=True)
    def test_a_row_is_never_changed(self, draft):
        media = made.kept(draft, "a.png", files.picture())
        with as_owner(), pytest.raises(Exception, match="Cannot update"), transaction.atomic():
            Media.objects.filter(pk=media.pk).update(name="b.png")
        with pytest.raises(Exception, match="permission denied"):
            Media.objects.filter(pk=media.pk).update(name="b.png")
        media.refresh_from_db()
        assert media.name == "a.png"

    def test_the_sweep_takes_what_nobody_needs_after_a_day_and_nothing_else(self, draft, me, folder):
        old, new, shown = (
            made.kept(draft, "notes.txt", text) for text in (b"Old notes.", b"New notes.", b"Shown notes.")
        )
        (folder / "incoming" / "begun").write_bytes(b"x")
        for media in (old, new):
            actions.remove_media(media=media, by=me)
        long_ago = 1_600_000_000
        for path in (
            blobs().path(old.digest),
            blobs().path(shown.digest),
            folder / "incoming" / "begun",
        ):
            os.utime(path, (long_ago, long_ago))
        assert actions.forget_unneeded() == 2
        assert on_disk(folder) == sorted([new.digest, shown.digest])

    def test_bringing_a_file_back_before_the_sweep_keeps_it(self, draft, me, folder):
        media = made.kept(draft, "notes.txt", b"Notes.")
        path = blobs().path(media.digest)
        os.utime(path, (1_600_000_000, 1_600_000_000))
        actions.remove_media(media=media, by=me)
        made.kept(draft, "notes.txt", b"Notes.")
        assert actions.forget_unneeded() == 0
        assert path.read_bytes() == b"Notes."


class TestUploadsElsewhere:
    def test_strangers_bring_nothing_along(self, monkeypatch):
        from django.core.files.uploadhandler import MemoryFileUploadHandler

        came = []
        keep = MemoryFileUploadHandler.receive_data_chunk
        monkeypatch.setattr(
            MemoryFileUploadHandler,
            "receive_data_chunk",
            lambda handler, data, start: (came.append(len(data)), keep(handler, data, start))[1],
        )
        cast.signed_in(None).post(
            "/accounts/login/", {"login": "x", "file": files.upload("a.txt", b"x" * 99)}
        )
        assert came == []
        login = cast.signed_in(cast.user())
        login.post(reverse("own-zone"), {"zone": "UTC", "file": files.upload("a.txt", b"x" * 99)})
        assert came == [99]


class TestTheLessonEditor:
    @pytest.fixture
    def lesson(self, draft):
        return draft.lessons.get(key="opening")

    @pytest.fixture
    def page(self, draft, lesson):
        return written.page("teach-lesson", draft, lesson.pk)

    def with_new(self, lesson, kind, text=None, *uploads):
        """The lesson's form with one more block and the files put into it."""
        sent = written.form_of(lesson)
        sent["block"] = [*sent["block"], "n1"]
        sent |= {"kind-n1": kind, "text-n1": starters.BLOCKS[kind] if text is None else text}
        return sent | ({"upload-n1": list(uploads)} if uploads else {})

    def test_a_picture_is_put_in_and_shown_in_the_preview(self, client, draft, lesson, page):
        text = 'file = ""\nalt = "The path of a report"\n'
        sent = self.with_new(lesson, "image", text, files.upload("Trace.png", files.picture()))
        answer = client.post(page, sent | {"preview": "1"}, follow=True)
        assert lesson.blocks.get(kind="image").data == {"file": "trace.png", "alt": "The path of a report"}
        address = reverse("teach-media-file", args=[draft.course.slug, Media.objects.get().pk])
        assert f'<img src="{address}" alt="The path of a report" width="40" height="30"' in answer.text
        assert client.get(address).status_code == 200

    def test_a_video_and_its_captions_come_together_in_any_order(self, client, lesson, page):
        text = 'file = ""\ncaptions = ""\ntitle = "The path"\ntranscript = "It arrives."\n'
        uploads = [files.upload("path.vtt", files.CAPTIONS), files.upload("path.webm", files.webm())]
        client.post(page, self.with_new(lesson, "video", text, *uploads))
        data = lesson.blocks.get(kind="video").data
        assert (data["file"], data["captions"]) == ("path.webm", "path.vtt")

    def test_another_picture_takes_its_place_in_the_draft_alone(self, client, me, draft, lesson, page):
        made.add_picture(draft, 9)
        publish(version=draft, by=me)
        following = copy_to_draft(version=draft, by=me)
        lesson = following.lessons.get(key="opening")
        block = lesson.blocks.get(kind="image")
        sent = written.form_of(lesson) | {
            f"upload-b{block.pk}": files.upload("path.png", files.picture(size=(90, 30)))
        }
        assert client.post(written.page("teach-lesson", following, lesson.pk), sent).status_code == 302
        block.refresh_from_db()
        assert block.data["file"] == "path.png"
        assert draft.blocks.get(kind="image").data["file"] == "path-40.png"

    def test_what_is_refused_stands_at_its_block_and_nothing_typed_is_lost(
        self, client, lesson, page, folder
    ):
        sent = self.with_new(lesson, "image", 'file = ""\nalt = "Mine"\n', files.upload("x.png", files.PAGE))
        before = lesson.blocks.count()
        answer = client.post(page, sent | {"title": "Another title"})
        assert answer.status_code == 200
        assert "x.png: This is a web page" in re.search(r'id="mistakes-n1".*?</ul>', answer.text, re.S)[
            0
        ].replace("&#x27;", "'")
        assert "alt = &quot;Mine&quot;" in answer.text
        assert 'value="Another title"' in answer.text
        assert (lesson.blocks.count(), Media.objects.count(), on_disk(folder)) == (before, 0, [])

    def test_what_is_too_large_is_said_at_its_block(self, client, lesson, page, folder, monkeypatch):
        monkeypatch.setattr("courses.web.authoring.lesson.LessonPage.most_upload_bytes", 1000)
        sent = self.with_new(
            lesson, "file", 'file = ""\ntitle = "Mine"\n', files.upload("notes.txt", b"Notes. " * 1000)
        )
        answer = client.post(page, sent)
        assert "This file is larger than" in re.search(r'id="mistakes-n1".*?</ul>', answer.text, re.S)[0]
        assert "title = &quot;Mine&quot;" in answer.text
        assert not lesson.blocks.filter(kind="file").exists()
        assert on_disk(folder) == []

    def test_a_file_of_another_kind_than_its_block_is_said(self, client, lesson, page):
        sent = self.with_new(lesson, "image", None, files.upload("notes.pdf", files.pdf()))
        answer = client.post(page, sent)
        assert "“notes.pdf” does not fit here: PNG picture" in answer.text.replace("JPEG picture, ", "")
        assert not lesson.blocks.filter(kind="image").exists()

    def test_the_second_of_two_is_told_and_keeps_the_upload_too(self, client, draft, lesson, page):
        colleague = written.author()
        draft.course.authors.add(colleague)
        sent = self.with_new(
            lesson, "image", 'file = ""\nalt = "Mine"\n', files.upload("mine.png", files.picture())
        )
        assert (
            cast.signed_in(colleague).post(page, written.form_of(lesson, text="Theirs.")).status_code == 302
        )
        answer = client.post(page, sent)
        assert "Somebody saved this after you opened it" in answer.text
        assert not lesson.blocks.filter(kind="image").exists()
        assert "file = &quot;mine.png&quot;" in answer.text
        assert "“mine.png” is uploaded" in answer.text
        again = sent | {"seen": re.search(r'name="seen" value="(\w*)"', answer.text)[1]}
        again |= {"text-n1": 'file = "mine.png"\nalt = "Mine"\n'}
        del again["upload-n1"]
        assert client.post(page, again).status_code == 302
        assert lesson.blocks.get(kind="image").data == {"file": "mine.png", "alt": "Mine"}

    def test_a_file_comes_along_with_a_button_that_does_not_save(self, client, lesson, page):
        sent = self.with_new(lesson, "file", None, files.upload("notes.pdf", files.pdf()))
        answer = client.post(page, sent | {"add": "text"})
        assert "file = &quot;notes.pdf&quot;" in answer.text
        assert not lesson.blocks.filter(kind="file").exists()

    def test_what_is_missing_is_said_in_the_editor(self, client, lesson, page):
        client.post(page, self.with_new(lesson, "video"))
        text = client.get(page).text
        for words in ("no video", "no title", "no captions", "no transcript"):
            assert words in text

    def test_a_frozen_version_takes_no_file(self, client, me, draft, lesson, page, folder):
        sent = self.with_new(lesson, "image", None, files.upload("trace.png", files.picture()))
        publish_draft(version=draft, seen=draft.revision, open_enrolment=False, by=me)
        client.post(page, sent)
        assert not Media.objects.exists()
        assert on_disk(folder) == []

    @pytest.mark.parametrize("kind", ["image", "video", "file"])
    def test_a_block_is_written_as_it_is_read(self, kind):
        data = read_block(kind, starters.BLOCKS[kind])
        assert read_block(kind, block_source(kind, data)) == data


class TestPublishing:
    @pytest.fixture
    def version(self):
        return made.draft()

    def reasons(self, version, kind, **data):
        block = version.blocks.filter(kind=kind, alternative=False).get()
        block.data = {name: value for name, value in (block.data | data).items() if value is not None}
        block.save()
        return [gap.reason for gap in gaps(version)]

    def test_with_everything_there_it_is_published(self, version):
        assert gaps(version) == []

    @pytest.mark.parametrize(
        ("kind", "data", "words"),
        [
            ("image", {"file": None}, "There is no picture in it yet."),
            ("image", {"alt": "  "}, "The picture has no alternative text"),
            ("image", {"decorative": True}, "take one of them out"),
            ("image", {"file": "gone.png"}, "The course holds no file “gone.png”"),
            ("image", {"file": "notes.pdf"}, "“notes.pdf” is none of these"),
            ("video", {"captions": None}, "The video has no captions"),
            ("video", {"captions": "path-40.png"}, "“path-40.png” is none of these: captions."),
            ("video", {"transcript": ""}, "The video has no transcript"),
            ("video", {"title": ""}, "The video has no title."),
            ("video", {"file": ""}, "There is no video in it yet."),
            ("file", {"title": None}, "The file has no title."),
            ("file", {"file": ""}, "There is no file in it yet."),
        ],
    )
    def test_what_is_missing_hinders_it_and_is_said(self, version, kind, data, words):
        reasons = self.reasons(version, kind, **data)
        assert len(reasons) == 1
        assert words in reasons[0]
        with pytest.raises(Refused, match=re.escape(words)):
            publish(version=version, by=None)

    def test_a_decorative_picture_needs_no_words(self, version):
        assert self.reasons(version, "image", alt=None, decorative=True) == []

    def test_another_course_s_file_does_not_count(self, version):
        made.kept(school.draft("other"), "theirs.png", files.picture(size=(70, 70)))
        assert "The course holds no file" in self.reasons(version, "image", file="theirs.png")[0]

    def test_a_picture_in_a_text_is_still_refused(self):
        data = {"markdown": "![x](https://elsewhere.example/x.png)"}
        assert list(kind_of(BlockKind.TEXT).missing(data)) == [
            "It holds a picture: add a block of its own for that, between two texts."
        ]


class TestCourseFiles:
    @pytest.fixture
    def written_course(self, tmp_path):
        """A folder with one lesson, and what its block names beside it."""

        def write(block, **beside):
            lesson = tmp_path / "01-a"
            lesson.mkdir()
            (tmp_path / "course.toml").write_text('slug = "filed"\nkind = "online"\ntitle = "Filed"\n')
            (lesson / "module.toml").write_text('title = "A"\n')
            (lesson / "01-one.toml").write_text(f'title = "One"\nminutes = 1\n[[block]]\n{block}\n')
            for name, content in beside.items():
                (lesson / name.replace("_", ".")).write_bytes(content)
            return tmp_path

        return write

    def test_a_picture_beside_its_lesson_comes_along(self, written_course):
        block = 'kind = "image"\nfile = "Path.png"\nalt = "The path"'
        folder = written_course(block, Path_png=files.picture())
        for _again in range(2):
            version = import_course(folder=folder, by=None)
            assert version.blocks.get().data == {"file": "path.png", "alt": "The path"}
            assert gaps(version) == []
        assert Media.objects.get().course == version.course

    def test_another_picture_by_the_same_name_leaves_the_version_before_as_it_was(self, written_course):
        folder = written_course('kind = "image"\nfile = "a.png"\nalt = "A"', a_png=files.picture())
        first = import_course(folder=folder, by=None)
        (folder / "01-a" / "a.png").write_bytes(files.picture(size=(70, 30)))
        second = import_course(folder=folder, by=None)
        assert first.blocks.get().data["file"] == "a.png"
        assert second.blocks.get().data["file"] == "a-2.png"

    @pytest.mark.parametrize(
        ("name", "content"), [("a.png", files.PAGE), ("../course.toml", b"x"), ("a.png", b"")]
    )
    def test_what_is_refused_on_a_page_is_refused_here(self, written_course, name, content):
        folder = written_course(f'kind = "image"\nfile = "{name}"\nalt = "A"', a_png=content)
        with pytest.raises(Refused):
            import_course(folder=folder, by=None)
        assert not Media.objects.exists()
        assert not CourseVersion.objects.exists()
        assert not Course.objects.filter(slug="filed").exists()

    def test_a_file_that_is_not_there_is_said(self, written_course):
        folder = written_course('kind = "file"\nfile = "gone.pdf"\ntitle = "Gone"')
        with pytest.raises(FileNotFoundError):
            import_course(folder=folder, by=None)
        assert not CourseVersion.objects.exists()


def test_who_takes_courses_puts_nothing_in():
    cohort = made.course()
    analyst = cast.signed_in(cast.user(Role.ANALYST))
    assert analyst.post(reverse("teach-media", args=[cohort.version.course.slug])).status_code == 403
    assert Media.objects.count() == 5
