"""The page of a book, for staff: price, stock and pictures."""

from __future__ import annotations

from shop.web.forms import Form
from shop.web.services import services


def of_book(book_id: int, **said: object) -> dict[str, object]:
    """What stands there. `said` replaces what nobody has typed yet, or been told."""
    untouched: dict[str, object] = {
        "form": Form({}),
        "address": Form({}),
        # The forms of descriptions that were refused, by the ids of their pictures.
        "described": {},
        "refusals": (),
        "problem_with_pictures": None,
    }
    book = services.catalogue.get(book_id)
    return {"book": book, "pictures": services.images.all_of(book_id), **untouched, **said}
