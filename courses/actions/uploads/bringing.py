"""Take a file in, and nothing else: a worker reads it."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from courses import rules
from courses.actions.uploads.accounts import files
from courses.models import RegisterUpload
from lms.kit import blobs
from lms.kit.errors import Refused
from lms.kit.locks import Lock, hold_shared
from lms.people.models import User

log = structlog.get_logger(__name__)
FIELD = "file"


def bring_register(*, name: str, content: blobs.Readable, by: User) -> RegisterUpload:
    """The file as a row that waits to be read; ``name`` is only ever shown, and told apart by its ending.

    Raises Refused, with the field "file", for none, too much, or what the disk has no room for.
    """
    if not rules.may_import_registers(by):
        raise Refused(_("Registers are brought in by INHOPE staff."))
    with kept(content, FIELD) as (digest, size):
        return RegisterUpload.objects.create(name=shown(name), digest=digest, size=size, uploaded_by=by)


@contextmanager
def kept(content: blobs.Readable, field: str) -> Iterator[tuple[str, int]]:
    """The digest and size of a file that is kept; the row that names it is to be written within.

    Raises Refused, with the field, for an empty one, one that is too large, and a disk without room.
    """
    store = files()
    try:
        with store.incoming() as file:
            if not blobs.copy(content, file, most=settings.REGISTER_MOST_BYTES):
                raise too_large()
            size = file.seek(0, 2)
            if not size:
                raise Refused(_("This file is empty."), field)
            digest = blobs.digest_of(file)
            with transaction.atomic():
                # A sweep must not take the file away between its keeping and its row.
                hold_shared(Lock.REGISTER_FILES)
                store.keep(file, digest)
                yield digest, size
    except OSError as error:
        log.error("a file could not be kept", error=error.strerror)
        text = _("The site has no room for this file: tell whoever runs it, and try again later.")
        raise Refused(text, field) from None


def shown(name: str) -> str:
    """What somebody called it, as far as it can be shown, with its ending."""
    printable = "".join(letter for letter in name if letter.isprintable())
    return printable[-200:] or _("without a name")


def too_large() -> Refused:
    most = settings.REGISTER_MOST_BYTES // (1024 * 1024)
    text = _("This file is larger than %(most)s MB: bring it in parts, or have REGISTER_MOST_MB raised.")
    return Refused(text % {"most": most}, FIELD)
