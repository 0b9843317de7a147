"""The pages of planning and of who takes part, as staff, the trainer who leads it and others get them."""

import re
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from courses.models import Activity, ActivityVersion, Amendment, Entry
from courses.queries.gatherings import roll_of
from lms.people.enums import Role
from lms.people.models import Agency, Person
from lms.web.as_seen import Look, Said, about
from lms.web.as_seen.inert import content_of
from tests import cast
from tests.courses.gatherings import made

pytestmark = pytest.mark.django_db
LIST = "/teach/law-enforcement/"
SESSION = {
    "title": "Tracing",
    "starts_at": "2026-03-29T09:00",
    "ends_at": "2026-03-29T12:00",
    "timezone": "Europe/Lisbon",
    "mode": "hybrid",
    "country": "PT",
    "funder": "CERV",
    "usual": ["inhope"],
    "more": "notice; takedown",
}


@pytest.fixture
def trainer():
    return cast.user(Role.TRAINER)


@pytest.fixture
def client_of_trainer(trainer):
    return cast.signed_in(trainer)


@pytest.fixture
def room(trainer) -> Activity:
    return made.held(trainers=[trainer])


def address(room: Activity, rest: str = "") -> str:
    return f"/gatherings/{room.pk}/{rest}"


class TestPlanning:
    def test_a_trainer_plans_on_the_clock_of_the_place(self, trainer, client_of_trainer):
        answer = client_of_trainer.post(f"{LIST}new/", SESSION | {"trainers": [trainer.pk]})
        version = ActivityVersion.objects.get()
        assert answer.headers["Location"] == address(version.activity)
        # On that morning the clocks of Lisbon went forward.
        assert version.starts_at.isoformat() == "2026-03-29T08:00:00+00:00"
        assert version.topics == ["inhope", "notice", "takedown"]

    def test_what_was_typed_stays_and_the_mistake_is_told_at_its_field(self, client_of_trainer):
        page = client_of_trainer.post(f"{LIST}new/", SESSION | {"ends_at": "2026-03-29T08:00"}).text
        assert 'value="Tracing"' in page
        assert "Stay among its trainers" in page
        assert not Activity.objects.exists()

    def test_staff_plan_the_other_kinds_each_with_what_it_needs(self):
        client = cast.signed_in(made.staff())
        page = client.get("/staff/activities/new/").text
        offered = set(re.findall(r"\?kind=(\w+)", page))
        assert offered == {
            "law_enforcement", "htm", "webinar", "summit", "qa_review", "expansion_meeting", "basic", "advanced",
            "online", "exchange",
        }  # fmt: skip
        review = client.post("/staff/activities/new/?kind=qa_review", SESSION).text
        assert "Hotline that is reviewed" in review
        assert not Activity.objects.exists()
        hotline = cast.hotline()
        for kind in sorted(offered):
            said = SESSION | {"host": hotline.pk, "place": "Lisbon"}
            assert client.post(f"/staff/activities/new/?kind={kind}", said).status_code == 302, kind
        kinds = ActivityVersion.objects.values_list("kind", flat=True)
        assert set(kinds) == offered

    def test_a_change_keeps_what_was_and_says_why(self, room, client_of_trainer, trainer):
        page = client_of_trainer.get(address(room, "change/")).text
        assert 'value="Tracing for officers"' in page
        sent = SESSION | {"trainers": [trainer.pk], "reason": "Another title."}
        assert client_of_trainer.post(address(room, "change/"), sent).status_code == 302
        assert [version.title for version in room.versions.order_by("number")][-1] == "Tracing"

    def test_an_imported_one_says_that_the_register_wins(self, trainer, client_of_trainer, room):
        told = "came with an imported register"
        assert told not in client_of_trainer.get(address(room, "change/")).text
        imported = Activity.objects.create(register_id="LE-1")
        plan = made.plan()
        ActivityVersion.objects.create(
            activity=imported, number=1, status="held", **{**plan.known, "place": "Warsaw"}
        )
        staff = cast.signed_in(made.staff())
        assert told in staff.get(f"/staff/activities/{imported.pk}/edit/").text

    def test_cancelling_asks_why(self, trainer, client_of_trainer):
        coming = made.planned(trainers=[trainer])
        assert "This field is required" in client_of_trainer.post(address(coming, "cancel/"), {}).text
        client_of_trainer.post(address(coming, "cancel/"), {"reason": "No room."})
        page = client_of_trainer.get(address(coming)).text
        assert "cancelled" in page
        assert "Add people" not in page
        client_of_trainer.post(address(coming, "again/"), {"reason": "There is one."})
        assert "Add people" in client_of_trainer.get(address(coming)).text


class TestOthers:
    def test_another_trainer_finds_nothing_of_it(self, room):
        taking = made.named(room)
        client = cast.signed_in(cast.user(Role.TRAINER))
        rest = (
            "",
            "change/",
            "cancel/",
            "again/",
            "people/",
            f"people/{taking.pk}/",
            "check/",
            "links/",
            "registrations/",
            "attendees/",
        )
        for part in rest:
            assert client.get(address(room, part)).status_code == 404, part
            assert client.post(address(room, part), {"reason": "x"}).status_code == 404, part
        assert str(room.pk) not in re.findall(r"/gatherings/(\d+)/", client.get(LIST).text)

    def test_a_participation_of_another_room_is_not_found_in_this_one(self, room, client_of_trainer):
        elsewhere = made.named(made.held())
        assert client_of_trainer.get(address(room, f"people/{elsewhere.pk}/")).status_code == 404

    def test_a_trainer_of_a_webinar_finds_it_among_others(self, trainer, client_of_trainer, room):
        webinar = made.planned("webinar", trainers=[trainer])
        assert address(webinar) not in client_of_trainer.get(LIST).text
        assert address(webinar) in client_of_trainer.get(f"{LIST}?kind=others").text

    def test_staff_find_their_way_from_the_record_and_back(self, room):
        client = cast.signed_in(made.staff())
        assert address(room) in client.get(f"/staff/activities/{room.pk}/").text
        assert f"/staff/activities/{room.pk}/" in client.get(address(room)).text
        assert "/staff/activities/new/" in client.get("/staff/activities/").text


class TestConstant:
    def test_the_list(self, trainer, client_of_trainer):
        made.held(trainers=[trainer])
        before = cast.queries_of(client_of_trainer, LIST)
        made.held(trainers=[trainer])
        made.held(trainers=[trainer])
        assert cast.queries_of(client_of_trainer, LIST) == before

    @pytest.mark.parametrize("rest", ["", "links/", "registrations/", "check/"])
    def test_a_room(self, room, client_of_trainer, rest):
        made.desk(room)
        staff = made.staff()

        def more(number: int) -> None:
            taking = made.named(room, f"Name-{number}")
            made.coded(room, f"K-{number}")
            made.heads(room, 3, at=made.place(f"Agency {number}"))
            client_of_trainer.post(address(room, f"people/{taking.pk}/"), self.absent())
            cast.signed_in(staff).post(address(room, "links/"))

        more(0)
        before = cast.queries_of(client_of_trainer, address(room, rest))
        more(1)
        more(2)
        assert cast.queries_of(client_of_trainer, address(room, rest)) == before

    def absent(self) -> dict[str, str]:
        return {
            "stood": "absent",
            "audience": "law_enforcement",
            "organisation": "Federal police",
            "country": "PL",
            "reason": "Was ill.",
        }


class TestAdding:
    def named(self, **more: str) -> dict[str, str]:
        said = {"given_name": "Ola", "family_name": "Nowak", "email": "", "audience": "law_enforcement"}
        said |= {"organisation": "policja", "country": "PL", "came": "yes"} | more
        return {"way": "named", **{f"named-{key}": value for key, value in said.items()}}

    def test_three_ways_and_the_sentence(self, room, client_of_trainer):
        page = address(room, "people/")
        client_of_trainer.post(page, self.named())
        coded = {"way": "coded", "coded-code": "k-17", "coded-audience": "law_enforcement"}
        client_of_trainer.post(
            page, coded | {"coded-organisation": "Policja", "coded-country": "PL", "coded-came": "yes"}
        )
        heads = {"way": "heads", "heads-number": "12", "heads-audience": "government"}
        client_of_trainer.post(
            page, heads | {"heads-organisation": "Ministry", "heads-country": "PL", "heads-came": "yes"}
        )
        text = client_of_trainer.get(address(room)).text
        assert "Between 2 and 14 people were there." in text
        assert "code K-17" in text
        # However it is spelled, an agency of a country is one.
        assert list(Agency.objects.values_list("name", flat=True)) == ["Ministry", "policja"]

    def test_a_hotline_that_nobody_knows_is_told_at_its_field_and_nothing_typed_is_lost(
        self, room, client_of_trainer
    ):
        page = client_of_trainer.post(
            address(room, "people/"), self.named(audience="hotline", organisation="Nowhere")
        ).text
        assert "knows no hotline of this name" in page
        assert 'value="Nowak"' in page
        assert not Entry.objects.exists()
        assert not Person.objects.filter(family_name="Nowak").exists()

    def test_organisations_can_be_chosen_while_typing(self, room, client_of_trainer):
        made.agency()
        cast.hotline("Linea")
        page = client_of_trainer.get(address(room, "people/")).text
        assert '<option value="Federal police">' in page
        assert '<option value="Linea">' in page

    def test_those_ticked_were_there(self, room, client_of_trainer):
        taking = made.named(room, came=False)
        assert f'value="{taking.pk}"' in client_of_trainer.get(address(room)).text
        client_of_trainer.post(address(room), {"chosen": [taking.pk]})
        assert roll_of(room).named[0].came


class TestPasting:
    LINES = "Jan Kowalski, jan@test.example, Policja, PL\nK-18; Policja; PL\n"

    def sent(self, lines: str, **more: object) -> dict[str, object]:
        said = {
            "way": "paste",
            "paste-lines": lines,
            "paste-audience": "law_enforcement",
            "paste-came": "yes",
        }
        return said | more

    def looked(self, page: str) -> str:
        return re.search(r'name="looked" value="(\w+)"', page)[1]

    def test_nothing_is_recorded_before_it_was_looked_at(self, room, client_of_trainer):
        lines = "Jan Kowalski, jan@test.example, Policja, PL\nK-18, Policja, PL"
        url = address(room, "people/")
        page = client_of_trainer.post(url, self.sent(lines)).text
        assert "a new person" in page
        assert "a new code" in page
        assert made.facts() == []
        assert not Agency.objects.exists()
        done = client_of_trainer.post(url, self.sent(lines, apply="1", looked=self.looked(page)))
        assert done.headers["Location"] == address(room)
        assert len(made.facts()) == 4

    def test_what_was_typed_since_is_looked_at_first(self, room, client_of_trainer):
        url = address(room, "people/")
        page = client_of_trainer.post(url, self.sent("Jan Kowalski, , Policja, PL")).text
        later = client_of_trainer.post(
            url, self.sent("Someone Else, , Policja, PL", apply="1", looked=self.looked(page))
        ).text
        assert "Someone Else" in later
        same = self.sent("Jan Kowalski, , Policja, PL", apply="1", looked=self.looked(page))
        assert client_of_trainer.post(url, same | {"paste-audience": "government"}).status_code == 200
        assert made.facts() == []

    def test_a_line_that_cannot_be_recorded_is_told_and_all_wait(self, room, client_of_trainer):
        page = client_of_trainer.post(
            address(room, "people/"), self.sent("Jan Kowalski, , Policja, PL\nAda Lind, nomail@, X, ZZ")
        ).text
        assert "That is no e-mail address." in page
        assert "Record all of them" not in page
        assert made.facts() == []

    def test_somebody_known_is_the_same_person_unless_it_is_said_otherwise(self, room, client_of_trainer):
        cast.person("Kowalski", "Jan", email="jan@test.example")
        lines = "Jan Kowalski, JAN@test.example, Policja, PL"
        url = address(room, "people/")
        page = client_of_trainer.post(url, self.sent(lines)).text
        assert "known already: the same person" in page
        assert "this is another person" in page
        sent = self.sent(lines, apply="1", looked=self.looked(page))
        client_of_trainer.post(url, sent)
        assert Person.objects.filter(family_name="Kowalski").count() == 1
        other = made.held(trainers=list(cast_trainers(room)))
        client_of_trainer.post(address(other, "people/"), sent | {"fresh": "1"})
        assert Person.objects.filter(family_name="Kowalski").count() == 2


def cast_trainers(room: Activity):
    return room.training_sessions.get().trainers.all()


class TestCorrecting:
    def test_both_facts_stand_side_by_side_with_the_reason(self, room, client_of_trainer):
        taking = made.heads(room, 12)
        sent = {"expected": "", "came": "9", "audience": "law_enforcement", "organisation": "Federal police"}
        page = client_of_trainer.post(
            address(room, f"people/{taking.pk}/"),
            sent | {"country": "PL", "reason": "Three left."},
            follow=True,
        ).text
        assert "<s>12 without names: attended, Federal police (PL)</s>" in page
        assert "9 without names: attended, Federal police (PL)" in page
        assert "Three left." in page

    def test_nothing_changes_without_a_reason(self, room, client_of_trainer):
        taking = made.heads(room, 12)
        sent = {"came": "9", "audience": "law_enforcement", "organisation": "Federal police", "country": "PL"}
        page = client_of_trainer.post(address(room, f"people/{taking.pk}/"), sent).text
        assert "This field is required" in page
        assert not Amendment.objects.exists()


class TestAsTheySeeMe:
    """Whoever took part sees the very page that trainer and staff get, without the others."""

    @pytest.fixture
    def analyst(self, room):
        login = cast.user(Role.ANALYST)
        Person.objects.filter(pk=login.person_id).update(family_name="Seen")
        login.refresh_from_db()
        made.named(room, known=login.person)
        return login

    def test_the_page_is_there_for_both(self, analyst, room):
        found = {
            (one.role, one.pk)
            for one in about(analyst.person)
            if isinstance(one, Look) and one.route == "gathering"
        }
        assert found == {(Role.STAFF, room.pk), (Role.TRAINER, room.pk)}
        said = [
            one for one in about(analyst.person) if isinstance(one, Said) and "gathering-links" in one.routes
        ]
        assert len(said) == 2

    @pytest.mark.parametrize("role", [Role.STAFF, Role.TRAINER])
    def test_it_is_what_a_colleague_gets_and_nobody_else_is_on_it(self, analyst, room, role, trainer):
        client = cast.signed_in(analyst)
        shown = reverse("as-others-see-my", args=[role, "gathering", room.pk])
        real = cast.signed_in(trainer if role == Role.TRAINER else made.staff())
        content, _body = content_of(real.get(address(room)).text)
        assert content.strip() in client.get(shown).text
        made.named(room, "Wolkenstein")
        text = client.get(shown).text
        assert "Seen" in text
        assert "Wolkenstein" not in text


@pytest.mark.parametrize(
    ("page", "sent"),
    [
        ("registration", {"slug": "a", "consent": "Yes.", "capacity": "9" * 12}),
        ("registration", {"slug": "a", "consent": "Yes.", "closes_at": "9999-12-31T23:59"}),
        ("attendees", {"text": "Name\nAda Lind", "apply": "1", f"row-{'9' * 5000}": "new"}),
        ("check", {"remove": "9" * 5000}),
        (
            "people",
            {
                "way": "paste",
                "paste-lines": f"Ada {'x' * 300}",
                "paste-audience": "other",
                "paste-came": "no",
            },
        ),
    ],
)
def test_what_nobody_means_breaks_no_page(page, sent):
    room = made.held("webinar", timezone="America/New_York")
    client, form = made.client_of(made.staff()), "application/x-www-form-urlencoded"
    answer = client.post(f"/gatherings/{room.pk}/{page}/", urlencode(sent), content_type=form)
    assert answer.status_code in (200, 302)
