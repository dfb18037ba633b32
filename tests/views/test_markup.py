"""What holds for the HTML of every page: the strict CSP finds nothing to refuse, ids lead home."""

import json
from collections import Counter
from xml.etree.ElementTree import Element

import pytest

from tests import markup
from tests.views.every_page import EVERY_PAGE, Walked

IDREFS = ("for", "aria-describedby", "aria-labelledby", "aria-controls")


def inline(tree: Element) -> list[str]:
    """Scripts, styles and handlers that stand in the page itself."""
    found = [f"<{e.tag}>" for e in tree.iter() if e.tag == "style"]
    found += ["<script>" for e in tree.iter("script") if _runs(e)]
    for element in tree.iter():
        for name, value in element.attrib.items():
            handler = name == "style" or name.startswith(("on", "hx-on"))
            if handler or value.strip().lower().startswith(("javascript:", "js:")):
                found.append(f"<{element.tag} {name}>")
    return found


def _runs(script: Element) -> bool:
    """Data for programs stands in a script and is none."""
    data = script.get("type") == "application/ld+json" and not script.get("src")
    return not data and (not script.get("src") or bool(markup.text(script)))


def lost_references(tree: Element) -> list[str]:
    ids = {e.get("id") for e in tree.iter()}
    asked = [
        f"{name}={wanted}"
        for e in tree.iter()
        for name in IDREFS
        for wanted in e.get(name, "").split()
        if wanted not in ids
    ]
    return asked + [
        f"{name}={e.get(name)}"
        for e in tree.iter()
        for name in ("href", "hx-target")
        if e.get(name, "").startswith("#") and e.get(name, "")[1:] not in ids
    ]


@pytest.fixture(params=EVERY_PAGE)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def tree(name: str, walked: Walked) -> Element:
    """The page of this name."""
    return markup.page(walked["", name].wholes[0])


def test_nothing_stands_inline_and_every_id_is_there_once(tree):
    assert inline(tree) == []
    twice = Counter(e.get("id") for e in tree.iter() if e.get("id"))
    assert [id_ for id_, times in twice.items() if times > 1] == []
    assert lost_references(tree) == []


def test_a_page_has_a_title_one_heading_and_a_name_for_each_field(name, tree):
    assert len(tree.findall(".//h1")) == 1
    assert "Colophon" in markup.text(tree.find("head/title")) or name.startswith("mail")
    labelled = {e.get("for") for e in tree.iter("label")}
    for field in tree.iter():
        if field.tag in ("input", "select", "textarea") and field.get("type") != "hidden":
            named = field.get("aria-label") or field.get("aria-labelledby")
            assert named or field.get("id") in labelled, field.attrib
    for image in tree.iter("img"):
        assert {"alt", "width", "height"} <= {*image.keys()}


def test_every_form_that_changes_something_carries_a_token(tree):
    forms = list(tree.iter("form"))
    posts = [form for form in forms if form.get("method") == "post"]
    assert all(form.find(".//input[@name='csrf_token']") is not None for form in posts)
    # htmx shortens a form, it never replaces one: the plain way stands beside it.
    assert all(form.get("hx-post", form.get("action")) == form.get("action") for form in posts)
    gets = [form for form in forms if form not in posts]
    assert all(form.find(".//input[@name='csrf_token']") is None for form in gets)


def test_htmx_is_told_what_the_design_says(visitor):
    head = markup.page(visitor.get("/")).find("head")
    meta = next(e for e in head.iter("meta") if e.get("name") == "htmx-config")
    told = json.loads(meta.get("content"))
    assert told["historyRestoreAsHxRequest"] is False
    assert told["historyCacheSize"] == 0
    assert told["allowEval"] is False
    assert told["includeIndicatorStyles"] is False
    assert any(rule["code"] == "[45].." and rule["swap"] for rule in told["responseHandling"])


def test_nothing_on_a_page_needs_what_htmx_may_not_do(tree):
    """`allowEval` is off: filters of triggers and computed values would be dead letters."""
    for element in tree.iter():
        assert "[" not in element.get("hx-trigger", "")
        assert not element.get("hx-vals", "").startswith(("js:", "javascript:"))


UNLISTED = ("nothing found", "all authors")


def test_pages_that_are_somebodys_are_not_for_search_engines(name, tree):
    robots = [e.get("content") for e in tree.iter("meta") if e.get("name") == "robots"]
    place = EVERY_PAGE[name]
    own = {"cart", "checkout", "login", "mails", "mail", "recently viewed", "register"}
    own |= {"registered", "confirm", "move", "forgotten", "asked", "status"}
    private = place.role is not None or name in own
    told = ["noindex, follow"] if name in UNLISTED else ["noindex"] if private else []
    assert robots == told
