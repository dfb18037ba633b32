"""What one process has worked out and all others may use, in Redis (ADR 19).

Nothing is ever taken out of it: a key has the version of what it was made of, as the database tells
it, and what nobody asks for any more ends by itself.
"""

from __future__ import annotations

import json
import logging
import zlib
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask
from flask_caching import Cache
from flask_caching.backends.rediscache import RedisCache
from redis.exceptions import RedisClusterException, RedisError

from shop.config import Config
from shop.extensions import impatient
from shop.gateways.redis_connections import connect
from shop.gateways.rest import Rest
from shop.observing.metrics import count_lookup

logger = logging.getLogger(__name__)

# Seconds. Well below the day for which changes of books are remembered.
LIFE = 600
# Seconds: making it anew takes less than waiting longer.
TIMEOUT = 0.25
ROOT = Path(__file__).resolve().parents[2]
MADE_BY = (("shop", "*.py"), ("shop", "*.mo"), ("templates", "*.*"))


class PlainData:
    """JSON, compressed. Who can write into the cache can show wrong pages, but runs nothing."""

    def dumps(self, value: Any) -> bytes:
        return zlib.compress(json.dumps(value, separators=(",", ":")).encode(), 1)

    def loads(self, stored: bytes | None) -> Any:
        return None if stored is None else json.loads(zlib.decompress(stored))


class ForgivingCache(RedisCache):
    """Flask-Caching's own, for which a Redis that does not answer has nothing and keeps nothing."""

    serializer: Any = PlainData()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.rest = Rest()

    @classmethod
    def factory(
        cls, app: Flask, config: dict[str, Any], args: list[Any], kwargs: dict[str, Any]
    ) -> ForgivingCache:
        client = connect(config["CACHE_REDIS_URL"], **impatient(TIMEOUT))
        return cls(client, key_prefix=config["CACHE_KEY_PREFIX"], **kwargs)

    def get(self, key: str) -> Any:
        return self._asked(super().get, key)

    def set(self, key: str, value: Any, timeout: Any = None) -> Any:
        return self._asked(super().set, key, value, timeout)

    def delete(self, key: str) -> bool:
        return bool(self._asked(super().delete, key))

    def _asked(self, command: Any, *args: Any) -> Any:
        if self.rest.goes_on:
            return None
        try:
            return command(*args)
        except (RedisError, RedisClusterException) as error:
            self.rest.begin()
            logger.warning("for a while nothing is taken from the shared cache: %s", error)
        except (zlib.error, ValueError):
            logger.warning("%s in the shared cache is not what we put there", args[0])
        return None


def settings(config: Config) -> dict[str, object]:
    """What Flask-Caching is told."""
    return {
        "CACHE_TYPE": f"{__name__}.{ForgivingCache.__name__}",
        "CACHE_REDIS_URL": config.cache_redis_url or config.redis_url,
        "CACHE_KEY_PREFIX": "cache:",
        "CACHE_DEFAULT_TIMEOUT": LIFE,
    }


class Shared:
    """Plain data under a name, the version of what it was made of, and what was asked for.

    Needs an app's context, like the database. `made_by` tells apart what makes it: releases of the
    shop that are open at the same time do not show each other's pages.
    """

    def __init__(self, cache: Cache, made_by: str) -> None:
        self._cache = cache
        self._made_by = made_by

    def get(self, name: str, version: str, asked: object) -> Any:
        """What a process has put there; None where none did, or Redis does not answer."""
        found = self._cache.get(self._key(name, version, asked))
        count_lookup(name, hit=found is not None)
        return found

    def put(self, name: str, version: str, asked: object, made: Any, seconds: int = LIFE) -> None:
        """`made` is what JSON can say."""
        self._cache.set(self._key(name, version, asked), made, timeout=seconds)

    def forget(self, name: str, version: str, asked: object) -> None:
        self._cache.delete(self._key(name, version, asked))

    def _key(self, name: str, version: str, asked: object) -> str:
        told = f"{self._made_by} {version} {asked!r}"
        return f"{name}:{sha256(told.encode()).hexdigest()[:32]}"


def made_by(config: Config) -> str:
    """A mark of the shop's code, templates and translations, and of settings that pages show."""
    shown = (config.default_locale, config.timezone, config.public_url, config.picture_origin)
    return sha256(f"{_mark_of_files()} {shown!r}".encode()).hexdigest()


@cache
def _mark_of_files() -> str:
    """Of those that a process has begun with: read once."""
    digest = sha256()
    for folder, pattern in MADE_BY:
        for file in sorted((ROOT / folder).rglob(pattern)):
            digest.update(file.read_bytes())
    return digest.hexdigest()
