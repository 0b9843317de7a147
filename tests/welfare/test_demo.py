"""What the demo shows of people to ask and of local help."""

import pytest

from lms.people import demo as people
from lms.people.models import User
from tests import cast
from welfare import demo
from welfare.models import LocalHelp
from welfare.models.wall import as_engine
from welfare.queries.contact import choices_for
from welfare.queries.local_help import help_near

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_people_can_be_asked_and_a_second_run_changes_nothing():
    people.load(password="stapel-lampe-17")
    analyst = User.objects.get(email="analyst@demo.example")
    for _time in range(2):
        demo.load(password="")
        assert [choice.name for choice in choices_for(analyst)] == ["Wanda Example", "Tove Example"]
        assert [entry.phone for entry in help_near(analyst).entries] == ["112", "3114"]
    with as_engine():
        assert LocalHelp.objects.count() == len(demo.EU) + len(demo.LINES)


def test_without_the_demos_logins_there_is_nothing():
    demo.load(password="")
    assert choices_for(cast.user()) == []


def test_each_entry_has_its_source():
    assert all(entry["source"].startswith("https://") for entry in (*demo.LINES, demo.EMERGENCY))
