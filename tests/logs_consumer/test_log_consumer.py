"""Records of the queue are in the store, each once, whatever dies meanwhile."""

from __future__ import annotations

import json
from pathlib import Path
from signal import SIGKILL, SIGTERM
from typing import Any

import pytest
from log_service import consumer as consumer_module
from log_service import dead_letters
from log_service.batches import Batch, read
from log_service.config import Config
from log_service.dead_letters import DeadLetter, bury, publish
from log_service.store import LogStore
from pika.exceptions import AMQPConnectionError

from dev.yookassa_sandbox.testing import wait_until
from tests.logs_consumer.parts import PATIENCE, Queues, consuming, process, wired
from tests.logs_consumer.samples import batch, record, records


def count(store: LogStore) -> int:
    return store.records.count_documents({})


def wait_for(store: LogStore, number: int) -> None:
    wait_until(lambda: count(store) >= number, PATIENCE)


def none_left(queues: Queues) -> None:
    """Return when all is taken; what is not acknowledged comes back as its consumer ends."""
    wait_until(lambda: queues.waiting() == 0, PATIENCE)


def test_a_record_is_stored_once_however_often_it_is_sent(
    on_broker: Config, queues: Queues, store: LogStore
) -> None:
    first, second, third = records(3)
    queues.send(batch(first, second), batch(second, first, second), batch(third))
    with consuming(on_broker):
        wait_for(store, 3)
        none_left(queues)
    assert count(store) == 3
    assert (queues.waiting(), queues.dead()) == (0, 0)


def test_what_is_no_batch_is_dead_with_the_reason_and_as_it_came(
    on_broker: Config, queues: Queues, store: LogStore
) -> None:
    bad = {
        b"\x00\xff": "not_json",
        b"[" * 100_000: "not_json",
        b'{"version": 1, "records": [NaN]}': "not_json",
        b'{"version": 1, "records": [], "note": "\xed\xa0\x80"}': "not_json",
        batch(record()).decode().encode("utf-16"): "not_json",
        b"[" * 300 + b"]" * 300: "no_batch",
        b"[]": "no_batch",
        batch(): "no_batch",
        batch(*[{}] * 1001): "no_batch",
        batch(record(), version=2): "unknown_version",
        b" " * (16 * 2**20 + 1): "too_large",
    }
    good = record()
    queues.send(*bad, batch(good))
    with consuming(on_broker):
        wait_for(store, 1)
        letters = queues.take_dead(len(bad))
    assert {body: code for code, _, body in letters} == bad
    assert all(reason for _, reason, _ in letters)
    assert queues.waiting() == 0


def test_of_a_batch_only_the_bad_records_are_dead(
    on_broker: Config, queues: Queues, store: LogStore
) -> None:
    good, unknown, no_day = (
        record(),
        record(level="LOUD"),
        record(time="2026-02-30T00:00:00.000000Z"),
    )
    deep = record(extra={"in": json.loads("[" * 300 + "]" * 300)})
    queues.send(batch(unknown, good, no_day, deep))
    with consuming(on_broker):
        wait_for(store, 1)
        letters = queues.take_dead(3)
    assert [code for code, _, _ in letters] == ["invalid"] * 3
    for (_, reason, _), place in zip(
        letters, ("records.0.level", "records.2.time", "records.3"), strict=True
    ):
        assert place in reason
    # Each is a batch of its own, to be sent again.
    sent_again = [json.loads(body)["records"] for _, _, body in letters]
    assert sent_again == [[unknown], [no_day], [deep]]
    assert store.records.distinct("_id") == [good["id"]]


def test_a_mistake_of_the_services_own_kills_a_message_and_not_the_service(
    on_broker: Config, queues: Queues, store: LogStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = batch(record()), batch(record())

    def mistaken(body: bytes) -> Batch:
        if body == first:
            raise ZeroDivisionError
        return read(body)

    monkeypatch.setattr(consumer_module, "read", mistaken)
    queues.send(first, second)
    with consuming(on_broker):
        wait_for(store, 1)
        letters = queues.take_dead(1)
    assert letters == [("not_looked_at", "ZeroDivisionError()", first)]


def test_while_the_store_is_away_messages_wait_and_then_all_are_stored(
    on_broker: Config, queues: Queues, store: LogStore
) -> None:
    with wired(on_broker, "mongo_url") as (config, wire):
        wire.cut()
        with consuming(config) as consumer:
            queues.send(*[batch(*records(5)) for _ in range(40)])
            # As many as it may have, and nothing is given back while the store is away.
            wait_until(lambda: queues.waiting() == 40 - config.prefetch, PATIENCE)
            wait_until(lambda: consumer._store.since is not None, PATIENCE)
            assert queues.waiting() == 40 - config.prefetch
            assert count(store) == 0
            wire.mend()
            wait_for(store, 200)
            none_left(queues)
    assert (count(store), queues.waiting(), queues.dead()) == (200, 0, 0)


def test_a_broker_that_went_away_is_found_again(
    on_broker: Config, queues: Queues, store: LogStore
) -> None:
    with wired(on_broker, "amqp_url") as (config, wire), consuming(config):
        queues.send(batch(record()))
        wait_for(store, 1)
        wire.cut()
        queues.send(batch(record()))
        wire.mend()
        wait_for(store, 2)
        none_left(queues)
    assert queues.waiting() == 0


def test_a_broker_that_says_nothing_is_one_that_is_away(
    on_broker: Config, queues: Queues, store: LogStore
) -> None:
    with wired(on_broker, "amqp_url") as (config, wire):
        wire.silence()
        with consuming(config) as consumer:
            queues.send(batch(record()))
            wait_until(lambda: consumer._broker.since is not None, PATIENCE)
            wire.mend()
            wait_for(store, 1)
            none_left(queues)


def test_a_broker_that_confirms_no_dead_letter_is_one_that_is_away(
    on_broker: Config, queues: Queues, store: LogStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one without the majority of its nodes: nobody waits for it for ever."""
    monkeypatch.setattr(dead_letters, "CONFIRMING", 0.5)
    with wired(on_broker, "amqp_url") as (config, wire):

        def into_silence(*arguments: Any) -> None:
            wire.silence()
            publish(*arguments)

        monkeypatch.setattr(dead_letters, "publish", into_silence)
        with pytest.raises(AMQPConnectionError, match=r"confirmed nothing in 0\.5 s"):
            bury(config, [DeadLetter(b"{", "not_json", "why")])
        wire.mend()


def test_a_queue_that_was_deleted_is_made_again(
    on_broker: Config, queues: Queues, store: LogStore
) -> None:
    with consuming(on_broker):
        wait_until(lambda: queues.consumers() == 1, PATIENCE)
        queues.channel.queue_delete(on_broker.logs_queue)
        wait_until(lambda: queues.sent(batch(record())), PATIENCE)
        wait_for(store, 1)


def test_killed_between_writing_and_acknowledging_it_loses_and_doubles_nothing(
    on_broker: Config, queues: Queues, store: LogStore, tmp_path: Path
) -> None:
    with (
        wired(on_broker, "amqp_url") as (half, to_broker),
        wired(half, "mongo_url") as (config, to_store),
        process(config, tmp_path / "consumer.log") as consumer,
    ):
        queues.send(batch(record()))
        wait_for(store, 1)
        to_store.silence()
        queues.send(batch(*records(50)))
        none_left(queues)
        # What it was sent may be on its way still; what it says of it goes nowhere.
        to_broker.silence(both_ways=False)
        to_store.mend()
        wait_for(store, 51)
        consumer.send_signal(SIGKILL)
        consumer.wait()
        to_broker.cut()
    wait_until(lambda: queues.waiting() >= 1, PATIENCE)
    with consuming(on_broker):
        none_left(queues)
        queues.send(batch(record()))
        wait_for(store, 52)
    assert (count(store), queues.waiting(), queues.dead()) == (52, 0, 0)


def test_told_to_stop_in_the_middle_it_ends_well_and_loses_nothing(
    on_broker: Config, queues: Queues, store: LogStore, tmp_path: Path
) -> None:
    log = tmp_path / "consumer.log"
    queues.send(*[batch(*records(2)) for _ in range(150)])
    one_by_one = on_broker.model_copy(update={"prefetch": 1})
    with process(one_by_one, log) as consumer:
        wait_for(store, 1)
        consumer.send_signal(SIGTERM)
        assert consumer.wait(PATIENCE) == 0
    assert "stopped" in log.read_text().splitlines()[-1]
    stored, left = count(store), queues.waiting()
    # What it had begun is done to the end, and the rest is all there.
    assert stored + 2 * left == 300
    assert left > 0
    with consuming(on_broker):
        wait_for(store, 300)
    assert (count(store), queues.waiting(), queues.dead()) == (300, 0, 0)
