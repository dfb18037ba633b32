"""The database's copy: reachable, and near enough to be read from."""

from __future__ import annotations

import time
from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError

from shop.gateways.replica import Replica
from shop.repositories.database_state import DatabaseState, DatabaseStateRepository
from shop.services.doctor.database import why
from shop.services.doctor.findings import Finding, ok, warning, wrong

LOOK_SECONDS = 0.25


class ReplicaCheck:
    """`state` asks the replica."""

    def __init__(self, state: DatabaseStateRepository, replica: Replica) -> None:
        self.state = state
        self.replica = replica

    def __call__(self) -> Iterator[Finding]:
        try:
            state = self.state.ask()
        except SQLAlchemyError as error:
            yield wrong(
                f"The replica cannot be used: {why(error, 'DATABASE_REPLICA_URL')}. The primary "
                "answers for it."
            )
            return
        finally:
            self.state.leave()
        if not state.read_only:
            yield wrong(
                "DATABASE_REPLICA_URL leads to a database that follows no primary: name a "
                "streaming replica, or leave it out."
            )
            return
        try:
            yield self._distance(state)
        except SQLAlchemyError:
            # The check of the database tells why.
            return

    def _distance(self, state: DatabaseState) -> Finding:
        most = self.replica.most_lag
        end = time.monotonic() + most
        while (behind := self.replica.lag()) is None and time.monotonic() < end:
            time.sleep(LOOK_SECONDS)
        if behind is None:
            return warning(
                f"The replica is more than {most:g} s behind and so not read from: look at the "
                "way between it and the primary, or raise REPLICA_LAG_SECONDS."
            )
        name = state.version_name.split()[0]
        return ok(f"The replica, PostgreSQL {name}, is {behind:.1f} s behind at most.")
