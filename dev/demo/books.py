"""Putting the catalogue's books into the database: all of them, or none."""

from __future__ import annotations

from dev.demo.reading import Catalogue
from dev.demo.rows import BookMaker, shelves, tree
from shop.models import Category
from shop.models.columns import utcnow
from shop.repositories.base import Sessions
from shop.services.registry import Services


def load(shop: Services, catalogue: Catalogue) -> int:
    """How many books were added: none when the shop has any already, ours or its own."""
    session = shop.catalogue.session
    with shop.catalogue.transaction():
        if shop.catalogue.books.count():
            return 0
        books = BookMaker(catalogue, utcnow()).books(_plant(session, catalogue))
        by_key = {work.key: book for work, book in zip(catalogue.works, books, strict=True)}
        session.add_all([*books, *shelves(catalogue, by_key)])
    return len(books)


def _plant(session: Sessions, catalogue: Catalogue) -> dict[str, Category]:
    """The rows of the tree by slug."""
    rows = tree(catalogue)
    session.add_all(rows)
    session.flush()
    by_path = {row.path: row for row in rows}
    for row in rows:
        if "/" in row.path:
            row.parent_id = by_path[row.path.rpartition("/")[0]].id
    return {row.slug: row for row in rows}
