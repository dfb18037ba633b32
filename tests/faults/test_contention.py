"""Deadlocks and serialization failures, real ones: the whole method is run again, three times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from shop.errors import Unavailable
from shop.extensions import db
from shop.models import Book
from shop.repositories.books import BookRepository
from shop.services.base import TRIES, EntityBaseService, retried
from tests import factories as make
from tests.rivals import until_waiting

SET_STOCK = "UPDATE stock_records SET num_in_stock = {} WHERE book_id = {}"


class Clerk(EntityBaseService[Book]):
    """Does as it is told, and counts how often it had to begin."""

    tries = 0

    @retried
    def recount(self, book_id: int, interrupt: Callable[[], None]) -> int:
        """Add one copy to what was read at first, whatever `interrupt` does between."""
        with self.transaction():
            self.tries += 1
            self.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            query = f"SELECT num_in_stock FROM stock_records WHERE book_id = {book_id}"
            seen = self.session.scalar(text(query))
            interrupt()
            self.session.execute(text(SET_STOCK.format(seen + 1, book_id)))
            return seen + 1

    @retried
    def take_both(
        self, first: int, second: int, begin: Callable[[], None], interrupt: Callable[[], None]
    ) -> None:
        self.tries += 1
        begin()
        with self.transaction():
            self.session.execute(text("SET LOCAL deadlock_timeout = '1ms'"))
            self.session.execute(text(SET_STOCK.format(7, first)))
            interrupt()
            self.session.execute(text(SET_STOCK.format(7, second)))


@pytest.fixture
def clerk(app: Flask) -> Iterator[Clerk]:
    with app.app_context():
        yield Clerk(db.session, BookRepository(db.session))


class Interruptions:
    """Somebody else changes the same row so many times."""

    def __init__(self, rival: psycopg.Connection, book: Book, times: int) -> None:
        self.rival, self.book, self.left = rival, book, times

    def __call__(self) -> None:
        if self.left:
            self.left -= 1
            self.rival.execute(SET_STOCK.format("num_in_stock + 10", self.book.id))
            self.rival.commit()


@pytest.mark.parametrize("times", [0, 1, TRIES - 1])
def test_a_method_that_lost_a_race_is_run_again_from_its_beginning(clerk, rival, times):
    book = make.save(make.book(stock=5))
    assert clerk.recount(book.id, Interruptions(rival, book, times)) == 6 + 10 * times
    assert clerk.tries == times + 1


def test_a_method_that_loses_every_time_is_unavailable(clerk, rival, caplog):
    book = make.save(make.book(stock=5))
    with pytest.raises(Unavailable) as trouble:
        clerk.recount(book.id, Interruptions(rival, book, 99))
    assert trouble.value.status == 503
    assert clerk.tries == TRIES == 3
    assert rival.execute("SELECT num_in_stock FROM stock_records").fetchone() == (35,)
    assert {record.levelname for record in caplog.records} == {"WARNING"}


def test_inside_another_transaction_the_outer_one_decides(clerk, rival):
    book = make.save(make.book(stock=5))
    with pytest.raises(Unavailable), clerk.transaction():
        clerk.recount(book.id, Interruptions(rival, book, 1))
    assert clerk.tries == 1


def test_the_victim_of_a_deadlock_tries_again(clerk, rival):
    first, second = (make.save(make.book()) for _ in range(2))
    # Only the shop looks for deadlocks soon, so it is the one that PostgreSQL stops.
    rival.execute("SET deadlock_timeout = '1min'")
    rival.execute(SET_STOCK.format(3, second.id))

    def take_first() -> None:
        rival.execute(SET_STOCK.format(3, first.id))
        rival.commit()

    with ThreadPoolExecutor(1) as pool:
        rivals_turn: list[Future[None]] = []

        def get_in_the_way() -> None:
            if not rivals_turn:
                rivals_turn.append(pool.submit(take_first))
                until_waiting(rival)

        def let_the_winner_end() -> None:
            # However slowly it wakes up: else this one could take its first row again before it.
            for turn in rivals_turn:
                turn.result(timeout=30)

        clerk.take_both(first.id, second.id, let_the_winner_end, get_in_the_way)
    assert clerk.tries == 2
    stocks = rival.execute("SELECT DISTINCT num_in_stock FROM stock_records").fetchall()
    assert stocks == [(7,)]
