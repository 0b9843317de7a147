"""The three courses of the demo, taken by any number of analysts: enrolments, places, answers, attempts.

Rows come from SQL, so that twenty thousand analysts are there within seconds; courses, questions drawn and
answers are made by the program's own code.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string

from courses import demo as courses_demo
from courses.actions.attempts import draw
from courses.actions.course_files import import_course
from courses.actions.versions import open_self_paced, publish
from courses.kinds.blocks import BlockKind
from courses.kinds.questions import kind_of
from courses.models import Assessment, Block, Cohort, Question
from lms.people import demo as people_demo
from lms.people.models import User
from tests.benchmarks.ledger import settle_statistics

PASSWORD = "a password of the benchmark"
DRAWS = 20
BACKEND = settings.AUTHENTICATION_BACKENDS[0]
PEOPLE = """
INSERT INTO people_person (given_name, family_name, email)
SELECT 'Ana', 'Bench' || n, 'bench' || n || '@bench.example' FROM generate_series(1, %(persons)s) n;
INSERT INTO people_user (email, password, person_id, is_active, zone)
SELECT email, %(password)s, id, true, '' FROM people_person WHERE email LIKE '%%@bench.example';
INSERT INTO account_emailaddress (email, verified, "primary", user_id)
SELECT email, true, true, id FROM people_user WHERE email LIKE '%%@bench.example';
INSERT INTO people_rolegrant (user_id, role, from_on)
SELECT id, 'analyst', '2020-01-01' FROM people_user WHERE email LIKE '%%@bench.example';
INSERT INTO people_affiliation (person_id, audience, hotline_id, country_id, from_on)
SELECT p.id, 'hotline', h.id, h.country_id, '2020-01-01'
FROM people_person p
JOIN (SELECT *, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS all_of_them
      FROM people_hotline) h ON p.id %% h.all_of_them = h.place
WHERE p.email LIKE '%%@bench.example'
"""
ENROLMENTS = """
INSERT INTO courses_participation (activity_id, person_id, audience)
SELECT c.activity_id, p.id, '' FROM courses_cohort c CROSS JOIN people_person p
WHERE p.email LIKE '%%@bench.example';
INSERT INTO courses_entry (participation_id, activity_id, person_id, stage, absent, headcount, happened_on,
                           audience, hotline_id, country_id, ordinal)
SELECT t.id, t.activity_id, t.person_id, 'enrolled', false, 1, current_date, 'hotline', a.hotline_id,
       a.country_id, 1
FROM courses_participation t JOIN people_affiliation a USING (person_id)
JOIN people_person p ON p.id = t.person_id WHERE p.email LIKE '%%@bench.example';
INSERT INTO courses_enrolment (cohort_id, participation_id, person_id, hidden)
SELECT c.id, t.id, t.person_id, false
FROM courses_participation t JOIN courses_cohort c USING (activity_id)
JOIN people_person p ON p.id = t.person_id WHERE p.email LIKE '%%@bench.example'
"""
# One lesson in three is done, by lot; the place is one of the blocks.
PROGRESS = """
INSERT INTO courses_lessondone (enrolment_id, lesson_id)
SELECT e.id, l.id FROM courses_enrolment e JOIN courses_cohort c ON c.id = e.cohort_id
JOIN courses_lesson l USING (version_id) WHERE mod(hashint8(e.id * 1000 + l.id + %(seed)s), 3) = 0;
INSERT INTO courses_place (enrolment_id, lesson_id, block_id)
SELECT e.id, b.lesson_id, b.id FROM courses_enrolment e JOIN courses_cohort c ON c.id = e.cohort_id
JOIN LATERAL (
    SELECT id, lesson_id FROM courses_block
    WHERE version_id = c.version_id AND NOT alternative ORDER BY hashint8(id + e.id + %(seed)s) LIMIT 1
) b ON true
"""
CHECKED = """
INSERT INTO courses_checkanswer (enrolment_id, block_id, data)
SELECT e.id, b.id, a.data
FROM jsonb_to_recordset(%(answers)s::jsonb) a (block bigint, data jsonb)
JOIN courses_block b ON b.id = a.block
JOIN courses_cohort c USING (version_id) JOIN courses_enrolment e ON e.cohort_id = c.id
WHERE CASE WHEN b.lesson_id = ANY(%(lessons)s) THEN e.id %% 2 = 0 ELSE mod(hashint8(e.id * 1000 + b.id + %(seed)s), 4) = 0 END
"""
ATTEMPTS = """
INSERT INTO courses_attempt (enrolment_id, number, drawn, seed)
SELECT e.id, 1, d.drawn, d.seed
FROM courses_enrolment e JOIN courses_cohort c ON c.id = e.cohort_id
JOIN jsonb_to_recordset(%(drawn)s::jsonb) d (version bigint, place int, seed int, drawn jsonb)
  ON d.version = c.version_id AND d.place = e.id %% %(draws)s;
INSERT INTO courses_answer (attempt_id, question_id, data)
SELECT t.id, a.question, a.data FROM courses_attempt t
CROSS JOIN LATERAL jsonb_array_elements_text(t.drawn) WITH ORDINALITY q (id, place)
JOIN jsonb_to_recordset(%(answers)s::jsonb) a (question bigint, data jsonb) ON a.question = q.id::bigint
WHERE q.place <= 4
"""


@dataclass(frozen=True)
class Analyst:
    """A login with its session, and its enrolment in each course in the order of the courses' slugs."""

    email: str
    session: str
    enrolments: Sequence[int]


def fill(persons: int, seed: int) -> None:
    """So many analysts in each of the three courses, everybody with an open attempt at each.

    Half of them have answered in the lesson that is measured.
    """
    people_demo.load(password=PASSWORD)
    for folder in sorted((courses_demo.DATA / "courses").glob("*/course.toml")):
        version = import_course(folder=folder.parent, by=None)
        publish(version=version, by=None)
        open_self_paced(version=version, by=None)
    with transaction.atomic():
        run(PEOPLE, persons=persons, password=make_password(PASSWORD))
        run(ENROLMENTS)
        run(PROGRESS, seed=seed)
        run(CHECKED, seed=seed, answers=json.dumps(right_checks()), lessons=[measured_block().lesson_id])
        run(ATTEMPTS, drawn=json.dumps(drawn(seed)), draws=DRAWS, answers=json.dumps(right_answers()))
    sign_in(User.objects.filter(email__endswith="@bench.example"))
    settle_statistics()


def run(statements: str, **values: Any) -> None:
    with connection.cursor() as cursor:
        for statement in statements.split(";\n"):
            cursor.execute(statement, values)


def right_checks() -> list[dict[str, Any]]:
    """The right answers to every knowledge check."""
    return [{"block": block.pk, "data": right_check(block)} for block in Block.objects.filter(kind="check")]


def right_check(block: Block) -> dict[str, Any]:
    return {
        str(number): kind_of(data["kind"]).right(data) for number, data in enumerate(block.data["question"])
    }


def right_answers() -> list[dict[str, Any]]:
    return [
        {"question": question.pk, "data": kind_of(question.kind).right(question.data)}
        for question in Question.objects.exclude(kind="essay")
    ]


def drawn(seed: int) -> list[dict[str, Any]]:
    """Some draws from each bank, shared out among the analysts."""
    return [
        {"version": one.version_id, "place": place, "seed": seed + place, "drawn": draw(one, seed + place)}
        for one in Assessment.objects.all()
        for place in range(DRAWS)
    ]


def sign_in(users: Any) -> None:
    """A session row for each, as a login writes it."""
    store, until = SessionStore(), timezone.now() + timezone.timedelta(days=1)
    sessions = (
        Session(
            session_key=get_random_string(32, "abcdefghijklmnopqrstuvwxyz0123456789"),
            session_data=store.encode(
                {
                    "_auth_user_id": str(user.pk),
                    "_auth_user_backend": BACKEND,
                    "_auth_user_hash": user.get_session_auth_hash(),
                }
            ),
            expire_date=until,
        )
        for user in users.iterator()
    )
    Session.objects.bulk_create(sessions, batch_size=1000)


def analysts(count: int) -> list[Analyst]:
    """Some of them, spread over all there are, each with a session of the table."""
    users = list(User.objects.filter(email__endswith="@bench.example").order_by("pk"))
    chosen = users[:: max(1, len(users) // count)][:count]
    keys = {}
    for session in Session.objects.all().iterator():
        keys[session.get_decoded().get("_auth_user_id")] = session.session_key
    return [Analyst(one.email, keys[str(one.pk)], enrolments_of(one)) for one in chosen]


def enrolments_of(user: User) -> Sequence[int]:
    mine = user.person.enrolments.order_by("cohort__version__course__slug")  # type: ignore[union-attr]  # has one
    return list(mine.values_list("pk", flat=True))


def measured_block() -> Block:
    """The knowledge check of the lesson that is measured: the first one beside a scenario, not intense."""
    cohort = Cohort.objects.order_by("version__course__slug")[1]
    with_case = Block.objects.filter(kind=BlockKind.SCENARIO, alternative=False).values("lesson")
    checks = cohort.version.blocks.filter(kind=BlockKind.CHECK, alternative=False)
    return (
        checks.filter(lesson__in=with_case)
        .exclude(lesson__intensity="intense")
        .select_related("lesson")
        .order_by("lesson__module__position", "lesson__position", "position")[0]
    )
