"""What a worker does with an upload: read it as a preview, or apply what somebody looked at.

Both may be done twice, and ended at any moment: what is kept of either is one update of the row, which only
the holder of its claim can make, and the ledger is written in the same transaction as that.
"""

from typing import BinaryIO

import structlog
from django.db import connection, transaction

from courses.actions.imports import Outcome, Unpacked, Unusable, import_register, unpacked
from courses.actions.imports.listing import changes
from courses.actions.imports.rejected_lines import zip_rejected_lines
from courses.actions.uploads.accounts import Numbers, files, write_account, write_problems
from courses.actions.uploads.claims import Beat, Superseded, claim_next, move
from courses.models import RegisterUpload, UploadState
from lms.kit.blobs import digest_of
from lms.kit.locks import Lock, hold_shared

log = structlog.get_logger(__name__)


class Changed(Exception):
    """What would come of the register is no longer what somebody looked at."""


def work_once() -> bool:
    """Take the next upload a step further; whether there was one."""
    upload = claim_next()
    if upload is None:
        return False
    try:
        work(upload)
    except Superseded:
        log.warning("an upload was taken over by another worker", upload=upload.pk)
    return True


def work(upload: RegisterUpload) -> None:
    """Whatever goes wrong ends the upload, not the worker. Raises Superseded."""
    try:
        with Beat(upload) as beat:
            advance(upload, beat)
    except Superseded:
        raise
    except Exception as error:
        log.error("an upload was not worked on to its end", upload=upload.pk, exc_info=error)
        move(upload, UploadState.FAILED)


def advance(upload: RegisterUpload, beat: Beat) -> None:
    try:
        with unpacked(files().path(upload.digest), name=upload.name) as register:
            if upload.state == UploadState.READING:
                preview(upload, register, beat)
                return
            try:
                apply(upload, register, beat)
            except Changed:
                preview(upload, register, beat, changed_since=True)
    except Unusable as unusable:
        found = unusable.problems
        with files().incoming() as account:
            finish(upload, UploadState.UNUSABLE, write_problems(account, found), account)


def preview(upload: RegisterUpload, register: Unpacked, beat: Beat, *, changed_since: bool = False) -> None:
    """Everything that applying would do, taken back; what is left is the account of it."""
    with files().incoming() as account, files().incoming() as to_mend:
        numbers: Numbers = {}

        def listed(outcome: Outcome) -> None:
            numbers.update(write_account(account, outcome, changes()))

        outcome = import_register(
            folder=register.folder,
            name=upload.name,
            known=register.warnings,
            by=None,
            dry_run=True,
            progress=beat,
            before_writing=listed,
        )
        rejected = any(problem.line is not None for problem in outcome.rejections)
        if rejected:
            zip_rejected_lines(register.folder, outcome.rejections, to_mend)
        beat.stop()
        finish(
            upload,
            UploadState.PREVIEWED,
            numbers,
            account,
            to_mend=to_mend if rejected else None,
            changed_since=changed_since,
        )


def finish(
    upload: RegisterUpload,
    state: UploadState,
    numbers: Numbers,
    account: BinaryIO,
    *,
    to_mend: BinaryIO | None = None,
    changed_since: bool = False,
) -> None:
    """Keep the account, and the lines to mend, and say so in the row, at once."""
    kept = {"account": digest_of(account), "to_mend": digest_of(to_mend) if to_mend else ""}
    with transaction.atomic():
        hold_shared(Lock.REGISTER_FILES)
        files().keep(account, kept["account"])
        if to_mend:
            files().keep(to_mend, kept["to_mend"])
        move(
            upload,
            state,
            outcome=numbers,
            tries=0,
            changed_since=changed_since,
            decided_at=None,
            decided_by=None,
            **kept,
        )


@transaction.atomic
def apply(upload: RegisterUpload, register: Unpacked, beat: Beat) -> None:
    """Write what was looked at, to the line, together with the word that it is written. Raises Changed."""

    def require_as_seen(outcome: Outcome) -> None:
        with files().incoming() as account:
            write_account(account, outcome, changes())
            if digest_of(account) != upload.account:
                raise Changed

    outcome = import_register(
        folder=register.folder,
        name=upload.name,
        known=register.warnings,
        by=upload.decided_by,
        skip_invalid=upload.skip_invalid,
        progress=beat,
        before_writing=require_as_seen,
    )
    if not outcome.applied:
        raise Changed
    with connection.cursor() as cursor:
        # What the database would look at when committing, while the row is locked and the beat is still.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    beat.stop()
    move(upload, UploadState.APPLIED, record_id=outcome.import_id, tries=0)
