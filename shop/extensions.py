"""Flask extensions, made once and bound to an app by create_app."""

from __future__ import annotations

from typing import Any

from flask_babel import Babel
from flask_caching import Cache
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from flask_wtf import CSRFProtect
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import Connection, Engine, MetaData
from sqlalchemy.orm import DeclarativeBase

# A shopper waits for Redis; what does not answer by then is gone.
REDIS_TIMEOUT_SECONDS = 2.0
# Every page is counted, also for those who have nothing in Redis to wait for.
COUNTING_TIMEOUT_SECONDS = 0.5

# The database's copy, among the engines and among the application's extensions.
REPLICA = "replica"
# In a session's `info`: what is read now is read from the replica.
ON_REPLICA = "on_replica"

# Constraint names are an interface: services read the field at fault from them.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def impatient(seconds: float = REDIS_TIMEOUT_SECONDS) -> dict[str, Any]:
    """Options of a Redis connection that a shopper waits for.

    redis-py would sleep for seconds between tries of its own; here the shop answers at once, and
    the one try more is for a connection that went stale in the pool.
    """
    return {
        "socket_timeout": seconds,
        "socket_connect_timeout": seconds,
        "retry": Retry(NoBackoff(), retries=1),
    }


class ShopSession(Session):
    """Asks the replica where its `info` says so, and else the primary."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        if self.info.get(ON_REPLICA):
            return self._db.engines[REPLICA]
        return super().get_bind(*args, **kwargs)


class Base(DeclarativeBase):
    """What every entity is built on."""

    metadata = MetaData(naming_convention=NAMING)


# What a service answers is read after its transaction: nothing expires at commit.
db = SQLAlchemy(
    metadata=Base.metadata,
    session_options={"class_": ShopSession, "expire_on_commit": False},
)
migrate = Migrate()
login_manager = LoginManager()
# It counts where `web/counting` says: its own hooks have no limit of theirs.
limiter = Limiter(get_remote_address)
csrf = CSRFProtect()
# Asked through `gateways/shared_cache` alone.
cache = Cache()
babel = Babel()
