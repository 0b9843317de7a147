"""Who writes a course: trainers add each other and take each other off, and somebody is always left."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.urls import reverse

from courses.actions.authoring.drafts import add_author, remove_author
from lms.kit.clock import today
from lms.kit.errors import Refused
from lms.people.enums import Role
from lms.people.models import RoleGrant
from tests import cast
from tests.courses.authoring import made

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def me():
    return made.author()


@pytest.fixture
def course(me):
    return made.draft(me).course


def remove_page(course, author):
    return reverse("teach-remove-author", args=[course.slug, author.pk])


def test_another_trainer_is_added_by_address_and_taken_off_again(me, course):
    other, page = made.author(), reverse("teach-course", args=[course.slug])
    mine, theirs = cast.signed_in(me), cast.signed_in(other)
    assert "Take off" not in mine.get(page).text
    assert mine.post(page, {"email": other.email.upper()}).status_code == 302
    assert theirs.get(page).status_code == 200
    assert "Take off" in mine.get(page).text
    assert mine.post(remove_page(course, other)).url == page
    assert theirs.get(page).status_code == 404
    assert list(course.authors.all()) == [me]


def test_who_takes_off_oneself_is_led_to_the_other_courses(me, course):
    other = add_author(course=course, email=made.author().email, by=me)
    assert cast.signed_in(other).post(remove_page(course, other)).url == reverse("teach")
    assert list(course.authors.all()) == [me]


def test_the_last_author_stays(me, course):
    answer = cast.signed_in(me).post(remove_page(course, me), follow=True)
    assert "keeps at least one author" in answer.text
    assert list(course.authors.all()) == [me]


def test_an_author_who_trains_no_more_does_not_count_as_the_one_who_is_left(me, course):
    former = add_author(course=course, email=made.author().email, by=me)
    RoleGrant.objects.filter(user=former).update(until_on=today() - dt.timedelta(days=1))
    with pytest.raises(Refused):
        remove_author(course=course, author=me, by=me)
    remove_author(course=course, author=former, by=me)
    assert list(course.authors.all()) == [me]


def test_a_stranger_and_somebody_who_is_no_trainer_change_nothing(me, course):
    stranger, analyst = made.author(), cast.user(Role.ANALYST)
    assert cast.signed_in(stranger).post(remove_page(course, me)).status_code == 404
    page = reverse("teach-course", args=[course.slug])
    answer = cast.signed_in(me).post(page, {"email": analyst.email})
    assert "No trainer has this e-mail address." in answer.text
    assert list(course.authors.all()) == [me]


def test_two_who_take_each_other_off_at_once_leave_one(me, course):
    other = add_author(course=course, email=made.author().email, by=me)
    together = Barrier(2)

    def take_off(by, author):
        together.wait(10)
        try:
            remove_author(course=course, author=author, by=by)
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(take_off, [me, other], [other, me]))
    assert sorted(done) == [False, True]
    assert course.authors.count() == 1
