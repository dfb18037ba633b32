"""Reading the catalogue where the database's copy may answer (ADR 20)."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar, cast

from shop.errors import NotFound, Unavailable
from shop.extensions import ON_REPLICA
from shop.gateways.replica import Replica
from shop.services.base import IN_TRANSACTION, EntityBaseService

logger = logging.getLogger(__name__)

# In a session's `info`: the replica that this request may read from.
ALLOWED = "replica"

Service = TypeVar("Service", bound=EntityBaseService)  # type: ignore[type-arg]
P = ParamSpec("P")
R = TypeVar("R")


def reads_catalogue(
    method: Callable[Concatenate[Service, P], R],
) -> Callable[Concatenate[Service, P], R]:
    """Ask the replica where this request may, and the primary where that one cannot answer.

    The method reads and never writes. Inside a transaction it is part of that one.
    """

    @functools.wraps(method)
    def asked(self: Service, *args: P.args, **kwargs: P.kwargs) -> R:
        info = self.session.info
        replica: Replica | None = info.get(ALLOWED)
        if replica is None or info.get(IN_TRANSACTION) or not replica.is_near():
            return method(self, *args, **kwargs)
        info[ON_REPLICA] = True
        try:
            return method(self, *args, **kwargs)
        except NotFound:
            # It may be too new to be there.
            logger.debug("not on the replica: %s", method.__qualname__)
        except Unavailable as error:
            logger.warning("the replica could not answer %s: %s", method.__qualname__, error)
            replica.leave_out()
        finally:
            del info[ON_REPLICA]
        return method(self, *args, **kwargs)

    return cast("Callable[Concatenate[Service, P], R]", asked)
