"""Import a training register: read, check, compare, and apply all of it or nothing."""

from collections.abc import Callable, Sequence
from pathlib import Path

from django.db import connection, transaction

from courses.actions.imports.cells import columns
from courses.actions.imports.checks import check_lines
from courses.actions.imports.difference import (
    append_entries,
    compare_participations,
    list_people_gone,
)
from courses.actions.imports.following import following
from courses.actions.imports.outcome import Outcome, read_outcome
from courses.actions.imports.reasons import Problem
from courses.actions.imports.records import append_versions, record_people_and_activities
from courses.actions.imports.settling import lock_touched, places_given, settle
from courses.actions.imports.source import Register, open_register
from courses.actions.imports.staging import Progress, stage
from courses.actions.imports.standing import resolve_standing
from courses.models import ActivityKind, Import
from lms.kit.locks import Lock, hold
from lms.people.models import ApiToken, Country, User

# Staging sorts and hashes a whole register once; the default would spill it to disk.
WORK_MEMORY = "64MB"


def no_progress(step: str, done: int, total: int) -> None:
    """For callers that show none."""


@transaction.atomic
def import_register(
    *,
    folder: Path,
    by: User | None,
    name: str = "",
    token: ApiToken | None = None,
    known: Sequence[Problem] = (),
    dry_run: bool = False,
    skip_invalid: bool = False,
    progress: Progress = no_progress,
    before_writing: Callable[[Outcome], None] | None = None,
) -> Outcome:
    """Bring the ledger to what the register in ``folder`` says; a preview does the same and rolls back.

    Everything or nothing, unless ``skip_invalid`` lets the lines through that hold. Raises
    source.Unusable when the input as a whole cannot be read. ``name`` is what the register is called where
    the folder's own name does not say it; ``token`` is that of the program that brought it by the API;
    ``known`` are warnings from unpacking it. ``before_writing`` is called once all is compared, when
    listing.changes can be read and the outcome says what follows from them; whatever it raises undoes all of
    it.
    """
    kinds = list(ActivityKind.objects.values_list("code", flat=True))
    countries = frozenset(Country.objects.values_list("code", flat=True))
    parsers = columns(kinds, countries)
    register, warnings = open_register(
        folder, {file: list(of_file) for file, of_file in parsers.items()}, name=name
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL work_mem = '{WORK_MEMORY}'")
    staged = stage(register, parsers, progress)
    compare(progress)
    if register.file("people.csv"):
        list_people_gone()
    outcome = read_outcome(staged, [*known, *warnings])
    if before_writing:
        if outcome.changes:
            outcome.follows = following(lambda: apply(register, outcome, by, token))
        before_writing(outcome)
    wanted = outcome.changes and (skip_invalid or not outcome.rejections)
    if wanted and not dry_run:
        progress("ledger", 0, 1)
        outcome.import_id = apply(register, outcome, by, token).pk
        progress("ledger", 1, 1)
    outcome.applied = not dry_run and (skip_invalid or not outcome.rejections)
    if not (wanted and outcome.applied):
        transaction.set_rollback(True)
    return outcome


def compare(progress: Progress) -> None:
    """Everything between reading and writing, in the order in which one step leans on another."""
    # Only one import compares and applies at a time.
    hold(Lock.IMPORTS)
    steps = (check_lines, resolve_standing, record_people_and_activities, compare_participations)
    for number, step in enumerate(steps):
        progress("comparison", number, len(steps))
        step()
    progress("comparison", len(steps), len(steps))


def apply(register: Register, outcome: Outcome, by: User | None, token: ApiToken | None) -> Import:
    summary = {name: vars(tally) for name, tally in outcome.tallies.items()}
    record = Import.objects.create(
        name=register.name[:200],
        digest=register.digest(),
        summary=summary,
        applied_by=by,
        token=token,
    )
    author = by.pk if by else None
    with connection.cursor() as cursor:
        append_versions(cursor, by=author, source=record.pk)
        append_entries(cursor, by=author, source=record.pk)
    touched = lock_touched(record=record)
    settle(touched=touched, record=record, by=by, source=record, places=places_given(touched))
    return record
