"""Moving things up and down in a list, and lessons across the modules of an outline."""

from collections.abc import Sequence
from typing import TypeVar

Outline = list[tuple[int, list[int]]]
"""Ids of the modules in order, each with the ids of its lessons in order."""

STEPS = {"up": -1, "down": 1}
"""How far the two buttons move a thing."""

Thing = TypeVar("Thing")


def shifted(things: Sequence[Thing], at: int, by: int) -> list[Thing]:
    """The list with one thing moved ``by`` places (-1 is up); beyond an end it stays where it is."""
    moved = list(things)
    if 0 <= at + by < len(moved):
        moved.insert(at + by, moved.pop(at))
    return moved


def shift_module(outline: Outline, module: int, by: int) -> Outline:
    return shifted(outline, [one for one, _lessons in outline].index(module), by)


def shift_lesson(outline: Outline, lesson: int, by: int) -> Outline:
    """Past the end of its module a lesson goes to the near end of the next one."""
    moved = [(module, list(lessons)) for module, lessons in outline]
    at = next(number for number, (_module, lessons) in enumerate(moved) if lesson in lessons)
    lessons = moved[at][1]
    place = lessons.index(lesson)
    if 0 <= place + by < len(lessons):
        lessons[:] = shifted(lessons, place, by)
    elif 0 <= at + by < len(moved):
        lessons.remove(lesson)
        neighbour = moved[at + by][1]
        neighbour.insert(0 if by > 0 else len(neighbour), lesson)
    return moved
