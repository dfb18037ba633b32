"""What is made of an address of Redis, before anything is connected."""

from __future__ import annotations

import pytest
from redis import RedisError, SSLConnection
from redis.exceptions import RedisClusterException, SlotNotCoveredError
from redis.sentinel import SentinelConnectionPool

from shop.extensions import impatient
from shop.gateways import redis_connections
from shop.gateways.redis_connections import connect


def test_sentinels_are_asked_with_their_own_password_and_the_server_with_its():
    url = (
        "rediss+sentinel://reader:p%40ss@[::1]:26380,two.example/shop/3?sentinel_password=of-theirs"
    )
    client = connect(url, **impatient(1.0))
    pool = client.connection_pool
    assert isinstance(pool, SentinelConnectionPool)
    known = pool.connection_kwargs
    assert (known["username"], known["password"], known["db"]) == ("reader", "p@ss", 3)
    assert known["socket_timeout"] == 1.0
    assert pool.connection_class.__name__ == "SentinelManagedSSLConnection"
    asked = [each.connection_pool.connection_kwargs for each in pool.sentinel_manager.sentinels]
    assert [(each["host"], each["port"]) for each in asked] == [
        ("::1", 26380),
        ("two.example", 26379),
    ]
    assert {each["password"] for each in asked} == {"of-theirs"}
    assert {each["socket_timeout"] for each in asked} == {0.5}


def test_sentinels_are_spoken_to_as_safely_as_the_server():
    url = (
        "rediss+sentinel://one.example/shop?ssl_ca_certs=/etc/ours.pem&ssl_check_hostname=no"
        "&sentinel_password=of-theirs"
    )
    pool = connect(url).connection_pool
    [sentinel] = pool.sentinel_manager.sentinels
    assert issubclass(sentinel.connection_pool.connection_class, SSLConnection)
    for known in (pool.connection_kwargs, sentinel.connection_pool.connection_kwargs):
        assert known["ssl_ca_certs"] == "/etc/ours.pem"
        assert known["ssl_check_hostname"] is False
    plain = connect("redis+sentinel://one.example/shop").connection_pool
    [sentinel] = plain.sentinel_manager.sentinels
    assert not issubclass(sentinel.connection_pool.connection_class, SSLConnection)


@pytest.mark.parametrize("error", [SlotNotCoveredError, RedisClusterException])
def test_a_cluster_that_went_away_is_a_redis_that_went_away(monkeypatch, error):
    class Gone:
        def __init__(self, **_):
            pass

        def get(self, key):
            raise error("nobody is there")

    monkeypatch.setattr(redis_connections, "RedisCluster", Gone)
    with pytest.raises(RedisError):
        connect("redis+cluster://one.example").get("a key")


def test_sentinels_that_want_no_password_are_given_none():
    pool = connect("redis+sentinel://:word@one.example/shop").connection_pool
    [asked] = pool.sentinel_manager.sentinels
    assert "password" not in asked.connection_pool.connection_kwargs or (
        asked.connection_pool.connection_kwargs["password"] is None
    )
