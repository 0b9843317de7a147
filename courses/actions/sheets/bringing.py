"""Take a sheet in, and nothing else: a worker reads it."""

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from courses import rules
from courses.actions.uploads.bringing import FIELD, kept, shown
from courses.models import Sheet, SheetSource
from lms.kit import blobs
from lms.kit.errors import Refused
from lms.people.models import User

LONGEST_NAME = 100


def bring_sheet(
    *, name: str, content: blobs.Readable, source: SheetSource | None, new_source: str, by: User
) -> Sheet:
    """The file as a row that waits to be read, of a source that is known or is named now.

    Raises Refused, with the field, for no file, one that is too large, and a source without a name.
    """
    if not rules.may_import_registers(by):
        raise Refused(_("Sheets are brought in by INHOPE staff."))
    if source is None and not new_source.strip():
        raise Refused(_("Say where the sheet is from: the next one from there is read alike."), "new_source")
    if source is not None and new_source.strip():
        raise Refused(_("Choose where it is from, or name a new place: not both."), "new_source")
    with kept(content, FIELD) as (digest, size):
        known = source or named(new_source.strip(), by)
        return Sheet.objects.create(
            source=known, name=shown(name), digest=digest, size=size, uploaded_by=by, handled_by=by
        )


def named(name: str, by: User) -> SheetSource:
    """The source of this name, whatever its case; made where there is none."""
    if len(name) > LONGEST_NAME:
        raise Refused(_("This name is too long."), "new_source")
    with transaction.atomic():
        made = SheetSource(name=name, created_by=by)
        # Of two who name it at once the second finds the first one's.
        SheetSource.objects.bulk_create([made], ignore_conflicts=True)
    # Small letters by the database alone: Python has others for a Σ at the end of a word.
    return SheetSource.objects.annotate(lower=Lower("name")).get(lower=Lower(Value(name)))
