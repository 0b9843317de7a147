"""Files of registers hold names and addresses: they are kept for as long as somebody may want them."""

from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now

from courses.actions.uploads.accounts import files
from courses.models import RegisterUpload, Sheet, UploadState
from lms.kit.locks import Lock, hold

KEPT = timedelta(days=30)
# So long a file may wait for the row that names it.
UNNAMED_SECONDS = 60 * 60
LEFT_ALONE = (UploadState.PREVIEWED, UploadState.UNUSABLE, UploadState.FAILED)


@transaction.atomic
def forget_old_registers() -> int:
    """Drop what nobody decided about for 30 days, and remove the files of what is over for as long.

    How many files were removed.
    """
    hold(Lock.REGISTER_FILES)
    old = RegisterUpload.objects.filter(state_at__lt=Now() - KEPT, forgotten_at=None)
    gone = {"forgotten_at": Now(), "account": "", "to_mend": ""}
    old.filter(state=UploadState.APPLIED).update(**gone)
    old.filter(state__in=LEFT_ALONE).update(state=UploadState.DROPPED, state_at=Now(), **gone)
    kept = RegisterUpload.objects.filter(forgotten_at=None).values_list("digest", "account", "to_mend")
    sheets = Sheet.objects.filter(forgotten_at=None).values_list("digest", "lines", "origins")
    needed = {digest for row in (*kept, *sheets) for digest in row}
    return files().forget_old(seconds=UNNAMED_SECONDS, is_needed=lambda digest: digest in needed)
