"""The pages of exchanges: who sees what, what waits for whom, and every step through them."""

import datetime as dt

import pytest
from django.urls import reverse

from courses.actions.exchanges.planning import Party, arrange_visit
from courses.actions.exchanges.reporting import Report, Spent, add_cost, report_visit
from courses.enums import ExchangeState, Stage, YesTo
from courses.models import Cost, CostStruck, Entry, Exchange, ExchangeWish, Reversal, Visit
from courses.queries.counts import Question, count
from courses.web.exchanges.forms import CostForm
from lms.kit.clock import Span, today
from lms.people.enums import Role
from tests import cast
from tests.courses.exchanges import made
from tests.courses.exchanges.test_way import written

pytestmark = pytest.mark.django_db
STATE = ExchangeState
FORM = {
    "title": "Shifts and breaks",
    "starts": "2026-03-02T09:00",
    "ends": "2026-03-03T17:00",
    "zone": "Asia/Tokyo",
    "place": "At their desk",
    "mode": "in_person",
    "topics": "staff welfare, Staff  Welfare,content tracing",
}


def pages_of(one: made.Cast) -> list[str]:
    """Every address about one exchange."""
    pk, visit = one.exchange.pk, one.visit.pk
    return [
        reverse("exchange", args=[pk]),
        reverse("exchange-plan", args=[pk]),
        reverse("exchange-programme", args=[pk]),
        reverse("exchange-add-visit", args=[pk]),
        reverse("exchange-yes", args=[pk, YesTo.PLAN, one.host.pk]),
        reverse("exchange-yes", args=[pk, YesTo.PLAN, one.guest.pk]),
        reverse("exchange-move", args=[pk, STATE.CANCELLED]),
        reverse("exchange-visit", args=[visit]),
        reverse("exchange-leave", args=[visit]),
        reverse("exchange-report", args=[visit]),
        reverse("exchange-costs", args=[visit]),
    ]


class TestWhoSeesWhat:
    def test_another_hotlines_exchange_is_not_found_looked_at_or_posted_to(self):
        one = made.exchange()
        cost = add_cost(visit=one.visit, spent=Spent("travel", 5, "EUR"), by=one.visiting)
        stranger = cast.signed_in(made.manager(cast.hotline("Elsewhere", "BE")))
        before = written()
        for url in [*pages_of(one), reverse("exchange-strike-cost", args=[cost.pk])]:
            assert stranger.get(url).status_code in (404, 405), url
            assert stranger.post(url, FORM | {"note": "x", "heads": 9}).status_code in (404, 405), url
        assert written() == before
        assert not CostStruck.objects.exists()
        assert one.exchange.activity.versions.get().title not in stranger.get("/exchanges/").text

    def test_the_host_sees_who_comes_and_neither_funder_nor_costs(self):
        one = made.exchange(STATE.REPORTED)
        add_cost(visit=one.visit, spent=Spent("travel", 412, "EUR"), by=one.visiting)
        host, guest = cast.signed_in(one.hosting), cast.signed_in(one.visiting)
        url = reverse("exchange", args=[one.exchange.pk])
        assert "Traveller 1" in host.get(url).text
        assert ("ISF" in host.get(url).text, "ISF" in guest.get(url).text) == (False, True)
        costs = reverse("exchange-costs", args=[one.visit.pk])
        assert [client.get(costs).status_code for client in (host, guest, cast.signed_in(one.staff))] == [
            404,
            200,
            200,
        ]
        total = reverse("exchange-all-costs")
        assert ["412" in client.get(total).text for client in (host, guest)] == [False, True]

    def test_what_waits_stands_on_top_for_whose_turn_it_is_alone(self):
        one = made.exchange()
        texts = {
            who: cast.signed_in(getattr(one, who)).get("/exchanges/").text
            for who in ("hosting", "visiting", "staff")
        }
        assert ["What waits for you" in text for text in texts.values()] == [True, False, False]
        assert "Say whether Linea agrees to the plan." in texts["hosting"]
        made.reach(one, STATE.AGREED)
        assert "Approve it, so that they can book." in cast.signed_in(one.staff).get("/exchanges/").text

    def test_filters_narrow_and_nonsense_narrows_nothing(self):
        one = made.exchange(title="Alpha")
        two = made.exchange(STATE.AGREED, title="Beta", days_ago=800)
        client = cast.signed_in(one.staff)
        two_year = (today() - dt.timedelta(days=800)).year
        for query, shown in [
            ("", "AB"), ("?state=agreed", "B"), (f"?year={two_year}", "B"), ("?region=Africa", ""),
            ("?region=Europe", "AB"), (f"?hotline={one.guest.pk}", "AB"), ("?state=x&year=y&hotline=z", "AB"),
        ]:  # fmt: skip
            listed = client.get(f"/exchanges/{query}").text.partition('id="list"')[2]
            assert "".join(name[0] for name in ("Alpha", "Beta") if name in listed) == shown, query
        assert two.exchange.pk != one.exchange.pk

    def test_lists_take_as_many_queries_for_three_as_for_one(self):
        one = made.exchange(STATE.REPORTED)
        made.wish("offer", one.host, one.hosting)
        wish = made.wish("request", one.guest, one.visiting)
        add_cost(visit=one.visit, spent=Spent("travel", 5, "EUR"), by=one.visiting)
        clients = [cast.signed_in(login) for login in (one.staff, one.visiting)]
        urls = ["/exchanges/", "/exchanges/board/", f"/exchanges/board/{wish.pk}/", "/exchanges/costs/",
                "/exchanges/year/", "/lessons-learnt/", "/me/notices/"]  # fmt: skip

        def taken():
            return [cast.queries_of(client, url) for client in clients for url in urls]

        first = taken()
        for number in range(2):
            two = made.exchange(STATE.REPORTED, title=f"More {number}", days_ago=12)
            made.wish("offer", two.host, two.hosting)
            made.wish("request", two.guest, two.visiting)
            add_cost(visit=two.visit, spent=Spent("travel", 5, "EUR"), by=two.visiting)
        assert taken() == first


class TestThroughThePages:
    def test_a_manager_asks_and_times_are_those_of_the_place(self):
        host, guest = cast.hotline(), cast.hotline("Meldpunt", "NL")
        client = cast.signed_in(made.manager(guest))
        assert f'<option value="{guest.pk}" selected>' in client.get("/exchanges/new/").text
        answer = client.post("/exchanges/new/", FORM | {"host": host.pk, "visiting": guest.pk})
        exchange = Exchange.objects.get()
        assert answer.url == f"/exchanges/{exchange.pk}/"
        version = exchange.activity.versions.get()
        assert version.starts_at == dt.datetime(2026, 3, 2, 0, 0, tzinfo=dt.UTC)
        assert (version.country_id, version.host, version.topics) == (
            "FR",
            host,
            ["staff welfare", "content tracing"],
        )
        page = client.get(answer.url).text
        assert "Time at the place" in page
        assert "(Asia/Tokyo)" in page
        assert "(Europe/Amsterdam)" in page

    def test_a_refusal_stands_at_its_field_and_loses_nothing_typed(self):
        host, guest = cast.hotline(), cast.hotline("Meldpunt", "NL")
        client = cast.signed_in(made.manager(guest))
        sent = FORM | {"host": host.pk, "visiting": guest.pk, "ends": "2026-03-01T09:00"}
        text = client.post("/exchanges/new/", sent).text
        assert "It ends before it begins." in text
        assert 'value="Shifts and breaks"' in text
        text = client.post("/exchanges/new/", sent | {"visiting": host.pk, "ends": FORM["ends"]}).text
        assert "The host cannot visit itself." in text
        assert not Exchange.objects.exists()

    def test_from_the_request_to_the_count_by_both_sides(self):
        one = made.exchange()
        host, guest, staff = (cast.signed_in(login) for login in (one.hosting, one.visiting, one.staff))
        at = f"/exchanges/{one.exchange.pk}/"
        assert "Look and agree" in host.get(at).text
        host.post(f"{at}yes/plan/{one.host.pk}/")
        staff.post(f"{at}to/approved/", {"note": ""})
        host.post(f"{at}to/held/", {"note": ""})
        assert "Say who came" in guest.get(at).text
        someone, visit = made.person(one.guest, "Quill"), one.visit.pk
        form = guest.get(f"/exchanges/visits/{visit}/").text
        assert "Quill" in form
        guest.post(f"/exchanges/visits/{visit}/", {"persons": [someone.pk], "heads": 2, "funder": "ISF"})
        guest.post(f"/exchanges/visits/{visit}/report/", {"done": "Sat in.", "lessons": "Two screens."})
        assert one.again().state == STATE.REPORTED
        look = host.get(f"{at}yes/outcome/{one.host.pk}/").text
        assert "Quill" in look
        host.post(f"{at}yes/outcome/{one.host.pk}/")
        assert "Yours is the last word" in guest.get(f"{at}yes/outcome/{one.guest.pk}/").text
        guest.post(f"{at}yes/outcome/{one.guest.pk}/")
        assert one.again().state == STATE.COUNTED
        assert sorted(Entry.objects.values_list("headcount", flat=True)) == [1, 2]
        page = staff.get(at).text
        for word in ("requested", "agreed", "approved", "held", "reported", "counted"):
            assert word in page

    def test_a_correction_is_shown_before_it_is_recorded(self):
        one = made.exchange(STATE.COUNTED)
        staff, url = cast.signed_in(one.staff), f"/exchanges/visits/{one.visit.pk}/"
        first = one.visit.travellers.first().person
        sent = {"persons": [first.pk], "heads": 3, "note": "One fell ill.", "funder": "ISF"}
        before = written()
        text = staff.post(url, sent).text
        assert "What the correction would do" in text
        assert "Traveller 1" in text
        assert written() == before
        assert cast.signed_in(one.visiting).post(url, sent | {"apply": "1"}).status_code == 403
        assert written() == before
        staff.post(url, sent | {"apply": "1"})
        assert Reversal.objects.get().entry.person.family_name == "Traveller 1"
        assert "One fell ill." in cast.signed_in(one.hosting).get(f"/exchanges/{one.exchange.pk}/").text

    def test_costs_are_added_by_funder_and_currency_and_struck(self):
        one = made.exchange(STATE.REPORTED)
        client, url = cast.signed_in(one.visiting), f"/exchanges/visits/{one.visit.pk}/costs/"
        for amount, currency, funder in (
            ("100.10", "eur", ""),
            ("50.05", "EUR", ""),
            ("70", "USD", "Own funds"),
        ):
            client.post(url, {"category": "travel", "amount": amount, "currency": currency, "funder": funder})
        text = client.get(url).text
        assert "150.15" in text
        assert Cost.objects.filter(funder__name="ISF", currency="EUR").count() == 2
        assert (
            "three letters" in client.post(url, {"category": "travel", "amount": "1", "currency": "€"}).text
        )
        client.post(f"/exchanges/costs/{Cost.objects.first().pk}/strike/")
        assert "150.15" not in client.get(url).text
        assert client.post(f"/exchanges/costs/{Cost.objects.first().pk}/strike/").status_code == 404
        assert Cost.objects.count() == 3

    def test_what_is_shared_is_read_by_whoever_works_for_a_hotline_once_it_counts(self):
        one = made.exchange(STATE.HELD)
        report = Report(
            done="Sat in.", lessons="For us alone.", share="Plan **breaks** as shifts.", published=True
        )
        arrange_visit(visit=one.visit, party=Party(heads=1), by=one.visiting)
        report_visit(visit=one.visit, report=report, by=one.visiting)
        analyst = cast.user(Role.ANALYST)
        client = cast.signed_in(analyst)
        assert client.get("/lessons-learnt/").status_code == 403
        cast.affiliate(analyst.person, cast.hotline("Elsewhere", "BE"))
        assert "No hotline has shared anything yet." in client.get("/lessons-learnt/").text
        made.confirmed(one)
        text = client.get("/lessons-learnt/").text
        assert "Plan <strong>breaks</strong> as shifts." in text
        assert "For us alone." not in text

    def test_a_hotline_drops_out_by_a_press_of_a_button(self):
        one = made.exchange()
        third = cast.hotline("Safeline", "GR")
        client = cast.signed_in(one.visiting)
        client.post(f"/exchanges/{one.exchange.pk}/visits/new/", {"hotline": third.pk})
        visit = Visit.objects.get(hotline=third)
        other = cast.signed_in(made.manager(third))
        assert "Safeline does not come" in other.get(f"/exchanges/{one.exchange.pk}/").text
        other.post(f"/exchanges/visits/{visit.pk}/leave/")
        visit.refresh_from_db()
        assert visit.left_at is not None


class TestTheBoard:
    def test_what_fits_is_suggested_and_becomes_an_exchange(self):
        one = made.Cast()
        offer = made.wish("offer", one.host, one.hosting, topics=["Content tracing", "law"], people=4)
        client = cast.signed_in(one.visiting)
        sent = {
            "kind": "request", "hotline": one.guest.pk, "topics": "content tracing", "languages": "English, français",
            "first_on": offer.first_on, "last_on": offer.last_on, "people": 2, "notes": "",
        }  # fmt: skip
        url = client.post("/exchanges/board/new/", sent).url
        wish = ExchangeWish.objects.get(kind="request")
        assert wish.languages == ["en", "fr"]
        text = client.get(url).text
        assert "Linea" in text
        meet = f"{url}with/{offer.pk}/"
        assert meet in text
        form = client.get(meet).text
        assert "Meldpunt visits Linea" in form
        answer = client.post(meet, FORM)
        exchange = Exchange.objects.get()
        assert answer.url == f"/exchanges/{exchange.pk}/"
        assert (exchange.host, exchange.visits.get().hotline) == (one.host, one.guest)
        assert "became an exchange" in client.get(url).text
        assert "Content tracing" not in client.get("/exchanges/board/").text.split("On the board now")[1]

    def test_an_unknown_language_is_refused_at_its_field(self):
        one = made.Cast()
        day = today()
        sent = {"kind": "offer", "hotline": one.guest.pk, "topics": "law", "languages": "English, Klingon",
                "first_on": day, "last_on": day, "people": 2}  # fmt: skip
        text = cast.signed_in(one.visiting).post("/exchanges/board/new/", sent).text
        assert "“Klingon” is no language known here" in text
        assert not ExchangeWish.objects.exists()

    def test_it_is_withdrawn_by_its_own_hotline_alone(self):
        one = made.Cast()
        wish = made.wish("offer", one.host, one.hosting)
        cast.signed_in(one.visiting).post(f"/exchanges/board/{wish.pk}/")
        wish.refresh_from_db()
        assert wish.withdrawn_at is None
        client = cast.signed_in(one.hosting)
        client.post(f"/exchanges/board/{wish.pk}/")
        wish.refresh_from_db()
        assert wish.withdrawn_at is not None
        assert cast.signed_in(one.visiting).get(f"/exchanges/board/{wish.pk}/").status_code == 404
        assert "withdrawn" in client.get(f"/exchanges/board/{wish.pk}/").text


class TestTheYear:
    def test_regions_and_map_are_those_of_the_counts(self):
        one = made.exchange(STATE.COUNTED, days_ago=3)
        other = made.Cast(cast.hotline("Brasil", "BR"), cast.hotline("Meldpunt", "NL"))
        other.exchange = made.request_exchange(
            host=other.host, visiting=[other.guest], plan=made.plan("South", days_ago=3), by=other.visiting
        )
        made.reach(other, STATE.COUNTED)
        made.exchange(STATE.REPORTED, title="Not yet")
        year = (today() - dt.timedelta(days=3)).year
        by_region = {
            row.value: row.number
            for row in count(Question(Span.of_year(year)).broken_down_by("region"))
            if str(row.code) == "exchange.held.events"
        }
        assert by_region == {"Europe": 1, "Latin America": 1}
        text = cast.signed_in(one.staff).get(f"/exchanges/year/?year={year}").text
        for region in by_region:
            assert f"count=exchange.held.events&amp;year={year}&amp;region={region.replace(' ', '+')}" in text
        assert "Brazil: 1" in text
        own = cast.signed_in(one.hosting).get(f"/exchanges/year/?year={year}").text
        assert ("Brazil" in own, "France" in own, "By region" in own) == (False, True, False)

    def test_a_year_without_any_says_so(self):
        assert (
            "No exchange starts in this year."
            in cast.signed_in(cast.user(Role.STAFF)).get("/exchanges/year/").text
        )


def test_every_stage_recorded_is_an_attendance():
    made.exchange(STATE.COUNTED)
    assert set(Entry.objects.values_list("stage", flat=True)) == {Stage.ATTENDED}


def test_a_currency_is_three_letters_and_no_end_of_line():
    said = {"category": "travel", "amount": "10", "currency": "EUR\n"}
    assert "currency" in CostForm(data=said).errors
