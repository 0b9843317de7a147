import datetime as dt

import pytest

from lms.kit.errors import Refused
from lms.people.actions.merges import merge_persons, undo_merge
from lms.people.enums import Role
from lms.people.models import PersonMerge
from lms.people.queries.merges import records_of, survivors
from tests import cast
from tests.moments import next_moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def abc():
    return [cast.person(letter) for letter in "ABC"]


def merge(duplicate, survivor):
    return merge_persons(duplicate=duplicate, survivor=survivor, by=None)


def test_a_chain_ends_at_its_last_record(abc):
    a, b, c = abc
    merge(a, b)
    merge(b, c)
    assert survivors() == {a.pk: c.pk, b.pk: c.pk}
    assert records_of(a.pk) == {a.pk, b.pk, c.pk}


def test_a_circle_is_refused_however_long(abc):
    a, b, c = abc
    merge(a, b)
    merge(b, c)
    for duplicate, survivor in ((c, a), (c, b), (c, c)):
        with pytest.raises(Refused):
            merge(duplicate, survivor)
    assert PersonMerge.objects.count() == 2


def test_a_record_is_merged_into_one_other_only(abc):
    a, b, c = abc
    merge(a, b)
    with pytest.raises(Refused):
        merge(a, c)


def test_an_undone_merge_stays_on_record_and_in_what_was_known_before(abc):
    a, b, _ = abc
    done = merge(a, b)
    next_moment()
    before = done.recorded_at + dt.timedelta(microseconds=1)
    undo_merge(merge=done, by=None)
    assert survivors() == {}
    assert survivors(before) == {a.pk: b.pk}
    assert survivors(before - dt.timedelta(days=30)) == {}
    with pytest.raises(Refused):
        undo_merge(merge=done, by=None)
    merge(b, a)
    assert survivors() == {b.pk: a.pk}


def test_only_staff_merge(abc):
    a, b, _ = abc
    with pytest.raises(Refused):
        merge_persons(duplicate=a, survivor=b, by=cast.user(Role.ADMINISTRATOR))
    assert not PersonMerge.objects.exists()
    staff = cast.user(Role.STAFF)
    assert merge_persons(duplicate=a, survivor=b, by=staff).recorded_by == staff
