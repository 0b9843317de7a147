"""The right answers of an attempt, put into its page by mouse."""

from playwright.sync_api import Page

from courses.kinds.questions import kind_of
from courses.models import Attempt, Question


def answer_rightly(page: Page, attempt: Attempt) -> None:
    for question in Question.objects.filter(pk__in=attempt.drawn):
        name = f"q{question.pk}"
        right = kind_of(question.kind).right(question.data)
        for box in page.locator(f"input[type=checkbox][name='{name}']").all():
            box.set_checked(False)
        for token in right.get("chosen", []):
            page.locator(f"input[name='{name}'][value='{token}']").check()
        for slot, token in right.get("placed", {}).items():
            page.locator(f"select[name='{name}-{slot}']").select_option(token)
        if "text" in right:
            page.locator(f"input[name='{name}']").fill(right["text"])
