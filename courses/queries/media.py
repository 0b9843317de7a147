"""The files of courses: which there are, where they stand, and which lessons show them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.fields.json import KT

from courses.kinds.blocks import KINDS, kind_of
from courses.kinds.media import MediaType
from courses.models import Block, Course, CourseVersion, Media
from lms.kit.blobs import Blobs
from lms.people.models import User

SHOWING = [name for name, kind in KINDS.items() if kind.slots]
Held = Mapping[str, MediaType]
"""The names of a course's files, with what each is."""


def blobs() -> Blobs:
    return Blobs(settings.MEDIA_DIR)


def names_in(block: Block) -> list[str]:
    """The files that a block names, in the order of its slots."""
    return [str(block.data[slot]) for slot in kind_of(block.kind).slots if block.data.get(slot)]


def held_by(course: Course | int) -> Held:
    """One query."""
    return {
        name: MediaType(kind)
        for name, kind in Media.objects.filter(course=course).values_list("name", "kind")
    }


def named(course: Course | int, blocks: Iterable[Block]) -> dict[str, Media]:
    """The files that these blocks name, by name. One query, or none where they name none."""
    names = {name for block in blocks for name in names_in(block)}
    if not names:
        return {}
    return {one.name: one for one in Media.objects.filter(course=course, name__in=names)}


def of_version(version: CourseVersion) -> QuerySet[Media]:
    """What the lessons of a version show: an analyst's version opens these files and no others."""
    showing = with_names(Block.objects.filter(version=version, kind__in=SHOWING))
    here = showing.filter(Q(file=OuterRef("name")) | Q(captions=OuterRef("name"))).order_by()
    return Media.objects.filter(Exists(here), course=version.course_id)


def with_names(blocks: QuerySet[Block]) -> QuerySet[Block]:
    return blocks.annotate(file=KT("data__file"), captions=KT("data__captions"))


def open_to(trainer: User) -> QuerySet[Media]:
    """Of the courses that somebody writes or trains."""
    written = Course.objects.filter(authors=trainer)
    trained = Course.objects.filter(versions__cohorts__trainers=trainer)
    return Media.objects.filter(Q(course__in=written) | Q(course__in=trained))


@dataclass
class Shelved:
    """A file with the blocks that show it."""

    media: Media
    blocks: list[Block] = field(default_factory=list)


def shelf(course: Course) -> list[Shelved]:
    """All files of a course by name, with where they are shown, the newest version first. Two queries."""
    found = {one.name: Shelved(one) for one in course.media.select_related("uploaded_by__person")}
    blocks = Block.objects.filter(version__course=course, kind__in=SHOWING).select_related(
        "version", "lesson"
    )
    for block in blocks.order_by("-version__number", "lesson__title", "pk"):
        for name in names_in(block):
            if name in found:
                found[name].blocks.append(block)
    return list(found.values())


def is_shown(media: Media) -> bool:
    """By any version, drafts included."""
    blocks = with_names(Block.objects.filter(version__course=media.course_id, kind__in=SHOWING))
    return blocks.filter(Q(file=media.name) | Q(captions=media.name)).exists()


def bytes_of(course: Course) -> int:
    return Media.objects.filter(course=course).aggregate(all=Sum("size"))["all"] or 0


def lost_files() -> int:
    """How many files the rows name that are not on the disk with their size."""
    store = blobs()
    known = Media.objects.order_by().values_list("digest", "size").distinct()
    return sum(not store.holds(digest, size) for digest, size in known.iterator())
