"""Whatever the rule and whoever works beside it: taken back, the catalogue is as it would be
without the bulk edit."""

from __future__ import annotations

import hashlib
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from shop.errors import ShopError
from shop.extensions import db
from shop.models import BookStatus
from tests import factories

BOOKS = 6
# All that staff can change of a book, and nothing that only counts on: versions and instants.
CHECKSUM = """
SELECT b.id, b.isbn, b.sku, b.title, b.slug, b.list_price, b.discount_percent, b.price, b.status,
       b.description, b.publisher_id, b.series_id, s.num_in_stock, s.num_allocated,
       ARRAY(SELECT category_id FROM book_categories c WHERE c.book_id = b.id ORDER BY 1)
FROM books b JOIN stock_records s ON s.book_id = b.id ORDER BY b.id
"""
PLACES = st.integers(0, BOOKS - 1)
PRICES = st.decimals("1", "5000", places=2)
RULES = st.fixed_dictionaries(
    {},
    optional={
        "price": st.one_of(
            st.fixed_dictionaries({"how": st.just("set"), "value": PRICES}),
            st.fixed_dictionaries(
                {
                    "how": st.sampled_from(["percent", "amount"]),
                    "value": st.decimals("-60", "120", places=2),
                    "rounding": st.sampled_from(["kopeck", "rouble", "ten", "nine"]),
                }
            ),
        ),
        "discount_percent": st.integers(0, 90),
        "status": st.sampled_from(BookStatus),
        "stock": st.one_of(
            st.fixed_dictionaries({"how": st.just("set"), "copies": st.integers(0, 9)}),
            st.fixed_dictionaries({"how": st.just("add"), "copies": st.integers(-4, 9)}),
        ),
        "categories": st.sampled_from(["add", "remove"]),
    },
).filter(bool)
# What somebody else does to a book, and to which.
DEEDS = st.lists(
    st.tuples(PLACES, st.sampled_from(["reprice", "recount", "retitle", "refile", "order"])),
    max_size=4,
)


class Beside:
    """Somebody else at work, who does the same in both worlds."""

    def __init__(self, services, by, books, categories):
        self.services, self.by, self.books, self.categories = services, by, books, categories

    def do(self, deeds):
        for place, deed in deeds:
            try:
                getattr(self, deed)(self.books[place])
            except ShopError:
                db.session.rollback()

    def reprice(self, book_id):
        seen = self.services.catalogue.get(book_id).version
        self.services.catalogue.reprice(book_id, seen, Decimal("777.77"), 7, self.by)

    def recount(self, book_id):
        seen = self.services.catalogue.get(book_id).stock.num_in_stock
        self.services.catalogue.recount(book_id, seen, 33, self.by)

    def retitle(self, book_id):
        self.services.book_editing.amend(book_id, None, {"title": "Another"}, self.by)

    def refile(self, book_id):
        filed = {"category_ids": [self.categories[1]]}
        self.services.book_editing.amend(book_id, None, filed, self.by)

    def order(self, book_id):
        """Nobody else may have a copy that is promised."""
        factories.order(self.services, self.services.catalogue.get(book_id))


def catalogue() -> dict[int, tuple]:
    db.session.rollback()
    return {row[0]: tuple(map(str, row)) for row in db.session.execute(text(CHECKSUM))}


def checksum(rows: dict[int, tuple]) -> str:
    return hashlib.sha256(repr(sorted(rows.items())).encode()).hexdigest()


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rule=RULES, before=DEEDS, after=DEEDS)
def test_taken_back_it_leaves_nothing_but_what_others_did(services, bulk, rule, before, after):
    by = bulk.by
    categories = [factories.save(factories.category()).id for _ in range(3)]
    books = [
        factories.save(
            factories.book(
                stock=3 + place,
                list_price=Decimal(100 + 37 * place),
                discount_percent=place * 9,
                status=list(BookStatus)[place % 3],
            )
        ).id
        for place in range(BOOKS)
    ]
    if (how := rule.pop("categories", None)) is not None:
        rule = {**rule, f"{how}_categories": categories[:2]}
    for place in range(0, BOOKS, 2):
        filed = {"category_ids": categories[: 1 + place % 3]}
        services.book_editing.amend(books[place], None, filed, by)
    others = Beside(services, by, books, categories)
    chosen = {"id__in": ",".join(map(str, books))}

    edit = bulk.plan(chosen, **rule)
    others.do(before)
    untouched = catalogue()
    if edit.may_become("applying"):
        edit = bulk.applied(edit)
    applied = catalogue()
    others.do(after)
    busy = catalogue()
    if edit.may_become("reverting"):
        edit = bulk.reverted(edit)
    end = catalogue()

    states = bulk.rows(edit)
    refused = {book for book in books if states[book][0] == "refused"}
    for book in books:
        if book in refused:
            # Somebody changed it since: it is as they left it.
            assert end[book] == busy[book]
        elif busy[book] == applied[book]:
            assert end[book] == untouched[book]
    if busy == applied:
        assert not refused
        assert checksum(end) == checksum(untouched)
