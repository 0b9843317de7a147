"""Somebody of INHOPE's staff at one browser, who has no mouse."""

from collections.abc import Sequence
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from lms.people.enums import Role
from tests import cast
from tests.journeys.test_ground_floor import faults
from tests.journeys.whole.keyboard import STOPS, Keyboard


class Desk:
    """``wrong`` gathers what axe and the eye find in the looks of ``schemes``, in the browser's own width."""

    def __init__(self, window: Any, width: int, schemes: Sequence[str] = ("dark",)) -> None:
        self.looks = [(width, scheme) for scheme in schemes]
        size = {"width": width, "height": 800}
        self.page: Page = window(cast.user(Role.STAFF), viewport=size, reduced_motion="reduce")
        self.keys = Keyboard(self.page)
        self.wrong: list[str] = []

    def look(self) -> None:
        self.wrong += faults(self.page, self.looks)

    def at(self, name: str, kind: str = "") -> None:
        """Tab to a field by what it is called in the form."""
        for _stop in range(STOPS):
            here = self.keys.tab()
            if here and here["name"] == name and kind in here["kind"]:
                return
        pytest.fail(f"Tab does not lead to {name!r} on {self.page.url}")

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def enter(self) -> None:
        with self.page.expect_navigation():
            self.keys.press("Enter")

    def press(self, button: str) -> None:
        self.keys.to(button)
        self.enter()

    def shows(self, heading: str) -> None:
        """The page shows by itself what came of the work."""
        expect(self.page.get_by_role("heading", name=heading)).to_be_visible()
        self.look()
