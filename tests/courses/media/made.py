"""A course with a picture, a video and a file in its first lesson, and another picture in the other way."""

from pathlib import Path

from courses.actions.media import keep_media
from courses.actions.versions import open_self_paced, publish
from courses.models import Cohort, CourseVersion, Media
from tests.courses.learn import school
from tests.courses.media import files


def kept(version: CourseVersion, name: str, content: bytes) -> Media:
    return keep_media(course=version.course, name=name, content=files.opened(content), by=None)


def on_disk(folder: Path) -> list[str]:
    """The names of all files there, those on their way in as well."""
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def draft(slug: str = "tracing") -> CourseVersion:
    """Each course's picture is another one, by its size."""
    version = school.draft(slug)
    add_picture(version, 3)
    opening = version.lessons.get(key="opening")
    video, captions = kept(version, "path.webm", files.webm()), kept(version, "path.vtt", files.CAPTIONS)
    data = {"file": video.name, "captions": captions.name, "title": "The path", "transcript": "It arrives."}
    school.block(opening, 4, "video", data)
    paper = kept(version, "notes.pdf", files.pdf())
    school.block(opening, 5, "file", {"file": paper.name, "title": "Notes"})
    gentler = kept(version, "gentler.png", files.picture(size=(50, 50)))
    hard = version.lessons.get(key="hard")
    school.block(hard, 2, "image", {"file": gentler.name, "alt": "A quiet square"}, alternative=True)
    return version


def add_picture(version: CourseVersion, position: int, size: int = 40) -> Media:
    """One more picture in the first lesson, with a place of its own at the end of its blocks."""
    picture = kept(version, f"path-{size}.png", files.picture(size=(size, 30)))
    lesson = version.lessons.get(key="opening")
    place = position if not lesson.blocks.filter(position=position).exists() else lesson.blocks.count() + 10
    school.block(lesson, place, "image", {"file": picture.name, "alt": "The path of a report"})
    return picture


def course(slug: str = "tracing") -> Cohort:
    version = draft(slug)
    publish(version=version, by=None)
    return open_self_paced(version=version, by=None)
