"""A store that does not answer is Unavailable, and the shop recovers by itself."""

from __future__ import annotations

import socket

import pytest
from redis import Redis, ResponseError
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from shop.errors import Unavailable
from shop.repositories.carts import CartRepository
from shop.services.storage_errors import translated
from tests.integration.publishers import logged, service_of


def unavailable(service, caplog) -> None:
    with pytest.raises(Unavailable) as trouble:
        service.page(1, 10)
    assert (trouble.value.status, trouble.value.retry_after) == (503, 5)
    assert trouble.value.detail == ""
    assert logged(caplog) == [("ERROR", True)]


def test_a_database_that_is_not_there_is_unavailable(closed_port, caplog):
    engine = create_engine(f"postgresql://shop:secret@127.0.0.1:{closed_port}/shop")
    with Session(engine) as session:
        unavailable(service_of(session), caplog)


def test_a_pool_without_a_free_connection_is_unavailable(database_url, caplog):
    engine = create_engine(database_url, pool_size=1, max_overflow=0, pool_timeout=0.01)
    with engine.connect(), Session(engine) as session:
        unavailable(service_of(session), caplog)
    engine.dispose()


def run(service, *statements: str) -> None:
    with service.transaction():
        for statement in statements:
            service.session.execute(text(statement))


def test_a_statement_that_takes_too_long_is_unavailable(service, caplog):
    with pytest.raises(Unavailable):
        run(service, "SET LOCAL statement_timeout = '20ms'", "SELECT pg_sleep(20)")
    assert logged(caplog) == [("ERROR", True)]


def test_a_connection_that_breaks_is_unavailable_and_the_next_one_works(service, rival, caplog):
    def cut() -> None:
        with service.transaction():
            pid = service.session.scalar(text("SELECT pg_backend_pid()"))
            rival.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
            service.session.execute(text("SELECT 1"))

    with pytest.raises(Unavailable):
        cut()
    assert logged(caplog) == [("ERROR", True)]
    assert service.create(name="After", slug="after").id


def test_connections_that_broke_while_nobody_looked_are_replaced(service, rival):
    pid = service.session.scalar(text("SELECT pg_backend_pid()"))
    service.session.commit()
    rival.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    assert service.create(name="After", slug="after").id


def test_a_redis_that_is_not_there_is_unavailable(closed_port, caplog):
    no_cart(f"redis://127.0.0.1:{closed_port}", caplog)


def test_a_redis_that_is_silent_is_unavailable(caplog):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        no_cart(f"redis://127.0.0.1:{port}?socket_timeout=0.05", caplog)


def no_cart(url: str, caplog) -> None:
    with Redis.from_url(url) as client:
        carts = CartRepository(client, life=60, most_lines=9)
        with pytest.raises(Unavailable), translated():
            carts.lines("any")
    assert logged(caplog) == [("ERROR", True)]


def test_a_wrong_question_to_redis_is_a_bug(redis_url, stores, caplog):
    with Redis.from_url(redis_url) as client:
        client.set("{cart:a}:books", "no set")
        carts = CartRepository(client, life=60, most_lines=9)
        with pytest.raises(ResponseError), translated():
            carts.lines("a")
    assert logged(caplog) == []
