"""A request with a key runs once, however often it is sent."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from shop.errors import Invalid, StillRunning
from shop.repositories.kept_answers import KeptAnswer

ANSWER = KeptAnswer("first", 201, (("Location", "/there"),), '{"id": 1}')


@pytest.fixture
def repeats(services):
    return services.repeats


def test_the_second_time_gets_the_answer_of_the_first(repeats):
    assert repeats.begin("key", "first") is None
    repeats.finish("key", ANSWER)
    assert repeats.begin("key", "first") == ANSWER


def test_another_request_with_the_same_key_is_refused(repeats):
    repeats.begin("key", "first")
    repeats.finish("key", ANSWER)
    with pytest.raises(Invalid):
        repeats.begin("key", "second")


def test_while_the_first_runs_the_second_is_told_to_wait(repeats):
    repeats.begin("key", "first")
    with pytest.raises(StillRunning):
        repeats.begin("key", "first")


def test_what_failed_may_be_tried_again(repeats):
    repeats.begin("key", "first")
    repeats.forget("key")
    assert repeats.begin("key", "other") is None


def test_of_many_at_once_one_runs(app, repeats):
    def begin(_: int) -> bool:
        with app.app_context():
            try:
                return repeats.begin("key", "first") is None
            except StillRunning:
                return False

    with ThreadPoolExecutor(16) as crowd:
        assert sum(crowd.map(begin, range(64))) == 1
