"""What the documents link to, what the Makefile calls and which pictures are shown: all of it is there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)#\s]+)[^)]*\)")
OUTSIDE = ("http://", "https://", "mailto:")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def links() -> Iterator[tuple[Path, str]]:
    for document in DOCUMENTS:
        for target in LINK.findall(document.read_text(encoding="utf-8")):
            if not target.startswith(OUTSIDE):
                yield document, target


@pytest.mark.parametrize(
    ("document", "target"), [pytest.param(d, t, id=f"{d.relative_to(ROOT)}: {t}") for d, t in links()]
)
def test_a_link_or_picture_of_a_document_is_there(document, target):
    assert (document.parent / target).exists()


def test_documents_do_link():
    assert sum(1 for _ in links()) >= 5


@pytest.mark.parametrize(
    "path", sorted(set(re.findall(r"\b(?:lms|courses|welfare|tests)/[\w./-]+", MAKEFILE)))
)
def test_a_path_in_the_makefile_is_there(path):
    assert (ROOT / path).exists()


@pytest.mark.parametrize("module", sorted(set(re.findall(r"-m ((?:lms|courses|tests)[\w.]+)", MAKEFILE))))
def test_a_module_that_the_makefile_runs_is_there(module):
    place = ROOT / module.replace(".", "/")
    assert place.with_suffix(".py").exists() or (place / "__main__.py").exists()


def test_every_target_is_named_as_phony():
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    assert set(re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[1].split()) == targets


def test_a_document_calls_no_target_that_the_makefile_lacks():
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    called = {
        name
        for document in DOCUMENTS
        for name in re.findall(r"(?:^|`)make ([a-z-]+)", document.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert called <= targets
