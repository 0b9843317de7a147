import datetime as dt
import threading

import pytest
from django.db import connection

from lms.kit import clock
from lms.kit.errors import Refused
from lms.people.actions.roles import close_login, grant_role, open_login, revoke_role
from lms.people.enums import Role
from lms.people.models import RoleGrant, User
from lms.people.rules import may_enter_admin, may_enter_staff
from tests import cast

DAY = dt.timedelta(days=1)


@pytest.mark.django_db
class TestGranting:
    def test_a_role_holds_from_today_and_says_who_gave_it(self):
        admin, user = cast.user(Role.ADMINISTRATOR), cast.user()
        grant = grant_role(user=user, role=Role.STAFF, by=admin)
        assert (grant.from_on, grant.until_on, grant.granted_by) == (clock.today(), None, admin)
        assert may_enter_staff(User.objects.get(pk=user.pk))

    @pytest.mark.parametrize(
        ("role", "with_hotline"),
        [(Role.HOTLINE_MANAGER, False), (Role.STAFF, True), (Role.ADMINISTRATOR, True)],
    )
    def test_role_and_hotline_have_to_fit(self, role, with_hotline):
        at = cast.hotline() if with_hotline else None
        with pytest.raises(Refused) as refused:
            grant_role(user=cast.user(), role=role, hotline=at, by=None)
        assert refused.value.field == "hotline"
        assert not RoleGrant.objects.exists()

    def test_the_same_role_is_not_given_twice_for_one_day(self):
        user, today = cast.user(), clock.today()
        grant_role(user=user, role=Role.TRAINER, from_on=today, until_on=today + 9 * DAY, by=None)
        with pytest.raises(Refused):
            grant_role(user=user, role=Role.TRAINER, from_on=today + 9 * DAY, by=None)
        grant_role(user=user, role=Role.TRAINER, from_on=today + 10 * DAY, by=None)
        grant_role(user=user, role=Role.TRAINER, hotline=cast.hotline(), by=None)
        assert user.grants.count() == 3

    def test_a_last_day_before_the_first_is_refused(self):
        with pytest.raises(Refused) as refused:
            grant_role(user=cast.user(), role=Role.STAFF, until_on=clock.today() - DAY, by=None)
        assert refused.value.field == "until_on"

    def test_nobody_but_an_administrator_gives_roles(self):
        staff, user = cast.user(Role.STAFF), cast.user()
        with pytest.raises(Refused):
            grant_role(user=user, role=Role.STAFF, by=staff)
        assert not user.grants.exists()


@pytest.mark.django_db
class TestRevoking:
    def test_a_grant_ends_at_once_and_its_row_stays(self):
        admin, user = cast.user(Role.ADMINISTRATOR), cast.user()
        grant = grant_role(user=user, role=Role.STAFF, by=admin)
        revoke_role(grant=grant, by=admin)
        kept = user.grants.get()
        assert (kept.revoked_by, kept.revoked_at is not None) == (admin, True)
        assert not may_enter_staff(User.objects.get(pk=user.pk))

    def test_what_was_revoked_can_be_granted_again_the_same_day(self):
        user = cast.user()
        revoke_role(grant=grant_role(user=user, role=Role.STAFF, by=None), by=None)
        grant_role(user=user, role=Role.STAFF, by=None)
        assert user.grants.count() == 2

    def test_the_last_administrator_stays(self):
        admin = cast.user(Role.ADMINISTRATOR)
        for attempt in (
            lambda: revoke_role(grant=admin.grants.get(), by=admin),
            lambda: close_login(user=admin, by=admin),
        ):
            with pytest.raises(Refused):
                attempt()
        assert may_enter_admin(User.objects.get(pk=admin.pk))

    def test_an_administrator_until_some_day_does_not_count_as_another(self):
        admin, second = cast.user(Role.ADMINISTRATOR), cast.user()
        grant_role(user=second, role=Role.ADMINISTRATOR, until_on=clock.today() + DAY, by=admin)
        with pytest.raises(Refused):
            revoke_role(grant=admin.grants.get(), by=admin)

    def test_a_closed_login_is_no_administrator_and_opens_again(self):
        admin, second = cast.user(Role.ADMINISTRATOR), cast.user(Role.ADMINISTRATOR)
        close_login(user=second, by=admin)
        with pytest.raises(Refused):
            revoke_role(grant=admin.grants.get(), by=admin)
        open_login(user=second, by=admin)
        revoke_role(grant=admin.grants.get(), by=second)
        assert not may_enter_admin(User.objects.get(pk=admin.pk))

    def test_a_closed_login_ends_its_sessions(self):
        user = cast.user(Role.STAFF)
        client = cast.signed_in(user)
        assert client.get("/me/").status_code == 200
        close_login(user=user, by=cast.user(Role.ADMINISTRATOR))
        assert client.get("/me/").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_revoke_each_other_at_once_leave_one():
    grants = [cast.user(Role.ADMINISTRATOR).grants.get() for _ in range(2)]
    start, answers = threading.Barrier(2), []

    def revoke(grant):
        start.wait(10)
        try:
            revoke_role(grant=grant, by=None)
            answers.append("revoked")
        except Refused:
            answers.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=revoke, args=[grant]) for grant in grants]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    assert sorted(answers) == ["refused", "revoked"]
    assert RoleGrant.objects.filter(revoked_at=None).count() == 1
