"""Several people at one course in the same moment: uploads, removals, publication and the sweep."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from courses.actions import media as actions
from courses.actions.versions import publish
from courses.models import CourseVersion, Media
from courses.queries.media import blobs
from lms.kit.errors import Refused
from tests.courses.authoring import made as written
from tests.courses.media import files, made

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*steps: Callable[[], Any]) -> list[Any]:
    """What each of them gave, or the sentence with which it was refused; all begin together."""
    together = Barrier(len(steps))

    def run(step: Callable[[], Any]) -> Any:
        together.wait(10)
        try:
            return step()
        except Refused as refusal:
            return refusal.sentence
        finally:
            connection.close()

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(run, steps))


def test_the_same_file_sent_four_times_is_one():
    me = written.author()
    draft = written.draft(me)

    def send() -> int:
        content = files.opened(files.picture())
        return actions.add_media(course=draft.course, name="trace.png", content=content, by=me).pk

    assert set(at_once(*[send] * 4)) == {Media.objects.get().pk}


def test_four_files_of_one_name_get_four_names():
    me = written.author()
    draft = written.draft(me)

    def sending(width: int) -> Callable[[], str]:
        content = files.opened(files.picture(size=(width, 30)))
        return lambda: actions.add_media(course=draft.course, name="trace.png", content=content, by=me).name

    names = at_once(*[sending(width) for width in (40, 50, 60, 70)])
    assert sorted(names) == ["trace-2.png", "trace-3.png", "trace-4.png", "trace.png"]


@pytest.mark.parametrize("_again", range(3))
def test_a_file_is_removed_or_published_and_never_both(_again):
    me = written.author()
    version = made.draft()
    version.course.authors.add(me)
    picture = Media.objects.get(name="path-40.png")
    blocks = version.blocks.filter(kind="image", alternative=False)
    # Nobody shows it at first, so that its removal is a race with a draft that shows it and is published.
    blocks.update(data={"file": "", "alt": "x"})

    def show_and_publish() -> str:
        blocks.update(data={"file": picture.name, "alt": "x"})
        publish(version=CourseVersion.objects.get(pk=version.pk), by=me)
        return "published"

    published, _removed = at_once(
        show_and_publish, lambda: actions.remove_media(media=Media.objects.get(pk=picture.pk), by=me)
    )
    assert Media.objects.filter(pk=picture.pk).exists() == (published == "published")


def test_a_sweep_never_takes_what_is_just_brought_back(settings, tmp_path):
    settings.MEDIA_DIR = tmp_path
    me = written.author()
    draft = written.draft(me)

    def send() -> str:
        content = files.opened(b"Notes.")
        return actions.add_media(course=draft.course, name="notes.txt", content=content, by=me).digest

    path = blobs().path(send())
    for _again in range(5):
        actions.remove_media(media=Media.objects.get(), by=me)
        os.utime(path, (1_600_000_000, 1_600_000_000))
        at_once(send, actions.forget_unneeded, actions.forget_unneeded)
        assert path.read_bytes() == b"Notes."
