from lms.web import home, views
from tests.web import pages

COURSE = home.Card("Tracing basics", "Lesson 2 of 5 is next.", "/learn/1/", "Go on", main=True)
TERMS = home.Card("Certificates", "Each can be verified.", "/me/", "Show them", figure="3")


def shown() -> str:
    return pages.html(views.HomePage.as_view()(pages.request(user=pages.ana())))


def test_greets_by_name_and_shows_the_cards_in_their_order() -> None:
    home.register(_certificates, order=20)
    home.register(_courses, order=10)
    text = shown()
    assert "Hello, Ana" in text
    assert text.index("Tracing basics") < text.index("Certificates")
    assert '<a class="btn go" href="/learn/1/">Go on</a>' in text
    assert '<p class="figure">3</p>' in text


def test_a_login_without_a_person_is_greeted_without_a_name() -> None:
    user = pages.ana()
    user.person = None
    assert "<h1>Hello</h1>" in pages.html(views.HomePage.as_view()(pages.request(user=user)))


def test_says_so_where_there_is_nothing_to_do() -> None:
    home.register(lambda user: [])
    assert "There is nothing for you to do here yet." in shown()


def test_a_function_registered_twice_is_asked_once() -> None:
    home.register(_courses)
    home.register(_courses)
    assert shown().count("Tracing basics") == 1


def _courses(user: object) -> list[home.Card]:
    return [COURSE]


def _certificates(user: object) -> list[home.Card]:
    return [TERMS]
