"""What somebody says of an upload: apply it as it was looked at, drop it, or try once more."""

from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from courses import rules
from courses.models import RegisterUpload, UploadState
from lms.kit.errors import Refused
from lms.people.models import User


def apply_upload(*, upload: RegisterUpload, account: str, skip_invalid: bool, by: User) -> None:
    """Have a worker apply it. ``account`` is the digest of what ``by`` has looked at.

    Raises Refused where somebody else has decided since, where lines are rejected and not to be left out,
    and where nothing would change.
    """
    numbers = upload.outcome
    if numbers.get("rejections") and not skip_invalid:
        raise Refused(_("Some lines are rejected: mend them, or apply it without them."))
    if upload.state == UploadState.PREVIEWED and not would_change(upload):
        raise Refused(_("Nothing would change: all of it is known already."))
    decide(
        upload,
        (UploadState.PREVIEWED,),
        by=by,
        seen=account,
        state=UploadState.TO_APPLY,
        skip_invalid=skip_invalid,
        changed_since=False,
    )


def would_change(upload: RegisterUpload) -> bool:
    tallies = upload.outcome.get("tallies", {}).values()
    return any(tally["created"] + tally["changed"] for tally in tallies)


def drop_upload(*, upload: RegisterUpload, by: User) -> None:
    """Put it away for good, with its files. Raises Refused once a worker is at it or it was applied."""
    decide(
        upload,
        UploadState.to_drop(),
        by=by,
        state=UploadState.DROPPED,
        forgotten_at=Now(),
        account="",
        to_mend="",
    )


def try_again(*, upload: RegisterUpload, by: User) -> None:
    """Read once more what did not come to an end. Raises Refused for anything else."""
    decide(upload, (UploadState.FAILED,), by=by, state=UploadState.WAITING)


@transaction.atomic
def decide(
    upload: RegisterUpload,
    states: tuple[UploadState, ...],
    *,
    by: User,
    seen: str | None = None,
    **changes: Any,
) -> None:
    """One conditional update: of two who decide at once the second is told."""
    if not rules.may_import_registers(by):
        raise Refused(_("Registers are brought in by INHOPE staff."))
    asked = RegisterUpload.objects.filter(pk=upload.pk, state__in=states)
    if seen is not None:
        asked = asked.filter(account=seen)
    if not asked.update(state_at=Now(), decided_at=Now(), decided_by=by, tries=0, **changes):
        raise Refused(why_not(upload))


def why_not(upload: RegisterUpload) -> str:
    now = RegisterUpload.objects.select_related("decided_by__person").get(pk=upload.pk)
    who = now.decided_by.person.name if now.decided_by and now.decided_by.person else _("somebody")
    if now.state in (UploadState.TO_APPLY, UploadState.APPLYING, UploadState.APPLIED):
        return _("%(who)s has said before you that it is to be applied.") % {"who": who}
    if now.state == UploadState.DROPPED:
        return _("%(who)s has dropped it.") % {"who": who}
    if now.state == UploadState.PREVIEWED:
        return _("What would come of it has changed since you looked: look at it once more.")
    return _("This cannot be done now: it is %(state)s.") % {"state": now.get_state_display()}
