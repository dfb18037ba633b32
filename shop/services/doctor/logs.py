"""Where log records go: the broker that takes them, and the service that keeps them."""

from __future__ import annotations

from collections.abc import Iterator

from redis import RedisError

from shop.errors import Unavailable
from shop.gateways.broker import Broker
from shop.gateways.log_service import LogService, TokenRefused
from shop.repositories.log_spool import LogSpool, Standing
from shop.services.doctor.findings import Finding, ok, warning, wrong


class LogsCheck:
    """`broker` and `service` are None where the configuration names none."""

    def __init__(self, broker: Broker | None, spool: LogSpool, service: LogService | None) -> None:
        self.broker = broker
        self.spool = spool
        self.service = service

    def __call__(self) -> Iterator[Finding]:
        if self.broker is None and self.service is None:
            yield ok("Log records go to standard output alone (AMQP_URL is not set).")
            return
        yield self._of_broker()
        yield self._of_service()

    def _of_broker(self) -> Finding:
        if self.broker is None:
            return wrong(
                "The shop reads its logs from LOGS_API_URL and sends none there: set AMQP_URL to "
                "the RabbitMQ of the log service."
            )
        try:
            self.broker.reach()
        except Unavailable as trouble:
            return wrong(
                f"RabbitMQ does not let us in ({trouble.detail}): correct AMQP_URL, or start it. "
                "Log records wait in Redis meanwhile."
            )
        standing = self._standing()
        if standing is not None and standing.troubled_since is not None:
            waiting = sum(standing.waiting.values())
            return warning(
                f"RabbitMQ answers, and {waiting:,} log records wait all the same: start the "
                "consumer of the log service, with the same LOGS_EXCHANGE, which makes the queue."
            )
        return ok("RabbitMQ takes log records.")

    def _standing(self) -> Standing | None:
        """None where Redis does not tell, which another check finds out."""
        try:
            return self.spool.standing()
        except RedisError:
            return None

    def _of_service(self) -> Finding:
        if self.service is None:
            return warning(
                "Log records leave, and staff cannot read them: set LOGS_API_URL and "
                "LOGS_API_TOKEN to those of the log service."
            )
        try:
            self.service.reach()
        except TokenRefused:
            return wrong(
                "The log service refuses our token: LOGS_API_TOKEN has to be its LOGS_TOKEN."
            )
        except Unavailable as trouble:
            return wrong(
                f"{trouble.detail} Correct LOGS_API_URL ({self.service.url}), or start the "
                "service and its MongoDB."
            )
        return ok("The log service answers.")
