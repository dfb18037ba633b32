"""HTML as a tree. What is not well nested fails here: browsers repair it, each in its own way."""

from __future__ import annotations

from html.parser import HTMLParser
from xml.etree.ElementTree import Element, SubElement

from werkzeug.test import TestResponse

from tests.plain_page import PlainPage

VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
)
Attributes = list[tuple[str, str | None]]


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.top = Element("top")
        self.open = [self.top]

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        self.handle_startendtag(tag, attrs)
        if tag not in VOID:
            self.open.append(self.open[-1][-1])

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        given = {name: value or "" for name, value in attrs}
        assert len(given) == len(attrs), f"<{tag}> has an attribute twice: {attrs}"
        SubElement(self.open[-1], tag, given)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        parent = self.open[-1]
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + data
        else:
            parent.text = (parent.text or "") + data


def parse(html: str) -> Element:
    """The tree below an element `top` of our own."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    assert builder.open == [builder.top], f"left open: {[e.tag for e in builder.open[1:]]}"
    return builder.top


def page(response: TestResponse) -> Element:
    """The `html` element of a whole page."""
    assert response.mimetype == "text/html", response.mimetype
    assert response.text.lstrip().startswith("<!doctype html>"), response.text[:200]
    return only(parse(response.text), "html")


def only(top: Element, tag: str) -> Element:
    """The one root, of this tag."""
    assert [element.tag for element in top] == [tag]
    return top[0]


def fragment(response: TestResponse, id_: str) -> Element:
    """The one root of a fragment, which has this id; pieces out of band may stand beside it."""
    assert response.mimetype == "text/html", response.mimetype
    top = parse(response.text)
    roots = [element for element in top if "hx-swap-oob" not in element.attrib]
    assert [root.get("id") for root in roots] == [id_], response.text[:200]
    assert not text(top).startswith("<!doctype")
    return roots[0]


def out_of_band(response: TestResponse) -> dict[str, Element]:
    """What htmx puts elsewhere on the page, by id."""
    return {e.get("id", ""): e for e in parse(response.text) if "hx-swap-oob" in e.attrib}


def by_id(tree: Element, id_: str) -> Element:
    found = tree.findall(f".//*[@id='{id_}']")
    assert len(found) == 1, f"{len(found)} elements have the id {id_}"
    return found[0]


def with_class(tree: Element, name: str) -> list[Element]:
    return [e for e in tree.iter() if name in e.get("class", "").split()]


def text(element: Element) -> str:
    """What is read there, with single spaces."""
    return " ".join("".join(element.itertext()).split())


def plain(response: TestResponse) -> PlainPage:
    """Its forms and links, as a browser without scripts sees them."""
    return PlainPage(response.text)


def has_form(response: TestResponse, wanted: str) -> bool:
    """Whether there is a form with this id, or one whose action ends so."""
    return any(f.id == wanted or f.action.endswith(wanted) for f in plain(response).forms)


def hrefs(tree: Element) -> list[str]:
    return [a.get("href", "") for a in tree.iter("a")]
