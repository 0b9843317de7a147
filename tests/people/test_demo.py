import io

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.test import Client

from lms.ops.management.commands.prepare import show_demo
from lms.people import demo, rules
from lms.people.models import Affiliation, Hotline, Person, RoleGrant, User

pytestmark = pytest.mark.django_db
LOGINS = ("analyst", "trainer", "staff", "officer", "manager", "admin")


def test_the_six_logins_sign_in_verified_and_a_second_run_makes_nothing_new():
    demo.load("first-password")
    made = [model.objects.count() for model in (User, Person, RoleGrant, Affiliation, Hotline)]
    demo.load("second-password")
    assert made == [model.objects.count() for model in (User, Person, RoleGrant, Affiliation, Hotline)]
    assert EmailAddress.objects.filter(verified=True, primary=True).count() == len(LOGINS)
    for name in LOGINS:
        form = {"login": f"{name}@demo.example", "password": "second-password"}
        assert Client().post("/accounts/login/", form).url == "/"


def test_a_later_start_opens_the_logins_that_are_there_with_the_password_it_tells(settings):
    demo.load("first-password")
    gone = User.objects.get(email="admin@demo.example")
    User.objects.filter(pk=gone.pk).update(email="somebody@else.example")
    settings.DEMO_PASSWORD = "second-password"
    show_demo()
    opened = {user.email: user.check_password("second-password") for user in User.objects.all()}
    assert opened.pop("somebody@else.example") is False
    assert opened == {f"{name}@demo.example": True for name in LOGINS if name != "admin"}


def test_the_manager_and_the_analyst_are_at_one_real_hotline():
    demo.load("a-password")
    manager, analyst = (User.objects.get(email=f"{name}@demo.example") for name in ("manager", "analyst"))
    own = Hotline.objects.get(pk__in=rules.managed_hotline_ids(manager))
    assert analyst.person.affiliations.get().hotline == own
    assert own.source


def test_the_first_administrator_is_made_by_command_and_has_no_password():
    call_command("add_administrator", "First@Site.example", stdout=io.StringIO())
    user = User.objects.get()
    assert user.email == "first@site.example"
    assert rules.may_enter_admin(user)
    assert not user.has_usable_password()
