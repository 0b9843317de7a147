"""/learn/: the player. Every page of it can be left at once with everything saved."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.progress import finish_lesson, reach, save_check
from courses.enums import Intensity
from courses.models import Block, Enrolment, Lesson
from courses.queries.enrolments import Step, is_completed, outline
from courses.queries.reflections import blocks_kept
from courses.queries.taking import taking
from courses.web.learn import blocks, glossary, outlines
from lms.kit.sealing import LONGEST
from lms.web.views import PageView

# What a browser may be asked to remind of; what somebody chooses stays there.
PACE = {"minutes": [15, 25, 40, 60], "lessons": [1, 2, 3, 4, 6]}


class LearnView(PageView, abstract=True):
    """A page inside one's own enrolment; another's is not found."""

    allowed = staticmethod(rules.may_take_courses)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        person_id = getattr(request.user, "person_id", None)
        if person_id is not None:
            found = taking(person_id, kwargs["pk"])
            if found is None:
                raise Http404
            self.taking = found
            self.enrolment = found.enrolment
            self.version = found.enrolment.cohort.version
        elif request.user.is_authenticated:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def outline(self) -> list[Step]:
        return outline(self.version, self.taking.done)


class ResumeView(LearnView):
    """Where one left off: the very lesson and block, on whatever device."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        place = getattr(self.enrolment, "place", None)
        if place:
            anchor = f"#block-{place.block_id}" if place.block_id else ""
            return redirect(lesson_url(self.enrolment, place.lesson) + anchor)
        first = next((step.lesson for step in self.outline()), None)
        return redirect(lesson_url(self.enrolment, first)) if first else redirect("courses")


class LessonPage(LearnView):
    """One lesson: notice in advance, blocks, and the way on."""

    template_name = "courses/learn/lesson.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.other_way = "other" in request.GET or "other" in request.POST
        return super().dispatch(request, *args, **kwargs)

    def load(self) -> None:
        self.steps = self.outline()
        keys = [step.lesson.key for step in self.steps]
        if self.kwargs["lesson"] not in keys:
            raise Http404
        at = keys.index(self.kwargs["lesson"])
        self.step = self.steps[at]
        self.lesson = self.step.lesson
        self.previous = self.steps[at - 1].lesson if at else None
        self.next = self.steps[at + 1].lesson if at + 1 < len(self.steps) else None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.load()
        return self.render(notice=self.needs_notice())

    def needs_notice(self) -> bool:
        """Before an intense lesson is shown, unless it is done or one said so just now."""
        seen = "ready" in self.request.GET or "other" in self.request.GET
        return self.lesson.intensity == Intensity.INTENSE and not seen and not self.step.done

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save an answer, remember the place, or finish the lesson: whichever button was pressed."""
        self.load()
        block = self.block_of(request.POST.get("block", ""))
        if "place" in request.POST:
            if block:
                reach(enrolment=self.enrolment, lesson=self.lesson, block=block, by=self.request.user)
            return HttpResponse(status=204)
        if block:
            return self.answer(block)
        if "leave" in request.POST:
            return redirect("left")
        finish_lesson(enrolment=self.enrolment, lesson=self.lesson, by=self.request.user)
        if self.next:
            reach(enrolment=self.enrolment, lesson=self.next, block=None, by=self.request.user)
            # A fragment of its own, or the browser carries this page's over to the next.
            return redirect(f"{lesson_url(self.enrolment, self.next)}#main")
        return redirect("learn-end", pk=self.enrolment.pk)

    def block_of(self, text: str) -> Block | None:
        return (
            self.lesson.blocks.filter(pk=int(text)).first() if text.isdecimal() and len(text) < 19 else None
        )

    def answer(self, block: Block) -> HttpResponse:
        data = blocks.read_answer(block, self.request.POST)
        if data is not None:
            save_check(enrolment=self.enrolment, block=block, data=data, by=self.request.user)
            reach(enrolment=self.enrolment, lesson=self.lesson, block=block, by=self.request.user)
        if "leave" in self.request.POST:
            return redirect("left")
        other = "?other=1" if self.other_way else "?ready=1"
        return redirect(f"{lesson_url(self.enrolment, self.lesson)}{other}#block-{block.pk}")

    def get_page_title(self) -> str:
        if self.other_way and self.lesson.alternative_title:
            return self.lesson.alternative_title
        return self.lesson.title

    def get_context(self) -> dict[str, Any]:
        shown, words = glossary.with_terms(
            self.version, blocks.shown(self.taking, self.lesson, alternative=self.other_way)
        )
        return {
            "enrolment": self.enrolment,
            "version": self.version,
            "lesson": self.lesson,
            "steps": self.steps,
            "modules": outlines.modules(self.steps, self.lesson, lesson_url(self.enrolment, self.lesson)),
            "done": sum(step.done for step in self.steps),
            "blocks": shown,
            "words": words,
            "kept": blocks_kept(self.request.user, [one.block for one in shown]),
            "longest": LONGEST,
            "pace": PACE,
            "other_way": self.other_way,
            "has_other_way": bool(self.lesson.alternative_title),
            "previous_url": lesson_url(self.enrolment, self.previous) if self.previous else "",
            "next": self.next,
        }


class EndPage(LearnView):
    """After the last lesson: what is done and what is still asked for."""

    page_title = gettext_lazy("The end of the lessons")
    template_name = "courses/learn/end.html"

    def get_context(self) -> dict[str, Any]:
        steps = self.outline()
        return {
            "enrolment": self.enrolment,
            "version": self.version,
            "left": [
                (step.lesson.title, lesson_url(self.enrolment, step.lesson))
                for step in steps
                if not step.done
            ],
            "steps": steps,
            "done": sum(step.done for step in steps),
            "completed": is_completed(self.enrolment),
        }


class LeftPage(PageView):
    """The neutral screen: it says nothing of what one was reading."""

    allowed = staticmethod(rules.may_take_courses)
    page_title = gettext_lazy("All is saved")
    template_name = "courses/learn/left.html"


def lesson_url(enrolment: Enrolment, lesson: Lesson) -> str:
    return reverse("lesson", args=[enrolment.pk, lesson.key])
