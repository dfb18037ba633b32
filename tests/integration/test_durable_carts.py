"""An account's cart outlives Redis: what PostgreSQL keeps of it, and when that counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from redis import Redis
from sqlalchemy import delete, update

from shop.errors import NotFound
from shop.extensions import db
from shop.models import KeptCart, User
from shop.models.columns import utcnow
from tests import factories as make
from tests.rivals import at_once
from tests.stored import stored


@pytest.fixture
def redis(stores, redis_url) -> Iterator[Redis]:
    with Redis.from_url(redis_url) as client:
        yield client


@pytest.fixture
def mine(services) -> str:
    """The cart of somebody with an account."""
    return services.cart.id_of_user(make.save(make.staff()).id)


@pytest.fixture
def books() -> list:
    return [make.save(make.book()) for _ in range(3)]


def lines(services, cart_id: str) -> list[tuple[int, int]]:
    return [(line.book.id, line.quantity) for line in services.cart.view(cart_id).lines]


class Yesterday:
    """Everything in Redis now, to be put back later: what a restart finds in an old file."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        self.values = {key: redis.dump(key) for key in redis.scan_iter()}

    def again(self) -> None:
        self.redis.flushdb()
        for key, value in self.values.items():
            self.redis.restore(key, 0, value)


def test_a_cart_comes_back_in_its_order_when_redis_has_lost_everything(
    services, redis, mine, books
):
    for number, book in enumerate(reversed(books), 1):
        services.cart.add(mine, book.id, number)
    before = lines(services, mine)
    redis.flushdb()
    assert services.cart.count(mine) == 6
    redis.flushdb()
    assert lines(services, mine) == before == [(b.id, n) for n, b in enumerate(books[::-1], 1)]


def test_the_first_change_after_the_loss_loses_nothing(services, redis, mine, books):
    services.cart.add(mine, books[0].id, 2)
    redis.flushdb()
    services.cart.add(mine, books[1].id, 1)
    assert lines(services, mine) == [(books[0].id, 2), (books[1].id, 1)]


def test_what_redis_lost_of_the_last_moment_is_there_again(services, redis, mine, books):
    services.cart.add(mine, books[0].id, 1)
    services.cart.add(mine, books[1].id, 1)
    earlier = Yesterday(redis)
    services.cart.set_quantity(mine, books[0].id, 0)
    services.cart.add(mine, books[2].id, 4)
    earlier.again()
    assert lines(services, mine) == [(books[1].id, 1), (books[2].id, 4)]


def test_a_change_that_was_not_copied_any_more_is_copied_later(services, redis, mine, books):
    services.cart.add(mine, books[0].id, 1)
    # The process was killed between the two stores.
    services.cart.carts.put(mine, books[1].id, 2, most=9, add=False)
    expected = [(books[0].id, 1), (books[1].id, 2)]
    assert lines(services, mine) == expected
    redis.flushdb()
    assert lines(services, mine) == expected


def test_an_emptied_cart_stays_empty(services, redis, mine, books):
    services.cart.add(mine, books[0].id, 1)
    services.cart.set_quantity(mine, books[0].id, 0)
    redis.flushdb()
    assert lines(services, mine) == []


def test_a_line_that_was_put_back_is_kept(services, redis, mine, books):
    services.cart.add(mine, books[0].id, 3)
    services.cart.set_quantity(mine, books[0].id, 0)
    services.cart.restore(mine, books[0].id)
    redis.flushdb()
    assert lines(services, mine) == [(books[0].id, 3)]


def test_what_was_bought_does_not_come_back(services, redis, mine, books):
    for book in books[:2]:
        services.cart.add(mine, book.id, 1)
    services.cart.take_out(mine, [books[0].id], utcnow())
    redis.flushdb()
    assert lines(services, mine) == [(books[1].id, 1)]


def test_an_order_is_placed_from_a_cart_that_redis_has_lost(services, redis, mine, books):
    services.shipping.seed()
    services.cart.add(mine, books[0].id, 2)
    redis.flushdb()
    order = services.checkout.place(mine, make.details(), user_id=None, locale="en")
    assert [(line.book_id, line.quantity) for line in order.lines] == [(books[0].id, 2)]


def test_what_a_guest_brings_along_at_login_is_kept(services, redis, mine, books):
    guest = make.cart(services, books[0], quantity=2)
    services.cart.merge(guest, mine)
    redis.flushdb()
    assert lines(services, mine) == [(books[0].id, 2)]


def test_a_guests_cart_is_as_durable_as_redis(services, redis, books):
    guest = make.cart(services, books[0])
    redis.flushdb()
    assert lines(services, guest) == []
    assert stored(KeptCart) == 0


def test_of_changes_at_once_every_one_is_kept(services, app, redis, mine):
    ids = [make.save(make.book()).id for _ in range(8)]
    at_once(app, len(ids), lambda number: services.cart.add(mine, ids[number], 1))
    redis.flushdb()
    assert sorted(lines(services, mine)) == [(book_id, 1) for book_id in sorted(ids)]


def test_an_unused_cart_expires_in_both_stores(services, config, redis, mine, books):
    services.cart.add(mine, books[0].id, 1)
    assert services.cart.sweep() == 0
    redis.flushdb()
    life = timedelta(days=config.cart_ttl_days)
    db.session.execute(update(KeptCart).values(updated_at=utcnow() - life))
    db.session.commit()
    assert lines(services, mine) == []
    services.cart.add(mine, books[1].id, 1)
    assert lines(services, mine) == [(books[1].id, 1)]
    db.session.execute(update(KeptCart).values(updated_at=utcnow() - life))
    db.session.commit()
    assert services.cart.sweep() == 1
    assert stored(KeptCart) == 0


def test_the_copy_goes_with_its_account(services, mine, books):
    services.cart.add(mine, books[0].id, 1)
    db.session.execute(delete(User))
    db.session.commit()
    assert stored(KeptCart) == 0


def test_a_refused_change_changes_neither_store(services, redis, mine, books):
    services.cart.add(mine, books[0].id, 1)
    with pytest.raises(NotFound):
        services.cart.restore(mine, books[1].id)
    redis.flushdb()
    assert lines(services, mine) == [(books[0].id, 1)]
