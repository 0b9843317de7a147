"""What people keep for own eyes: no other room of the program touches it, and no other page tells of it."""

import re
from functools import cache

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import reverse

from courses.actions import reflections
from courses.actions.enrolments import enrol
from courses.models import KeptReflection
from courses.queries.reflections import reflection_blocks
from lms.people.actions.own_keys import give_keys, offer_words, take_words
from lms.people.enums import Role
from lms.people.models import OwnKeys
from tests import cast
from tests.courses.learn import school
from tests.wall.source import imports, platform, python_of
from welfare.actions import sealed
from welfare.models import SealedAnswer

TEXT = "A walk helped, and so did the tea."
# The rooms that may know of each, with the reason.
KNOW_REFLECTIONS = {
    "courses/models/": "where the rows are declared",
    "courses/queries/reflections.py": "finds the rows of one login",
    "courses/actions/reflections.py": "keeps, erases, re-wraps and shuffles",
    "courses/web/learn/": "the player and the owner's own page",
    "courses/web/urls/learn.py": "their addresses",
    "courses/tasks.py": "wakes the shuffle",
    "lms/ops/wrapping.py": "which keys are in use; reads no row's content",
    "lms/ops/management/commands/rotate_welfare_keys.py": "re-wraps what it cannot read",
}
KNOW_ANSWERS = {
    "welfare/models/": "where the rows are declared",
    "welfare/queries/sealed.py": "finds the rows of one login",
    "welfare/actions/sealed.py": "keeps, erases, re-wraps and shuffles",
    "welfare/apps.py": "has it say how it is erased",
    "welfare/web/checkins.py": "the five taps",
    "welfare/web/history.py": "the owner's own page",
    "welfare/tasks.py": "wakes the shuffle",
    "lms/ops/wrapping.py": "which keys are in use; reads no row's content",
    "lms/ops/management/commands/rotate_welfare_keys.py": "re-wraps what it cannot read",
}
KNOW_KEYS = {
    "lms/people/models/": "where the rows are declared",
    "lms/people/queries/own_keys.py": "reads what the server can read of them",
    "lms/people/actions/": "gives them, takes words, re-wraps, shuffles",
    "lms/people/tasks.py": "wakes the shuffle",
    "lms/web/accounts/words.py": "the owner's own page",
    "courses/actions/reflections.py": "seals to the writer's own key",
    "courses/web/learn/reflections.py": "the owner's own page",
    "welfare/actions/sealed.py": "seals to the writer's own key",
    "welfare/web/checkins.py": "the words are taken on the way",
    "welfare/web/history.py": "the owner's own page",
    "welfare/actions/sharing.py": "seals to the receiver's own key, and opens with the receiver's words",
    "welfare/web/support.py": "the receiver's own page",
    "lms/ops/": "which keys are in use, and the command that re-wraps",
}
REFLECTIONS = re.compile(r"KeptReflection|\.reflections(\.|$)")
ANSWERS = re.compile(r"SealedAnswer|\.sealed(\.|$)")
KEYS = re.compile(r"OwnKeys|\.own_keys(\.|$)|\.rewrapping(\.|$)")


@cache
def naming(pattern):
    """(path, what it imports) of whatever imports something that the pattern names."""
    sources = [*python_of("courses", "welfare", "lms/ops"), *platform()]
    return [(one.path, name) for one in sources for name in imports(one) if pattern.search(name)]


def reaching(pattern, allowed):
    found = naming(pattern)
    return [(path, name) for path, name in found if not path.startswith(tuple(allowed))]


@pytest.mark.parametrize(
    ("pattern", "allowed"),
    [(REFLECTIONS, KNOW_REFLECTIONS), (ANSWERS, KNOW_ANSWERS), (KEYS, KNOW_KEYS)],
)
class TestRooms:
    def test_no_other_room_knows_of_them(self, pattern, allowed):
        assert reaching(pattern, allowed) == []

    def test_each_that_may_does(self, pattern, allowed):
        for room in allowed:
            assert reaching(pattern, [other for other in allowed if other != room]), room


def test_no_relation_leads_to_or_from_what_is_kept_and_none_back_from_a_login_to_its_keys():
    assert [field.name for field in KeptReflection._meta.get_fields()] == ["mark", "sealed"]
    assert [field.name for field in SealedAnswer._meta.get_fields()] == ["period", "mark", "sealed"]
    leading = [field.related_model for model in apps.get_models() for field in model._meta.get_fields()]
    assert not {KeptReflection, SealedAnswer} & set(leading)
    assert OwnKeys not in leading


def test_neither_keeps_a_date_or_a_running_number():
    for model in (KeptReflection, OwnKeys):
        kinds = {type(field).__name__ for field in model._meta.fields}
        assert kinds <= {"BinaryField", "OneToOneField"}


def test_their_pages_leave_no_line_in_the_request_log():
    own = ("reflections", "keep-reflection", "erase-reflections", "own-words")
    for name in (*own, "checkin-pulse", "checkin-history", "checkin-erase"):
        assert reverse(name).startswith(tuple(settings.MERGED_IN_LOG))


@pytest.fixture
def analyst(db):
    user = cast.user(Role.ANALYST, email="kept@test.example")
    give_keys(users=[user], by=None)
    enrol(cohort=school.course(), person=user.person, by=user)
    return user


def keep(user):
    offer = offer_words(by=user)
    take_words(ticket=offer.ticket(user), typed=offer.words, by=user)
    reflections.keep(block=reflection_blocks(user).get(), text=TEXT, by=user)
    sealed.keep(answers={"sleep": "0", "supported": "4"}, by=user)


@pytest.mark.parametrize("page", ["reflections", "checkin-history"])
def test_the_owner_alone_sees_a_difference(analyst, page):
    client = cast.signed_in(analyst)
    before = client.get(reverse(page)).text
    keep(analyst)
    assert "You keep nothing here." in before
    assert "You keep nothing here." not in client.get(reverse(page)).text
