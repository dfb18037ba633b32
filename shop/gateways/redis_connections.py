"""Connections to Redis, from whatever kind of address the configuration has.

`redis://` and `rediss://` (TLS) name one server, with the options of redis-py in its query.
`redis+sentinel://host:port,host:port/service/db` names sentinels, who know which server leads.
`redis+cluster://host:port,host:port` names some nodes of a cluster, for carts and cache. Both are
with TLS as `rediss+...`, sentinels too, and take `ssl_ca_certs`, `ssl_cert_reqs` and the like. What
they are told as user and password is for the servers; sentinels that want one have
`?sentinel_password=`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, cast
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

from redis import ConnectionError, Redis, RedisCluster, RedisError
from redis.cluster import ClusterNode
from redis.commands.core import Script
from redis.connection import ConnectionPool
from redis.exceptions import RedisClusterException
from redis.sentinel import Sentinel

from shop.config import TLS_OPTIONS, redis_kind
from shop.errors import Unavailable
from shop.extensions import impatient

# Seconds. Sentinels are small and near, and the next one is asked if one does not answer.
SENTINEL_TIMEOUT = 0.5
SENTINEL_PORT, REDIS_PORT = 26379, 6379


def connect(url: str, **options: Any) -> Redis:
    """A client of the servers behind this address; nothing is opened before it is used.

    `options` are those of a redis-py connection.
    """
    kind = redis_kind(url)
    if kind == "sentinel":
        return _by_sentinels(url, options)
    if kind == "cluster":
        # It has the commands of Redis, for keys of one slot.
        return cast("Redis", Cluster(url, options))
    return Redis.from_url(url, **options)


def reach(redis: Redis) -> None:
    """Return when it answers; Unavailable where it does not."""
    try:
        redis.ping()
    except RedisError as error:
        raise Unavailable(f"Redis is away: {error}") from error


def pool(url: str, **options: Any) -> ConnectionPool:
    """The connections of such a client, for who makes its own: not of a cluster."""
    return connect(url, **options).connection_pool


def _by_sentinels(url: str, options: dict[str, Any]) -> Redis:
    parts, given = urlsplit(url), parse_qs(urlsplit(url).query)
    service, _, number = parts.path.strip("/").partition("/")
    asked = impatient(SENTINEL_TIMEOUT) | _tls(url)
    if word := given.get("sentinel_password"):
        asked["password"] = word[0]
    made: Any = Sentinel
    sentinels = made(_hosts(url, SENTINEL_PORT), sentinel_kwargs=asked)
    leading: Redis = sentinels.master_for(
        service, db=int(number or 0), **_credentials(url), **_tls(url), **options
    )
    return leading


def _hosts(url: str, usual: int) -> list[tuple[str, int]]:
    """Host and port of each; an IPv6 address stands in brackets."""
    _, _, named = urlsplit(url).netloc.rpartition("@")
    found = [urlsplit(f"//{each}") for each in named.split(",") if each]
    return [(each.hostname or "", each.port or usual) for each in found]


def _tls(url: str) -> dict[str, Any]:
    """With what `?ssl_...=` says of it."""
    if not url.startswith("rediss"):
        return {}
    given = dict(parse_qsl(urlsplit(url).query))
    found: dict[str, Any] = {name: given[name] for name in TLS_OPTIONS if name in given}
    if "ssl_check_hostname" in found:
        found["ssl_check_hostname"] = found["ssl_check_hostname"].lower() in ("1", "true", "yes")
    return {"ssl": True, **found}


def _credentials(url: str) -> dict[str, str]:
    given, _, _ = urlsplit(url).netloc.rpartition("@")
    name, _, password = given.partition(":")
    found = {"username": unquote(name), "password": unquote(password)}
    return {key: value for key, value in found.items() if value}


class Cluster:
    """A cluster's client, which asks for its nodes when it is first used.

    The one of redis-py does so when it is made, and a shop has to start while Redis is away.
    """

    def __init__(self, url: str, options: dict[str, Any]) -> None:
        self._url = url
        self._options = options
        self._lock = Lock()
        self._client: RedisCluster | None = None

    def __getattr__(self, command: str) -> Any:
        with _told_as_redis():
            found = getattr(self._connected(), command)
        if not callable(found):
            return found

        @functools.wraps(found)
        def asked(*args: Any, **kwargs: Any) -> Any:
            with _told_as_redis():
                return found(*args, **kwargs)

        return asked

    def register_script(self, script: str) -> Script:
        """As bytes: a text would be encoded as the servers' connections do, and there are none."""
        return Script(cast("Redis", self), script.encode())

    def close(self) -> None:
        if self._client:
            self._client.close()

    def _connected(self) -> RedisCluster:
        with self._lock:
            if self._client is None:
                node: Any = ClusterNode
                nodes = [node(*each) for each in _hosts(self._url, REDIS_PORT)]
                given = {**_credentials(self._url), **_tls(self._url), **self._options}
                self._client = RedisCluster(startup_nodes=nodes, **given)
            return self._client


@contextmanager
def _told_as_redis() -> Iterator[None]:
    """What redis-py raises of a cluster that is away is no RedisError."""
    try:
        yield
    except RedisClusterException as error:
        raise ConnectionError(f"no node of the cluster answers: {error}") from error
