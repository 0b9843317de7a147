"""Celery carries wake-ups and nothing else: no hour, no delay, no second try and no argument travels with one.

What a task is to do stands in a row; lms/kit/tasks.py alone declares tasks and sends them.
"""

import ast
from collections.abc import Iterator

import pytest

from tests.wall.source import Source, python_of

ONLY_HERE = "lms/kit/tasks.py"
# How a task is made or sent past that module, whoever the task belongs to.
MAKING = {"shared_task", "signature", "chain", "group", "chord"}
SENDING = {"apply_async", "delay", "send_task"}
# What would leave it to the broker when a task comes, or whether it comes again.
LATER, AGAIN = {"eta", "countdown"}, {"exc", "max_retries"}


def sent_past(source: Source) -> Iterator[str]:
    """Celery's ways to make or send a task, and its ways to have one come later or again."""
    named_by_celery = {
        alias.asname or alias.name
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "celery"
        for alias in node.names
    }
    yield from (f"{source.path}: {name}" for name in sorted(named_by_celery & MAKING))
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        told = {word.arg for word in node.keywords}
        if called in SENDING or told & LATER or (called == "retry" and told & AGAIN):
            yield f"{source.path}:{node.lineno}"


def test_no_module_but_one_makes_or_sends_a_task():
    found = [one for source in python_of("lms", "courses", "welfare") for one in sent_past(source)]
    assert [one for one in found if not one.startswith(ONLY_HERE)] == []


def test_that_module_sends_a_task_bare():
    source = next(one for one in python_of("lms/kit") if one.path == ONLY_HERE)
    calls = [
        node
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "apply_async"
    ]
    assert [ast.unparse(call) for call in calls] == ["woken.apply_async(retry=False)"]


@pytest.mark.parametrize(
    "text",
    [
        "from celery import shared_task\n@shared_task\ndef remind(): ...",
        "remind.apply_async(eta=soon)",
        "remind.apply_async(countdown=60)",
        "remind.delay()",
        "app.send_task('welfare.remind')",
        "self.retry(exc=error)",
        "nudge(remind, countdown=5)",
    ],
)
def test_another_way_would_be_found(text):
    assert list(sent_past(Source("welfare/tasks.py", text)))
