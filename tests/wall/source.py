"""What the two sides of the wall say in their source: imports, strings, names of templates and addresses.

Every scanner takes text, so that a test can show it a leak and see it found.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SIDES = {"courses": "welfare", "welfare": "courses"}
# The roof alone may name both sides: it plugs them in.
ROOF = ("lms/config/", "lms/ops/")
TEMPLATE_REFERENCE = re.compile(r"""{%\s*(?:include|extends)\s+["']([^"']+)["']""")
URL_REFERENCE = re.compile(r"""{%\s*url\s+["']([^"']+)["']""")


@dataclass(frozen=True)
class Source:
    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return _parsed(self.text)


@cache
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


def python_of(*folders: str) -> list[Source]:
    """Every module under these folders, migrations too."""
    return _read(folders, "*.py")


def templates_of(*folders: str) -> list[Source]:
    return _read([f"templates/{folder}" for folder in folders], "*.*")


def _read(folders: object, pattern: str) -> list[Source]:
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob(pattern))]  # type: ignore[attr-defined]
    return [
        Source(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
        for path in paths
        if path.is_file()
    ]


def platform() -> list[Source]:
    """The platform under both apps, without the roof."""
    return [source for source in python_of("lms") if not source.path.startswith(ROOF)]


def imports(source: Source) -> Iterator[str]:
    """Every module imported, however: also inside functions, and by import_module or __import__."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level:
            yield f"{source.path.split('/')[0]}.{node.module or ''}"


def strings(source: Source) -> Iterator[str]:
    """Every string of the program that is not a docstring: labels, model names, dotted paths."""
    documented = {id(text) for node in ast.walk(source.tree) if (text := _docstring(node))}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented:
            yield node.value


def names_the(side: str, text: str) -> bool:
    """Whether a string is a way to a side: its label, a dotted path, an address, or a table in SQL."""
    label = rf"(^|[\s\"'/]){side}($|[./:]\w)"
    table = rf"\b(FROM|JOIN|INTO|UPDATE|TABLE|ONLY)\s+\"?{side}_\w"
    return bool(re.search(label, text) or re.search(table, text, re.IGNORECASE))


def _docstring(node: ast.AST) -> ast.Constant | None:
    if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return None
    first = node.body[0] if node.body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        return first.value
    return None
