"""The log path of a process, put together."""

from __future__ import annotations

import logging
import os
import socket
import tempfile
from functools import partial
from hashlib import sha256
from pathlib import Path

from redis import Redis

from shop import logging as shop_logging
from shop.config import Config
from shop.extensions import impatient
from shop.gateways.broker import Broker
from shop.gateways.log_service import LogService
from shop.gateways.queue import Task, TaskQueue
from shop.gateways.redis_connections import connect
from shop.repositories.log_spool import LocalFiles, LogSpool, SpoolFilling
from shop.services.log_shipping import LogShippingService

logger = logging.getLogger(__name__)

# Seconds. Nobody waits for the thread that fills the spool, but its queue has an end.
PATIENCE = 1.0
LONG_LIVED = ("web", "worker", "clock")
MEGABYTE = 2**20


def configure_logging(config: Config, service: str) -> None:
    """Send the records of this process where the configuration says. `service` is what it is:
    web, worker, clock or command."""
    shop_logging.configure(
        config.log_level,
        service=service,
        host=config.dyno or socket.gethostname(),
        spool=_filling(config) if config.broker_url else None,
    )
    if service in LONG_LIVED:
        # Whoever fills the spool looks then for files that the process before has left.
        logger.info("%s starts", service)


def _filling(config: Config) -> SpoolFilling:
    files = LocalFiles(_folder(config), config.log_spool_file_mb * MEGABYTE)
    redis = partial(connect, config.redis_url, decode_responses=True, **impatient(PATIENCE))
    return SpoolFilling(redis, config.log_spool_records, files)


def _folder(config: Config) -> Path:
    """Without a setting, one for each account and Redis: every machine has a folder for what is
    temporary, and hosts without disks have no other."""
    if config.log_spool_folder is not None:
        return config.log_spool_folder
    mark = sha256(config.redis_url.encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"colophon-{os.getuid()}-{mark}"


def broker_of(config: Config) -> Broker | None:
    """The one that log records are sent to; None where none is."""
    return Broker(config.broker_url, config.logs_exchange) if config.broker_url else None


def log_service_of(config: Config) -> LogService | None:
    """The one that staff read logs from; None where none is."""
    if not config.logs_api_url:
        return None
    return LogService(config.logs_api_url, config.logs_api_token)


def log_shipping(config: Config, redis: Redis, queue: TaskQueue) -> LogShippingService:
    return LogShippingService(
        LogSpool(redis, config.log_spool_records),
        broker_of(config),
        lambda: queue.nudge(Task.SHIP_LOGS),
    )
