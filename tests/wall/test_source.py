"""Doors in the source: imports both ways, strings that name the other side, templates, addresses, caches."""

import re

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.wall.source import (
    SIDES,
    TEMPLATE_REFERENCE,
    URL_REFERENCE,
    Source,
    imports,
    names_the,
    platform,
    python_of,
    strings,
    templates_of,
)

WAYS = sorted(SIDES.items())
SHARED_TEMPLATES = (
    "components",
    "pages",
    "as_seen",
    "errors",
    "home",
    "account",
    "people",
    "emails",
    "mfa",
    "allauth",
)


def reaching_imports(sources, side):
    return [(one.path, name) for one in sources for name in imports(one) if name.split(".")[0] == side]


def reaching_strings(sources, side):
    return [(one.path, text) for one in sources for text in strings(one) if names_the(side, text)]


@pytest.mark.parametrize(("side", "other"), WAYS)
class TestImports:
    def test_a_side_never_imports_the_other(self, side, other):
        assert reaching_imports(python_of(side), other) == []

    def test_the_platform_between_them_imports_neither(self, side, other):
        assert reaching_imports(platform(), side) == []

    def test_an_import_inside_a_function_would_be_seen(self, side, other):
        leak = Source(f"{side}/x.py", f"def late():\n    from {other}.models import Thing\n    return Thing")
        assert reaching_imports([leak], other)


@pytest.mark.parametrize(("side", "other"), WAYS)
class TestStrings:
    """apps.get_model("side", …), "side.Model" in a ForeignKey, import_module("side.…"), "side:url"."""

    def test_a_side_never_names_the_other(self, side, other):
        assert reaching_strings(python_of(side), other) == []

    def test_the_platform_between_them_names_neither(self, side, other):
        # The request log merges the addresses of one side under a label, and has the label from settings.
        assert reaching_strings(platform(), side) == []

    @pytest.mark.parametrize(
        "way",
        [
            'apps.get_model("{}", "Thing")',
            'apps.get_model("{}.Thing")',
            'models.ForeignKey("{}.Thing", models.CASCADE)',
            'import_module("{}.models")',
            'cursor.execute("SELECT * FROM {}_thing")',
            'reverse("{}:thing")',
        ],
    )
    def test_a_string_that_reaches_over_would_be_seen(self, side, other, way):
        assert reaching_strings([Source("x.py", way.format(other))], other)


def templates_over(sources, side):
    found = [(one.path, name) for one in sources for name in TEMPLATE_REFERENCE.findall(one.text)]
    return [(path, name) for path, name in found if name.split("/")[0] == side]


def url_names(package):
    """The names of the addresses that a package answers."""

    def walk(patterns):
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns)
            elif isinstance(pattern, URLPattern):
                yield getattr(pattern.callback, "__module__", ""), pattern.name

    found = walk(get_resolver().url_patterns)
    return {name for module, name in found if module.split(".")[0] == package and name}


def addresses_over(templates, modules, names):
    in_templates = [(one.path, url) for one in templates for url in URL_REFERENCE.findall(one.text)]
    in_modules = [(one.path, text) for one in modules for text in strings(one)]
    return [(path, name) for path, name in in_templates + in_modules if name.split(":")[-1] in names]


@pytest.mark.parametrize(("side", "other"), WAYS)
class TestTemplates:
    def test_a_template_never_includes_the_other_side(self, side, other):
        assert templates_over(templates_of(side), other) == []
        assert templates_over(templates_of(*SHARED_TEMPLATES), other) == []

    def test_an_include_would_be_seen(self, side, other):
        leak = Source("x.html", f'{{% include "{other}/bell.html" %}}')
        assert templates_over([leak], other)


@pytest.mark.parametrize(("side", "other"), WAYS)
class TestAddresses:
    def test_a_side_never_links_to_the_other(self, side, other):
        shared = templates_of(*SHARED_TEMPLATES)
        assert addresses_over(templates_of(side), python_of(side), url_names(other)) == []
        assert addresses_over(shared, platform(), url_names(other)) == []

    def test_a_link_would_be_seen(self, side, other):
        template = Source("x.html", """{% url 'secret-page' 1 %}""")
        module = Source("x.py", 'reverse("secret-page")')
        assert len(addresses_over([template], [module], {"secret-page"})) == 2

    def test_no_name_belongs_to_both(self, side, other):
        assert not url_names(side) & url_names(other)


CACHES = re.compile(r"^django\.(core\.cache|views\.decorators\.cache\.cache_page|utils\.cache)")


def caching(sources):
    modules = [one for one in sources if one.path.endswith(".py")]
    found = [(one.path, name) for one in modules for name in imports(one) if CACHES.match(name)]
    return found + [
        (one.path, "cache tag") for one in sources if re.search(r"{%\s*(load )?cache\b", one.text)
    ]


class TestCaches:
    def test_neither_side_keeps_anything_in_a_shared_cache(self):
        """A key, or only its being there, would tell one side about the other."""
        assert caching([*python_of(*SIDES), *templates_of(*SIDES)]) == []

    @pytest.mark.parametrize(
        "leak",
        ["from django.core.cache import cache", "from django.core import cache", "x = '{% cache 5 k %}'"],
    )
    def test_a_cache_would_be_seen(self, leak):
        assert caching([Source("x.py", leak)])
