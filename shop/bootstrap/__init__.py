"""The one place where services get their parts. Tests pass other parts here."""

from shop.bootstrap.logs import configure_logging
from shop.bootstrap.shop import Parts, build, connect_redis

__all__ = ["Parts", "build", "configure_logging", "connect_redis"]
