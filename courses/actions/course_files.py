"""Bring a course in from a folder of TOML files (docs/course-files.md), as a draft."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction

from courses.actions.authoring.settings import check_glossary
from courses.actions.media import keep_media
from courses.actions.versions import new_draft
from courses.kinds.blocks import kind_of
from courses.kinds.media.names import require_plain
from courses.models import (
    ActivityKind,
    Assessment,
    Block,
    Course,
    CourseVersion,
    GlossaryTerm,
    Lesson,
    Module,
    Question,
)
from lms.kit.locks import Lock, hold_shared
from lms.people.models import User

# Addresses under /learn/<enrolment>/ that are not lessons.
RESERVED_KEYS = frozenset({"assessment", "end", "hide"})


@transaction.atomic
def import_course(*, folder: Path, by: User | None) -> CourseVersion:
    """A new draft of the course that ``course.toml`` names; made known where it is new.

    Raises FileNotFoundError, tomllib.TOMLDecodeError or KeyError for a folder that is not a course, and
    Refused for a file beside a lesson that is none of those which lessons hold.
    """
    # Before the course is locked: uploads take these two in this order.
    hold_shared(Lock.MEDIA)
    about = read(folder / "course.toml")
    check_glossary(len(about.get("glossary", [])))
    course, _made = Course.objects.get_or_create(
        slug=about["slug"],
        defaults={
            "kind": ActivityKind.objects.get(code=about["kind"]),
            "self_care": about.get("self_care", False),
            "created_by": by,
        },
    )
    version = new_draft(course=course, by=by, **version_fields(about))
    GlossaryTerm.objects.bulk_create(
        GlossaryTerm(version=version, **term) for term in about.get("glossary", [])
    )
    for position, place in enumerate(sorted(folder.glob("*/module.toml")), start=1):
        import_module(version, position, place.parent, by)
    if (folder / "assessment.toml").is_file():
        import_assessment(version, read(folder / "assessment.toml"))
    return version


def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def version_fields(about: dict[str, Any]) -> dict[str, Any]:
    same = ("title", "summary", "aims", "language", "level", "minutes", "intensity", "intensity_note")
    completion = about.get("completion", {})
    return {
        **{name: about[name] for name in same if name in about},
        "needs_lessons": completion.get("lessons", False),
        "pass_mark": completion.get("pass_mark"),
        "needs_attendance": completion.get("attendance", False),
        "needs_sign_off": completion.get("sign_off", False),
        "validity_months": completion.get("validity_months"),
        "renewal_days": completion.get("renewal_days"),
        "cpd_hours": about.get("cpd_hours"),
    }


def import_module(version: CourseVersion, position: int, folder: Path, by: User | None) -> None:
    module = Module.objects.create(version=version, position=position, **read(folder / "module.toml"))
    lessons = sorted(path for path in folder.glob("*.toml") if path.name != "module.toml")
    for place, path in enumerate(lessons, start=1):
        import_lesson(module, place, path, by)


def import_lesson(module: Module, position: int, path: Path, by: User | None) -> None:
    about, key = read(path), key_of(path)
    if key in RESERVED_KEYS:
        raise ValueError(
            f"{path.name}: a lesson cannot be called “{key}”; it is the address of something else."
        )
    alternative = about.get("alternative", {})
    same = ("title", "minutes", "intensity", "intensity_note", "aims", "sources")
    lesson = Lesson.objects.create(
        version=module.version,
        module=module,
        position=position,
        key=key,
        alternative_title=alternative.get("title", ""),
        alternative_minutes=alternative.get("minutes"),
        **{name: about[name] for name in same if name in about},
    )
    blocks = [*blocks_of(lesson, about, alternative=False), *blocks_of(lesson, alternative, alternative=True)]
    for block in blocks:
        bring_files(block, path.parent, by)
    Block.objects.bulk_create(blocks)


def key_of(path: Path) -> str:
    """What a lesson's address says, by the name of its file. Raises ValueError for what none can say."""
    key = path.stem.partition("-")[2]
    try:
        validate_slug(key)
    except ValidationError as error:
        raise ValueError(
            f"{path.name}: the name of a lesson is a number, “-”, then plain letters, digits and “-” only."
        ) from error
    return key


def bring_files(block: Block, folder: Path, by: User | None) -> None:
    """Take what the block names beside its lesson into the course; it then says the course's name for it."""
    for slot in kind_of(block.kind).slots:
        name = block.data.get(slot)
        if name:
            require_plain(name)
            with (folder / name).open("rb") as content:
                media = keep_media(course=block.version.course, name=name, content=content, by=by)
            block.data[slot] = media.name


def blocks_of(lesson: Lesson, about: dict[str, Any], *, alternative: bool) -> Iterator[Block]:
    for position, block in enumerate(about.get("block", []), start=1):
        data = {name: value for name, value in block.items() if name != "kind"}
        yield Block(
            version=lesson.version,
            lesson=lesson,
            position=position,
            alternative=alternative,
            kind=block["kind"],
            data=data,
        )


def import_assessment(version: CourseVersion, about: dict[str, Any]) -> None:
    same = ("title", "intro", "draw", "attempts", "minutes", "shuffle")
    assessment = Assessment.objects.create(
        version=version, **{name: about[name] for name in same if name in about}
    )
    own = ("key", "kind", "points")
    Question.objects.bulk_create(
        Question(
            version=version,
            assessment=assessment,
            position=position,
            data={name: value for name, value in question.items() if name not in own},
            **{name: question[name] for name in own if name in question},
        )
        for position, question in enumerate(about["question"], start=1)
    )
