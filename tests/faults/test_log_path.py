"""Log records on their way to the store while each part of that way is killed; large: dev.bench."""

from __future__ import annotations

import random
from contextlib import closing
from pathlib import Path

import pytest

from dev.bench.log_path import running
from dev.bench.log_path.parts import running_log_path
from dev.bench.log_path.running import Run

RECORDS = 6000


def test_no_record_is_lost_or_doubled_whichever_part_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    random.seed(1)
    monkeypatch.setattr(running, "CLOCK", 1.0)
    with running_log_path(tmp_path) as path:
        redis, broker, store, shipper, consumer = path.parts
        # Broker and shipper together: the one is started, and the other missed, for some time.
        kills = [[consumer], [store], [redis], [shipper, broker]]
        with closing(Run(path, tmp_path, RECORDS, kills)) as run:
            outcome = run.measure()
    assert len(outcome.written) == RECORDS
    assert outcome.stored.keys() == outcome.written
    assert (outcome.doubled, outcome.dropped) == (0, 0)
