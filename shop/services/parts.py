"""How the parts of the shop are, and the messages that fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from shop.errors import ShopError
from shop.models import OutboxMessage
from shop.repositories.base import Sessions
from shop.repositories.outbox import OutboxRepository
from shop.services.base import EntityBaseService

SHOWN = 50
# Answers whether a part is there; ShopError or OSError say that it is not.
Check = Callable[[], object]


class PartsService(EntityBaseService[OutboxMessage]):
    """`checks` are of parts beside PostgreSQL; each keeps a deadline of its own."""

    def __init__(
        self,
        session: Sessions,
        outbox: OutboxRepository,
        checks: Mapping[str, Check],
    ) -> None:
        super().__init__(session, outbox)
        self.outbox = outbox
        self.checks = checks

    def is_there(self, name: str) -> bool:
        """Whether one of them answers."""
        try:
            return self.checks[name]() is not False
        except (ShopError, OSError):
            return False

    def failing_messages(self) -> Sequence[OutboxMessage]:
        """What the outbox has tried again and again."""
        with self.transaction():
            return self.outbox.failing(SHOWN)
