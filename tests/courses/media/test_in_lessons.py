"""Files in the editor of a lesson: put in, replaced, refused, and never lost."""

import re

import pytest
from django.urls import reverse

from courses.actions.authoring.drafts import copy_to_draft, publish_draft
from courses.actions.versions import publish
from courses.kinds.writing import starters
from courses.kinds.writing.sources import block_source, read_block
from courses.models import Media
from tests import cast
from tests.courses.authoring import made as written
from tests.courses.media import files, made

pytestmark = pytest.mark.django_db


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
        assert (lesson.blocks.count(), Media.objects.count(), made.on_disk(folder)) == (before, 0, [])

    def test_what_is_too_large_is_said_at_its_block(self, client, lesson, page, folder, monkeypatch):
        monkeypatch.setattr("courses.web.authoring.lesson.LessonPage.most_upload_bytes", 1000)
        sent = self.with_new(
            lesson, "file", 'file = ""\ntitle = "Mine"\n', files.upload("notes.txt", b"Notes. " * 1000)
        )
        answer = client.post(page, sent)
        assert "This file is larger than" in re.search(r'id="mistakes-n1".*?</ul>', answer.text, re.S)[0]
        assert "title = &quot;Mine&quot;" in answer.text
        assert not lesson.blocks.filter(kind="file").exists()
        assert made.on_disk(folder) == []

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
        assert made.on_disk(folder) == []

    @pytest.mark.parametrize("kind", ["image", "video", "file"])
    def test_a_block_is_written_as_it_is_read(self, kind):
        data = read_block(kind, starters.BLOCKS[kind])
        assert read_block(kind, block_source(kind, data)) == data
