"""Log records on their way from the spool to the broker."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from shop.gateways.broker import Broker, BrokerTrouble, Exchange
from shop.repositories.log_spool import LogSpool, Standing
from shop.services.base import Turn
from shop.services.storage_errors import translated

logger = logging.getLogger(__name__)

MOST_RECORDS, MOST_BYTES = 1000, 512 * 1024
"""Of one message."""
REST: Final = (5, 10, 20, 30)
"""Seconds without another try after the first failure, the second and so on: each may cost the
worker its deadline, and mails wait for the worker."""


class LogShippingService:
    """`broker` is None where nobody takes records: then there are none, either. `go_on` asks for
    another run soon."""

    def __init__(self, spool: LogSpool, broker: Broker | None, go_on: Callable[[], None]) -> None:
        self.spool = spool
        self.broker = broker
        self.go_on = go_on

    def ship(self, turn: Turn) -> int:
        """Send what waits until the turn is over; answers how many records left.

        A record leaves the spool when the broker has confirmed it. One that was sent by somebody
        who died before it left is sent again: its id is the same.
        """
        if self.broker is None:
            return 0
        with translated():
            if self.spool.rests() or not len(self.spool):
                return 0
            lease = self.spool.take_lease()
            if lease is None:
                return 0
            try:
                return self._ship(self.broker, lease, turn)
            finally:
                self.spool.end_lease(lease)

    def standing(self) -> Standing | None:
        """How many records wait and were dropped; None where there is no broker to wait for."""
        if self.broker is None:
            return None
        with translated():
            return self.spool.standing()

    def _ship(self, broker: Broker, lease: str, turn: Turn) -> int:
        shipped = 0
        try:
            with broker.opened() as exchange:
                # One batch in any case: reaching the broker may have taken the whole turn.
                while sent := self._ship_batch(exchange, lease):
                    shipped += sent
                    if turn.is_over:
                        break
        except BrokerTrouble as trouble:
            if self.spool.begin_trouble(REST):
                logger.warning("log records stay in the spool: %s", trouble)
            return shipped
        if shipped:
            self._tell_that_it_works()
        if turn.is_over:
            self.go_on()
        return shipped

    def _ship_batch(self, exchange: Exchange, lease: str) -> int:
        """How many records left; 0 where none wait, or where somebody else ships by now."""
        if not self.spool.renew_lease(lease):
            return 0
        batch = self.spool.oldest(MOST_RECORDS, MOST_BYTES)
        if batch.lines:
            exchange.publish(batch.lines)
            self.spool.remove(batch)
        return len(batch)

    def _tell_that_it_works(self) -> None:
        """Once, where it did not before; and what was dropped meanwhile."""
        if (seconds := self.spool.end_trouble()) is not None:
            logger.warning("log records are shipped again, after %.0f s", seconds)
        if dropped := self.spool.untold():
            each = ", ".join(f"{number:,} {level}" for level, number in dropped.items())
            logger.warning("%s log records were dropped: %s", f"{sum(dropped.values()):,}", each)
