"""The one place where services get their parts. Tests pass other parts here."""

from shop.bootstrap.shop import Parts, build, connect_redis

__all__ = ["Parts", "build", "connect_redis"]
