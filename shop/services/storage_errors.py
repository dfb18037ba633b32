"""Storage errors turned into the shop's errors, once, at the one place that knows both."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from flask_babel import lazy_gettext as _l
from redis.exceptions import ClusterError, OutOfMemoryError, ReadOnlyError, RedisClusterException
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from sqlalchemy.exc import (
    DataError,
    IntegrityError,
    InterfaceError,
    InternalError,
    NoResultFound,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError

from shop.errors import Conflict, FieldError, Invalid, NotFound, ShopError, Stale, Unavailable
from shop.extensions import Base

logger = logging.getLogger(__name__)

# serialization_failure and deadlock_detected:
# https://www.postgresql.org/docs/current/errcodes-appendix.html
RETRIABLE = ("40001", "40P01")
# Gone, silent, full, a replica that takes no writes now, or a cluster that lacks some nodes.
REDIS_TROUBLE = (
    *(RedisConnectionError, RedisTimeoutError, OutOfMemoryError, ReadOnlyError),
    *(ClusterError, RedisClusterException),
)


class Contended(Unavailable):
    """A deadlock or a serialization failure: the whole service method may be tried again."""


@contextmanager
def translated() -> Iterator[None]:
    """Whatever a store raises inside leaves as one of the shop's errors; bugs pass as they are."""
    try:
        yield
    except Exception as error:
        ours = translate(error)
        if ours is None:
            raise
        raise ours from error


def translate(error: Exception) -> ShopError | None:
    """The shop's error for a storage error, logged at its level; None for anything else."""
    if isinstance(error, NoResultFound):
        logger.debug("not found: %s", error)
        return NotFound()
    if isinstance(error, StaleDataError):
        logger.info("stale: %s", error)
        return Stale()
    if isinstance(error, IntegrityError):
        return _conflict(error)
    if isinstance(error, DataError):
        # Its text repeats the value.
        logger.warning("bad value: %s", type(error.orig).__name__)
        return Invalid()
    if isinstance(error, (OperationalError, InterfaceError, InternalError)):
        return _database_gone(error)
    if isinstance(error, (PoolTimeout, *REDIS_TROUBLE)):
        logger.error("a store does not answer", exc_info=error)
        return Unavailable()
    return None


def _database_gone(error: OperationalError | InterfaceError | InternalError) -> ShopError:
    if getattr(error.orig, "sqlstate", None) in RETRIABLE:
        logger.warning("contended: %s", error.orig)
        return Contended()
    logger.error("the database does not answer", exc_info=error)
    return Unavailable()


def _conflict(error: IntegrityError) -> Conflict:
    diag = getattr(error.orig, "diag", None)
    constraint = getattr(diag, "constraint_name", None) or ""
    table = getattr(diag, "table_name", None) or ""
    # A value that is missing is told by its column; other constraints by their name.
    field = getattr(diag, "column_name", None) or field_of(constraint, table)
    logger.warning("refused by constraint %s", constraint or f"(not null) of {table}.{field}")
    problem = FieldError(field, _l("This value is refused or taken already."), constraint)
    return Conflict(errors=(problem,) if field else ())


def field_of(constraint: str, table: str) -> str:
    """`uq_books_isbn` and `ck_books_isbn_check_digit` of table books are about `isbn`.

    The naming convention puts the table first and the column after it; a constraint on no one
    column (`size_positive`) goes by its own name.
    """
    if table not in Base.metadata.tables:
        return ""
    _, _, rest = constraint.partition(f"_{table}_")
    columns = Base.metadata.tables[table].columns.keys()
    named = [column for column in columns if f"{rest}_".startswith(f"{column}_")]
    return max(named, key=len, default=rest)
