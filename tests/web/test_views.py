from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from lms.kit.errors import Refused
from lms.web import permissions, views
from tests.web import pages

TYPED = {"title": "Basic training in May", "notes": "Bring the printed forms."}


def post(view: Any, data: dict[str, str], **more: Any) -> Any:
    return view.as_view()(pages.request(user=pages.ana(), data=data, **more))


def test_a_page_without_a_rule_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="Ruleless names no rule"):
        type("Ruleless", (views.PageView,), {})


def test_a_rule_that_would_be_called_with_the_view_cannot_be_given() -> None:
    with pytest.raises(TypeError, match="staticmethod"):
        type("Unwrapped", (views.PageView,), {"allowed": permissions.signed_in})


def test_a_rule_that_says_no_refuses_before_the_page_does_anything() -> None:
    asked = pages.request(user=pages.ana())
    with pytest.raises(PermissionDenied):
        pages.StaffPage.as_view()(asked)
    asked.user.email = "staff@inhope.example"
    assert pages.StaffPage.as_view()(asked).status_code == 200


def test_a_refused_action_is_shown_at_its_field_and_nothing_typed_is_lost() -> None:
    text = pages.html(post(pages.TakenTitle, TYPED))
    assert '<ul class="errors" id="id_title_error"><li>That title is taken.</li></ul>' in text
    assert 'value="Basic training in May"' in text
    assert "Bring the printed forms." in text
    assert 'aria-invalid="true"' in text
    assert 'aria-describedby="id_title_helptext id_title_error"' in text


@pytest.mark.parametrize(
    "refusal",
    [
        Refused("It is over already."),
        Refused("It is over already.", field="no_such_field"),
        ValidationError("It is over already."),
        ValidationError({"no_such_field": ["It is over already."]}),
    ],
)
def test_a_refusal_of_no_field_stands_above_the_form(refusal: Exception) -> None:
    view = type("Over", (pages.NewActivity,), {"refusal": refusal})
    text = pages.html(post(view, TYPED))
    assert 'id="mistakes"' in text
    assert "It is over already." in text
    assert 'value="Basic training in May"' in text


def test_a_refusal_by_field_from_a_model_lands_at_the_fields() -> None:
    refusal = ValidationError({"title": ["Too long."], "notes": ["No addresses, please."]})
    form = pages.ActivityForm(TYPED)
    views.show_refusal(form, refusal)
    assert form.errors == {"title": ["Too long."], "notes": ["No addresses, please."]}


def test_an_incomplete_form_never_reaches_the_action() -> None:
    class Never(pages.NewActivity):
        def act(self, form: Any) -> None:
            raise AssertionError("the action was called")

    assert "This field is required." in pages.html(post(Never, {"notes": "half of it"}))


def test_a_done_action_leads_on_and_says_so() -> None:
    asked = pages.request(user=pages.ana(), data=TYPED)
    response = pages.NewActivity.as_view()(asked)
    assert (response.status_code, response["Location"]) == (302, "/activities/1/")
    assert [str(message) for message in asked._messages] == ["Saved."]


def test_with_and_without_javascript_a_done_action_ends_at_the_same_address() -> None:
    plain = post(pages.NewActivity, TYPED)
    swapped = post(pages.NewActivity, TYPED, headers={"HX-Request": "true"})
    assert swapped["HX-Redirect"] == plain["Location"]


@pytest.mark.urls("tests.web.pages")
def test_another_method_is_answered_in_plain_words() -> None:
    response = pages.StaffPage.as_view()(_staff_request("delete"))
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert "That cannot be done this way" in pages.html(response)


@pytest.mark.urls("tests.web.pages")
def test_who_is_not_signed_in_is_sent_to_the_login_page_and_back() -> None:
    response = Client().get("/countries/?sort=-code")
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/countries/%3Fsort%3D-code"


@pytest.mark.urls("tests.web.pages")
def test_a_part_of_a_page_sends_the_whole_window_to_the_login_page() -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/countries/"}
    response = Client().get("/countries/", headers=headers)
    assert response["HX-Redirect"] == "/accounts/login/?next=/countries/"


def _staff_request(method: str) -> Any:
    made = pages.request("/staff/counts/", user=pages.ana())
    made.method = method.upper()
    made.user.email = "staff@inhope.example"
    return made
