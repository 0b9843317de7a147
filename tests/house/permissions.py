"""The table of doors as a page of the documentation: ``python -m tests.house.permissions`` writes it anew."""

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # What it describes needs Django set up, which only ``main`` has to do.
    from tests.house.doors.base import Door

PAGE = Path(__file__).parents[2] / "docs" / "permissions.md"
ABOVE = """# Who may open what

Every address of the site, who may open it and why. It is written by a program from the table that the tests hold the site to
(tests/house), so it cannot say otherwise than the site does; `python -m tests.house.permissions` writes it anew. Somebody whom an address is closed to is answered 403, by a look and by a posted form alike, or sent to sign in. Whoever may enter
a section finds there what is their own; what is another's is not found (404), which tests/house/test_own_and_anothers.py walks for each role.

| address | who | why |
|---|---|---|
"""
BY_TOKEN = ", by a token"
ANYBODY, EVERY_LOGIN = "anybody, signed in or not", "every login"


def text(table: "dict[str, Door]", patterns: dict[str, str]) -> str:
    """The whole page; ``patterns`` gives each name its address."""
    lines = [
        f"| `{patterns[name]}` | {who(door.for_whom)}{BY_TOKEN if door.by_token else ''} | {door.why} |"
        for name, door in ordered(table, patterns)
    ]
    return ABOVE + "\n".join(lines) + "\n"


def ordered(table: "dict[str, Door]", patterns: dict[str, str]) -> "Iterable[tuple[str, Door]]":
    return sorted(table.items(), key=lambda pair: (patterns[pair[0]], pair[0]))


def who(roles: frozenset[str]) -> str:
    if "anonymous" in roles:
        return ANYBODY
    if "nobody" in roles:
        return EVERY_LOGIN
    return ", ".join(sorted(role.replace("_", " ") for role in roles)) or "nobody"


def patterns() -> dict[str, str]:
    """Each name of an address to the address, with what varies in brackets."""
    from django.urls import URLPattern, URLResolver, get_resolver

    def walk(found: list[URLPattern | URLResolver], before: str, space: str) -> Iterable[tuple[str, str]]:
        for one in found:
            route = before + re.sub(r"[$^]", "", str(one.pattern))
            if isinstance(one, URLResolver):
                yield from walk(
                    one.url_patterns, route, f"{space}{one.namespace}:" if one.namespace else space
                )
            else:
                yield f"{space}{one.name or one.pattern}", "/" + route

    return dict(walk(get_resolver().url_patterns, "", ""))


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.config.settings")
    django.setup()
    from tests.house.test_urls_as_every_role import TABLE

    PAGE.write_text(text(TABLE, patterns()), encoding="utf-8")


if __name__ == "__main__":
    main()
