"""Who puts files into which course, and where they land."""

import pytest

from tests import cast
from tests.courses.authoring import made as written


@pytest.fixture
def me(db):
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
