"""Answering what a page asks, by chance, and what it shows as answered: read off the page alone."""

import random
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Locator

# What somebody reading the page would say is answered in a block or a question.
SHOWN = """part => [
  ...[...part.querySelectorAll('form > p.muted')].map(said => said.textContent.trim()),
  ...[...part.querySelectorAll('input:not([type=hidden]), select')]
    .filter(field => field.type == 'radio' || field.type == 'checkbox' ? field.checked : field.value)
    .map(field => `${field.name}=${field.value}`),
]"""
Shown = list[str]


def shown(part: Locator) -> Shown:
    return list(part.evaluate(SHOWN))


def all_shown(parts: Locator) -> dict[str, Shown]:
    """What is answered in each part, by its id; parts that ask nothing are left out."""
    found: dict[str, Any] = parts.evaluate_all(
        f"parts => Object.fromEntries(parts.map(part => [part.id, ({SHOWN})(part)]))"
    )
    return {name: answers for name, answers in found.items() if answers}


def answer(part: Locator, chance: random.Random) -> Iterator[None]:
    """Fill in each question of a part by chance, field by field; nothing is sent by that in a lesson."""
    for question in part.locator("fieldset").all():
        one = question.locator("input[type=radio]")
        if one.count():
            one.nth(chance.randrange(one.count())).check()
            yield
        for option in question.locator("input[type=checkbox]").all():
            option.set_checked(chance.random() < 0.6)
            yield
        yield from put_in_slots(question, chance)
        for field in question.locator("input[type=text]").all():
            field.fill(str(chance.randrange(2, 90)))
            yield


def put_in_slots(question: Locator, chance: random.Random) -> Iterator[None]:
    slots = question.locator("select").all()
    if slots:
        last = slots[0].locator("option").count() - 1
        for slot, number in zip(slots, chance.sample(range(1, last + 1), len(slots)), strict=True):
            slot.select_option(index=number)
            yield
