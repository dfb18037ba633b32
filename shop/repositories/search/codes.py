"""Books by ISBN or SKU, which are no words."""

from __future__ import annotations

from sqlalchemy import text

from shop.repositories.base import Sessions
from shop.repositories.search.typed import isbn_range

BY_CODE = text("""
SELECT id FROM books
WHERE isbn BETWEEN :first AND :last OR sku = ANY(:skus) ORDER BY id
""")


def by_code(session: Sessions, typed: str) -> list[int] | None:
    """Ids of the books with this ISBN, or the beginning of one, or SKU; None for no such code."""
    if not any(character.isdigit() for character in typed):
        return None
    first, last = isbn_range(typed) or ("", "")
    skus = [typed, typed.upper(), typed.lower()]
    ids = list(session.scalars(BY_CODE, {"first": first, "last": last, "skus": skus}))
    return ids if ids or first == last != "" else None
