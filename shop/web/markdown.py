"""What staff write in Markdown, as HTML that can do nothing: no tags of their own, no styles."""

from __future__ import annotations

from functools import lru_cache

import nh3
from flask import Flask
from markdown_it import MarkdownIt

# The page has a title of its own, so headings begin below it.
HIGHEST = 2
TAGS = {
    *("p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "strong", "em", "a", "blockquote"),
    *("code", "pre", "hr", "br", "table", "thead", "tbody", "tr", "th", "td", "s"),
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}
REL = "noopener"
READER = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable(
    ["table", "strikethrough"]
)


@lru_cache(maxsize=256)
def rendered(text: str) -> str:
    """The text as HTML. What is typed as HTML stands there as it was typed."""
    tokens = READER.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{max(HIGHEST, int(token.tag[1:]))}"
    html = READER.renderer.render(tokens, READER.options, {})
    return nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=REL
    ).strip()


def install(app: Flask) -> None:
    app.jinja_env.filters["markdown"] = rendered
