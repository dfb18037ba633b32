"""The catalogue is read from a streaming replica while that one is near; nothing else is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import Engine, event

from shop.app import create_app, warm_up
from shop.bootstrap.doctor import doctor_for
from shop.config import Config
from shop.extensions import REPLICA, db, limiter
from shop.gateways import replica as replica_module
from shop.gateways.rest import Rest
from shop.web.services import CONFIG, SERVICES
from tests import factories as make
from tests.conftest import migrate
from tests.faults.standby import Pair, pair, until
from tests.visitor import Visitor


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    scratch: Path = tmp_path_factory.mktemp("replica")
    with pair(lambda database: migrate(database, scratch)) as both:
        yield both


@dataclass
class Shop:
    app: Flask
    servers: Pair

    def page(self, address: str, visitor: Visitor | None = None, *, htmx: bool = False) -> str:
        answer = (visitor or Visitor(self.app)).get(address, htmx=htmx)
        assert answer.status_code == 200, answer.text
        return answer.text

    def change(self, statement: str) -> None:
        with psycopg.connect(self.servers.database) as connection:
            connection.execute(statement)


@pytest.fixture(scope="module")
def app_on_both(servers: Pair, config: Config) -> Iterator[Flask]:
    kept = dict(vars(limiter))
    changes = {
        "database_url": servers.database,
        "database_replica_url": servers.replica_database,
        "replica_lag_seconds": 2.0,
    }
    app = create_app(config.model_copy(update=changes))
    yield app
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()
    vars(limiter).update(kept)


@pytest.fixture
def shop(servers: Pair, app_on_both: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """With one book, Emma for 500 roubles, which both servers know."""
    monkeypatch.setattr(replica_module, "LOOK_SECONDS", 0.0)
    app, replica = app_on_both, app_on_both.extensions[REPLICA]
    # A test may take its time.
    monkeypatch.setattr(replica, "most_lag", 60.0)
    monkeypatch.setattr(replica, "_rest", Rest())
    with app.app_context():
        make.save(make.book(title="Emma", list_price=500, stock=5))
    servers.caught_up()
    warm_up(app)
    yield Shop(app, servers)
    with psycopg.connect(servers.database) as connection:
        connection.execute("DELETE FROM books")


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


@contextmanager
def asked(shop: Shop) -> Iterator[tuple[list[str], list[str]]]:
    """What the primary and the replica are asked."""
    with shop.app.app_context():
        primary, replica = db.engine, db.engines[REPLICA]
    with statements(primary) as of_primary, statements(replica) as of_replica:
        yield of_primary, of_replica


def of_books(asked_for: list[str]) -> list[str]:
    tables = ("FROM books", "FROM book_", "JOIN books", "FROM search_", "FROM words")
    return [each for each in asked_for if any(table in each for table in tables)]


def test_the_replica_answers_for_the_catalogue(shop):
    for address in ("/", "/books", "/books?q=emma", "/search/suggest?q=emm"):
        with asked(shop) as (primary, replica):
            assert "Emma" in shop.page(address, htmx=True)
        assert of_books(replica), address
        assert not of_books(primary), address


def test_what_was_under_way_on_the_replica_is_seen_when_it_is_over(shop):
    """A replica does not tell what runs: a change that began before another and ended after it."""
    with shop.app.app_context():
        make.save(make.book(title="Persuasion", list_price=400))
    with psycopg.connect(shop.servers.database) as slow:
        slow.execute("UPDATE books SET list_price = 555 WHERE title = 'Emma'")
        shop.change("UPDATE books SET list_price = 444 WHERE title = 'Persuasion'")
        shop.servers.caught_up()
        before = shop.page("/books")
        assert "444" in before
        assert "555" not in before
        slow.commit()
    shop.servers.caught_up()
    after = shop.page("/books")
    assert "444" in after
    assert "555" in after


def test_who_has_sent_something_is_shown_what_the_primary_has(shop):
    visitor = Visitor(shop.app)
    page = shop.page("/books", visitor)
    shop.servers.standby.pause()
    try:
        shop.change("UPDATE books SET list_price = 555")
        book = page.partition('name="book_id" value="')[2].partition('"')[0]
        visitor.post("/cart/items", {"book_id": book or "1", "quantity": "1"})
        with asked(shop) as (_, replica):
            assert "555" in shop.page("/books", visitor)
        assert not of_books(replica)
        # Who has sent nothing has what the replica knows, which is behind and not too far.
        assert "555" not in shop.page("/books")
    finally:
        shop.servers.standby.resume()


def test_a_replica_too_far_behind_is_left_out_until_it_has_caught_up(shop):
    until(replica_is_near(shop))
    shop.app.extensions[REPLICA].most_lag = 0.5
    shop.servers.standby.pause()
    try:
        shop.change("UPDATE books SET list_price = 555")
        until(lambda: "555" in shop.page("/books"))
        assert not replica_is_near(shop)()
    finally:
        shop.servers.standby.resume()
        shop.app.extensions[REPLICA].most_lag = 60.0
    until(replica_is_near(shop))


def replica_is_near(shop: Shop):
    def near() -> bool:
        with shop.app.app_context():
            return shop.app.extensions[REPLICA].is_near()

    return near


def test_a_replica_that_is_gone_closes_nothing(shop):
    shop.servers.standby.stop()
    try:
        with asked(shop) as (primary, _):
            assert "Emma" in shop.page("/books")
            # And again, without asking for it anew.
            assert "Emma" in shop.page("/books?language=en")
        assert of_books(primary)
    finally:
        shop.servers.standby.start()


def told_of_the_replica(shop: Shop) -> tuple[bool, list[str]]:
    """Whether it is there for those who look after the shop, and what the doctor says."""
    with shop.app.app_context():
        there = shop.app.extensions[SERVICES].parts.is_there("replica")
        check = doctor_for(shop.app.extensions[CONFIG], db.session, {}, None).checks["replica"]
        found = [f"{each.level}: {each.sentence}" for each in check()]
        db.session.remove()
    return there, found


def test_the_doctor_and_the_page_of_parts_know_the_replica(shop):
    there, [sentence] = told_of_the_replica(shop)
    assert there
    assert re.fullmatch(r"ok: The replica, PostgreSQL \S+, is \d\.\d s behind at most\.", sentence)
    shop.servers.standby.pause()
    try:
        shop.change("UPDATE books SET list_price = 777")
        behind = "warning: The replica is more than 2 s behind"
        # A server that does not sync writes what was committed down a moment later.
        until(lambda: told_of_the_replica(shop)[1][0].startswith(behind))
        assert told_of_the_replica(shop)[0]
    finally:
        shop.servers.standby.resume()
    shop.servers.standby.stop()
    try:
        there, [sentence] = told_of_the_replica(shop)
        assert not there
        assert sentence.startswith("wrong: The replica cannot be used: ")
    finally:
        shop.servers.standby.start()


def test_what_the_replica_has_not_yet_is_found(shop):
    shop.servers.standby.pause()
    try:
        with shop.app.app_context():
            new = make.save(make.book(title="Sanditon"))
            address = f"/books/{new.slug}-{new.id}"
        assert "Sanditon" in shop.page(address)
    finally:
        shop.servers.standby.resume()
