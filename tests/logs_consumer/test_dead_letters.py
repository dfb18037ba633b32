"""Dead letters can be looked at without being lost, and sent again."""

from __future__ import annotations

import pytest
from log_service.config import Config
from log_service.dead import look
from log_service.store import LogStore

from dev.yookassa_sandbox.testing import wait_until
from tests.logs_consumer.parts import PATIENCE, Queues, consuming, run
from tests.logs_consumer.samples import batch, record
from tests.logs_consumer.test_log_consumer import wait_for


def test_they_are_listed_with_their_reasons_and_replayed(
    on_broker: Config,
    queues: Queues,
    store: LogStore,
    capsys: pytest.CaptureFixture[str],
) -> None:
    bad = record(level="LOUD")
    queues.send(batch(bad), b"no JSON")
    with consuming(on_broker):
        letters = queues.take_dead(2)
    # Somebody has mended one of them.
    queues.bury(letters[0][2].replace(b"LOUD", b"INFO"), letters[1][2])
    told = run(on_broker, "log_service.dead")
    assert "'no JSON'" in told.stdout
    assert "2 of 2 dead letters shown." in told.stderr
    for _ in range(2):
        # What was looked at comes back a moment after the connection has ended.
        wait_until(lambda: queues.dead() == 2, PATIENCE)
        look(on_broker, replay=False, limit=100)
        assert "2 of 2 dead letters shown." in capsys.readouterr().err
    wait_until(lambda: queues.dead() == 2, PATIENCE)
    look(on_broker, replay=True, limit=1)
    assert "1 of 2 dead letters sent again." in capsys.readouterr().err
    look(on_broker, replay=True, limit=100)
    with consuming(on_broker):
        wait_for(store, 1)
        [(code, reason, body)] = queues.take_dead(1)
    assert (code, body) == ("not_json", b"no JSON")
    assert "JSON" in reason
    assert store.records.distinct("_id") == [bad["id"]]
