import pytest

from lms.people.actions import invitations as actions
from lms.people.enums import Role
from lms.people.models import RoleGrant, User
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return cast.user(Role.ADMINISTRATOR, email="admin@test.example")


@pytest.fixture
def page(admin):
    return cast.signed_in(admin)


def test_users_are_found_by_address_and_by_name(page):
    found = cast.user(Role.ANALYST, email="found@test.example")
    found.person.family_name = "Ķirse"
    found.person.save()
    for asked in ("found@", "ķirse", "analyst ķir"):
        text = page.get("/admin/users/", {"q": asked}).text
        assert "found@test.example" in text
        assert ">admin@test.example</a>" not in text
    assert page.get("/admin/users/", {"q": "\0"}).status_code == 200


def test_users_are_sorted_and_paged_by_the_address(page):
    for number in range(60):
        cast.user(email=f"user-{number:02}@test.example")
    first = page.get("/admin/users/?sort=-email").text
    assert first.index("user-59") < first.index("user-30")
    assert "user-00" not in first
    assert "user-00" in page.get("/admin/users/?sort=-email&page=2").text


@pytest.mark.parametrize("path", ["/admin/users/", "/admin/invitations/"])
def test_a_list_costs_the_same_at_one_and_at_three_rows(page, admin, path):
    actions.invite(email="x@test.example", role=Role.STAFF, by=admin)
    at_one = cast.queries_of(page, path)
    for _ in range(2):
        manager = cast.user(Role.HOTLINE_MANAGER, cast.hotline())
        actions.invite(email=f"x{manager.email}", role=Role.ANALYST, hotline=cast.hotline(), by=admin)
    assert cast.queries_of(page, path) == at_one


def test_a_role_is_granted_and_revoked_with_a_question_before(page, admin):
    user = cast.user(email="new@test.example")
    page.post(f"/admin/users/{user.pk}/grant/", {"role": "staff"})
    grant = user.grants.get()
    assert (grant.role, grant.granted_by) == (Role.STAFF, admin)
    asked = page.get(f"/admin/grants/{grant.pk}/revoke/").text
    assert "new@test.example" in asked
    assert RoleGrant.objects.get(pk=grant.pk).revoked_at is None
    page.post(f"/admin/grants/{grant.pk}/revoke/")
    assert RoleGrant.objects.get(pk=grant.pk).revoked_by == admin
    assert "revoked" in page.get(f"/admin/users/{user.pk}/").text


def test_a_refusal_stands_at_its_field_and_keeps_what_was_typed(page):
    user = cast.user()
    answer = page.post(f"/admin/users/{user.pk}/grant/", {"role": "hotline_manager", "from_on": "2024-02-03"})
    assert "A manager needs a hotline" in answer.text
    assert 'value="2024-02-03"' in answer.text
    assert not user.grants.exists()


def test_the_last_administrator_cannot_revoke_or_close_themselves(page, admin):
    grant = admin.grants.get()
    for path in (f"/admin/grants/{grant.pk}/revoke/", f"/admin/users/{admin.pk}/close/"):
        assert "last administrator" in page.post(path).text
    assert User.objects.get(pk=admin.pk).is_active
    assert RoleGrant.objects.get(pk=grant.pk).revoked_at is None


def test_a_login_is_closed_and_opened_again(page):
    user = cast.user()
    page.post(f"/admin/users/{user.pk}/close/")
    assert not User.objects.get(pk=user.pk).is_active
    page.post(f"/admin/users/{user.pk}/open/")
    assert User.objects.get(pk=user.pk).is_active


def test_what_is_not_there_is_not_found(page):
    for path in ("users/99/", "users/99/grant/", "users/99/close/", "grants/99/revoke/"):
        assert page.get(f"/admin/{path}").status_code == 404
