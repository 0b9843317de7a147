"""Who works on which upload: claimed by one, shown to be alive by a beat, taken over when that stops."""

import threading
import uuid
from contextlib import suppress
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

import structlog
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from courses.models import RegisterUpload, UploadState
from lms.kit.locks import Lock, hold

log = structlog.get_logger(__name__)
BEAT_SECONDS = 2.0
# A worker that was silent for so long is taken to be dead; one that is not finds its claim gone.
SILENT = timedelta(seconds=45)
# A file that ends its worker each time must not do so for ever.
MOST_TRIES = 3
WORKED_ON = (UploadState.READING, UploadState.APPLYING)
NEXT = {
    UploadState.WAITING: UploadState.READING,
    UploadState.READING: UploadState.READING,
    UploadState.TO_APPLY: UploadState.APPLYING,
    UploadState.APPLYING: UploadState.APPLYING,
}


class Superseded(Exception):
    """Somebody else has taken the upload over; nothing of what was done here may stay."""


@transaction.atomic
def claim_next() -> RegisterUpload | None:
    """The oldest upload with something to do, as the caller's own; None where there is none.

    None, too, while another one is worked on: imports wait for each other, and a queue of them must not hold
    up every worker.
    """
    hold(Lock.REGISTER_CLAIMS)
    silent = Q(beat_at__lt=Now() - SILENT)
    under_way = RegisterUpload.objects.filter(state__in=NEXT)
    if under_way.filter(~silent, state__in=WORKED_ON).exists():
        return None
    for upload in under_way.filter(Q(claim__isnull=True) | silent).order_by("pk").select_for_update():
        if upload.tries >= MOST_TRIES:
            log.error("an upload ended its worker each time", upload=upload.pk)
            move(upload, UploadState.FAILED)
            continue
        return taken(upload)
    return None


def taken(upload: RegisterUpload) -> RegisterUpload:
    upload.claim = uuid.uuid4()
    upload.state = NEXT[UploadState(upload.state)]
    RegisterUpload.objects.filter(pk=upload.pk).update(
        claim=upload.claim, state=upload.state, beat_at=Now(), tries=F("tries") + 1, step="", done=0, total=0
    )
    return upload


def move(upload: RegisterUpload, to: UploadState, **more: Any) -> None:
    """Give the claim up and say what became of the upload. Raises Superseded where it is another's by now."""
    mine = RegisterUpload.objects.filter(pk=upload.pk, claim=upload.claim)
    if not mine.update(state=to, state_at=Now(), claim=None, beat_at=None, step="", done=0, total=0, **more):
        raise Superseded


class Beat:
    """Tells of a claim that its worker is alive, and how far it is, on a connection of its own.

    The work is one transaction, which nobody else sees anything of before its end. Called as an importer's
    progress.
    """

    def __init__(self, upload: RegisterUpload) -> None:
        self.upload = upload
        self.told: tuple[str, int, int] = ("", 0, 0)
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __call__(self, step: str, done: int, total: int) -> None:
        self.told = step, done, total

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Before the row is locked by the work itself, which would have the beat wait for it."""
        self.stopped.set()
        self.thread.join()

    def run(self) -> None:
        try:
            while not self.stopped.wait(BEAT_SECONDS):
                # A beat that does not get through is told by the next; after SILENT the claim is another's.
                with suppress(DatabaseError):
                    self.beat()
        finally:
            connection.close()

    def beat(self) -> None:
        connection.close_if_unusable_or_obsolete()
        step, done, total = self.told
        RegisterUpload.objects.filter(pk=self.upload.pk, claim=self.upload.claim).update(
            beat_at=Now(), step=step, done=done, total=total
        )
