"""Text out of the HTML that publishers describe books in."""

from __future__ import annotations

import re
from html.parser import HTMLParser

LOOKS_LIKE_HTML = re.compile(r"</?(p|br|div|ul|ol|li|b|i|em|strong|h[1-6]|span)\b[^>]*>", re.I)
PARAGRAPHS = frozenset({"p", "div", "ul", "ol", "blockquote", "dl", "table", "section"}) | {
    f"h{n}" for n in range(1, 7)
}
LINES = frozenset({"br", "li", "tr", "dt", "dd"})
UNSEEN = frozenset({"script", "style", "head"})


class _Writer(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.unseen += tag in UNSEEN
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        self.unseen -= bool(self.unseen) and tag in UNSEEN
        if tag in PARAGRAPHS:
            self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.pieces.append(re.sub(r"\s+", " ", data))

    def _break(self, tag: str) -> None:
        if tag in PARAGRAPHS:
            self.pieces.append("\n\n")
        elif tag in LINES:
            self.pieces.append("\n")


def plain(html: str) -> str:
    """Paragraphs with an empty line between them."""
    writer = _Writer()
    writer.feed(html)
    writer.close()
    lines = [" ".join(line.split()) for line in "".join(writer.pieces).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
