"""What watches over the shop tells of a dead part, in time, and is not stopped by it."""

import pytest

from shop.web import lookouts
from tests.observing.numbers import Numbers
from tests.visitor import Visitor


def read(shop) -> Numbers:
    lookouts.forget(shop.app)
    answer = shop.visitor().get("/metrics")
    assert answer.status_code == 200
    return Numbers(answer.text)


def up(numbers: Numbers, part: str) -> float | None:
    return numbers.of("colophon_part_up", part=part)


@pytest.mark.parametrize("trouble", ["cut", "silence"])
def test_without_redis_the_numbers_of_postgresql_are_there(shop, trouble):
    getattr(shop.redis, trouble)()
    numbers = read(shop)
    assert (up(numbers, "redis"), up(numbers, "postgresql")) == (0, 1)
    assert numbers.of("colophon_oversold_books") == 0
    assert not [name for name in numbers.families if name.startswith("colophon_queue")]
    shop.redis.mend()
    assert up(read(shop), "redis") == 1


@pytest.mark.parametrize("trouble", ["cut", "silence"])
def test_without_postgresql_the_numbers_of_redis_are_there(shop, trouble, monkeypatch):
    monkeypatch.setattr(lookouts, "PATIENCE", 0.5)
    getattr(shop.postgres, trouble)()
    numbers = read(shop)
    assert (up(numbers, "redis"), up(numbers, "postgresql")) == (1, 0)
    assert numbers.of("colophon_queue_waiting", queue="default") == 0
    for name in ("oversold", "orders", "payments", "outbox"):
        assert not [family for family in numbers.families if name in family]


def test_people_read_in_their_words_what_works(shop, backstage):
    customer, anybody = Visitor(shop.app, backstage.user()), shop.visitor()
    for cut in (shop.redis.cut, shop.postgres.cut):
        cut()
        lookouts.forget(shop.app)
        for visitor in (customer, anybody):
            answer = visitor.get("/status")
            assert answer.status_code == 200
            for secret in ("Redis", "PostgreSQL", "127.0.0.1", "Traceback"):
                assert secret not in answer.text
    assert "The shop is closed for the moment." in answer.text
    assert "Магазин временно закрыт" in anybody.get("/ru/status").text


def test_the_page_that_says_503_leads_there(shop):
    shop.postgres.cut()
    assert 'href="/status"' in shop.visitor().get("/").text


def test_where_no_thread_is_to_be_had_it_is_asked_the_next_time(shop, monkeypatch):
    lookout = shop.app.extensions[lookouts.LOOKOUTS]["redis"]

    class NoThread:
        def __init__(self, **_: object) -> None:
            pass

        def start(self) -> None:
            raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(lookouts, "Thread", NoThread)
        with pytest.raises(RuntimeError):
            lookout.ask(shop.app)
    assert up(read(shop), "redis") == 1


def test_a_part_that_is_silent_is_waited_for_once(shop, monkeypatch):
    """However many read it, the others are told what the first has found out."""
    monkeypatch.setattr(lookouts, "PATIENCE", 0.5)
    shop.yookassa.silence()
    shop.postgres.silence()
    lookouts.forget(shop.app)
    assert "The shop is closed" in shop.visitor().get("/status").text
    lookout = shop.app.extensions[lookouts.LOOKOUTS][lookouts.STORES]
    # Neither waited for nor asked once more.
    monkeypatch.setattr(lookout._asked, "wait", None)
    monkeypatch.setattr(lookout, "_question", None)
    assert "The shop is closed" in shop.visitor().get("/status").text
