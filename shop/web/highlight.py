"""Marks in a text the words that a search was for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import cast

from flask import Flask, get_template_attribute
from markupsafe import Markup

_WORD = re.compile(r"[^\W_]+")
# Letters that have no accent to take off and are written otherwise without it.
_OTHERWISE = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d"})
# So many letters longer than its root is another form of a word; more, and it is another word.
LONGEST_ENDING = 4
SHORTEST_ROOT = 3


def marked(text: str, marks: Sequence[str]) -> Markup:
    """The text with <mark> round each word that was searched for, everything else escaped.

    `marks` are those of a search: words, `roots~` and `beginnings*`.
    """
    macro = get_template_attribute("macros/marks.html", "marks")
    return cast(Markup, macro(pieces(text, marks)))


def pieces(text: str, marks: Sequence[str]) -> list[tuple[str, bool]]:
    """The text cut up, with whether a piece is a word that was searched for."""
    is_meant = _recogniser(marks)
    found, end = [], 0
    for word in _WORD.finditer(text):
        if is_meant(_folded(word.group())):
            found += [(text[end : word.start()], False), (word.group(), True)]
            end = word.end()
    return [*found, (text[end:], False)]


def _recogniser(marks: Sequence[str]) -> Callable[[str], bool]:
    words = {mark for mark in marks if mark[-1:] not in "~*"}
    roots = [mark[:-1] for mark in marks if mark.endswith("~") and len(mark) > SHORTEST_ROOT]
    beginnings = tuple(mark[:-1] for mark in marks if mark.endswith("*"))

    def is_form(word: str) -> bool:
        return any(
            word.startswith(root) and len(word) - len(root) <= LONGEST_ENDING for root in roots
        )

    return lambda word: word in words or word.startswith(beginnings) or is_form(word)


def _folded(word: str) -> str:
    """As search compares words: no case, no accents, no ё; but й is a letter of its own."""
    return "".join(map(_bare, word.lower())).translate(_OTHERWISE)


def _bare(letter: str) -> str:
    return letter if letter == "й" else unicodedata.normalize("NFD", letter)[0]


def install(app: Flask) -> None:
    app.jinja_env.filters["marked"] = marked
