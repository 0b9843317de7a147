"""Two people who change the same thing: one wins, the other is told, and nothing typed is lost."""

import datetime as dt
import html

import pytest

from courses.actions.by_hand.facts import Said, add_person
from courses.actions.exchanges.funding import fund_visits, payers_mark
from courses.enums import ExchangeState
from courses.models import Entry, Visit
from lms.kit.errors import Refused, Stale
from lms.people.actions.persons import Names, Tie, correct_affiliation, edit_person, remove_affiliation
from lms.people.enums import Audience, Role
from lms.people.models import Affiliation, Agency, Person, PersonChange
from lms.people.queries.changes import names_mark, tie_mark
from tests import cast
from tests.courses import ledger
from tests.courses.exchanges import made as exchanges
from tests.courses.grants import made as grants
from tests.threads import at_once

pytestmark = pytest.mark.django_db
WHY = "She wrote to us."
MAY = dt.date(2023, 5, 31)


@pytest.fixture
def staff():
    return cast.user(Role.STAFF)


@pytest.fixture
def page(staff):
    return cast.signed_in(staff)


def test_a_name_that_somebody_else_changed_is_shown_and_the_next_press_goes_over_it(page, staff):
    ada = cast.person("Ek", email="ada@test.example")
    url = f"/staff/people/{ada.pk}/edit/"
    said = {"given_name": "Typed", "family_name": "With Care", "reason": WHY}
    looked = cast.seen(page.get(url))
    edit_person(person=ada, names=Names("Ida", "Eck"), reason="She married.", by=staff)
    late = page.post(url, said | looked)
    assert "Somebody else changed the name or the e-mail meanwhile." in late.text
    for words in ("<dd>Ida</dd>", "<dd>Eck</dd>", 'value="With Care"', WHY):
        assert words in late.text
    assert (Person.objects.get(pk=ada.pk).name, PersonChange.objects.count()) == ("Ida Eck", 1)
    assert page.post(url, said | cast.seen(late)).status_code == 302
    assert Person.objects.get(pk=ada.pk).name == "Typed With Care"


def test_a_form_without_a_mark_saves_nothing(page):
    ada = cast.person("Ek")
    answer = page.post(f"/staff/people/{ada.pk}/edit/", {"family_name": "Eck", "reason": WHY})
    assert "Nothing was saved" in answer.text
    assert not PersonChange.objects.exists()


def test_another_change_of_the_same_person_is_nobodys_conflict(page, staff):
    ada = cast.person("Ek")
    tie = cast.affiliate(ada, cast.hotline())
    url = f"/staff/people/{ada.pk}/edit/"
    looked = cast.seen(page.get(url))
    ended = Tie(Audience.HOTLINE, hotline=tie.hotline, country=tie.country, until_on=MAY)
    correct_affiliation(affiliation=tie, tie=ended, reason=WHY, by=staff)
    assert page.post(url, {"family_name": "Eck", "reason": WHY} | looked).status_code == 302
    assert Person.objects.get(pk=ada.pk).name == "Eck"


@pytest.mark.parametrize("more", [{"until_on": "2023-12-31"}, {"remove": "on"}])
def test_an_affiliation_that_somebody_else_changed_stays_as_they_said(page, staff, more):
    agency = Agency.objects.create(name="Polis")
    tie = Affiliation.objects.create(
        person=cast.person("Ek"), audience=Audience.LAW_ENFORCEMENT, agency=agency, country_id="SE"
    )
    url = f"/staff/affiliations/{tie.pk}/"
    said = {"audience": "law_enforcement", "organisation": "Polis", "country": "SE", "reason": WHY} | more
    looked = cast.seen(page.get(url))
    ended = Tie(Audience.LAW_ENFORCEMENT, agency=agency, country=tie.country, until_on=MAY)
    correct_affiliation(affiliation=tie, tie=ended, reason="She left.", by=staff)
    late = page.post(url, said | looked)
    assert "Somebody else changed this affiliation meanwhile." in late.text
    shown = html.unescape(late.text).replace("\N{NO-BREAK SPACE}", " ")
    assert "Polis, law enforcement (SE), until 31 May 2023" in shown
    assert WHY in late.text
    assert (Affiliation.objects.get().until_on, PersonChange.objects.count()) == (MAY, 1)


def test_a_fact_that_somebody_else_corrected_is_shown_and_the_next_press_goes_over_it(page, staff):
    room = ledger.activity()
    add_person(activity=room, person=cast.person("Ek"), said=Said(attended=True), reason=WHY, by=staff)
    url = f"/staff/activities/{room.pk}/people/{room.participations.get().pk}/"
    looked = cast.seen(page.get(url))
    page.post(url, {"attended": "no", "reason": "She was ill."} | looked)
    said = {"enrolled_on": "2023-05-01", "attended": "yes", "reason": "Typed with care."}
    late = page.post(url, said | looked)
    assert "Somebody else changed this meanwhile." in late.text
    assert "was absent" in late.text
    assert "Typed with care." in late.text
    assert Entry.objects.standing().get().absent
    page.post(url, said | cast.seen(late))
    assert set(Entry.objects.standing().values_list("stage", "absent")) == {
        ("enrolled", False),
        ("attended", False),
    }


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_of_two_who_looked_at_the_same_name_one_wins(self, staff):
        ada = cast.person("Ek")
        seen, names = names_mark(ada), iter([Names("Ida", "Ek"), Names("Eva", "Ek")])
        outcomes = at_once(
            2, lambda: edit_person(person=ada, names=next(names), reason=WHY, by=staff, seen=seen)
        )
        assert sorted(type(one).__name__ for one in outcomes) == ["PersonChange", "Stale"]
        assert PersonChange.objects.get().after["given_name"] == Person.objects.get(pk=ada.pk).given_name

    def test_of_two_who_looked_at_the_same_affiliation_one_wins(self, staff):
        tie = cast.affiliate(cast.person("Ek"), cast.hotline())
        ended = Tie(Audience.HOTLINE, hotline=tie.hotline, country=tie.country, until_on=MAY)
        said = {"affiliation": tie, "reason": WHY, "by": staff, "seen": tie_mark(tie)}
        acts = iter([lambda: correct_affiliation(tie=ended, **said), lambda: remove_affiliation(**said)])
        outcomes = at_once(2, lambda: next(acts)())
        # Of a removal the other finds nothing that it could look at again.
        (told,) = [one for one in outcomes if isinstance(one, Refused)]
        assert told.sentence.startswith("Somebody else changed this affiliation meanwhile.")
        assert PersonChange.objects.count() == 1

    def test_of_two_who_looked_at_the_same_visits_one_wins(self):
        one = exchanges.exchange(ExchangeState.COUNTED)
        seen = payers_mark([one.visit])
        asked = {"exchange": one.exchange, "by": one.staff, "note": "A mix-up.", "seen": seen}
        said = iter([{one.visit: grants.payers(grants.grant(number))} for number in "ab"])
        outcomes = at_once(2, lambda: fund_visits(payers=next(said), **asked))
        (told,) = [outcome for outcome in outcomes if outcome is not None]
        assert isinstance(told, Stale)
        assert Visit.objects.get(pk=one.visit.pk).grant is not None
