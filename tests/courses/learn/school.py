"""A small published course for tests: two modules, three lessons, one of them intense."""

from courses.actions.versions import new_draft, open_self_paced, publish
from courses.models import ActivityKind, Block, Cohort, Course, CourseVersion, Lesson, Module
from lms.people.models import User

SCENARIO = {
    "title": "A case",
    "start": "a",
    "step": [
        {
            "key": "a",
            "text": "It begins.",
            "choice": [
                {"label": "Look first", "feedback": "Good.", "next": "b"},
                {"label": "Send it on", "feedback": "Too soon.", "next": "c"},
            ],
        },
        {"key": "b", "text": "It ends well.", "outcome": "good"},
        {"key": "c", "text": "It ends badly.", "outcome": "poor"},
    ],
}
CHECK = {
    "question": [
        {
            "key": "q",
            "kind": "single",
            "prompt": "Which one?",
            "explanation": "Because of the first.",
            "option": [
                {"key": "x", "text": "The first", "correct": True, "feedback": "Yes."},
                {"key": "y", "text": "The second", "correct": False, "feedback": "No."},
            ],
        }
    ]
}


def draft(slug: str = "tracing", *, self_care: bool = False, **rule: object) -> CourseVersion:
    """An unpublished version with its content; ``rule`` are columns of the version."""
    course = Course.objects.create(
        slug=slug, kind=ActivityKind.objects.get(code="online"), self_care=self_care
    )
    version = new_draft(course=course, by=None, title=slug.title(), **({"needs_lessons": True} | rule))
    first, second = (Module.objects.create(version=version, position=n, title=f"Module {n}") for n in (1, 2))
    opening = lesson(first, 1, "opening")
    block(opening, 1, "text", {"markdown": "Some **words**."})
    block(opening, 2, "scenario", SCENARIO)
    block(opening, 3, "check", CHECK)
    hard = lesson(
        first,
        2,
        "hard",
        intensity="intense",
        intensity_note="It is about loss.",
        alternative_title="Hard, by another way",
    )
    block(hard, 1, "text", {"markdown": "The hard words."})
    block(hard, 1, "text", {"markdown": "The gentler words."}, alternative=True)
    block(lesson(second, 1, "closing"), 1, "reflection", {"prompt": "What do you take along?"})
    return version


def lesson(module: Module, position: int, key: str, **fields: object) -> Lesson:
    return Lesson.objects.create(
        version=module.version,
        module=module,
        position=position,
        key=key,
        title=key.title(),
        minutes=5,
        **fields,
    )


def block(
    of: Lesson, position: int, kind: str, data: dict[str, object], *, alternative: bool = False
) -> Block:
    return Block.objects.create(
        version=of.version, lesson=of, position=position, kind=kind, data=data, alternative=alternative
    )


def course(
    slug: str = "tracing", *, by: User | None = None, self_care: bool = False, **rule: object
) -> Cohort:
    """A published course that everybody with a login may join."""
    version = draft(slug, self_care=self_care, **rule)
    publish(version=version, by=by)
    return open_self_paced(version=version, by=by)
