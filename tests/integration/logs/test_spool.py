"""The spool in Redis: bounded, the serious records first to leave and last to be dropped."""

from __future__ import annotations

import json
import logging

from hypothesis import given, settings
from hypothesis import strategies as st
from redis import Redis

from shop.logging import LEVELS, Written
from shop.repositories.log_spool import LogSpool
from tests.integration.logs.messages import record

DEBUG, INFO, WARNING, ERROR = logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR


def messages(spool: LogSpool, most: int = 1000, most_bytes: int = 1 << 20) -> list[str]:
    return [json.loads(line)["message"] for line in spool.oldest(most, most_bytes).lines]


def test_serious_records_leave_first_and_of_one_level_the_oldest(spool):
    levels = [INFO, DEBUG, ERROR, INFO, WARNING, ERROR]
    spool.append([record(number, level) for number, level in enumerate(levels)], {})
    assert messages(spool) == ["2", "5", "4", "0", "3", "1"]
    assert messages(spool, most=3) == ["2", "5", "4"]


def test_a_batch_has_no_more_bytes_than_asked_for_but_at_least_one_record(spool):
    spool.append([record("x" * 5000) for _ in range(150)], {})
    assert len(messages(spool, most_bytes=100)) == 1
    assert len(messages(spool, most_bytes=20_000)) == 3
    assert len(messages(spool, most_bytes=700_000)) == 135


def test_what_is_removed_is_what_was_read(spool):
    spool.append([record(number) for number in range(5)], {})
    batch = spool.oldest(3, 1 << 20)
    spool.append([record("later", ERROR)], {})
    spool.remove(batch)
    spool.remove(batch)  # by somebody who was slower
    assert messages(spool) == ["later", "3", "4"]


def test_beyond_its_bound_the_oldest_of_the_least_serious_go_and_are_counted(redis):
    spool = LogSpool(redis, 6)
    spool.append([record(f"d{n}", DEBUG) for n in range(3)], {})
    spool.append([record(f"i{n}", INFO) for n in range(3)], {})
    spool.append([record(f"e{n}", ERROR) for n in range(2)], {})
    assert messages(spool) == ["e0", "e1", "i0", "i1", "i2", "d2"]
    spool.append([record(f"w{n}", WARNING) for n in range(3)], {})
    assert messages(spool) == ["e0", "e1", "w0", "w1", "w2", "i2"]
    standing = spool.standing()
    assert {level: n for level, n in standing.dropped.items() if n} == {"DEBUG": 3, "INFO": 2}
    assert standing.waiting["INFO"] == 1
    assert standing.oldest_at


@settings(max_examples=30)
@given(st.lists(st.lists(st.sampled_from(LEVELS), max_size=6), max_size=5), st.integers(1, 8))
def test_whatever_comes_it_holds_what_a_sorted_list_would(redis_url, comings, most):
    """All records by seriousness, then age: the last ones of that list stay."""
    with Redis.from_url(redis_url, decode_responses=True) as client:
        client.flushdb()
        spool, model, dropped = LogSpool(client, most), [], dict.fromkeys(LEVELS, 0)
        for coming in comings:
            records = [Written(str(n), level, f"{level} {n}") for n, level in enumerate(coming)]
            spool.append(records, {})
            model += records
            # Sorting keeps the order of what is equal: the oldest are in front.
            model.sort(key=lambda each: LEVELS.index(each.level))
            for gone in model[: max(len(model) - most, 0)]:
                dropped[gone.level] += 1
            model = model[-most:]
        held = sorted(spool.oldest(100, 1 << 20).lines)
        assert held == sorted(each.line for each in model)
        assert spool.standing().dropped == dropped
        client.flushdb()


def test_only_one_ships_at_a_time_and_the_lease_of_who_died_ends(spool, redis):
    mine = spool.take_lease()
    assert spool.take_lease() is None
    assert spool.renew_lease(mine)
    assert 0 < redis.pttl("logs:{spool}:lease") <= 20_000
    redis.delete("logs:{spool}:lease")  # its time is over
    other = spool.take_lease()
    assert not spool.renew_lease(mine)
    spool.end_lease(mine)  # who comes back late ends nobody else's
    assert spool.renew_lease(other)
    spool.end_lease(other)
    assert spool.take_lease()


def test_what_was_dropped_is_told_once(redis):
    spool = LogSpool(redis, 2)
    spool.append([record(n) for n in range(5)], {"ERROR": 2})
    assert spool.untold() == {"INFO": 3, "ERROR": 2}
    assert spool.untold() == {}
    spool.append([record("one more")], {})
    assert spool.untold() == {"INFO": 1}
    assert spool.standing().dropped["INFO"] == 4


def test_each_failure_in_a_row_is_followed_by_a_longer_rest(spool):
    found = []
    for _ in range(4):
        spool.begin_trouble((5, 10, 20))
        found.append(spool.redis.ttl("logs:{spool}:rest"))
    assert found == [5, 10, 20, 20]
    assert spool.end_trouble() is not None
    assert not spool.rests()
    spool.begin_trouble((5, 10, 20))
    assert spool.redis.ttl("logs:{spool}:rest") == 5
