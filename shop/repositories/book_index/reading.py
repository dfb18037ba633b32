"""Reading the columns, all of them or those of some books, and what changed since a snapshot."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    any_,
    bindparam,
    case,
    cast,
    extract,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from shop.models import (
    Book,
    BookContributor,
    BookFormat,
    BookSales,
    Category,
    ContributorRole,
    Publisher,
    Series,
    StockRecord,
)
from shop.models.catalogue import book_categories
from shop.repositories.base import Sessions
from shop.repositories.book_filters import on_sale
from shop.repositories.book_index.columns import NO_YEAR, Read
from shop.repositories.book_index.names import Names
from shop.repositories.book_index.packed import Ints, pack, unpack

FORMATS = {each: number for number, each in enumerate(BookFormat)}


def language_code(language: str) -> int:
    """Two letters as one number."""
    return ord(language[0]) << 8 | ord(language[1])


def language_of(code: int) -> str:
    return chr(code >> 8) + chr(code & 0xFF)


def read(session: Sessions, ids: Ints | None = None) -> Read:
    """The columns of these books, or of all, as far as they are on sale."""
    rows = session.execute(_columns(ids)).one()
    return Read(
        columns={name: unpack(packed) for name, packed in rows._mapping.items()},
        authors=_pairs(session, _authors(ids)),
        categories=_pairs(session, _categories(ids)),
    )


def read_names(session: Sessions) -> Names:
    categories = select(Category).order_by(
        Category.parent_id.is_not(None), Category.position, Category.path
    )
    names = Names(
        categories=session.scalars(categories).all(),
        publishers={each.id: each for each in session.scalars(select(Publisher))},
        series={each.id: each for each in session.scalars(select(Series))},
    )
    # They outlive this session, and no other may change them under our hands.
    for entity in (*names.categories, *names.publishers.values(), *names.series.values()):
        session.expunge(entity)
    return names


def read_title_places(session: Sessions) -> tuple[Ints, Ints]:
    """All ids in the order of their titles, and the number of each place."""
    order = select(Book.id).where(on_sale()).order_by(Book.folded_title, Book.id).subquery()
    ids = unpack(session.scalar(select(pack(order.c.id))))
    return ids, np.arange(len(ids), dtype=np.int64)


def matching(session: Sessions, criterion: ColumnElement[bool]) -> Ints:
    """Ids of the books that match what only SQL can ask."""
    query: Select[*tuple[Any, ...]] = select(pack(Book.id.expression)).where(criterion)
    return unpack(session.scalar(query))


def _columns(ids: Ints | None) -> Select[*tuple[Any, ...]]:
    columns: dict[str, ColumnElement[int]] = {
        "id": Book.id.expression,
        "publisher": func.coalesce(Book.publisher_id, 0),
        "series": func.coalesce(Book.series_id, 0),
        "language": func.ascii(Book.language).op("*", return_type=Integer())(256)
        + func.ascii(func.substr(Book.language, 2)),
        "format": case(FORMATS, value=Book.format),
        "year": func.coalesce(Book.published_year, NO_YEAR),
        "age": Book.age_mark.expression,
        "price": cast(Book.price * 100, BigInteger),
        "available": func.coalesce(StockRecord.num_available, 0),
        "discount": Book.discount_percent.expression,
        "released": func.coalesce(Book.released_on - date(1970, 1, 1), 0),
        "appeared": cast(extract("epoch", Book.appeared_at) * 1_000_000, BigInteger),
        "sold": func.coalesce(BookSales.copies, 0),
        "title": func.hashtextextended(Book.title, 0),
    }
    rows = _of(
        select(*(column.label(name) for name, column in columns.items()))
        .select_from(Book)
        .outerjoin(StockRecord, StockRecord.book_id == Book.id)
        .outerjoin(BookSales, BookSales.book_id == Book.id)
        .where(on_sale())
        .order_by(Book.id),
        Book.id.expression,
        ids,
    ).subquery()
    return select(*(pack(rows.c[name]).label(name) for name in columns))


def _authors(ids: Ints | None) -> Select[*tuple[Any, ...]]:
    book_id, contributor_id = BookContributor.book_id, BookContributor.contributor_id
    return _of(
        select(book_id.label("book"), contributor_id.label("member"))
        .join(Book, Book.id == book_id)
        .where(on_sale(), BookContributor.role == ContributorRole.AUTHOR)
        .order_by(book_id, contributor_id),
        book_id.expression,
        ids,
    )


def _categories(ids: Ints | None) -> Select[*tuple[Any, ...]]:
    book_id, category_id = book_categories.c.book_id, book_categories.c.category_id
    return _of(
        select(book_id.label("book"), category_id.label("member"))
        .join(Book, Book.id == book_id)
        .where(on_sale())
        .order_by(book_id, category_id),
        book_id,
        ids,
    )


def _of(
    query: Select[*tuple[Any, ...]], key: ColumnElement[int], ids: Ints | None
) -> Select[*tuple[Any, ...]]:
    if ids is None:
        return query
    return query.where(key == any_(bindparam(None, ids.tolist(), ARRAY(Integer))))


def _pairs(session: Sessions, query: Select[*tuple[Any, ...]]) -> tuple[Ints, Ints]:
    rows = query.subquery()
    books, members = session.execute(select(pack(rows.c.book), pack(rows.c.member))).one()
    return unpack(books), unpack(members)
