"""The pieces that graphs are made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext

from shop.web.services import config
from shop.web.urls import absolute

Node = dict[str, Any]
# A name, and the address of its page; None for the page itself.
Crumb = tuple[str, str | None]


def graph(*nodes: Node) -> Node:
    return {"@context": "https://schema.org", "@graph": list(nodes)}


def node(kind: str, **values: Any) -> Node:
    """A node without what is not known; `id` becomes `@id`."""
    known = {name: value for name, value in values.items() if value not in (None, "", [])}
    identity = {"@id": known.pop("id")} if "id" in known else {}
    return {"@type": kind, **identity, **known}


def shop_id() -> str:
    return absolute("/#shop")


def crumbs(*below: Crumb) -> Node:
    """The way to a page, from the shop window through all books."""
    home: Sequence[Crumb] = (
        (gettext("Home"), url_for("home.index")),
        (gettext("Books"), url_for("catalogue.index")),
    )
    return node(
        "BreadcrumbList",
        itemListElement=[
            node("ListItem", position=place, name=name, item=absolute(path) if path else None)
            for place, (name, path) in enumerate((*home, *below), 1)
        ],
    )


def seller() -> Node:
    return node("BookStore", id=shop_id(), name=config.seller_name, url=absolute("/"))
