"""What stands beside a book: bought with it by others, and looked at before it by this visitor."""

from __future__ import annotations

import pytest
from sqlalchemy import event, update

from shop.errors import NotFound
from shop.extensions import db
from shop.models import Order, OrderState
from shop.repositories import beside
from shop.repositories.viewed import LIFE, MOST
from tests import factories as make
from tests.views.every_page import picture


def titles(books) -> list[str]:
    return [book.title for book in books]


def bought(services, *books, state=OrderState.PAID, quantity=1):
    order = make.order(services, *books, quantity=quantity)
    db.session.execute(update(Order).where(Order.id == order.id).values(state=state))
    db.session.commit()


@pytest.fixture
def books(services):
    """Four books of four authors, by title."""
    made = [make.book(title=title, stock=99) for title in ("Emma", "Often", "Once", "Unpaid")]
    make.save(*made)
    return {book.title: book for book in made}


def together(services, book) -> list[str]:
    return titles(services.catalogue.book_page(book.id).beside.bought_together)


def test_bought_together_counts_paid_orders_and_not_copies(services, books):
    bought(services, books["Emma"], books["Often"])
    bought(services, books["Emma"], books["Often"], state=OrderState.DELIVERED)
    bought(services, books["Emma"], books["Once"], quantity=9)
    for state in (OrderState.PENDING_PAYMENT, OrderState.CANCELLED, OrderState.RETURNED):
        bought(services, books["Emma"], books["Unpaid"], state=state)
    bought(services, books["Often"], books["Unpaid"])
    assert together(services, books["Emma"]) == ["Often", "Once"]


def test_of_a_book_that_is_bought_often_the_latest_orders_count(services, books, monkeypatch):
    monkeypatch.setattr(beside, "LATEST_ORDERS", 2)
    bought(services, books["Emma"], books["Once"])
    for _ in range(2):
        bought(services, books["Emma"], books["Often"])
    assert together(services, books["Emma"]) == ["Often"]


def test_a_book_page_asks_the_database_few_questions(services):
    austen, novels = make.author(), make.save(make.category())
    others = [
        make.book(authors=[austen], categories=[novels], images=[picture()]) for _ in range(3)
    ]
    shared = [make.book(categories=[novels], images=[picture()]) for _ in range(3)]
    emma = make.book(
        authors=[austen],
        categories=[novels],
        images=[picture()],
        publisher=make.publisher(),
        series=make.series(),
    )
    make.save(emma, *others, *shared, make.shelf(emma))
    bought(services, emma, *shared)
    asked = []
    book_id = emma.id
    db.session.remove()
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    page = services.catalogue.book_page(book_id)
    assert len(page.beside.more_by_author) == len(page.beside.bought_together) == 3
    assert len(asked) <= 9, "\n\n".join(asked)


def test_what_was_looked_at_is_shown_beside_the_next_the_latest_first(services, books):
    for title in ("Emma", "Often", "Once", "Often"):
        services.recently_viewed.look_at("v", books[title].id)
    assert titles(services.recently_viewed.look_at("v", books["Unpaid"].id)) == [
        *("Often", "Once", "Emma")
    ]
    assert titles(services.recently_viewed.seen("v")) == ["Unpaid", "Often", "Once", "Emma"]
    assert titles(services.recently_viewed.seen("another visitor")) == []


def test_no_more_is_remembered_than_is_shown_and_not_for_ever(services):
    ids = [make.save(make.book()).id for _ in range(MOST + 3)]
    for book_id in ids:
        shown = services.recently_viewed.look_at("v", book_id)
    assert [book.id for book in shown] == ids[-2 : -2 - MOST : -1]
    redis = services.recently_viewed.viewed.redis
    assert redis.llen("viewed:v") == MOST + 1
    assert 0 < redis.ttl("viewed:v") <= LIFE.total_seconds()


def test_what_is_not_there_is_not_remembered_and_what_has_gone_not_shown(services, books):
    with pytest.raises(NotFound):
        services.recently_viewed.look_at("v", 2**31 - 1)
    services.recently_viewed.look_at("v", books["Emma"].id)
    services.catalogue.delete(books["Emma"].id)
    assert services.recently_viewed.seen("v") == []


def test_what_was_looked_at_can_be_forgotten(services, books):
    services.recently_viewed.look_at("v", books["Emma"].id)
    services.recently_viewed.forget("v")
    assert services.recently_viewed.seen("v") == []
