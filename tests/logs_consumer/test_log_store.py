"""What the store keeps, for how long, and what it cannot keep."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from log_service.config import Config
from log_service.documents import document_of
from log_service.levels import Level
from log_service.store import LogStore

from dev.yookassa_sandbox.testing import wait_until
from tests.logs_consumer.parts import PATIENCE, run
from tests.logs_consumer.samples import record


def test_each_level_is_kept_for_as_long_as_is_set_and_deleted_then(
    config: Config, store: LogStore
) -> None:
    now = datetime.now(UTC)
    ages = {level: kept - timedelta(hours=1) for level, kept in config.kept.items()}
    young = [record(now - age, level=str(level)) for level, age in ages.items()]
    old = [record(now - kept, level=str(level)) for level, kept in config.kept.items()]
    store.write([*young, *old])
    wait_until(lambda: _seldom_count(store) == len(young), 2 * PATIENCE)
    assert set(store.records.distinct("_id")) == {each["id"] for each in young}


def _seldom_count(store: LogStore) -> int:
    """The store looks for what to delete once a minute: asking all the time would only load it."""
    time.sleep(0.5)
    return store.records.count_documents({})


def test_what_is_stored_already_is_kept_as_is_set_now_when_it_is_told(
    config: Config, store: LogStore
) -> None:
    now = datetime.now(UTC)
    store.write([record(now, level="DEBUG"), record(now, level="ERROR")])
    told = run(config.model_copy(update={"keep_debug_days": 7}), "log_service.retention")
    assert "DEBUG: 7 days, 1 records changed" in told.stdout
    assert "ERROR: 180 days, 0 records changed" in told.stdout
    found = store.records.find_one({"level": "DEBUG"})
    assert found
    assert found["expires_at"] - found["time"] == timedelta(days=7)


def test_a_document_that_the_store_cannot_keep_is_refused_alone(
    config: Config, store: LogStore
) -> None:
    good, huge = record(), {**record(), "user_id": 2**70}
    outcome = store.write([huge, good])
    assert (outcome.stored, outcome.repeated) == (1, [])
    [(refused, reason)] = outcome.refused
    assert refused == huge
    assert "OverflowError" in reason


def test_a_rule_of_the_store_refuses_a_document_alone(config: Config, store: LogStore) -> None:
    good, bad = record(), record(service="clock")
    store.write([record()])
    store.records.database.command(
        "collMod", store.records.name, validator={"service": {"$ne": "clock"}}
    )
    outcome = store.write([bad, good])
    store.records.drop()
    assert outcome.stored == 1
    assert [refused for refused, _ in outcome.refused] == [bad]


def test_a_document_has_its_dates_for_people_and_for_the_store() -> None:
    told = record(datetime(2026, 11, 29, 14, 2, 27, 213, UTC), level="DEBUG")
    document = document_of(told, {Level.DEBUG: timedelta(days=3)})
    assert document["at"] == 1_795_960_947_000_213
    assert document["expires_at"] == datetime(2026, 12, 2, 14, 2, 27, 213, UTC)
