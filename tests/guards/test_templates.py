"""Templates: fragments stand alone, none is forgotten, nothing is put out unescaped."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from flask import template_rendered

from tests.views.every_page import EVERY_PAGE, Street

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = {
    str(path.relative_to(ROOT / "templates")): path.read_text()
    for path in (ROOT / "templates").rglob("*.*")
}
REFERENCE = re.compile(r"""["']([\w./*-]+\.(?:html|txt|xml))["']""")
# Called with a template, they answer a fragment.
CHOOSERS = {"page_or_fragment": 1, "after_post": 0}


# One puts together pictures of its own, from nothing that comes from outside; another puts out
# what templates made before, escaped; and the last what was cleaned of all but plain tags.
UNESCAPED = {
    *("macros/icons.html", "content/_text.html"),
    *("catalogue/page.html", "home/page.html"),
}
CODE = [path.read_text() for path in sorted((ROOT / "shop").rglob("*.py"))]


@cache
def sources() -> list[ast.Module]:
    return [ast.parse(code) for code in CODE]


def fragments() -> set[str]:
    """The templates that views answer with to htmx."""
    found = set()
    for tree in sources():
        for node in ast.walk(tree):
            name = node.func.id if isinstance(node, ast.Call) and hasattr(node.func, "id") else ""
            if name in CHOOSERS and len(node.args) > CHOOSERS[name]:
                template = node.args[CHOOSERS[name]]
                assert isinstance(template, ast.Constant), ast.unparse(node)
                found.add(template.value)
    return found


def test_every_fragment_is_rendered_alone_by_a_page_of_the_tests(app, backstage):
    """What a fragment takes from its page would be missing: `every_page` shows it to htmx."""
    rendered = set()

    def remember(_, template, **__):
        rendered.add(template.name)

    one_of_each = {(place.fragment, place.role): name for name, place in EVERY_PAGE.items()}
    street = Street(app, backstage)
    with template_rendered.connected_to(remember, app):
        for name in one_of_each.values():
            visitor, path = street.visit(name)
            assert visitor.get(path, htmx=True).status_code == 200
    assert fragments() - rendered == set()


def test_fragments_are_named_so_and_extend_nothing():
    names = fragments()
    assert names
    for name in names:
        assert name.rpartition("/")[2].startswith("_"), name
        assert "{% extends" not in TEMPLATES[name]


def test_every_template_is_used():
    # What an f-string fills in may be anything.
    code = [re.sub(r"\{[^{}]*\}", "*", text) for text in CODE]
    referred = {name for text in (*code, *TEMPLATES.values()) for name in REFERENCE.findall(text)}
    unused = [name for name in TEMPLATES if not any(_fits(name, each) for each in referred)]
    assert unused == []


def _fits(name: str, pattern: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace(r"\*", r"[\w-]+"), name) is not None


@pytest.mark.parametrize("name", TEMPLATES)
def test_nothing_is_put_out_unescaped_or_inline(name):
    text = TEMPLATES[name]
    assert bool(re.search(r"\|\s*safe\b|autoescape\s+false", text)) == (name in UNESCAPED)
    if not name.startswith("email/"):
        assert not re.search(
            r"<style|\sstyle=|\son[a-z]+=|javascript:"
            # Data for programs is no script.
            r"|<script(?![^>]*\ssrc=| type=\"application/ld\+json\">)",
            text,
        )


def test_no_code_calls_text_safe():
    calls = [
        ast.unparse(node)
        for tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Markup")
    ]
    assert calls == []
