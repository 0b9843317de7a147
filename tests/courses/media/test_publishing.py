"""What hinders a version with files from publication, and files beside a course's text files."""

import re

import pytest

from courses.actions.course_files import import_course
from courses.actions.versions import publish
from courses.kinds.blocks import BlockKind, kind_of
from courses.models import Course, CourseVersion, Media
from courses.queries.readiness import gaps
from lms.kit.errors import Refused
from tests.courses.learn import school
from tests.courses.media import files, made

pytestmark = pytest.mark.django_db


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

    @pytest.mark.parametrize("name", ["01-<b>", "01-a b", "01-größe", "01", '01-"x'])
    def test_a_name_that_no_address_can_say_is_refused(self, written_course, name):
        folder = written_course('kind = "text"\nmarkdown = "x"')
        (folder / "01-a" / "01-one.toml").rename(folder / "01-a" / f"{name}.toml")
        with pytest.raises(ValueError, match="plain letters, digits"):
            import_course(folder=folder, by=None)
        assert not CourseVersion.objects.exists()

    def test_a_file_that_is_not_there_is_said(self, written_course):
        folder = written_course('kind = "file"\nfile = "gone.pdf"\ntitle = "Gone"')
        with pytest.raises(FileNotFoundError):
            import_course(folder=folder, by=None)
        assert not CourseVersion.objects.exists()
