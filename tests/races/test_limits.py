"""A limit is exact, whatever number of processes counts against it at the same moment."""

from collections import Counter
from contextlib import ExitStack

import pytest
import requests

from tests.live_shop import live_shop, shown_on_failure
from tests.races.crowd import SECONDS, at_once

CLIENTS, EACH, ADMITTED = 16, 8, 50
LIMIT = f"{ADMITTED} per hour"


@pytest.fixture(scope="session")
def two_shops(config, tmp_path_factory):
    """Two servers on ports of their own, with the same stores."""
    limited = config.model_copy(
        update={"reading_limit": LIMIT, "api_reading_limit": LIMIT, "login_limit": LIMIT}
    )
    with ExitStack() as stack:
        yield [
            stack.enter_context(live_shop(limited, tmp_path_factory.mktemp(name), workers=1))
            for name in ("one", "two")
        ]


def _asking(address, answers):
    with requests.Session() as session:
        session.trust_env = False
        for _ in range(EACH):
            answers.append(session.get(address, timeout=SECONDS))


@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize("path", ["/terms", "/api/v1/books"])
def test_exactly_so_many_pass_as_the_limit_says(two_shops, path):
    answers = [[] for _ in range(CLIENTS)]
    with shown_on_failure(*(shop.log for shop in two_shops)):
        at_once(
            [lambda n=n: _asking(two_shops[n % 2].url + path, answers[n]) for n in range(CLIENTS)]
        )
    everyone = [answer for each in answers for answer in each]
    codes = Counter(answer.status_code for answer in everyone)
    assert codes == {200: ADMITTED, 429: CLIENTS * EACH - ADMITTED}
    assert all("Retry-After" in answer.headers for answer in everyone if answer.status_code == 429)
    # Both have counted, and both have refused.
    for shop in range(2):
        assert {a.status_code for each in answers[shop::2] for a in each} == {200, 429}


@pytest.mark.usefixtures("stores")
def test_no_place_is_told_twice(two_shops):
    """Every program that passes is told of a smaller rest than at least one before it."""
    calls = [lambda n=n: _left(two_shops[n % 2].url) for n in range(CLIENTS)]
    assert min(at_once(calls)) == ADMITTED - CLIENTS


def _left(url):
    answer = requests.get(f"{url}/api/v1/books", timeout=SECONDS)
    return int(answer.headers["RateLimit-Remaining"])
