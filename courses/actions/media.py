"""Take a file into a course, and out of it."""

from dataclasses import dataclass
from itertools import count

from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from courses.actions.authoring.claims import require_author
from courses.kinds.media import LARGEST, Accepted, accept
from courses.kinds.media.names import numbered, require_plain, stem_of
from courses.kinds.media.refusing import refuse
from courses.models import Course, Media
from courses.queries import media as queries
from lms.kit import blobs
from lms.kit.errors import Refused
from lms.kit.locks import Lock, hold, hold_shared
from lms.people.models import User

# Of all files of a course together, in bytes.
MOST_OF_A_COURSE = 2 * 1024 * 1024 * 1024
# So long a file may wait for the transaction that names it; an import of courses is one transaction.
FORGOTTEN_AFTER_SECONDS = 24 * 60 * 60


def add_media(*, course: Course, name: str, content: blobs.Readable, by: User) -> Media:
    """The file as the course's own, by the name that lessons say; the same content is there once.

    Whatever it was called, it gets a name that is free in the course, and its ending is that of what it is.
    Raises Refused, with the field "file", for what is no file that lessons can hold.
    """
    require_author(course=course, by=by)
    return keep_media(course=course, name=name, content=content, by=by)


def keep_media(*, course: Course, name: str, content: blobs.Readable, by: User | None) -> Media:
    """As ``add_media``, for course files, which whoever runs the site brings in."""
    require_plain(name)
    store = queries.blobs()
    with store.incoming() as file:
        if not blobs.copy(content, file, most=LARGEST):
            raise too_large()
        accepted = accept(file)
        digest, size = blobs.digest_of(file), file.seek(0, 2)
        with transaction.atomic():
            # A sweep must not take a file away between its keeping and its row.
            hold_shared(Lock.MEDIA)
            Course.objects.select_for_update().get(pk=course.pk)
            there = Media.objects.filter(course=course, digest=digest).first()
            if not there:
                # Before it is kept: what is refused must not fill the disk until a sweep.
                require_room(course, size)
            store.keep(file, digest)
            return there or record(course, name, accepted, Kept(digest, size), by)


@dataclass(frozen=True)
class Kept:
    digest: str
    size: int


def too_large() -> Refused:
    most = filesizeformat(LARGEST)
    return refuse(_("This file is larger than %(most)s: make it smaller.") % {"most": most})


def require_room(course: Course, size: int) -> None:
    if queries.bytes_of(course) + size > MOST_OF_A_COURSE:
        raise refuse(
            _("The files of this course would be more than %(most)s: remove what is not shown any more.")
            % {"most": filesizeformat(MOST_OF_A_COURSE)}
        )


def record(course: Course, name: str, accepted: Accepted, kept: Kept, by: User | None) -> Media:
    taken = {one.casefold() for one in queries.held_by(course)}
    stem = stem_of(name)
    names = (numbered(stem, number, accepted.kind) for number in count(1))
    free = next(one for one in names if one.casefold() not in taken)
    return Media.objects.create(
        course=course,
        name=free,
        kind=accepted.kind,
        digest=kept.digest,
        size=kept.size,
        width=accepted.width,
        height=accepted.height,
        uploaded_by=by,
    )


@transaction.atomic
def remove_media(*, media: Media, by: User) -> None:
    """Out of the course; a sweep takes it from the disk. Raises Refused while any lesson shows it."""
    require_author(course=media.course, by=by)
    # A publication waits, or has happened: both hold the course.
    Course.objects.select_for_update().get(pk=media.course_id)
    if queries.is_shown(media):
        raise Refused(_("A lesson shows this file: take it out of there first. Published versions keep it."))
    media.delete()


@transaction.atomic
def forget_unneeded() -> int:
    """Remove files from the disk that no course names any more; how many."""
    hold(Lock.MEDIA)
    needed = set(Media.objects.values_list("digest", flat=True))
    return queries.blobs().forget_old(
        seconds=FORGOTTEN_AFTER_SECONDS, is_needed=lambda digest: digest in needed
    )
