"""A log service that is slow or away takes no more than a little of the shop's time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
import requests

from shop.errors import Unavailable
from shop.gateways import log_service
from shop.gateways.log_service import LogService, Wanted

EMPTY = (200, b'{"items": []}')
SECONDS = 30


@pytest.fixture
def service():
    return LogService("http://127.0.0.1:9", "a token")


def test_so_many_questions_at_once_and_no_more(service, monkeypatch):
    monkeypatch.setattr(log_service, "TURN_SECONDS", 0)
    under_way, answered = Barrier(log_service.AT_ONCE + 1), Event()

    def slow(*_):
        under_way.wait(SECONDS)
        answered.wait(SECONDS)
        return EMPTY

    monkeypatch.setattr(service, "_fetch", slow)
    with ThreadPoolExecutor(log_service.AT_ONCE) as pool:
        asked = [pool.submit(service.latest, Wanted(), 10) for _ in range(log_service.AT_ONCE)]
        under_way.wait(SECONDS)
        with pytest.raises(Unavailable):
            service.latest(Wanted(), 10)
        answered.set()
        assert [each.result(SECONDS).records for each in asked] == [[]] * log_service.AT_ONCE
    monkeypatch.setattr(service, "_fetch", lambda *_: EMPTY)
    assert service.latest(Wanted(), 10).records == []


def test_one_that_fell_silent_is_left_alone_for_a_while(service, monkeypatch):
    asked = []

    def silent(*question):
        asked.append(question)
        raise requests.Timeout

    monkeypatch.setattr(service, "_fetch", silent)
    for _ in range(3):
        with pytest.raises(Unavailable):
            service.latest(Wanted(), 10)
    assert len(asked) == 1
