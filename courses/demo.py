"""Demo data: the training register of 2023, and three finished courses that everybody may join.

The people are invented, the hotlines are real, and the register's totals are those published.
"""

from pathlib import Path

from courses.actions.course_files import import_course
from courses.actions.imports import import_register
from courses.actions.versions import open_self_paced, publish
from courses.models import Course
from lms.people.enums import Role
from lms.people.models import User

DATA = Path(__file__).parent / "demo_data"


def load(password: str) -> None:
    """A second run changes nothing. The password is for apps whose demo makes logins."""
    import_register(folder=DATA / "register-2023", by=None)
    trainers = User.objects.filter(grants__role=Role.TRAINER).distinct()
    for folder in sorted((DATA / "courses").glob("*/course.toml")):
        if not Course.objects.filter(slug=folder.parent.name).exists():
            version = import_course(folder=folder.parent, by=None)
            publish(version=version, by=None)
            version.course.authors.set(trainers)
            open_self_paced(version=version, by=None)
