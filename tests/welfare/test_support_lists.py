"""The lists that welfare officers keep: whom an analyst can ask, and whom to call."""

import pytest

from lms.people.models import User
from tests import cast
from tests.welfare import asking
from tests.welfare.asking import supporter
from tests.welfare.test_contact_pages import CONTACT, HELP, analyst, browser
from welfare.models import LocalHelp, Supporter
from welfare.models.wall import as_engine, as_user

__all__ = ["analyst", "browser"]
pytestmark = pytest.mark.django_db(transaction=True)


class TestPeople:
    SAID = {**asking.WORDS, "email": "new@test.example", "hotline": ""}

    def test_an_officer_names_changes_and_removes_somebody(self):
        new, client = cast.user(email="new@test.example"), cast.signed_in(asking.officer())
        client.post("/support/people/new/", self.SAID)
        assert "new@test.example" in client.get("/support/people/").content.decode()
        client.post(f"/support/people/{new.pk}/", {**self.SAID, "nights": "Changed.", "hours": "5"})
        with as_engine():
            row = Supporter.objects.get()
        assert (row.nights, row.hours, row.by_mail) == ("Changed.", 5, True)
        client.post(f"/support/people/{new.pk}/remove/")
        assert "Nobody has been named yet" in client.get("/support/people/").content.decode()

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"email": "gone@test.example"}, "No open login has this address"),
            ({"email": "nobody@test.example"}, "No open login has this address"),
            ({"hours": "0"}, "greater than or equal to 1"),
            ({"danger": ""}, "This field is required"),
        ],
    )
    def test_what_cannot_be_is_said(self, wrong, sentence):
        cast.user(email="new@test.example")
        User.objects.filter(pk=cast.user(email="gone@test.example").pk).update(is_active=False)
        page = cast.signed_in(asking.officer()).post("/support/people/new/", self.SAID | wrong)
        assert sentence in page.content.decode()
        with as_engine():
            assert not Supporter.objects.exists()

    def test_somebody_twice(self):
        one = supporter("New")
        page = cast.signed_in(asking.officer()).post("/support/people/new/", self.SAID | {"email": one.email})
        assert "in the list already" in page.content.decode()

    def test_who_was_named_reads_on_the_own_page_what_others_read(self):
        one = supporter(nights="Nights: nobody.")
        assert "Nights: nobody." in cast.signed_in(one).get("/support/").content.decode()

    @pytest.mark.parametrize("path", ["new/", "1/", "1/remove/"])
    def test_nobody_else_posts_there(self, path, analyst):
        assert cast.signed_in(analyst).post(f"/support/people/{path}", self.SAID).status_code == 403


class TestLocalHelp:
    @pytest.mark.parametrize(
        ("phone", "dialled"),
        [
            ("0800 1110111", "08001110111"),
            ("+31 20-123.45", "+312012345"),
            ("112 or 999", ""),
            ("+31 (0)20 1", ""),
        ],
    )
    def test_a_number_can_be_pressed_where_a_telephone_takes_it(self, phone, dialled):
        assert LocalHelp(phone=phone).dial == dialled

    SAID = {**HELP, "country": "FR", "name": "Ligne", "phone": "3114", "url": "", "languages": "French"}

    def test_an_officer_writes_changes_and_removes_an_entry(self, browser):
        client = cast.signed_in(asking.officer())
        client.post("/support/local-help/new/", self.SAID)
        with as_engine():
            entry = LocalHelp.objects.get()
        assert (entry.country, entry.phone, str(entry.checked_on)) == ("FR", "3114", "2026-11-01")
        client.post(f"/support/local-help/{entry.pk}/", self.SAID | {"phone": "3115"})
        assert "3115" in browser.get("/checkins/help/?country=FR").content.decode()
        client.post(f"/support/local-help/{entry.pk}/remove/")
        assert "3115" not in browser.get("/checkins/help/?country=FR").content.decode()

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"phone": ""}, "Give a number or a web page."),
            ({"source": ""}, "This field is required"),
            ({"checked_on": ""}, "This field is required"),
            ({"url": "javascript:alert(1)"}, "Enter a valid URL"),
        ],
    )
    def test_what_cannot_be_is_said(self, wrong, sentence):
        page = cast.signed_in(asking.officer()).post("/support/local-help/new/", self.SAID | wrong)
        assert sentence in page.content.decode()
        with as_engine():
            assert not LocalHelp.objects.exists()

    def test_a_double_is_refused(self):
        client = cast.signed_in(asking.officer())
        client.post("/support/local-help/new/", self.SAID)
        page = client.post("/support/local-help/new/", self.SAID).content.decode()
        assert "has an entry of this name already" in page

    def test_ones_own_country_is_shown_first_and_another_by_choice(self, browser, analyst):
        cast.affiliate(analyst.person, cast.hotline(country="FR"))
        with as_engine():
            for country, phone in (("FR", "3114"), ("NL", "0800-0113")):
                LocalHelp.objects.create(country=country, name="Line", phone=phone, **HELP)
        for path in ("/checkins/help/", CONTACT):
            page = browser.get(path).content.decode()
            assert "3114" in page, path
            assert "0800-0113" not in page, path
        assert "0800-0113" in browser.get("/checkins/help/?country=NL").content.decode()
        assert "3114" in browser.get("/checkins/help/?country=ZZ").content.decode()

    def test_each_says_its_source_and_when_it_was_checked(self, browser):
        with as_engine():
            LocalHelp.objects.create(country="FR", name="Line", phone="3114", **HELP)
        page = browser.get("/checkins/help/?country=FR").content.decode()
        assert "https://line.example/" in page
        assert "Checked on 1 November 2026" in page

    def test_the_database_keeps_it_from_everybody_else(self, analyst):
        with as_engine():
            LocalHelp.objects.create(country="FR", name="Line", phone="3114", **HELP)
        with as_user(analyst.pk):
            LocalHelp.objects.update(phone="1")
            LocalHelp.objects.all().delete()
            assert LocalHelp.objects.get().phone == "3114"
