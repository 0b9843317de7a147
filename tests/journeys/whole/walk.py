"""Somebody takes a course by chance and is cut off again and again; each time a fresh sign-in must find all."""

import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.urls import reverse
from playwright.sync_api import Browser, Error, Locator, Page, expect

from courses.enums import Stage
from courses.models import Answer, Attempt, Certificate, CheckAnswer, Enrolment, Entry, LessonDone, Mark
from tests.browser import Chromium
from tests.journeys.whole.answering import all_shown, answer, shown
from tests.journeys.whole.cuts import CUTS, Cut, settled
from tests.journeys.whole.kept import Kept
from tests.journeys.whole.right import answer_rightly
from tests.journeys.whole.server import Server

PASSWORD = "stapel-lampe-17"
# A reflection is sent only when its writer keeps it: it asks nothing.
ASKING = "[data-block]:has(form:not(.keep))"
SAVED = re.compile("Saved a moment ago")
IN_VIEW = """block => {
  const box = block.getBoundingClientRect();
  return box.top < window.innerHeight && box.bottom > 0;
}"""


@dataclass
class Walk:
    """``budget`` is how often it is still cut off; ``cuts`` counts the kinds."""

    chromium: Chromium
    server: Server
    enrolment: Enrolment
    chance: random.Random
    budget: int
    rate: float = 0.35
    cuts: Counter[str] = field(default_factory=Counter)
    kept: Kept = field(default_factory=Kept)
    browser: Browser | None = None
    own_processes: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        version = self.enrolment.cohort.version
        self.lessons = [lesson.key for lesson in version.lessons.order_by("module__position", "position")]
        self.following = dict(zip(self.lessons, self.lessons[1:], strict=False))
        self.kept.places.settle((self.lessons[0], ""))

    # --- coming back

    def resume(self) -> None:
        """A new browser signs in, lands where it was left, and finds what was acknowledged."""
        if self.browser is None or not self.browser.is_connected():
            before = self.chromium.browsers()
            self.browser = self.chromium.launch()
            self.own_processes = self.chromium.browsers() - before
        self.page = self.sign_in(self.browser)
        settled()
        self.look_at_the_place()
        self.kept.places.watch(self.page, self.following)
        self.look_at_the_lesson()
        self.look_at_the_records()

    def sign_in(self, browser: Browser) -> Page:
        context = browser.new_context(base_url=self.server.url, reduced_motion="reduce")
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.goto(reverse("learn", args=[self.enrolment.pk]))
        page.get_by_label("Email", exact=True).fill(self.enrolment.person.user.email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(re.compile(f"/learn/{self.enrolment.pk}/"))
        return page

    def look_at_the_place(self) -> None:
        address = urlsplit(self.page.url)
        landed = address.path.strip("/").split("/")[2], address.fragment
        assert landed in self.kept.places.possible(), (landed, self.kept.places)
        self.kept.places.settle(landed)
        block = self.page.locator(f"#{address.fragment}") if address.fragment else None
        if block and not self.noticed():
            assert block.evaluate(IN_VIEW), f"{landed} is out of sight"

    def look_at_the_lesson(self) -> None:
        """Go past the notice, if there is one; what the blocks show is what they must."""
        if self.noticed():
            self.page.get_by_role("link", name="Go on", exact=True).click()
        expect(self.page.locator("form#lesson")).to_be_visible()
        parts = self.page.locator(ASKING)
        ids = parts.evaluate_all("all => all.map(part => part.id)")
        assert self.kept.compare(all_shown(parts), ids) == []

    def noticed(self) -> bool:
        return self.page.locator("form#lesson").count() == 0

    def look_at_the_records(self) -> None:
        """What the pages do not tell: that nothing is there twice."""
        done = [one.lesson.key for one in LessonDone.objects.filter(enrolment=self.enrolment)]
        assert len(done) == len(set(done))
        assert self.kept.done <= set(done) <= self.kept.done | self.kept.finishing
        self.kept.done, self.kept.finishing = set(done), set()
        answered = CheckAnswer.objects.filter(enrolment=self.enrolment)
        assert answered.count() == answered.values("block").distinct().count()
        entries = Entry.objects.filter(participation=self.enrolment.participation)
        assert entries.filter(stage=Stage.ENROLLED).count() == 1
        assert entries.filter(stage=Stage.COMPLETED).count() == Certificate.objects.count() <= 1
        assert Attempt.objects.filter(enrolment=self.enrolment).count() <= 1

    # --- one thing after the other

    def act(self, do: Callable[[], object], confirmed: Callable[[], object]) -> bool:
        """Do it and see it confirmed; or be cut off in the middle of it, and come back. False then."""
        if not self.budget or self.chance.random() > self.rate:
            do()
            confirmed()
            self.confirm()
            return True
        self.budget -= 1
        # By lot among the kinds there were fewest of.
        cut: Cut = min(CUTS.values(), key=lambda one: (self.cuts[one.__doc__ or ""], self.chance.random()))
        self.cuts[cut.__doc__ or ""] += 1
        cut(self, do, confirmed)
        return False

    def confirm(self) -> None:
        """What was under way was acknowledged by the page."""
        self.kept.acknowledge()

    def blank(self) -> None:
        """Forget what the page said of saving, so that it says it anew."""
        self.page.evaluate("document.getElementById('saving').textContent = ''")

    def saved(self) -> None:
        expect(self.page.locator("#saving")).to_have_text(SAVED)

    # --- the lessons

    def take_the_lessons(self) -> None:
        self.resume()
        while undone := [key for key in self.lessons if key not in self.kept.done]:
            if urlsplit(self.page.url).path != self.address(undone[0]):
                self.page.goto(f"{self.address(undone[0])}?ready=1")
                self.look_at_the_lesson()
            if not self.take(undone[0]):
                self.come_back()

    def address(self, lesson: str) -> str:
        return reverse("lesson", args=[self.enrolment.pk, lesson])

    def come_back(self) -> None:
        self.leave()
        self.resume()

    def leave(self) -> None:
        if self.browser and self.browser.is_connected():
            for context in self.browser.contexts:
                self.chromium.close_context(context)

    def take(self, lesson: str) -> bool:
        """Read and answer a lesson to its end; False where it was cut off."""
        for part in self.page.locator(ASKING).all():
            again = self.chance.random() < 0.15
            if shown(part) and not again:
                continue
            if not (self.read() and self.answer_block(part)):
                return False
        return self.finish(lesson)

    def read(self) -> bool:
        """Scroll to some block, and stay long enough for the place to be remembered, or not."""
        if self.chance.random() > 0.2:
            return True
        blocks = self.page.locator("[data-block]")
        one = blocks.nth(self.chance.randrange(blocks.count()))

        def look() -> None:
            one.evaluate("block => block.scrollIntoView()")
            self.page.wait_for_timeout(self.chance.randrange(2500))

        return self.act(look, lambda: None)

    def answer_block(self, part: Locator) -> bool:
        name = str(part.get_attribute("id"))
        choices = part.locator("button.choice")
        while choices.count():
            button = choices.nth(self.chance.randrange(choices.count()))
            expected = [*shown(part), f"You chose: {button.inner_text()}"]
            if not self.press(name, button, expected):
                return False
        check = part.locator("button", has_text="Check my answer")
        if not check.count():
            return True
        for _each in answer(part, self.chance):
            pass
        return self.press(name, check, shown(part))

    def press(self, part: str, button: Locator, expected: list[str]) -> bool:
        self.blank()
        self.kept.under_way[part] = [expected]
        return self.act(button.click, self.saved)

    def finish(self, lesson: str) -> bool:
        self.kept.finishing = {lesson}
        here = re.compile(f"^(?!.*{re.escape(self.address(lesson))})")
        button = self.page.get_by_role("button", name="Done.")
        if not self.act(button.click, lambda: self.page.wait_for_url(here)):
            return False
        if "/end/" not in self.page.url:
            self.look_at_the_lesson()
        return True

    # --- the assessment

    def take_the_assessment(self) -> Attempt:
        """Answer by chance while there is something left to be cut off by, then rightly."""
        self.to_the_attempt()
        while self.budget:
            if not self.answer_question():
                self.come_back()
                self.to_the_attempt()
        attempt = self.enrolment.attempts.get()
        self.blank()
        answer_rightly(self.page, attempt)
        self.saved()
        self.submit()
        return attempt

    def to_the_attempt(self) -> None:
        self.page.goto(reverse("assessment", args=[self.enrolment.pk]))
        self.page.get_by_role("button", name=re.compile("^(Begin|Go on)")).click()
        parts = self.page.locator("section[id^=question-]")
        expect(parts.first).to_be_visible()
        ids = parts.evaluate_all("all => all.map(part => part.id)")
        assert self.kept.compare(all_shown(parts), ids) == []

    def answer_question(self) -> bool:
        parts = self.page.locator("section[id^=question-]")
        part = parts.nth(self.chance.randrange(parts.count()))
        name = str(part.get_attribute("id"))
        self.blank()
        # What is filled in step by step may have been saved in between.
        self.kept.under_way[name] = [shown(part)]

        def fill() -> None:
            for _each in answer(part, self.chance):
                self.kept.under_way[name].append(shown(part))

        return self.act(fill, self.saved)

    def submit(self) -> None:
        """Press it, go back, and press it again in another window where one is still open."""
        page = self.page
        page.get_by_role("button", name="Submit").click()
        expect(page.get_by_text("100 %", exact=False).first).to_be_visible()
        page.go_back()
        expect(page.get_by_text("100 %", exact=False).first).to_be_visible()

    # --- the end

    def look_at_the_end(self, attempt: Attempt) -> bytes:
        """All that was answered is there, once, and the certificate can be fetched; returns it."""
        for lesson in self.lessons:
            self.page.goto(f"{self.address(lesson)}?ready=1")
            self.look_at_the_lesson()
        self.look_at_the_records()
        assert Certificate.objects.count() == 1
        assert Answer.objects.filter(attempt=attempt).count() == len(attempt.drawn)
        assert Mark.objects.filter(attempt=attempt).count() == len(attempt.drawn)
        self.page.goto(reverse("me"))
        with self.page.expect_download() as download:
            self.page.locator("a[href^='/me/certificates/']").first.click()
        return download.value.path().read_bytes()

    def end(self) -> None:
        """Close what is still open; a browser that was killed has nothing open."""
        self.leave()
        if self.browser and self.browser.is_connected():
            try:
                self.browser.close()
            except Error:
                self.chromium.kill_browsers()
