"""An enrolment as its own pages are asked for it, again and again: one query and nothing else.

It is written by hand because it is what every page of the player begins with: the same by way of the
query builder takes a third of such a page.
"""

import json
from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Model

from courses.models import Cohort, Enrolment
from courses.queries.content import content, version_in

TAKING = """
SELECT version.id, version.published_at,
       ARRAY(SELECT lesson_id FROM courses_lessondone WHERE enrolment_id = enrolment.id),
       (SELECT jsonb_object_agg(block_id, data) FROM courses_checkanswer WHERE enrolment_id = enrolment.id),
       {enrolment}, {cohort}
FROM courses_enrolment enrolment
JOIN courses_cohort cohort ON cohort.id = enrolment.cohort_id
JOIN courses_courseversion version ON version.id = cohort.version_id
WHERE enrolment.id = %s AND enrolment.person_id = %s AND enrolment.withdrawn_at IS NULL
"""


@dataclass(frozen=True)
class Taking:
    """An enrolment with its cohort and version: ``done`` are lessons by id, ``answered`` what was chosen in
    scenarios and checks by block.
    """

    enrolment: Enrolment
    done: Set[int]
    answered: Mapping[int, Any]


def taking(person_id: int, pk: int) -> Taking | None:
    """Somebody's own enrolment, None where it is another's, they withdrew, or it is not there."""
    with connection.cursor() as cursor:
        cursor.execute(statement(), [pk, person_id])
        row = cursor.fetchone()
    if row is None:
        return None
    version_id, published_at, done, answered, *columns = row
    ours = len(names(Enrolment))
    enrolment = Enrolment.from_db("default", names(Enrolment), columns[:ours])
    enrolment.cohort = Cohort.from_db("default", names(Cohort), columns[ours:])
    enrolment.cohort.version = version_in(content(version_id, published_at))
    by_block = {int(block): data for block, data in json.loads(answered or "{}").items()}
    return Taking(enrolment, frozenset(done), by_block)


@cache
def statement() -> str:
    return TAKING.format(enrolment=columns(Enrolment, "enrolment"), cohort=columns(Cohort, "cohort"))


@cache
def names(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def columns(model: type[Model], table: str) -> str:
    return ", ".join(f"{table}.{field.column}" for field in model._meta.concrete_fields)
