"""A connection to the spool, with deadlines as short as the shop's own has."""

from __future__ import annotations

from redis import Redis

from shop.config import Config

PATIENCE = 1.0  # seconds


def connect(config: Config) -> Redis:
    # Put together here, since whoever imports the shop's own has to wait for the whole shop.
    return Redis.from_url(
        config.redis_url,
        decode_responses=True,
        socket_timeout=PATIENCE,
        socket_connect_timeout=PATIENCE,
    )
