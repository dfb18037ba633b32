"""Books by ISBN or SKU, which are no words."""

from __future__ import annotations

from sqlalchemy import text

from shop.repositories.base import Sessions
from shop.repositories.search.typed import isbn_range

BY_CODE = text("""
SELECT id FROM books
WHERE (isbn BETWEEN :first AND :last OR sku = ANY(:skus))
  AND (:for_staff OR status = 'on_sale') ORDER BY id
""")


def by_code(session: Sessions, typed: str, *, for_staff: bool = False) -> list[int] | None:
    """Ids of the books with this ISBN, or the beginning of one, or SKU; None for no such code.

    What is not on sale is found for staff alone.
    """
    if not any(character.isdigit() for character in typed):
        return None
    first, last = isbn_range(typed) or ("", "")
    skus = [typed, typed.upper(), typed.lower()]
    asked = {"first": first, "last": last, "skus": skus, "for_staff": for_staff}
    ids = list(session.scalars(BY_CODE, asked))
    return ids if ids or first == last != "" else None
