import pytest
from django.urls import reverse
from tests import cast
from tests.courses.authoring import made
pytestmark = pytest.mark.django_db(transaction=True)

def test_all_pages():
    me = made.author(); c = cast.signed_in(me)
    assert c.get("/teach/").status_code == 200
    v = made.draft(me)
    l = v.lessons.first()
    q = v.questions.first(); m = v.modules.first()
    for a in [reverse("teach"), reverse("teach-new-course"), reverse("teach-course", args=[v.course.slug]),
        made.page("teach-version", v), made.page("teach-changes", v), made.page("teach-settings", v), made.page("teach-glossary", v),
        made.page("teach-module", v, m.pk), made.page("teach-lesson", v, l.pk), made.page("teach-preview", v, l.pk),
        made.page("teach-assessment", v), made.page("teach-new-question", v), made.page("teach-question", v, q.pk)]:
        r = c.get(a); print(a, r.status_code)
        assert r.status_code == 200
    r = c.post(made.page("teach-lesson", v, l.pk), made.form_of(l, text="New words."))
    assert r.status_code == 302, r.text
    assert l.blocks.get(kind="text").data == {"markdown": "New words."}
    print(c.get(made.page("teach-changes", v)).text)
