"""Carts as Redis keeps them: a set of books and a hash for each line."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from redis import Redis

from shop.repositories.carts import CartRepository, Full, TooMany

LIFE = 1000


@pytest.fixture
def client(stores, redis_url):
    with Redis.from_url(redis_url, decode_responses=True) as client:
        yield client


@pytest.fixture
def carts(client) -> CartRepository:
    return CartRepository(client, life=LIFE, most_lines=3)


def put(carts: CartRepository, book_id: int, quantity: int = 1, cart: str = "a", **how) -> None:
    carts.put(cart, book_id, quantity, **{"most": 99, "add": True, **how})


def contents(carts: CartRepository, cart: str = "a") -> dict[int, int]:
    return {line.book_id: line.quantity for line in carts.lines(cart)}


def test_a_cart_is_a_set_and_a_hash_for_each_line_under_one_hash_tag(carts, client):
    put(carts, 7, 2)
    put(carts, 9)
    assert set(client.keys()) == {"{cart:a}:books", "{cart:a}:line:7", "{cart:a}:line:9"}
    assert client.smembers("{cart:a}:books") == {"7", "9"}
    assert client.hget("{cart:a}:line:7", "quantity") == "2"
    assert set(client.hgetall("{cart:a}:line:7")) == {"quantity", "added_at"}


def test_quantities_are_added_or_set(carts):
    put(carts, 7, 2)
    put(carts, 7, 3)
    assert contents(carts) == {7: 5}
    put(carts, 7, 1, add=False)
    assert contents(carts) == {7: 1}


def test_lines_come_in_the_order_in_which_they_were_put_in(carts):
    for book_id in (9, 7, 8):
        put(carts, book_id)
    put(carts, 9)
    assert [line.book_id for line in carts.lines("a")] == [9, 7, 8]


def test_a_line_that_is_taken_out_leaves_nothing(carts, client):
    put(carts, 7)
    carts.remove("a", 7)
    carts.remove("a", 8)
    assert contents(carts) == {}
    assert client.keys() == []


def test_a_removed_line_is_kept_for_a_while_and_comes_back_as_it_was(carts, client):
    for book_id in (1, 2, 3):
        put(carts, book_id, book_id * 2)
    before = carts.lines("a")
    carts.remove("a", 2, keep=60)
    assert carts.removed("a", 2) == before[1]
    [kept] = [key for key in client.scan_iter() if "removed" in key]
    assert 0 < client.ttl(kept) <= 60
    assert carts.restore("a", 2)
    assert carts.lines("a") == before
    assert carts.removed("a", 2) is None
    assert not carts.restore("a", 2)


@pytest.mark.parametrize("quantity", [2, 7])
def test_a_removed_line_that_was_put_in_again_is_kept_no_more(carts, quantity):
    put(carts, 1, 5)
    carts.remove("a", 1, keep=60)
    put(carts, 1, quantity)
    assert not carts.restore("a", 1)
    assert [line.quantity for line in carts.lines("a")] == [quantity]


def test_a_line_that_was_bought_cannot_be_put_back(carts):
    put(carts, 1)
    carts.remove("a", 1, keep=60)
    carts.remove("a", 1)
    assert carts.removed("a", 1) is None


def test_a_cart_that_is_full_again_takes_no_line_back(carts):
    for book_id in range(carts.most_lines):
        put(carts, book_id + 1)
    carts.remove("a", 1, keep=60)
    put(carts, 999)
    with pytest.raises(Full):
        carts.restore("a", 1)
    assert carts.removed("a", 1)


def test_a_cart_whose_lines_are_taken_out_leaves_nothing(carts, client):
    put(carts, 7)
    put(carts, 8)
    put(carts, 7, cart="b")
    carts.remove("a", 7)
    carts.remove("a", 8)
    assert set(client.keys()) == {"{cart:b}:books", "{cart:b}:line:7"}


@pytest.mark.parametrize(
    "change",
    [
        lambda carts: put(carts, 7),
        lambda carts: put(carts, 7, 5, add=False),
        lambda carts: put(carts, 9),
        lambda carts: carts.put_at_least("a", 7, 1),
        lambda carts: carts.remove("a", 8),
    ],
    ids=["add", "set", "new line", "at least", "remove"],
)
def test_every_change_renews_the_life_of_the_whole_cart(carts, client, change):
    put(carts, 7)
    put(carts, 8)
    for key in client.scan_iter():
        client.expire(key, 10)
    change(carts)
    assert min(client.ttl(key) for key in client.scan_iter()) > 10


def test_reading_does_not_keep_a_cart_alive(carts, client):
    put(carts, 7)
    for key in client.scan_iter():
        client.expire(key, 10)
    carts.lines("a")
    assert max(client.ttl(key) for key in client.scan_iter()) <= 10


def test_too_many_copies_leave_the_line_as_it_was(carts):
    put(carts, 7, 4, most=5)
    with pytest.raises(TooMany):
        put(carts, 7, 2, most=5)
    with pytest.raises(TooMany):
        put(carts, 7, 6, most=5, add=False)
    assert contents(carts) == {7: 4}
    put(carts, 7, 1, most=5)
    assert contents(carts) == {7: 5}


def test_too_many_copies_of_a_new_line_leave_no_line(carts, client):
    with pytest.raises(TooMany):
        put(carts, 7, 6, most=5)
    assert client.keys() == []


def test_a_full_cart_takes_no_other_title(carts):
    for book_id in (7, 8, 9):
        put(carts, book_id)
    with pytest.raises(Full):
        put(carts, 10)
    put(carts, 9)
    assert contents(carts) == {7: 1, 8: 1, 9: 2}


def test_a_line_whose_hash_is_gone_is_no_line(carts, client):
    put(carts, 7)
    put(carts, 8, 2)
    client.delete("{cart:a}:line:7")
    assert contents(carts) == {8: 2}
    put(carts, 7, 3)
    assert contents(carts) == {7: 3, 8: 2}


def test_of_two_quantities_the_larger_is_kept(carts):
    put(carts, 7, 5)
    carts.put_at_least("a", 7, 3)
    carts.put_at_least("a", 8, 3)
    carts.put_at_least("a", 8, 3)
    assert contents(carts) == {7: 5, 8: 3}


def at_once(count: int, action) -> None:
    with ThreadPoolExecutor(count) as pool:
        list(pool.map(action, range(count)))


def test_twenty_who_add_at_once_add_twenty(carts):
    at_once(20, lambda _: put(carts, 7))
    assert contents(carts) == {7: 20}


def test_twenty_who_add_at_once_stop_at_the_most(carts):
    def add(_: int) -> None:
        with suppress(TooMany):
            put(carts, 7, most=7)

    at_once(20, add)
    assert contents(carts) == {7: 7}


def test_twenty_titles_at_once_do_not_overfill_a_cart(carts, client):
    def add(book_id: int) -> None:
        with suppress(Full):
            put(carts, book_id + 1)

    at_once(20, add)
    assert len(contents(carts)) == 3
    assert len(client.keys()) == 4


def test_what_is_put_in_and_taken_out_at_once_leaves_no_half_line(carts, client):
    def change(number: int) -> None:
        put(carts, 7) if number % 2 else carts.remove("a", 7)

    at_once(20, change)
    lines = client.keys("*:line:*")
    assert client.scard("{cart:a}:books") == len(lines) == len(contents(carts))


def test_what_lay_there_of_a_double_is_moved_once_however_many_do_it(carts, client):
    put(carts, 7, 2)
    put(carts, 9, 3)
    at_once(20, lambda _: carts.lead("a", 7, 9, most=99))
    assert contents(carts) == {9: 5}
    assert client.keys("*:line:*") == ["{cart:a}:line:9"]


def test_the_place_in_the_cart_is_that_of_the_first_of_two(carts):
    for book_id in (7, 8, 9):
        put(carts, book_id)
    carts.lead("a", 7, 9, most=99)
    assert [line.book_id for line in carts.lines("a")] == [9, 8]
