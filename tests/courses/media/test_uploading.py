"""Trainers put files into their courses: nothing hostile gets in, and nothing that was typed is lost."""

import html
import os
import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from courses.actions import media as actions
from courses.kinds.media.names import TURNING
from courses.models import Media
from courses.queries.media import blobs
from lms.kit.errors import Refused
from lms.ops.database import as_owner
from lms.people.enums import Role
from tests import cast
from tests.courses.authoring import made as written
from tests.courses.media import files, made

pytestmark = pytest.mark.django_db


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
        assert made.on_disk(folder) == [media.digest]
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
        assert made.on_disk(folder) == []

    def test_an_empty_file_is_refused(self, client, draft, folder):
        assert "empty" in send(client, draft, "trace.png", b"").text
        assert not Media.objects.exists()
        assert made.on_disk(folder) == []

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
        assert made.on_disk(folder) == [media.digest]

    @pytest.mark.parametrize("name", ["../trace.png", "a\0.png", "a\u202egnp.exe"])
    def test_such_a_name_is_refused_by_the_action_itself(self, draft, me, folder, name):
        content = files.opened(files.picture())
        with pytest.raises(Refused) as refusal:
            actions.add_media(course=draft.course, name=name, content=content, by=me)
        assert refusal.value.field == "file"
        assert not Media.objects.exists()
        assert made.on_disk(folder) == []

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
        assert made.on_disk(folder) == []

    def test_a_course_holds_so_much_and_no_more(self, client, draft, folder, monkeypatch):
        monkeypatch.setattr(actions, "MOST_OF_A_COURSE", len(files.CAPTIONS))
        send(client, draft, "a.vtt", files.CAPTIONS)
        assert "would be more than" in send(client, draft, "b.txt", b"Notes.").text
        assert made.on_disk(folder) == [Media.objects.get().digest]
        send(client, draft, "again.vtt", files.CAPTIONS)
        assert made.on_disk(folder) == [Media.objects.get().digest]

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
        assert made.on_disk(folder) == sorted([new.digest, shown.digest])

    def test_bringing_a_file_back_before_the_sweep_keeps_it(self, draft, me, folder):
        media = made.kept(draft, "notes.txt", b"Notes.")
        path = blobs().path(media.digest)
        os.utime(path, (1_600_000_000, 1_600_000_000))
        actions.remove_media(media=media, by=me)
        made.kept(draft, "notes.txt", b"Notes.")
        assert actions.forget_unneeded() == 0
        assert path.read_bytes() == b"Notes."


class TestUploadsElsewhere:
    @pytest.fixture
    def came(self, monkeypatch):
        """How much of each file was taken in."""
        from django.core.files.uploadhandler import MemoryFileUploadHandler

        came = []
        keep = MemoryFileUploadHandler.receive_data_chunk
        monkeypatch.setattr(
            MemoryFileUploadHandler,
            "receive_data_chunk",
            lambda handler, data, start: (came.append(len(data)), keep(handler, data, start))[1],
        )
        return came

    def test_who_may_not_open_a_page_brings_nothing_along(self, came, draft):
        analyst = cast.signed_in(cast.user(Role.ANALYST))
        # As browsers do: the form is read for its token, before the view is asked.
        analyst.handler.enforce_csrf_checks = True
        analyst.cookies["csrftoken"] = token = "x" * 32
        sent = {"file": files.upload("a.txt", b"x" * 99), "csrfmiddlewaretoken": token}
        assert analyst.post(list_page(draft), sent).status_code == 403
        assert came == []

    def test_strangers_bring_nothing_along(self, came):
        cast.signed_in(None).post(
            "/accounts/login/", {"login": "x", "file": files.upload("a.txt", b"x" * 99)}
        )
        assert came == []
        login = cast.signed_in(cast.user())
        login.post(reverse("own-zone"), {"zone": "UTC", "file": files.upload("a.txt", b"x" * 99)})
        assert came == [99]


def test_who_takes_courses_puts_nothing_in():
    cohort = made.course()
    analyst = cast.signed_in(cast.user(Role.ANALYST))
    assert analyst.post(reverse("teach-media", args=[cohort.version.course.slug])).status_code == 403
    assert Media.objects.count() == 5
