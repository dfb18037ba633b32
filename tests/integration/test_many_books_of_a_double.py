"""Doubles with more books than a statement may have parameters: 65,535."""

from __future__ import annotations

import pytest

from shop.models import NameKind
from shop.repositories.doubles import Moved
from tests import factories as make

MANY = range(1_000, 67_000)


@pytest.mark.parametrize("kind", NameKind)
def test_a_name_of_many_books_moves_and_comes_back(services, monkeypatch, kind):
    doubles = services.merging.doubles
    # None of them is there: what matters is that the statements can be sent.
    monkeypatch.setattr(doubles, "books_of", lambda *_: MANY)
    assert doubles.move(kind, 1, 2).books == MANY
    assert len(doubles.title_pages(MANY)) == len(MANY)
    doubles.give_back(kind, 2, 1, Moved(MANY, [], []))


def test_a_category_of_many_books_is_emptied(services):
    gone, kept = (make.save(make.category()) for _ in range(2))
    book = make.save(make.book(categories=[gone]))
    services.categories.categories.refile([*MANY, book.id], gone.id, kept.id)
    assert services.categories.categories.filed_in(kept.id) == {book.id: [kept.id]}
