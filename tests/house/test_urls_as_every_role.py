"""Every address, asked by everybody: one table says who may enter, and why.

A new address fails here until it has its line; a line whose address is gone fails too.
"""

from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from lms.ops import health
from lms.outbox import moves
from lms.outbox.states import State
from lms.people.actions import invitations
from lms.people.actions.merges import merge_persons
from lms.people.enums import Role
from lms.people.models import Invitation, InvitationMail, PersonMerge, RoleGrant, User
from tests import cast
from tests.courses import ledger
from tests.courses.api.made import JSON, PROBLEM, bearer
from tests.courses.assessments import made as assessed
from tests.courses.authoring import made as written
from tests.courses.certificates import made as certified
from tests.courses.media import files
from tests.courses.media import made as shown
from tests.house.doors import AREAS
from tests.house.doors.base import (
    ADMINISTRATOR,
    ANONYMOUS,
    EVERYBODY,
    INVALID,
    LOGINS,
    MANAGER,
    NOBODY,
    NOBODYS,
    NOT_FOUND,
    OFFICER,
    POSTED,
    STAFF,
    TRAINER,
    Door,
)

pytestmark = pytest.mark.django_db


def allauth(
    why: str, *answers: int, for_whom: frozenset[str] = EVERYBODY, args: tuple[str, ...] = ()
) -> Door:
    return Door(for_whom, why, frozenset(answers), args, closed=302)


NETWORK = "the whole network is INHOPE staff's"
LOGINS_AND_ROLES = "logins and roles are the administrator's, and nobody else's"
COUNTS = "the counts of the whole network are INHOPE staff's"
AUTHORS = "a trainer's own courses; this trainer writes none, and another's is not found"
CHECKED_BY_ALL = "whoever is shown a certificate may check it; no name is shown"
OWN_PAPERS = "everybody takes their own papers along, and nobody else's"
OWN_LOGIN = "everybody looks after their own login; some steps ask for the password once more"
OWN_NOTICES = "everybody reads their own notices, and says which kinds they want"
UNDELIVERED = "what becomes of a mail that was not delivered is the administrator's to say"
SIGNING_IN = "whoever is not signed in yet must be able to; whoever is goes on"
ANOTHERS_COURSE = "a course is seen by who takes it; to everybody else it does not exist"
ANOTHERS = "an attempt is seen by who is enrolled; to everybody else it does not exist"
PROPOSES = "what is proposed to analysts is the welfare officer's to say"
CHECKINS = "everybody's own, and nobody else's"
ADDRESSED = "everybody's page for what was addressed to them; another's is not found"
OFFICERS_KEEP = "who can be asked and whom to call is kept by welfare officers"
OWN_EYES = "everybody keeps texts for the own eyes, and sees those alone"
OWN_MIRROR = "everybody sees what others see of them, and nobody else's; another's is not found"
OWN_COHORTS = "marks are the trainers' of the cohort"
TABLE = {
    "home": Door(LOGINS, "every login begins here"),
    "me": Door(LOGINS, "everybody sees their own training"),
    "courses": Door(LOGINS, "the catalogue is for everybody with a login"),
    "course": Door(LOGINS, "the catalogue is for everybody with a login", args=("course",)),
    "course-glossary": Door(LOGINS, "the catalogue is for everybody with a login", args=("course",)),
    "left": Door(LOGINS, "the neutral screen says nothing of anybody"),
    "learn": Door(LOGINS, ANOTHERS_COURSE, frozenset({404}), args=("enrolment",)),
    "learn-end": Door(LOGINS, ANOTHERS_COURSE, frozenset({404}), args=("enrolment",)),
    "learn-media": Door(LOGINS, ANOTHERS_COURSE, NOT_FOUND, args=("enrolment", "media")),
    "learn-hide": Door(LOGINS, "a press of a button, not a page", frozenset({405}), args=("enrolment",)),
    "lesson": Door(LOGINS, ANOTHERS_COURSE, frozenset({404}), args=("enrolment", "opening")),
    "assessment": Door(LOGINS, ANOTHERS, frozenset({404}), args=("enrolment",)),
    "attempt": Door(LOGINS, ANOTHERS, frozenset({404}), args=("enrolment", "1")),
    "attempt-result": Door(LOGINS, ANOTHERS, frozenset({404}), args=("enrolment", "1")),
    "teach-marks": Door(TRAINER, OWN_COHORTS),
    "teach-essay": Door(TRAINER, OWN_COHORTS, frozenset({404}), args=("1",)),
    "teach-questions": Door(TRAINER, OWN_COHORTS),
    "teach-correction": Door(TRAINER, OWN_COHORTS, frozenset({404}), args=("question",)),
    "teach-extra-times": Door(TRAINER, OWN_COHORTS),
    "teach-extra-time": Door(TRAINER, OWN_COHORTS, frozenset({404}), args=("enrolment",)),
    "notices": Door(LOGINS, OWN_NOTICES),
    "notices-read": Door(LOGINS, OWN_NOTICES, POSTED),
    "notice-kind": Door(LOGINS, OWN_NOTICES, POSTED, args=("training", "expiring")),
    "notice-off": Door(EVERYBODY, "the link is the key, without signing in", NOT_FOUND, args=(INVALID,)),
    "checkins": Door(LOGINS, CHECKINS),
    "checkin-pulse": Door(LOGINS, CHECKINS),
    "checkin-not-this-time": Door(LOGINS, CHECKINS, POSTED),
    "checkin-who-sees-what": Door(LOGINS, CHECKINS),
    "checkin-history": Door(LOGINS, CHECKINS),
    "checkin-erase": Door(LOGINS, CHECKINS, POSTED),
    "checkin-reminders": Door(LOGINS, CHECKINS),
    "checkin-mail": Door(LOGINS, CHECKINS, frozenset({302})),
    "checkin-test-mail": Door(LOGINS, CHECKINS, POSTED),
    "checkin-stop-reminders": Door(LOGINS, CHECKINS),
    "checkin-resume": Door(LOGINS, CHECKINS, POSTED),
    "checkin-put-off": Door(LOGINS, CHECKINS),
    "checkin-own-date": Door(LOGINS, CHECKINS),
    "checkin-remove-own-date": Door(LOGINS, CHECKINS, POSTED, args=("1",)),
    "reminder-defaults": Door(OFFICER, PROPOSES),
    "reminder-default": Door(OFFICER, PROPOSES, args=("hotline",)),
    "reminder-holidays": Door(OFFICER, PROPOSES),
    "reminder-add-holiday": Door(OFFICER, PROPOSES, POSTED, args=("NL", "2026")),
    "reminder-mark-holiday": Door(OFFICER, PROPOSES, POSTED, args=("NL", "2026-05-05")),
    "checkin-remove-leave": Door(LOGINS, CHECKINS, POSTED, args=("1",)),
    "checkin-contact": Door(LOGINS, CHECKINS),
    "checkin-withdraw": Door(LOGINS, CHECKINS, POSTED),
    "checkin-forget-order": Door(LOGINS, CHECKINS, POSTED),
    "checkin-help": Door(LOGINS, "whom to call is for everybody to read"),
    "checkin-share": Door(LOGINS, CHECKINS),
    "support": Door(LOGINS, ADDRESSED),
    "support-seen": Door(LOGINS, ADDRESSED, POSTED, args=(NOBODYS,)),
    "support-in-touch": Door(LOGINS, ADDRESSED, POSTED, args=(NOBODYS,)),
    "support-mail": Door(LOGINS, ADDRESSED, POSTED),
    "support-shared": Door(LOGINS, ADDRESSED, NOT_FOUND, args=(NOBODYS,)),
    "support-erase-shared": Door(LOGINS, ADDRESSED, POSTED, args=(NOBODYS,)),
    "support-people": Door(OFFICER, OFFICERS_KEEP),
    "support-new-person": Door(OFFICER, OFFICERS_KEEP),
    "support-person": Door(OFFICER, OFFICERS_KEEP, NOT_FOUND, args=("1",)),
    "support-remove-person": Door(OFFICER, OFFICERS_KEEP, POSTED, args=("1",)),
    "support-local-help": Door(OFFICER, OFFICERS_KEEP),
    "support-new-help": Door(OFFICER, OFFICERS_KEEP),
    "support-help-entry": Door(OFFICER, OFFICERS_KEEP, NOT_FOUND, args=("1",)),
    "support-remove-help": Door(OFFICER, OFFICERS_KEEP, POSTED, args=("1",)),
    "as-others-see-me": Door(LOGINS, OWN_MIRROR),
    "as-others-see-my": Door(LOGINS, OWN_MIRROR, NOT_FOUND, args=("staff", "staff-person", "person")),
    "own-words": Door(LOGINS, OWN_EYES),
    "reflections": Door(LOGINS, OWN_EYES),
    "keep-reflection": Door(LOGINS, OWN_EYES, POSTED),
    "erase-reflections": Door(LOGINS, OWN_EYES, POSTED),
    "own-zone": Door(LOGINS, "everybody says in which zone they read times"),
    "own-hotlines": Door(MANAGER, "a manager's own hotline", frozenset({302})),
    "own-hotline": Door(MANAGER, "a manager's own hotline", args=("hotline",)),
    "teach": Door(TRAINER, "a trainer's own courses"),
    "teach-new-course": Door(TRAINER, "trainers write courses"),
    "teach-course": Door(TRAINER, AUTHORS, NOT_FOUND, args=("written",)),
    "teach-remove-author": Door(TRAINER, AUTHORS, POSTED, args=("written", "user")),
    "teach-media": Door(TRAINER, AUTHORS, NOT_FOUND, args=("written",)),
    "teach-media-file": Door(TRAINER, AUTHORS, NOT_FOUND, args=("written", "media")),
    "teach-remove-media": Door(TRAINER, AUTHORS, POSTED, args=("written", "media")),
    "teach-version": Door(TRAINER, AUTHORS, NOT_FOUND, args=("written", "number")),
    "teach-changes": Door(TRAINER, AUTHORS, NOT_FOUND, args=("written", "number")),
    "teach-settings": Door(TRAINER, AUTHORS, NOT_FOUND, args=("written", "number")),
    "teach-glossary": Door(TRAINER, AUTHORS, NOT_FOUND, args=("written", "number")),
    "teach-assessment": Door(TRAINER, AUTHORS, NOT_FOUND, args=("written", "number")),
    "teach-new-question": Door(TRAINER, AUTHORS, NOT_FOUND, args=("written", "number")),
    "teach-new-draft": Door(TRAINER, AUTHORS, POSTED, args=("written", "number")),
    "teach-publish": Door(TRAINER, AUTHORS, POSTED, args=("written", "number")),
    "teach-retire": Door(TRAINER, AUTHORS, POSTED, args=("written", "number")),
    "teach-discard": Door(TRAINER, AUTHORS, POSTED, args=("written", "number")),
    "teach-add-module": Door(TRAINER, AUTHORS, POSTED, args=("written", "number")),
    "teach-add-lesson": Door(TRAINER, AUTHORS, POSTED, args=("written", "number")),
    "teach-remove-assessment": Door(TRAINER, AUTHORS, POSTED, args=("written", "number")),
    "teach-module": Door(TRAINER, AUTHORS, NOT_FOUND, args=("written", "number", "module")),
    "teach-lesson": Door(TRAINER, AUTHORS, NOT_FOUND, args=("written", "number", "own_lesson")),
    "teach-preview": Door(TRAINER, AUTHORS, NOT_FOUND, args=("written", "number", "own_lesson")),
    "teach-question": Door(TRAINER, AUTHORS, NOT_FOUND, args=("written", "number", "own_question")),
    "teach-remove-module": Door(TRAINER, AUTHORS, POSTED, args=("written", "number", "module")),
    "teach-remove-lesson": Door(TRAINER, AUTHORS, POSTED, args=("written", "number", "own_lesson")),
    "teach-move-question": Door(TRAINER, AUTHORS, POSTED, args=("written", "number", "own_question")),
    "teach-remove-question": Door(TRAINER, AUTHORS, POSTED, args=("written", "number", "own_question")),
    "teach-sign-off": Door(TRAINER, OWN_COHORTS, NOT_FOUND, args=("1",)),
    "staff-network": Door(STAFF, NETWORK),
    "staff-people": Door(STAFF, NETWORK),
    "staff-person": Door(STAFF, NETWORK, args=("person",)),
    "staff-merge": Door(STAFF, "merging changes what is read of persons", args=("person",)),
    "staff-undo-merge": Door(STAFF, "merging changes what is read of persons", args=("merge",)),
    "staff-hotlines": Door(STAFF, NETWORK),
    "staff-hotline": Door(STAFF, NETWORK, args=("hotline",)),
    "staff-activities": Door(STAFF, NETWORK),
    "staff-activity": Door(STAFF, NETWORK, args=("activity",)),
    "staff-counts": Door(STAFF, COUNTS),
    "staff-counts-facts": Door(STAFF, COUNTS, frozenset({200, 400, 404})),
    "staff-counts-download": Door(STAFF, COUNTS, frozenset({200, 400, 404}), args=("csv",)),
    "verify": Door(EVERYBODY, CHECKED_BY_ALL),
    "verify-code": Door(EVERYBODY, CHECKED_BY_ALL, args=("code",)),
    "own-certificate": Door(LOGINS, OWN_PAPERS, frozenset({404}), args=("certificate",)),
    "own-attendance": Door(LOGINS, OWN_PAPERS, POSTED, args=("1",)),
    "own-transcript-pdf": Door(LOGINS, OWN_PAPERS),
    "own-transcript-csv": Door(LOGINS, OWN_PAPERS),
    "course-renew": Door(LOGINS, "it takes posts only", frozenset({405}), args=("course",)),
    "staff-certificate": Door(STAFF, NETWORK, args=("holder", "certificate")),
    "revoke-certificate": Door(
        STAFF | TRAINER,
        "staff any, a trainer those of the own cohorts",
        frozenset({200, 404}),
        args=("certificate",),
    ),
    "admin": Door(ADMINISTRATOR, LOGINS_AND_ROLES),
    "admin-users": Door(ADMINISTRATOR, LOGINS_AND_ROLES),
    "admin-user": Door(ADMINISTRATOR, LOGINS_AND_ROLES, args=("user",)),
    "admin-grant": Door(ADMINISTRATOR, LOGINS_AND_ROLES, args=("user",)),
    "admin-close-login": Door(ADMINISTRATOR, LOGINS_AND_ROLES, args=("user",)),
    "admin-open-login": Door(ADMINISTRATOR, LOGINS_AND_ROLES, args=("user",)),
    "admin-revoke": Door(ADMINISTRATOR, LOGINS_AND_ROLES, args=("grant",)),
    "admin-invitations": Door(ADMINISTRATOR, LOGINS_AND_ROLES),
    "admin-invite": Door(ADMINISTRATOR, LOGINS_AND_ROLES),
    "admin-withdraw-invitation": Door(ADMINISTRATOR, LOGINS_AND_ROLES, args=("invitation",)),
    "admin-deliveries": Door(ADMINISTRATOR, UNDELIVERED),
    "admin-retry-delivery": Door(ADMINISTRATOR, UNDELIVERED, args=("parked",)),
    "admin-give-up-delivery": Door(ADMINISTRATOR, UNDELIVERED, args=("parked",)),
    "accept-invitation": Door(EVERYBODY, "the link is the key", frozenset({404}), args=(INVALID,)),
    "ops:healthz": Door(EVERYBODY, "machines ask, and learn nothing but that the process is up"),
    "ops:readyz": Door(EVERYBODY, "machines ask, and learn what is down", frozenset({200, 503})),
    "ops:metrics": Door(EVERYBODY, "this machine asks; others need the token, see tests/ops"),
    "account_login": allauth(SIGNING_IN, 200, 302),
    "account_logout": allauth(SIGNING_IN, 200, 302),
    "account_inactive": allauth("a closed login is told so", 200),
    "account_signup": allauth("says that logins are by invitation", 200, 302),
    "account_reset_password": allauth(SIGNING_IN, 200, 302),
    "account_reset_password_done": allauth(SIGNING_IN, 200, 302),
    "account_reset_password_from_key": allauth("the link is the key", 200, 302, args=("1", INVALID)),
    "account_reset_password_from_key_done": allauth(SIGNING_IN, 200, 302),
    "account_confirm_email": allauth("the link is the key", 200, 404, args=(INVALID,)),
    "account_email_verification_sent": allauth(SIGNING_IN, 200, 302),
    "account_confirm_login_code": allauth("a step of signing in that is not in use", 302),
    "account_email": Door(frozenset(), "an address opens a login: an open session must not change it"),
    "account_change_password": allauth(OWN_LOGIN, 200, 302, for_whom=LOGINS),
    "account_set_password": allauth(OWN_LOGIN, 200, 302, for_whom=LOGINS),
    "account_reauthenticate": allauth(OWN_LOGIN, 200, 302, for_whom=LOGINS),
    "mfa_index": allauth(OWN_LOGIN, 200, for_whom=LOGINS),
    "mfa_authenticate": allauth("a step of signing in", 302),
    "mfa_reauthenticate": allauth(OWN_LOGIN, 302, for_whom=LOGINS),
    "mfa_activate_totp": allauth(OWN_LOGIN, 302, for_whom=LOGINS),
    "mfa_deactivate_totp": allauth(OWN_LOGIN, 302, 404, for_whom=LOGINS),
    "mfa_view_recovery_codes": allauth(OWN_LOGIN, 302, 404, for_whom=LOGINS),
    "mfa_generate_recovery_codes": allauth(OWN_LOGIN, 302, 404, for_whom=LOGINS),
    "mfa_download_recovery_codes": allauth(OWN_LOGIN, 302, 404, for_whom=LOGINS),
    "mfa_list_webauthn": allauth(OWN_LOGIN, 200, 302, for_whom=LOGINS),
    "mfa_add_webauthn": allauth(OWN_LOGIN, 302, for_whom=LOGINS),
    "mfa_reauthenticate_webauthn": allauth(OWN_LOGIN, 200, 302, for_whom=LOGINS),
    "mfa_remove_webauthn": allauth(OWN_LOGIN, 302, 404, for_whom=LOGINS, args=("1",)),
    "mfa_edit_webauthn": allauth(OWN_LOGIN, 302, 404, for_whom=LOGINS, args=("1",)),
    "mfa_login_webauthn": allauth(SIGNING_IN, 200, 302),
}
for area in AREAS:
    TABLE |= area.DOORS


def names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from names(pattern.url_patterns, inner)
        else:
            yield f"{space}{pattern.name or pattern.pattern}"


def login(role: str) -> User | None:
    if role == ANONYMOUS:
        return None
    at = cast.hotline() if role == Role.HOTLINE_MANAGER else None
    user = cast.user(None if role == NOBODY else Role(role), at)
    # Without a password allauth's own pages would answer another way.
    user.set_password("stapel-lampe-17")
    user.save()
    return user


@pytest.fixture
def things() -> dict[str, int | str]:
    """One of each thing that addresses are about."""
    admin = cast.user(Role.ADMINISTRATOR)
    invitation = invitations.invite(email="x@test.example", role=Role.STAFF, by=admin)
    parked = moves.claim(InvitationMail)
    moves.move(parked, State.FAILED, fault="SMTP 550")
    certificate = certified.certificate()
    enrolled = assessed.enrolment(assessed.version(minutes=30))
    version = written.draft(written.author(), "written")
    return {
        "written": version.course.slug,
        "number": version.number,
        "media": shown.kept(version, "trace.png", files.picture()).pk,
        "module": version.modules.first().pk,
        "own_lesson": version.lessons.first().pk,
        "own_question": version.questions.first().pk,
        "certificate": certificate.pk,
        "code": certificate.code,
        "course": certificate.version.course.slug,
        "holder": certificate.person_id,
        "enrolment": enrolled.pk,
        "cohort": enrolled.cohort_id,
        "question": enrolled.cohort.version.questions.get().pk,
        "person": cast.person().pk,
        "hotline": cast.hotline().pk,
        "activity": ledger.activity().pk,
        "merge": merge_persons(duplicate=cast.person(), survivor=cast.person(), by=None).pk,
        "user": admin.pk,
        "grant": RoleGrant.objects.get(user=admin).pk,
        "invitation": invitation.pk,
        "parked": parked.message_id[1:].partition("@")[0],
        **{name: thing for area in AREAS for name, thing in area.things().items()},
    }


def test_every_address_has_its_line_and_every_line_its_address():
    assert set(names(get_resolver().url_patterns)) == set(TABLE)


def test_every_line_gives_its_reason():
    assert all(door.why for door in TABLE.values())


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_each_address_answers_this_role_as_the_table_says(role, things, monkeypatch):
    monkeypatch.setattr(health, "look", lambda: health.Health(True, True, [], {}))
    client = cast.signed_in(login(role))
    wrong = {}
    for name, door in TABLE.items():
        answer = client.get(reverse(name, args=[things.get(arg, arg) for arg in door.args]))
        if door.by_token:
            assert answer.status_code == 401, name
            continue
        if not as_said(answer, door, role):
            wrong[name] = (answer.status_code, getattr(answer, "url", ""))
    assert not wrong


@pytest.mark.parametrize("role", sorted(LOGINS))
def test_each_address_for_programs_answers_a_token_of_this_role_as_the_table_says(role, things):
    client = bearer(login(role))
    wrong = {}
    for name, door in TABLE.items():
        if not door.by_token:
            continue
        answer = client.get(reverse(name, args=[things.get(arg, arg) for arg in door.args]))
        if not as_said(answer, door, role) or answer.headers["Content-Type"] not in (JSON, PROBLEM):
            wrong[name] = answer.status_code
    assert not wrong


def as_said(answer: HttpResponse, door: Door, role: str) -> bool:
    if role in door.for_whom:
        return answer.status_code in door.answers
    if role == ANONYMOUS and door.closed != 401:
        return sends_to_login(answer)
    return answer.status_code == door.closed


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_a_closed_section_takes_no_posted_form_either(role, things):
    client = cast.signed_in(login(role))
    before = state()
    for name, door in TABLE.items():
        if role in door.for_whom or door.closed != 403 or door.by_token:
            continue
        url = reverse(name, args=[things.get(arg, arg) for arg in door.args])
        answer = client.post(url, {"email": "y@test.example", "role": "staff"})
        assert sends_to_login(answer) if role == ANONYMOUS else answer.status_code == 403, (name, role)
    assert state() == before


def state() -> list[list[tuple[object, ...]]]:
    """What the forms behind closed doors could have changed."""
    return [
        list(RoleGrant.objects.values_list("pk", "revoked_at")),
        list(User.objects.values_list("pk", "is_active")),
        list(Invitation.objects.values_list("pk", "withdrawn_at")),
        list(PersonMerge.objects.values_list("pk", "undone_at")),
        list(InvitationMail.objects.values_list("pk", "state")),
    ]


def test_another_managers_hotline_is_not_found():
    other = cast.hotline("Other")
    client = cast.signed_in(cast.user(Role.HOTLINE_MANAGER, cast.hotline()))
    assert client.get(reverse("own-hotline", args=[other.pk])).status_code == 404


def sends_to_login(answer: HttpResponse) -> bool:
    return answer.status_code == 302 and answer.url.startswith(reverse("account_login"))
