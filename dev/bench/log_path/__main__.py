"""`python -m dev.bench.log_path`: nothing is lost and nothing doubled, whatever is killed."""

from __future__ import annotations

import argparse
import random
import shutil
import sys
from collections import Counter
from contextlib import closing

from dev.bench.log_path.broker_alone import confirmed_rate
from dev.bench.log_path.parts import ROOT, running_log_path
from dev.bench.log_path.running import Outcome, Run, in_turn
from dev.problems import told_plainly
from dev.progress import step
from dev.stopping import stop_in_order

PUBLISHERS = (1, 4)
# Kept afterwards, for whoever wants to know what happened.
FOLDER = ROOT / "var" / "bench" / "log_path"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m dev.bench.log_path", description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000, metavar="N")
    parser.add_argument("--kills", type=int, default=25, metavar="N")
    parser.add_argument("--seed", type=int, default=random.randrange(1000))
    wanted = parser.parse_args()
    stop_in_order()
    random.seed(wanted.seed)
    print(f"{wanted.records:,} records, {wanted.kills} kills, seed {wanted.seed}", flush=True)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    with told_plainly(), running_log_path(FOLDER) as path:
        kills = in_turn(path.parts, wanted.kills)
        with closing(Run(path, FOLDER, wanted.records, kills)) as run:
            outcome = run.measure()
        path.shipper.stop()
        with step("Measuring the broker alone"):
            rates = {each: confirmed_rate(path.broker.url, each) for each in PUBLISHERS}
    _tell(outcome, Counter(part.name for [part] in kills), rates)
    if outcome.lost or outcome.doubled or outcome.dropped:
        sys.exit("Records were lost or doubled.")


def _tell(outcome: Outcome, kills: Counter[str], rates: dict[int, float]) -> None:
    path = len(outcome.stored) / outcome.seconds
    each = ", ".join(f"{name} {count}" for name, count in sorted(kills.items()))
    print(f"{kills.total()} kills: {each}")
    print(f"records in: {len(outcome.written):,}; distinct records stored: {len(outcome.stored):,}")
    print(f"lost: {len(outcome.lost)}; doubled: {outcome.doubled}; dropped: {outcome.dropped}")
    print(f"the path, kills and all: {path:,.0f} records/s in {outcome.seconds:.0f} s")
    for publishers, rate in rates.items():
        print(
            f"the broker alone, {publishers} publishing: {rate:,.0f} records/s confirmed; "
            f"the path had {path / rate:.2%} of it"
        )


if __name__ == "__main__":
    main()
