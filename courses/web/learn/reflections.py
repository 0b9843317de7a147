"""/me/reflections/: what somebody keeps for own eyes. Words are asked for each time and kept nowhere."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from courses import rules
from courses.actions.reflections import check_text, erase, erase_all, keep
from courses.models import Block, Enrolment
from courses.queries.reflections import Kept, kept_of, reflection_blocks, text_of
from lms.kit.errors import Refused
from lms.kit.sealing import LONGEST
from lms.people.actions.own_keys import open_keys, take_words
from lms.people.queries.own_keys import are_lost, has_words
from lms.web.accounts.words import TakeWordsForm, WordsField, offered
from lms.web.views import PageView, show_refusal


class ReadForm(forms.Form):
    words = WordsField(label=gettext_lazy("Your six words"))


class OwnReflections(PageView, abstract=True):
    """Nothing typed here is repeated in an error's report."""

    allowed = staticmethod(rules.may_take_courses)
    page_title = gettext_lazy("My reflections")

    @method_decorator(sensitive_post_parameters())
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return super().dispatch(request, *args, **kwargs)

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("My training"), reverse("me"))]

    def block(self) -> Block:
        """The reflection that was sent, if it is in a course that this login takes or took."""
        sent = self.request.POST.get("block", "")
        wanted = int(sent) if sent.isdecimal() and len(sent) < 19 else 0
        return get_object_or_404(reflection_blocks(self.request.user), pk=wanted)


class ReflectionsPage(OwnReflections):
    """What is kept: titles for its owner, texts for who enters the words too."""

    template_name = "courses/reflections/page.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render(form=ReadForm(), kept=[(one, None) for one in kept_of(self.request.user)])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, kept = ReadForm(request.POST), kept_of(self.request.user)
        try:
            if not form.is_valid():
                return self.render(form=form, kept=[(one, None) for one in kept])
            private = open_keys(words=form.cleaned_data["words"], by=self.request.user)
        except Refused as refused:
            show_refusal(form, refused)
            return self.render(form=form, kept=[(one, None) for one in kept])
        texts = [(one, text_of(one, private)) for one in kept]
        return export(texts) if "export" in request.POST else self.render(kept=texts, open=True)

    def get_context(self) -> dict[str, Any]:
        return {"in_use": has_words(self.request.user), "lost": are_lost(self.request.user)}


class KeepPage(OwnReflections):
    """Seals what was written in a lesson; who has no words yet takes them on the way, text in hand."""

    http_method_names = ["post"]
    template_name = "courses/reflections/keep.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        block, user = self.block(), self.request.user
        text = request.POST.get("text", "").replace("\r\n", "\n")
        form = TakeWordsForm(request.POST if "ticket" in request.POST else None)
        try:
            check_text(text)
            if not has_words(user) and not self.took_words(form):
                return self.offer(block, text, form)
            keep(block=block, text=text, by=user)
        except Refused as refused:
            return self.refuse(block, text, form, refused)
        return redirect(self.lesson_url(block))

    def took_words(self, form: TakeWordsForm) -> bool:
        if not form.is_valid():
            return False
        take_words(by=self.request.user, **form.cleaned_data)
        return True

    def refuse(self, block: Block, text: str, form: TakeWordsForm, refused: Refused) -> HttpResponse:
        if form.is_bound and not has_words(self.request.user):
            show_refusal(form, refused)
            return self.offer(block, text, form)
        return self.render(reflection=block, text=text, refused=refused.sentence, back=self.lesson_url(block))

    def offer(self, block: Block, text: str, form: TakeWordsForm) -> HttpResponse:
        offer = offered(form, self.request.user)
        form = form.with_ticket(offer.ticket(self.request.user))
        words, back = offer.words.split(), self.lesson_url(block)
        return self.render(reflection=block, text=text, form=form, words=words, back=back)

    def get_context(self) -> dict[str, Any]:
        return {"longest": LONGEST, "lost": are_lost(self.request.user)}

    def lesson_url(self, block: Block) -> str:
        """Back to the reflection, in the newest enrolment that has it."""
        mine = Enrolment.objects.filter(person__user=self.request.user, cohort__version=block.version_id)
        url = reverse("lesson", args=[mine.latest("enrolled_at").pk, block.lesson.key])
        return f"{url}?{'other' if block.alternative else 'ready'}=1#block-{block.pk}"


class ErasePage(OwnReflections):
    """Removes one text or all of them, without words: forgetting must never depend on remembering."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "all" in request.POST:
            erase_all(by=self.request.user)
        else:
            erase(block=self.block(), by=self.request.user)
        return redirect("reflections")


def export(texts: list[tuple[Kept, str | None]]) -> HttpResponse:
    """All that opens, as a text file."""
    parts = [
        f"{kept.block.version.title} · {kept.block.lesson.title}\n{kept.block.data['prompt']}\n\n{text}\n"
        for kept, text in texts
        if text is not None
    ]
    headers = {"Content-Disposition": 'attachment; filename="reflections.txt"'}
    return HttpResponse("\n\n".join(parts), content_type="text/plain; charset=utf-8", headers=headers)
